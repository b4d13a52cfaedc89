#include "fit/idle_options.hpp"

#include <utility>

#include "base/error.hpp"
#include "data/prepare/feature_selection.hpp"

namespace mixvae::fit {

Idle made_idle(std::vector<std::string> names, std::string because) {
  return {std::move(names), std::move(because)};
}

std::vector<Idle> idle_options(const PreprocessingOptions& preprocessing) {
  const std::string& normalise = preprocessing.normalise;
  const bool decided = normalise != "auto";
  std::vector<Idle> idle;
  if (decided && normalise != "library-log" && normalise != "library") {
    idle.push_back(made_idle({"library-size"}, "--normalise " + normalise));
  }
  if (decided && normalise != "arcsinh") {
    idle.push_back(made_idle({"cofactor"}, "--normalise " + normalise));
  }
  if (!chooses_by_rule(preprocessing.features)) {
    idle.push_back(made_idle({"select"}, "--features " + preprocessing.features));
  }
  return idle;
}

void refuse_idle(const std::vector<Idle>& idle, const Options& given, const Options& standard) {
  for (const Idle& group : idle) {
    for (const std::string& name : group.names) {
      const std::string value = option_text(find_option(given, name));
      if (value != option_text(find_option(standard, name))) {
        throw UsageError({.what = "an option has no effect",
                          .found = std::string("--").append(name).append(" ").append(value).append(
                              " with " + group.because),
                          .hint = "leave out --" + name + ", or change the other"});
      }
    }
  }
}

}  // namespace mixvae::fit
