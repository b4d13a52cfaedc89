#include "metrics/amp.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::metrics {

std::vector<std::int32_t> most_probable(const DenseMatrix& posteriors) {
  MIXVAE_ASSERT(posteriors.columns > 0, "posteriors without types");
  std::vector<std::int32_t> labels(posteriors.rows);
  for (Index i = 0; i < posteriors.rows; ++i) {
    const auto row = posteriors.row(i);
    labels[i] = static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin());
  }
  return labels;
}

double average_maximum_posterior(const DenseMatrix& posteriors) {
  if (posteriors.rows == 0) {
    throw InputError({.what = "the average maximum posterior needs at least one cell"});
  }
  const std::vector<std::int32_t> labels = most_probable(posteriors);
  std::vector<double> sums(posteriors.columns);
  std::vector<Index> sizes(posteriors.columns);
  for (Index i = 0; i < posteriors.rows; ++i) {
    sums[labels[i]] += posteriors(i, labels[i]);
    ++sizes[labels[i]];
  }
  double total = 0;
  Index used = 0;
  for (Index k = 0; k < posteriors.columns; ++k) {
    if (sizes[k] > 0) {
      total += sums[k] / static_cast<double>(sizes[k]);
      ++used;
    }
  }
  return total / static_cast<double>(used);
}

}  // namespace mixvae::metrics
