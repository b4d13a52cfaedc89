#include "metrics/analysis_of_variance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/SpecialFunctions>
#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"

namespace mixvae::metrics {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Count, mean and sum of squares about it, one value after the other.
struct RunningMean {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void add(double value) {
    count += 1;
    const double step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
};

/// Share of an F distribution above f: the regularised incomplete beta function.
double share_above(double f, double between, double within) {
  return Eigen::numext::betainc(within / 2, between / 2, within / (within + between * f));
}

}  // namespace

FTest f_test(std::span<const double> values, Labels groups) {
  MIXVAE_ASSERT(values.size() == groups.size(), "a group for each value");
  RunningMean all;
  std::vector<RunningMean> of_group;
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (groups[n] >= 0) {
      of_group.resize(std::max(of_group.size(), at(groups[n]) + 1));
      of_group[at(groups[n])].add(values[n]);
      all.add(values[n]);
    }
  }
  std::erase_if(of_group, [](const RunningMean& group) { return group.count == 0; });
  FTest test{kUndefined, kUndefined, std::ssize(of_group) - 1,
             static_cast<Index>(all.count) - std::ssize(of_group)};
  if (test.between < 1 || test.within < 1 || all.squares <= 0) {
    return test;
  }
  double within = 0;
  double between = 0;
  for (const RunningMean& group : of_group) {
    within += group.squares;
    between += group.count * (group.mean - all.mean) * (group.mean - all.mean);
  }
  if (within <= 0) {
    return test;
  }
  const auto above = static_cast<double>(test.between);
  const auto below = static_cast<double>(test.within);
  test.f = between / above / (within / below);
  test.p = share_above(test.f, above, below);
  return test;
}

}  // namespace mixvae::metrics
