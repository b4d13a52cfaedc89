#include "data/prepare/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae {
namespace {

void require_finite_coordinates(const DenseMatrix& coordinates) {
  for (std::size_t i = 0; i < coordinates.values.size(); ++i) {
    if (!std::isfinite(coordinates.values[i])) {
      throw InputError(
          {.what = "a coordinate for similarities is not finite",
           .where = "cell " + std::to_string(static_cast<Index>(i) / coordinates.columns + 1)});
    }
  }
}

/// The chosen rows' coordinates, one after the other: [d, B].
std::vector<float> by_coordinate(const DenseMatrix& coordinates, std::span<const Index> rows) {
  std::vector<float> values(at(coordinates.columns) * rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = coordinates.row(rows[i]);
    for (std::size_t d = 0; d < row.size(); ++d) {
      values[d * rows.size() + i] = row[d];
    }
  }
  return values;
}

/// Squared distances of place i of the chosen rows to all of them, from by_coordinate: summed over
/// coordinates in order, so that a pair has the same distance both ways.
void distances_of(std::size_t i, const std::vector<float>& values, std::span<float> distances) {
  const std::size_t count = distances.size();
  std::ranges::fill(distances, 0.0F);
  for (std::size_t d = 0; d * count < values.size(); ++d) {
    const float* const others = values.data() + d * count;
    const float own = others[i];
    for (std::size_t j = 0; j < count; ++j) {
      const float difference = own - others[j];
      distances[j] += difference * difference;
    }
  }
}

/// Calls body(i, distances, room) for each place i of the chosen rows, many at the same time;
/// `room` is for as many values as there are distances.
template <class Body>
void for_distances(const DenseMatrix& coordinates, std::span<const Index> rows, const Body& body) {
  const std::vector<float> values = by_coordinate(coordinates, rows);
  parallel_for(static_cast<std::int64_t>(rows.size()), 16,
               [&](std::int64_t begin, std::int64_t end) {
                 std::vector<float> distances(rows.size());
                 std::vector<float> room(rows.size());
                 for (std::int64_t i = begin; i < end; ++i) {
                   distances_of(at(i), values, distances);
                   body(at(i), distances, std::span(room));
                 }
               });
}

/// The places of the k nearest others, in order of place; of equally near ones those that come
/// first; no distance is NaN. `sorted` is room of as many values as there are distances.
void find_nearest(std::span<const float> distances, std::size_t self, std::span<float> sorted,
                  std::span<std::int32_t> nearest) {
  if (nearest.empty()) {
    return;
  }
  std::ranges::copy(distances, sorted.begin());
  std::swap(sorted[self], sorted.back());
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(nearest.size() - 1);
  std::nth_element(sorted.begin(), last, sorted.end() - 1);
  std::size_t found = 0;
  auto ties = static_cast<std::size_t>(
      std::count(sorted.begin(), last + 1, *last));  // how many as far as the last one to take
  for (std::size_t j = 0; j < distances.size() && found < nearest.size(); ++j) {
    const bool tie = distances[j] == *last && ties > 0;
    if (j != self && (distances[j] < *last || tie)) {
      nearest[found++] = static_cast<std::int32_t>(j);
      ties -= tie ? 1 : 0;
    }
  }
}

class BatchNeighbours final : public Similarity {
 public:
  BatchNeighbours(DenseMatrix coordinates, double share, double different)
      : coordinates_(std::move(coordinates)), share_(share), different_(different) {}

  Index cells() const override { return coordinates_.rows; }

  void fill(std::span<const Index> rows, std::span<float> similarity,
            std::span<float> weight) const override {
    const std::size_t count = rows.size();
    const std::size_t k = share_of(share_, count);
    const std::size_t nearer = different_ < 1 ? count - 1 - share_of(different_, count) : 0;
    std::vector<std::int32_t> nearest(count * k);
    std::vector<std::int32_t> not_far(count * nearer);
    for_distances(coordinates_, rows,
                  [&](std::size_t i, std::span<const float> distances, std::span<float> sorted) {
                    find_nearest(distances, i, sorted, std::span(nearest).subspan(i * k, k));
                    find_nearest(distances, i, sorted,
                                 std::span(not_far).subspan(i * nearer, nearer));
                  });
    std::ranges::fill(weight, 1.0F);
    set_pairs(not_far, nearer, 0, weight);
    std::ranges::fill(similarity, 0.0F);
    set_pairs(nearest, k, 1, similarity);
    for (std::size_t i = 0; i < count; ++i) {
      similarity[i * count + i] = 1;
    }
    std::ranges::transform(similarity, weight, weight.begin(),
                           [](float similar, float known) { return std::max(similar, known); });
  }

 private:
  /// At least one cell, at most all others.
  static std::size_t share_of(double share, std::size_t count) {
    const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(count)));
    return std::min(std::max<std::size_t>(wanted, 1), count - 1);
  }

  /// Sets the pairs of each place with its k others, either way.
  static void set_pairs(const std::vector<std::int32_t>& others, std::size_t k, float value,
                        std::span<float> pairs) {
    const std::size_t count = k > 0 ? others.size() / k : 0;
    for (std::size_t n = 0; n < others.size(); ++n) {
      const std::size_t i = n / k;
      pairs[i * count + at(others[n])] = value;
      pairs[at(others[n]) * count + i] = value;
    }
  }

  DenseMatrix coordinates_;
  double share_;
  double different_;
};

class WithinDistance final : public Similarity {
 public:
  WithinDistance(DenseMatrix coordinates, double threshold)
      : coordinates_(std::move(coordinates)), squared_(static_cast<float>(threshold * threshold)) {}

  Index cells() const override { return coordinates_.rows; }

  void fill(std::span<const Index> rows, std::span<float> similarity,
            std::span<float> weight) const override {
    for_distances(coordinates_, rows, [&](std::size_t i, std::span<const float> distances, auto) {
      std::ranges::transform(distances,
                             similarity.begin() + static_cast<std::ptrdiff_t>(i * rows.size()),
                             [this](float squared) { return squared < squared_ ? 1.0F : 0.0F; });
    });
    std::ranges::fill(weight, 1.0F);
  }

 private:
  DenseMatrix coordinates_;
  float squared_;
};

class GivenSimilarity final : public Similarity {
 public:
  GivenSimilarity(CsrMatrix matrix, bool only_given)
      : matrix_(std::move(matrix)), only_given_(only_given) {}

  Index cells() const override { return matrix_.rows; }

  void fill(std::span<const Index> rows, std::span<float> similarity,
            std::span<float> weight) const override {
    const std::size_t count = rows.size();
    std::ranges::fill(similarity, 0.0F);
    std::ranges::fill(weight, only_given_ ? 0.0F : 1.0F);
    for (std::size_t i = 0; i < count; ++i) {
      const SparseRow row = matrix_.row(rows[i]);
      for (std::size_t j = 0; j < count; ++j) {
        const std::size_t pair = i * count + j;
        if (i == j) {
          similarity[pair] = 1;
          weight[pair] = 1;
          continue;
        }
        const auto found =
            std::ranges::lower_bound(row.columns, static_cast<std::int32_t>(rows[j]));
        if (found != row.columns.end() && *found == rows[j]) {
          similarity[pair] = row.values[static_cast<std::size_t>(found - row.columns.begin())];
          weight[pair] = 1;
        }
      }
    }
  }

 private:
  CsrMatrix matrix_;
  bool only_given_;
};

class KnownTypes final : public Similarity {
 public:
  explicit KnownTypes(std::vector<std::int32_t> types) : types_(std::move(types)) {}

  Index cells() const override { return static_cast<Index>(types_.size()); }

  void fill(std::span<const Index> rows, std::span<float> similarity,
            std::span<float> weight) const override {
    const std::size_t count = rows.size();
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        const std::int32_t a = types_[at(rows[i])];
        const std::int32_t b = types_[at(rows[j])];
        similarity[i * count + j] = i == j || (a >= 0 && a == b) ? 1.0F : 0.0F;
        weight[i * count + j] = a >= 0 && b >= 0 ? 1.0F : 0.0F;
      }
    }
  }

 private:
  std::vector<std::int32_t> types_;
};

class Overruled final : public Similarity {
 public:
  Overruled(std::unique_ptr<Similarity> first, std::unique_ptr<Similarity> second)
      : first_(std::move(first)), second_(std::move(second)) {
    MIXVAE_ASSERT(first_->cells() == second_->cells(), "both similarities are of the same cells");
  }

  Index cells() const override { return first_->cells(); }

  void fill(std::span<const Index> rows, std::span<float> similarity,
            std::span<float> weight) const override {
    std::vector<float> strong(similarity.size());
    std::vector<float> strong_weight(weight.size());
    first_->fill(rows, strong, strong_weight);
    second_->fill(rows, similarity, weight);
    for (std::size_t pair = 0; pair < strong.size(); ++pair) {
      if (strong_weight[pair] > 0) {
        similarity[pair] = strong[pair];
        weight[pair] = strong_weight[pair];
      }
    }
  }

 private:
  std::unique_ptr<Similarity> first_;
  std::unique_ptr<Similarity> second_;
};

/// Throws InputError for the first value that makes the matrix no similarity.
void require_similarity(const CsrMatrix& matrix) {
  if (matrix.rows != matrix.columns) {
    throw InputError({.what = "the similarity matrix is not square",
                      .found = std::to_string(matrix.rows) + " x " + std::to_string(matrix.columns),
                      .expected = "one row and one column for each cell"});
  }
  const CsrMatrix mirrored = transpose(matrix);
  for (Index i = 0; i < matrix.rows; ++i) {
    const SparseRow row = matrix.row(i);
    for (std::size_t n = 0; n < row.values.size(); ++n) {
      if (!std::isfinite(row.values[n]) || row.values[n] < 0 || row.values[n] > 1) {
        throw InputError({.what = "a similarity is out of range",
                          .where = "cells " + std::to_string(i + 1) + " and " +
                                   std::to_string(row.columns[n] + 1),
                          .found = std::to_string(row.values[n]),
                          .expected = "a number in [0, 1]"});
      }
    }
    const SparseRow other = mirrored.row(i);
    if (!std::ranges::equal(row.columns, other.columns) ||
        !std::ranges::equal(row.values, other.values)) {
      throw InputError({.what = "the similarity matrix is not symmetric",
                        .where = "row " + std::to_string(i + 1) + " differs from column " +
                                 std::to_string(i + 1),
                        .hint = "an edge list is made symmetric: give one instead"});
    }
  }
}

}  // namespace

std::unique_ptr<Similarity> batch_neighbours(DenseMatrix coordinates, double share,
                                             double different) {
  const bool valid = share > 0 && share < 1;
  if (!valid) {
    throw UsageError({.what = "wrong share of similar cells",
                      .found = std::to_string(share),
                      .expected = "more than 0 and less than 1"});
  }
  const bool different_valid = different > 0 && different <= 1;
  if (!different_valid) {
    throw UsageError({.what = "wrong share of different cells",
                      .found = std::to_string(different),
                      .expected = "more than 0 and at most 1"});
  }
  require_finite_coordinates(coordinates);
  return std::make_unique<BatchNeighbours>(std::move(coordinates), share, different);
}

std::unique_ptr<Similarity> within_distance(DenseMatrix coordinates, double threshold) {
  if (!(threshold > 0)) {
    throw UsageError({.what = "wrong distance of similar cells",
                      .found = std::to_string(threshold),
                      .expected = "more than 0"});
  }
  require_finite_coordinates(coordinates);
  return std::make_unique<WithinDistance>(std::move(coordinates), threshold);
}

std::unique_ptr<Similarity> given_similarity(CsrMatrix matrix, bool only_given) {
  require_similarity(matrix);
  return std::make_unique<GivenSimilarity>(std::move(matrix), only_given);
}

std::unique_ptr<Similarity> similarity_of_known_types(std::vector<std::int32_t> types) {
  return std::make_unique<KnownTypes>(std::move(types));
}

std::unique_ptr<Similarity> overruled_by(std::unique_ptr<Similarity> first,
                                         std::unique_ptr<Similarity> second) {
  return std::make_unique<Overruled>(std::move(first), std::move(second));
}

CsrMatrix neighbour_matrix(std::span<const std::int32_t> neighbours, Index cells) {
  MIXVAE_ASSERT(cells > 0 && static_cast<Index>(neighbours.size()) % cells == 0,
                "a neighbour table has one row per cell");
  const Index k = static_cast<Index>(neighbours.size()) / cells;
  std::vector<std::vector<std::int32_t>> near(at(cells));
  for (Index i = 0; i < cells; ++i) {
    for (Index n = 0; n < k; ++n) {
      const std::int32_t j = neighbours[at(i * k + n)];
      near[at(i)].push_back(j);
      near[at(j)].push_back(static_cast<std::int32_t>(i));
    }
  }
  CsrMatrix matrix{
      .rows = cells, .columns = cells, .offsets = {0}, .column_numbers = {}, .values = {}};
  for (std::vector<std::int32_t>& row : near) {
    std::ranges::sort(row);
    row.erase(std::ranges::unique(row).begin(), row.end());
    matrix.column_numbers.insert(matrix.column_numbers.end(), row.begin(), row.end());
    matrix.offsets.push_back(static_cast<Index>(matrix.column_numbers.size()));
  }
  matrix.values.assign(matrix.column_numbers.size(), 1.0F);
  return matrix;
}

}  // namespace mixvae
