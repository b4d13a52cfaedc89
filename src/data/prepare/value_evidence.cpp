#include "data/prepare/value_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "data/prepare/value_kind.hpp"

namespace mixvae {
namespace {

constexpr double kNear = 0.12;          // units
constexpr double kSmallFrom = 1.5;      // units
constexpr double kSmallTo = 8.5;        // units
constexpr Index kLatticeCells = 300;    // cells in which units are looked for
constexpr std::size_t kUnitValues = 5;  // values from which on a cell can have a unit of its own

/// The non-zero finite values of one cell with their columns.
struct CellValues {
  std::vector<Index> columns;
  std::vector<double> values;
};

std::vector<CellValues> sampled_cells(const Matrix& matrix) {
  const Index cells = row_count(matrix);
  const Index judged = std::min(cells, kJudgedCells);
  std::vector<CellValues> sample(at(judged));
  for (Index i = 0; i < judged; ++i) {
    for_each_value(matrix, i * cells / judged, [&](Index column, float value) {
      if (value != 0.0F && std::isfinite(value)) {
        sample[at(i)].columns.push_back(column);
        sample[at(i)].values.push_back(static_cast<double>(value));
      }
    });
  }
  return sample;
}

double sorted_quantile(std::span<const double> sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

/// (90 % - 10 % quantile) / median; 0 without values.
double relative_spread(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  std::ranges::sort(values);
  const double middle = sorted_quantile(values, 0.5);
  const double width = sorted_quantile(values, 0.9) - sorted_quantile(values, 0.1);
  return middle == 0 ? 0 : width / std::abs(middle);
}

/// The centre of the fullest class of values, classes being 4 % wide; sorted and positive values.
double commonest(std::span<const double> sorted) {
  const auto place_of = [](double value) { return std::floor(std::log(value) / 0.04); };
  std::size_t best_begin = 0;
  std::size_t best_end = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && place_of(sorted[end]) == place_of(sorted[begin])) {
      ++end;
    }
    if (end - begin > best_end - best_begin) {
      best_begin = begin;
      best_end = end;
    }
    begin = end;
  }
  return sorted[(best_begin + best_end) / 2];
}

LatticeEvidence multiples_of(double unit, std::span<const double> values) {
  LatticeEvidence found;
  for (const double value : values) {
    const double units = value / unit;
    if (units > kSmallFrom && units < kSmallTo) {
      ++found.judged;
      found.near += std::abs(units - std::round(units)) < kNear ? 1 : 0;
    }
  }
  return found;
}

/// Of 1, the smallest and the commonest value, the one of which most values are multiples.
std::optional<double> unit_of(std::span<const double> values) {
  if (values.size() < kUnitValues) {
    return std::nullopt;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  if (sorted.front() <= 0) {
    return std::nullopt;
  }
  std::optional<double> best;
  double best_share = -1;
  for (const double unit : {1.0, commonest(sorted), sorted.front()}) {
    const LatticeEvidence found = multiples_of(unit, values);
    if (found.judged > 0 && found.share() > best_share) {
      best_share = found.share();
      best = unit;
    }
  }
  return best;
}

/// Collects evidence for a lattice over cells.
class LatticeCollector {
 public:
  explicit LatticeCollector(Index features) : seen_(at(features), false) {}

  void add(double unit, const CellValues& cell, std::span<const double> values) {
    const LatticeEvidence found = multiples_of(unit, values);
    evidence_.near += found.near;
    evidence_.judged += found.judged;
    evidence_.nonzeros += static_cast<Index>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double units = values[i] / unit;
      seen_[at(cell.columns[i])] =
          seen_[at(cell.columns[i])] ||
          (units > kSmallFrom && units < kSmallTo && std::abs(units - std::round(units)) < kNear);
    }
  }

  LatticeEvidence result() const {
    LatticeEvidence whole = evidence_;
    whole.features = std::ranges::count(seen_, true);
    return whole;
  }

 private:
  LatticeEvidence evidence_;
  std::vector<bool> seen_;
};

template <class Function>
std::vector<double> mapped(const std::vector<double>& values, Function function) {
  std::vector<double> out(values.size());
  std::ranges::transform(values, out.begin(), function);
  std::ranges::replace_if(
      out, [](double v) { return !std::isfinite(v); }, 1e300);
  return out;
}

double exp_of(double value) { return std::expm1(value); }
double exp2_of(double value) { return std::exp2(value) - 1; }

/// Units of all cells that have one, and the evidence for them.
template <class Function>
LatticeEvidence cell_lattice(const std::vector<CellValues>& cells, Index features,
                             Function function, std::vector<double>& units) {
  LatticeCollector collector(features);
  const auto count = static_cast<Index>(cells.size());
  const Index judged = std::min(count, kLatticeCells);
  for (Index i = 0; i < judged; ++i) {
    const CellValues& cell = cells[at(i * count / judged)];
    const std::vector<double> values = mapped(cell.values, function);
    if (const auto unit = unit_of(values)) {
      collector.add(*unit, cell, values);
      units.push_back(*unit);
    }
  }
  return collector.result();
}

void add_lattices(const std::vector<CellValues>& cells, Index features, ValueEvidence& evidence) {
  LatticeCollector ones(features);
  for (const CellValues& cell : cells) {
    ones.add(1.0, cell, cell.values);
  }
  evidence.one = ones.result();
  std::vector<double> units;
  evidence.linear = cell_lattice(
      cells, features, [](double v) { return v; }, units);
  evidence.unit_spread = relative_spread(units);
  std::vector<double> unused;
  evidence.exp = cell_lattice(cells, features, exp_of, unused);
  evidence.exp2 = cell_lattice(cells, features, exp2_of, unused);
}

void add_typical(const std::vector<CellValues>& cells, ValueEvidence& evidence) {
  std::vector<double> all;
  Index few = 0;
  for (const CellValues& cell : cells) {
    all.insert(all.end(), cell.values.begin(), cell.values.end());
    const double unit = unit_of(cell.values).value_or(1.0);
    few += std::ranges::count_if(cell.values, [&](double v) { return v <= kSmallFrom * unit; });
  }
  std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
  evidence.typical = all[all.size() / 2];
  const auto count = static_cast<double>(all.size());
  evidence.at_typical =
      static_cast<double>(std::ranges::count_if(all,
                                                [&](double v) {
                                                  return std::abs(v - evidence.typical) <=
                                                         0.02 * std::abs(evidence.typical);
                                                })) /
      count;
  evidence.few_units = static_cast<double>(few) / count;
}

/// Ranks from 0, those of equal values averaged.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) {
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      rank[order[i]] = (static_cast<double>(begin) + static_cast<double>(end - 1)) / 2;
    }
    begin = end;
  }
  return rank;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

void add_sums(const std::vector<CellValues>& cells, ValueEvidence& evidence) {
  std::vector<double> sums;
  std::vector<double> present;
  std::vector<double> exp_sums;
  std::vector<double> exp2_sums;
  const auto sum = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  };
  for (const CellValues& cell : cells) {
    sums.push_back(sum(cell.values));
    present.push_back(static_cast<double>(cell.values.size()));
    exp_sums.push_back(sum(mapped(cell.values, exp_of)));
    exp2_sums.push_back(sum(mapped(cell.values, exp2_of)));
  }
  evidence.detection = correlation(ranks(sums), ranks(present));
  evidence.sum_spread = relative_spread(std::move(sums));
  evidence.exp_sum_spread = relative_spread(std::move(exp_sums));
  evidence.exp2_sum_spread = relative_spread(std::move(exp2_sums));
}

void add_dispersion(const std::vector<CellValues>& cells, Index features, ValueEvidence& evidence) {
  std::vector<double> sums(at(features));
  std::vector<double> squares(at(features));
  for (const CellValues& cell : cells) {
    for (std::size_t i = 0; i < cell.values.size(); ++i) {
      sums[at(cell.columns[i])] += cell.values[i];
      squares[at(cell.columns[i])] += cell.values[i] * cell.values[i];
    }
  }
  const auto n = static_cast<double>(cells.size());
  std::vector<std::pair<double, double>> found;  // mean, variance / mean
  for (std::size_t f = 0; f < sums.size(); ++f) {
    const double mean = sums[f] / n;
    if (mean > 0.05) {
      found.emplace_back(mean, (squares[f] / n - mean * mean) / mean);
    }
  }
  if (found.empty()) {
    return;
  }
  std::ranges::sort(found);
  std::vector<double> lowest;
  for (std::size_t i = 0; i < found.size() / 10 + 1; ++i) {
    lowest.push_back(found[i].second);
  }
  std::ranges::sort(lowest);
  evidence.dispersion = sorted_quantile(lowest, 0.2);
}

/// The largest value; where there are enough cells, of all but the 1 % with the largest ones.
float robust_largest(const std::vector<CellValues>& cells) {
  std::vector<double> largest;
  for (const CellValues& cell : cells) {
    largest.push_back(cell.values.empty() ? 0.0 : std::ranges::max(cell.values));
  }
  std::ranges::sort(largest);
  const std::size_t left_out = largest.size() < 20 ? 0 : (largest.size() + 99) / 100;
  return static_cast<float>(largest[largest.size() - 1 - left_out]);
}

}  // namespace

ValueEvidence value_evidence(const Matrix& matrix) {
  const std::vector<CellValues> cells = sampled_cells(matrix);
  const Index features = column_count(matrix);
  ValueEvidence evidence;
  Index whole = 0;
  Index negative = 0;
  for (const CellValues& cell : cells) {
    evidence.nonzeros += static_cast<Index>(cell.values.size());
    whole += std::ranges::count_if(cell.values, [](double v) { return v == std::round(v); });
    negative += std::ranges::count_if(cell.values, [](double v) { return v < 0; });
  }
  if (evidence.nonzeros == 0) {
    evidence.whole = 1;
    evidence.zeros = 1;
    return evidence;
  }
  const auto count = static_cast<double>(evidence.nonzeros);
  evidence.whole = static_cast<double>(whole) / count;
  evidence.negative = static_cast<double>(negative) / count;
  evidence.zeros = 1 - count / (static_cast<double>(cells.size()) * static_cast<double>(features));
  evidence.largest = robust_largest(cells);
  if (evidence.whole < kWholeShare) {
    add_lattices(cells, features, evidence);
    add_typical(cells, evidence);
    add_sums(cells, evidence);
    add_dispersion(cells, features, evidence);
  }
  return evidence;
}

}  // namespace mixvae
