#include "metrics/tree_distance.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace mixvae::metrics {
namespace {

/// So many cells of one type stand in clusters of another.
struct Mistake {
  Index type;
  Index assigned;
  double cells;
};

std::vector<Mistake> mistakes_of(const Contingency& table,
                                 std::span<const std::int32_t> type_of_cluster) {
  std::vector<Mistake> mistakes;
  for (Index r = 0; r < table.rows; ++r) {
    for (Index c = 0; c < table.columns; ++c) {
      const Index assigned = type_of_cluster[c];
      if (assigned != -1 && assigned != r && table(r, c) > 0) {
        mistakes.push_back({r, assigned, static_cast<double>(table(r, c))});
      }
    }
  }
  return mistakes;
}

double mean_distance(const std::vector<Mistake>& mistakes, std::span<const double> distances,
                     const std::vector<Index>& leaf_of_type) {
  const auto leaves = static_cast<Index>(leaf_of_type.size());
  double sum = 0;
  double cells = 0;
  for (const Mistake& m : mistakes) {
    sum += m.cells * distances[leaf_of_type[m.type] * leaves + leaf_of_type[m.assigned]];
    cells += m.cells;
  }
  return sum / cells;
}

void shuffle(std::vector<Index>& values, PhiloxStream& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.integer(i)]);
  }
}

void compare_with_random(TreeDistance& result, const std::vector<double>& random_means) {
  const auto count = static_cast<double>(random_means.size());
  double squares = 0;
  double as_small = 0;
  result.random_mean = std::accumulate(random_means.begin(), random_means.end(), 0.0) / count;
  for (const double mean : random_means) {
    squares += (mean - result.random_mean) * (mean - result.random_mean);
    as_small += mean <= result.mean * (1 + 1e-12) ? 1 : 0;
  }
  result.random_deviation = std::sqrt(squares / count);
  if (result.random_deviation > 1e-12 * result.random_mean) {
    result.standard_score = (result.mean - result.random_mean) / result.random_deviation;
  }
  result.p = (1 + as_small) / (1 + count);
}

}  // namespace

TreeDistance tree_distance(const Contingency& table, std::span<const std::int32_t> type_of_cluster,
                           std::span<const double> distances, std::uint64_t seed,
                           int permutations) {
  MIXVAE_ASSERT(static_cast<Index>(type_of_cluster.size()) == table.columns,
                "types of other clusters");
  MIXVAE_ASSERT(static_cast<Index>(distances.size()) == table.rows * table.rows,
                "distances of other types");
  const std::vector<Mistake> mistakes = mistakes_of(table, type_of_cluster);
  TreeDistance result;
  if (mistakes.empty() || permutations < 1) {
    result.mean = result.random_mean = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  std::vector<Index> leaf_of_type(table.rows);
  std::iota(leaf_of_type.begin(), leaf_of_type.end(), Index{0});
  for (const Mistake& m : mistakes) {
    result.wrong_cells += static_cast<Index>(m.cells);
  }
  result.mean = mean_distance(mistakes, distances, leaf_of_type);
  PhiloxStream random(seed, Purpose::permutation_test);
  std::vector<double> random_means;
  for (int i = 0; i < permutations; ++i) {
    shuffle(leaf_of_type, random);
    random_means.push_back(mean_distance(mistakes, distances, leaf_of_type));
  }
  compare_with_random(result, random_means);
  return result;
}

}  // namespace mixvae::metrics
