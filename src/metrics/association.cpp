#include "metrics/association.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"

namespace mixvae::metrics {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastVariance = 1e-12;  // relative to the mean square: less is rounding
constexpr Index kColumnsOfABlock = 16;

std::size_t group_count(Labels groups) {
  const Index most = groups.empty() ? -1 : std::ranges::max(groups);
  return at(most + 1);
}

/// Values less the mean of their group [N]; 0 where a cell is left out.
struct Residuals {
  std::vector<double> values;
  std::vector<bool> counts;   // [N] whether the cell counts
  std::vector<double> sizes;  // [G] cells that count
  double within = 0;          // sum of squares
  double between = 0;

  Residuals(std::span<const double> of, Labels groups)
      : values(of.size(), 0.0), counts(of.size()), sizes(group_count(groups), 0.0) {
    std::vector<double> means(sizes.size(), 0.0);
    double all = 0;
    for (std::size_t n = 0; n < of.size(); ++n) {
      counts[n] = groups[n] >= 0 && std::isfinite(of[n]);
      if (counts[n]) {
        sizes[at(groups[n])] += 1;
        means[at(groups[n])] += of[n];
        all += of[n];
      }
    }
    double cells = 0;
    for (std::size_t g = 0; g < sizes.size(); ++g) {
      cells += sizes[g];
      means[g] /= std::max(sizes[g], 1.0);
    }
    all /= std::max(cells, 1.0);
    for (std::size_t g = 0; g < sizes.size(); ++g) {
      between += sizes[g] * (means[g] - all) * (means[g] - all);
    }
    for (std::size_t n = 0; n < of.size(); ++n) {
      if (counts[n]) {
        values[n] = of[n] - means[at(groups[n])];
        within += values[n] * values[n];
      }
    }
  }
};

/// Sums over the cells that count, for one column.
struct ColumnSums {
  double product = 0;  // with the residuals
  double squares = 0;
  std::vector<double> of_groups;  // [G]

  double correlation(const Residuals& residuals) const {
    double within = squares;
    for (std::size_t g = 0; g < of_groups.size(); ++g) {
      within -= of_groups[g] * of_groups[g] / std::max(residuals.sizes[g], 1.0);
    }
    if (within <= kLeastVariance * squares || residuals.within <= 0) {
      return kNotANumber;
    }
    return std::clamp(product / std::sqrt(within * residuals.within), -1.0, 1.0);
  }
};

void add(ColumnSums& sums, double value, std::size_t cell, const Residuals& residuals,
         Labels groups) {
  if (residuals.counts[cell]) {
    sums.product += value * residuals.values[cell];
    sums.squares += value * value;
    sums.of_groups[at(groups[cell])] += value;
  }
}

void add_sparse(const CsrMatrix& by_column, Index first, const std::vector<Residuals>& residuals,
                Labels groups, std::vector<std::vector<ColumnSums>>& sums) {
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const SparseRow column = by_column.row(first + static_cast<Index>(c));
    for (std::size_t v = 0; v < residuals.size(); ++v) {
      for (std::size_t i = 0; i < column.values.size(); ++i) {
        add(sums[c][v], static_cast<double>(column.values[i]), at(column.columns[i]), residuals[v],
            groups);
      }
    }
  }
}

/// Row by row, so that each is read once for all columns of the block.
void add_dense(const DenseMatrix& x, Index first, const std::vector<Residuals>& residuals,
               Labels groups, std::vector<std::vector<ColumnSums>>& sums) {
  for (Index n = 0; n < x.rows; ++n) {
    const auto row = x.row(n).subspan(at(first), sums.size());
    for (std::size_t c = 0; c < sums.size(); ++c) {
      for (std::size_t v = 0; v < residuals.size(); ++v) {
        add(sums[c][v], static_cast<double>(row[c]), at(n), residuals[v], groups);
      }
    }
  }
}

}  // namespace

std::vector<double> within_groups(std::span<const double> values, Labels groups) {
  MIXVAE_ASSERT(values.size() == groups.size(), "values of other cells");
  Residuals residuals(values, groups);
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (!residuals.counts[n]) {
      residuals.values[n] = kNotANumber;
    }
  }
  return residuals.values;
}

double share_between(std::span<const double> values, Labels groups) {
  MIXVAE_ASSERT(values.size() == groups.size(), "values of other cells");
  const Residuals residuals(values, groups);
  const double total = residuals.between + residuals.within;
  const double cells = std::accumulate(residuals.sizes.begin(), residuals.sizes.end(), 0.0);
  const auto used = static_cast<double>(
      std::ranges::count_if(residuals.sizes, [](double size) { return size > 0; }));
  if (!(total > 0) || cells <= used) {
    return kNotANumber;
  }
  return std::max(0.0, 1 - residuals.within / (cells - used) / (total / (cells - 1)));
}

double cramers_v(const Contingency& table) {
  const auto n = static_cast<double>(table.total);
  const auto with_cells = [](const std::vector<Index>& totals) {
    return static_cast<double>(std::ranges::count_if(totals, [](Index t) { return t > 0; }));
  };
  const double rows = with_cells(table.row_totals);
  const double columns = with_cells(table.column_totals);
  if (rows < 2 || columns < 2) {
    return kNotANumber;
  }
  double share = -1;  // chi^2 / n
  for (Index r = 0; r < table.rows; ++r) {
    for (Index c = 0; c < table.columns; ++c) {
      const auto count = static_cast<double>(table(r, c));
      if (count > 0) {
        share += count * count / static_cast<double>(table.row_totals[at(r)]) /
                 static_cast<double>(table.column_totals[at(c)]);
      }
    }
  }
  const double corrected = std::max(0.0, share - (rows - 1) * (columns - 1) / (n - 1));
  const double fewer_rows = rows - (rows - 1) * (rows - 1) / (n - 1);
  const double fewer_columns = columns - (columns - 1) * (columns - 1) / (n - 1);
  const double most = std::min(fewer_rows, fewer_columns) - 1;
  return most > 0 ? std::min(1.0, std::sqrt(corrected / most)) : kNotANumber;
}

std::vector<std::vector<double>> correlations_within(const Matrix& x,
                                                     const std::vector<std::vector<double>>& values,
                                                     Labels groups) {
  std::vector<Residuals> residuals;
  for (const std::vector<double>& one : values) {
    MIXVAE_ASSERT(one.size() == groups.size() && row_count(x) == static_cast<Index>(groups.size()),
                  "values of other cells");
    residuals.emplace_back(one, groups);
  }
  const Index columns = column_count(x);
  std::vector<std::vector<double>> correlations(values.size(), std::vector<double>(at(columns)));
  const CsrMatrix* const sparse = std::get_if<CsrMatrix>(&x);
  const CsrMatrix by_column = sparse != nullptr ? transpose(*sparse) : CsrMatrix();
  const Index blocks = (columns + kColumnsOfABlock - 1) / kColumnsOfABlock;
  parallel_for(blocks, 1, [&](Index begin, Index end) {
    for (Index first = begin * kColumnsOfABlock; first < std::min(end * kColumnsOfABlock, columns);
         first += kColumnsOfABlock) {
      const Index last = std::min(first + kColumnsOfABlock, columns);
      std::vector<std::vector<ColumnSums>> sums(at(last - first));
      for (std::vector<ColumnSums>& of_column : sums) {
        for (const Residuals& of : residuals) {
          of_column.push_back({.of_groups = std::vector<double>(of.sizes.size(), 0.0)});
        }
      }
      if (sparse != nullptr) {
        add_sparse(by_column, first, residuals, groups, sums);
      } else {
        add_dense(std::get<DenseMatrix>(x), first, residuals, groups, sums);
      }
      for (std::size_t c = 0; c < sums.size(); ++c) {
        for (std::size_t v = 0; v < values.size(); ++v) {
          correlations[v][at(first) + c] = sums[c][v].correlation(residuals[v]);
        }
      }
    }
  });
  return correlations;
}

}  // namespace mixvae::metrics
