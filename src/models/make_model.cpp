#include "models/make_model.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "models/cpl_mixvae.hpp"
#include "models/moe_sim_vae.hpp"

namespace mixvae::models {

std::vector<std::string> model_names() { return {"cpl-mixvae", "moe-sim-vae"}; }

std::unique_ptr<Model> make_model(const std::string& name, std::int64_t features,
                                  std::int64_t types, const CplMixVaeOptions& options,
                                  std::uint64_t seed) {
  if (name == "cpl-mixvae") {
    return std::make_unique<CplMixVae>(features, types, options, seed);
  }
  if (name == "moe-sim-vae") {
    return std::make_unique<MoeSimVae>(features, types, options, seed);
  }
  throw UsageError({.what = "there is no model of this name",
                    .found = "'" + name + "'",
                    .expected = join(model_names(), ", ")});
}

}  // namespace mixvae::models
