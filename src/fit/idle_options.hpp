#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae::fit {

/// Options that are not used because of another one.
struct Idle {
  std::vector<std::string> names;
  std::string because;  // "--arms 1"
};

/// An entry of such a list. Not an aggregate in place: there GCC 12 sees reads beyond short texts.
Idle made_idle(std::vector<std::string> names, std::string because);

/// Those of the preprocessing that its other settings make idle. What --normalise auto and the data
/// make idle is said by fit_preprocessing.
std::vector<Idle> idle_options(const PreprocessingOptions& preprocessing);

/// Throws UsageError, naming the option and what makes it idle, when one of `idle` has another
/// value in `given` than in `standard`.
void refuse_idle(const std::vector<Idle>& idle, const Options& given, const Options& standard);

}  // namespace mixvae::fit
