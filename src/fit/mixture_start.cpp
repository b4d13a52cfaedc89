#include "fit/mixture_start.hpp"

#include <vector>

#include "base/error.hpp"
#include "base/index.hpp"
#include "cluster/gmm.hpp"

namespace mixvae::fit {
namespace {

/// Of the columns' mean variance: no component is narrower, so that the first KL divergences from
/// it stay moderate.
constexpr double kLeastVarianceShare = 1e-3;
/// For codes that are all the same.
constexpr double kSmallestVarianceFloor = 1e-12;

double mean_variance(const DenseMatrix& x) {
  double sum = 0;
  for (Index d = 0; d < x.columns; ++d) {
    double mean = 0;
    double squares = 0;
    for (Index n = 0; n < x.rows; ++n) {
      const double value = x.row(n)[at(d)];
      const double change = value - mean;
      mean += change / static_cast<double>(n + 1);
      squares += change * (value - mean);
    }
    sum += squares / static_cast<double>(x.rows);
  }
  return sum / static_cast<double>(x.columns);
}

torch::Tensor as_tensor(const std::vector<double>& values, Index rows) {
  return torch::tensor(values, torch::kFloat64).view({rows, -1});
}

}  // namespace

models::FittedMixture mixture_of_codes(const DenseMatrix& codes, Index types, std::int64_t starts,
                                       std::uint64_t seed) {
  MIXVAE_ASSERT(starts >= 1, "a mixture starts at least once");
  const cluster::Gmm best = cluster::gaussian_mixture(
      codes, {.components = types,
              .regularisation = kLeastVarianceShare * mean_variance(codes) + kSmallestVarianceFloor,
              .starts = static_cast<int>(starts),
              .seed = seed});
  const std::vector<double> means(best.means.values.begin(), best.means.values.end());
  return {as_tensor(best.weights, types).squeeze(1), as_tensor(means, types),
          as_tensor(best.covariances, types)};
}

}  // namespace mixvae::fit
