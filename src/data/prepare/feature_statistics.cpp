#include "data/prepare/feature_statistics.hpp"

#include <algorithm>
#include <limits>

#include "base/parallel.hpp"

namespace mixvae {
namespace {

constexpr Index kBlocks = 16;

/// Running moments of the stored values of one feature.
struct Moments {
  Index stored = 0;
  Index expressed = 0;
  double mean = 0;
  double squares = 0;  // sum of squared deviations from the mean
  float minimum = std::numeric_limits<float>::infinity();
  float maximum = -std::numeric_limits<float>::infinity();

  void add(float value, bool is_expressed) {
    ++stored;
    expressed += is_expressed ? 1 : 0;
    const double delta = static_cast<double>(value) - mean;
    mean += delta / static_cast<double>(stored);
    squares += delta * (static_cast<double>(value) - mean);
    minimum = std::min(minimum, value);
    maximum = std::max(maximum, value);
  }

  void merge(const Moments& other) {
    if (other.stored == 0) {
      return;
    }
    const auto here = static_cast<double>(stored);
    const auto there = static_cast<double>(other.stored);
    const double delta = other.mean - mean;
    mean += delta * there / (here + there);
    squares += other.squares + delta * delta * here * there / (here + there);
    stored += other.stored;
    expressed += other.expressed;
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
  }

  void add_zeros(Index count) {
    if (count > 0) {
      merge({.stored = count, .minimum = 0, .maximum = 0});
    }
  }
};

std::vector<Moments> block_moments(const Matrix& matrix, std::span<const Index> rows,
                                   const ValueView& view) {
  std::vector<Moments> moments(static_cast<std::size_t>(column_count(matrix)));
  for (const Index row : rows) {
    for_each_value(matrix, row, [&](Index column, float raw) {
      moments[static_cast<std::size_t>(column)].add(view(row, column, raw), raw != 0.0F);
    });
  }
  return moments;
}

std::vector<Moments> all_moments(const Matrix& matrix, std::span<const Index> rows,
                                 const ValueView& view) {
  std::vector<std::vector<Moments>> blocks(kBlocks);
  const std::size_t count = rows.size();
  parallel_for(kBlocks, 1, [&](Index begin, Index end) {
    for (auto b = static_cast<std::size_t>(begin); b < static_cast<std::size_t>(end); ++b) {
      const std::size_t first = count * b / kBlocks;
      const std::size_t last = count * (b + 1) / kBlocks;
      blocks[b] = block_moments(matrix, rows.subspan(first, last - first), view);
    }
  });
  std::vector<Moments> moments = std::move(blocks.front());
  for (std::size_t b = 1; b < blocks.size(); ++b) {
    for (std::size_t c = 0; c < moments.size(); ++c) {
      moments[c].merge(blocks[b][c]);
    }
  }
  return moments;
}

}  // namespace

FeatureStatistics feature_statistics(const Matrix& matrix, std::span<const Index> rows,
                                     const ValueView& view) {
  const auto cells = static_cast<Index>(rows.size());
  FeatureStatistics statistics;
  for (Moments& feature : all_moments(matrix, rows, view)) {
    feature.add_zeros(cells - feature.stored);
    statistics.mean.push_back(feature.mean);
    statistics.variance.push_back(cells > 1 ? feature.squares / static_cast<double>(cells - 1) : 0);
    statistics.minimum.push_back(feature.minimum);
    statistics.maximum.push_back(feature.maximum);
    statistics.expressed.push_back(feature.expressed);
  }
  return statistics;
}

}  // namespace mixvae
