#include "models/unused_options.hpp"

#include "base/error.hpp"
#include "base/options.hpp"

namespace mixvae::models {

void require_unused(const std::string& model, const std::vector<std::string_view>& names,
                    CplMixVaeOptions options, CplMixVaeOptions defaults) {
  const Options given = models::options(options);
  const Options standard = models::options(defaults);
  for (const std::string_view name : names) {
    const std::string value = option_text(find_option(given, std::string(name)));
    if (value != option_text(find_option(standard, std::string(name)))) {
      throw UsageError({.what = model + " does not use this option",
                        .found = "--" + std::string(name) + " " + value,
                        .hint = "leave it out"});
    }
  }
}

}  // namespace mixvae::models
