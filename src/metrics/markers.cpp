#include "metrics/markers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "metrics/benjamini_hochberg.hpp"
#include "metrics/group_medians.hpp"
#include "metrics/rank_sum.hpp"

namespace mixvae::metrics {
namespace {

constexpr Index kFeatures = 16;  // features gathered together from dense rows: one cache line
constexpr double kTargetSum = 1e4;

std::vector<Index> type_sizes(Labels labels, Index types) {
  std::vector<Index> sizes(types);
  for (const std::int32_t label : labels) {
    MIXVAE_ASSERT(label >= -1 && label < types, "a type out of range");
    if (label >= 0) {
      ++sizes[label];
    }
  }
  return sizes;
}

/// What to multiply each cell's values by [N].
std::vector<float> cell_factors(const Matrix& x, MarkerScale scale) {
  std::vector<float> factors(row_count(x), 1.0F);
  if (scale != MarkerScale::counts) {
    return factors;
  }
  for (Index i = 0; i < row_count(x); ++i) {
    double sum = 0;
    for_each_value(x, i, [&sum](Index, float value) { sum += value; });
    factors[i] = sum > 0 ? static_cast<float>(kTargetSum / sum) : 0.0F;
  }
  return factors;
}

/// Gives the non-zero values of labelled cells by feature.
class FeatureColumns {
 public:
  FeatureColumns(const Matrix& x, Labels labels, std::vector<float> factors)
      : x_(x), labels_(labels), factors_(std::move(factors)) {
    if (const auto* sparse = std::get_if<CsrMatrix>(&x)) {
      by_feature_ = transpose(*sparse);
    }
  }

  /// Replaces columns[f] by the values of feature first + f, for all given columns.
  void gather(Index first, std::span<std::vector<GroupedValue>> columns) const {
    for (auto& column : columns) {
      column.clear();
    }
    if (const auto* dense = std::get_if<DenseMatrix>(&x_)) {
      for (Index i = 0; i < dense->rows; ++i) {
        for (std::size_t f = 0; f < columns.size(); ++f) {
          append(columns[f], i, (*dense)(i, first + static_cast<Index>(f)));
        }
      }
      return;
    }
    for (std::size_t f = 0; f < columns.size(); ++f) {
      const SparseRow feature = by_feature_.row(first + static_cast<Index>(f));
      for (std::size_t i = 0; i < feature.values.size(); ++i) {
        append(columns[f], feature.columns[i], feature.values[i]);
      }
    }
  }

 private:
  void append(std::vector<GroupedValue>& column, Index cell, float value) const {
    if (value != 0 && labels_[cell] >= 0) {
      column.push_back({value * factors_[cell], labels_[cell]});
    }
  }

  const Matrix& x_;
  Labels labels_;
  std::vector<float> factors_;
  CsrMatrix by_feature_;
};

double effect_of(double mean_in, double mean_out, MarkerScale scale) {
  return scale == MarkerScale::counts ? std::log2((mean_in + 1) / (mean_out + 1))
                                      : mean_in - mean_out;
}

/// Sums and numbers of positive values by type [T].
struct TypeSums {
  std::vector<double> values;
  std::vector<double> expressing;
};

TypeSums sums_by_type(const std::vector<GroupedValue>& column, Index types) {
  TypeSums sums{std::vector<double>(types), std::vector<double>(types)};
  for (const GroupedValue& entry : column) {
    sums.values[entry.group] += entry.value;
    sums.expressing[entry.group] += entry.value > 0 ? 1 : 0;
  }
  return sums;
}

/// Tests one feature, whose non-zero values get sorted.
void test_feature(Index feature, std::vector<GroupedValue>& column, const std::vector<Index>& sizes,
                  MarkerStatistics& out) {
  const RankSums ranks = rank_sums(column, sizes);
  const TypeSums sums = sums_by_type(column, out.types);
  const double value_sum = std::accumulate(sums.values.begin(), sums.values.end(), 0.0);
  const double expressing = std::accumulate(sums.expressing.begin(), sums.expressing.end(), 0.0);
  const Index cells = std::accumulate(sizes.begin(), sizes.end(), Index{0});
  const bool channels = out.scale == MarkerScale::channels;
  const GroupMedians medians = channels ? group_medians(column, sizes) : GroupMedians{};
  for (Index t = 0; t < out.types; ++t) {
    const auto in = static_cast<double>(sizes[t]);
    const auto outside = static_cast<double>(cells - sizes[t]);
    const Index at = out.at(t, feature);
    out.effect[at] =
        effect_of(sums.values[t] / in, (value_sum - sums.values[t]) / outside, out.scale);
    out.score[at] = rank_sum_score(ranks.sums[t], sizes[t], cells, ranks.tie_sum);
    out.log10_p[at] = log10_two_sided_p(out.score[at]);
    if (channels) {
      out.median_in[at] = medians.inside[t];
      out.median_out[at] = medians.outside[t];
    } else {
      out.fraction_in[at] = static_cast<float>(sums.expressing[t] / in);
      out.fraction_out[at] = static_cast<float>((expressing - sums.expressing[t]) / outside);
    }
  }
}

MarkerStatistics empty_statistics(Index types, Index features, MarkerScale scale) {
  MarkerStatistics out;
  out.types = types;
  out.features = features;
  out.scale = scale;
  const auto size = static_cast<std::size_t>(types * features);
  for (auto* array : {&out.effect, &out.score, &out.log10_p, &out.log10_p_adjusted}) {
    array->resize(size);
  }
  if (scale == MarkerScale::channels) {
    out.median_in.resize(size);
    out.median_out.resize(size);
  } else {
    out.fraction_in.resize(size);
    out.fraction_out.resize(size);
  }
  return out;
}

void adjust_p(MarkerStatistics& out) {
  for (Index t = 0; t < out.types; ++t) {
    const std::span<const double> p(out.log10_p.data() + out.at(t, 0),
                                    static_cast<std::size_t>(out.features));
    std::ranges::copy(benjamini_hochberg_log10(p), out.log10_p_adjusted.begin() + out.at(t, 0));
  }
}

bool is_wanted(double score, double effect, MarkerLevel level) {
  const bool high = score > 0 && effect > 0 && level != MarkerLevel::low;
  const bool low = score < 0 && effect < 0 && level != MarkerLevel::high;
  return high || low;
}

}  // namespace

MarkerStatistics marker_statistics(const Matrix& x, Labels labels, Index types, MarkerScale scale) {
  MIXVAE_ASSERT(row_count(x) == static_cast<Index>(labels.size()), "labels of other cells");
  const std::vector<Index> sizes = type_sizes(labels, types);
  if (std::ranges::all_of(sizes, [](Index size) { return size == 0; })) {
    throw InputError({.what = "no cell has a type, so no feature can mark one"});
  }
  const FeatureColumns features(x, labels, cell_factors(x, scale));
  MarkerStatistics out = empty_statistics(types, column_count(x), scale);
  const Index blocks = (out.features + kFeatures - 1) / kFeatures;
  parallel_for(blocks, 1, [&](Index begin, Index end) {
    std::vector<std::vector<GroupedValue>> columns;
    for (Index first = begin * kFeatures; first < std::min(end * kFeatures, out.features);
         first += kFeatures) {
      columns.resize(std::min(kFeatures, out.features - first));
      features.gather(first, columns);
      for (std::size_t f = 0; f < columns.size(); ++f) {
        test_feature(first + static_cast<Index>(f), columns[f], sizes, out);
      }
    }
  });
  adjust_p(out);
  return out;
}

std::vector<std::vector<Index>> top_markers(const MarkerStatistics& statistics, Index n,
                                            MarkerLevel level) {
  std::vector<std::vector<Index>> markers(statistics.types);
  for (Index t = 0; t < statistics.types; ++t) {
    const double* const score = statistics.score.data() + statistics.at(t, 0);
    const double* const effect = statistics.effect.data() + statistics.at(t, 0);
    for (Index f = 0; f < statistics.features; ++f) {
      if (is_wanted(score[f], effect[f], level)) {
        markers[t].push_back(f);
      }
    }
    std::ranges::stable_sort(markers[t], [&](Index a, Index b) {
      const double of_a = std::abs(score[a]);
      const double of_b = std::abs(score[b]);
      return of_a != of_b ? of_a > of_b : std::abs(effect[a]) > std::abs(effect[b]);
    });
    markers[t].resize(std::min<std::size_t>(markers[t].size(), static_cast<std::size_t>(n)));
  }
  return markers;
}

}  // namespace mixvae::metrics
