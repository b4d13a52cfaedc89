#include "metrics/group_mmd.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/philox.hpp"
#include "metrics/benjamini_hochberg.hpp"

namespace mixvae::metrics {
namespace {

std::vector<std::vector<Index>> rows_by_group(std::span<const std::int32_t> groups, Index count) {
  std::vector<std::vector<Index>> rows(at(count));
  for (std::size_t n = 0; n < groups.size(); ++n) {
    if (groups[n] >= 0) {
      rows[at(groups[n])].push_back(static_cast<Index>(n));
    }
  }
  return rows;
}

std::vector<Index> compared_groups(const std::vector<std::vector<Index>>& rows) {
  std::vector<Index> compared;
  for (std::size_t g = 0; g < rows.size(); ++g) {
    if (static_cast<Index>(rows[g].size()) >= kComparedCells) {
      compared.push_back(static_cast<Index>(g));
    }
  }
  return compared;
}

/// A number of its own for each test.
std::uint64_t seed_of(std::uint64_t seed, Index test) {
  const Philox::Block words =
      Philox(seed, Purpose::subsample).block(static_cast<std::uint64_t>(test));
  return (std::uint64_t{words[0]} << 32) | words[1];
}

/// The group's rows in random order, at most twice as many as one comparison uses.
DenseMatrix shuffled(const DenseMatrix& x, std::vector<Index> rows, Index group,
                     const MmdOptions& options) {
  PhiloxStream random(options.seed, Purpose::subsample, static_cast<std::uint64_t>(group) + 1);
  for (std::size_t i = rows.size() - 1; i > 0; --i) {
    std::swap(rows[i], rows[random.integer(i + 1)]);
  }
  rows.resize(std::min(rows.size(), 2 * at(options.most_cells)));
  return std::get<DenseMatrix>(select_rows(x, rows));
}

/// Rows [first, end).
DenseMatrix part(const DenseMatrix& x, Index first, Index end) {
  DenseMatrix rows(end - first, x.columns);
  std::copy(x.values.begin() + first * x.columns, x.values.begin() + end * x.columns,
            rows.values.begin());
  return rows;
}

bool all_equal(const DenseMatrix& x) {
  for (Index n = 1; n < x.rows; ++n) {
    if (!std::ranges::equal(x.row(n), x.row(0))) {
      return false;
    }
  }
  return true;
}

GroupMmd compare(Index first, Index second, const DenseMatrix& x, const DenseMatrix& y,
                 const MmdOptions& options) {
  GroupMmd result{.first = first, .second = second, .first_cells = x.rows, .second_cells = y.rows};
  const bool no_difference = all_equal(x) && all_equal(y) && std::ranges::equal(x.row(0), y.row(0));
  if (no_difference) {
    result.test.cells = x.rows + y.rows;
    return result;
  }
  result.test = mmd_test(x, y, options);
  const auto m = static_cast<double>(x.rows);
  const auto n = static_cast<double>(y.rows);
  result.scaled = m * n / (m + n) * result.test.squared;
  return result;
}

/// Adjusts the p values of the pairs, and those of the halves.
void adjust(std::vector<GroupMmd>& tests) {
  for (const bool within : {false, true}) {
    std::vector<double> p;
    for (const GroupMmd& test : tests) {
      if (test.within() == within) {
        p.push_back(test.test.p);
      }
    }
    const std::vector<double> adjusted = benjamini_hochberg(p);
    auto next = adjusted.begin();
    for (GroupMmd& test : tests) {
      if (test.within() == within) {
        test.adjusted_p = *next++;
      }
    }
  }
}

}  // namespace

Index group_mmd_tests(std::span<const std::int32_t> groups, Index count) {
  const auto compared = static_cast<Index>(compared_groups(rows_by_group(groups, count)).size());
  return compared * (compared + 1) / 2;
}

std::vector<GroupMmd> group_mmd(const DenseMatrix& x, std::span<const std::int32_t> groups,
                                Index count, const MmdOptions& options,
                                const std::function<void()>& advance) {
  const std::vector<std::vector<Index>> rows = rows_by_group(groups, count);
  const std::vector<Index> compared = compared_groups(rows);
  if (compared.size() < 2) {
    throw InputError({.what = "there are too few groups to compare",
                      .found = std::to_string(compared.size()) + " groups of at least " +
                               std::to_string(kComparedCells) + " cells",
                      .expected = "at least 2"});
  }
  std::vector<DenseMatrix> cells;
  for (const Index group : compared) {
    cells.push_back(shuffled(x, rows[at(group)], group, options));
  }
  std::vector<GroupMmd> tests;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    for (std::size_t j = i; j < compared.size(); ++j) {
      MmdOptions own = options;
      own.seed = seed_of(options.seed, static_cast<Index>(tests.size()));
      const Index half = cells[i].rows / 2;
      const DenseMatrix first =
          part(cells[i], 0, i == j ? half : std::min(options.most_cells, cells[i].rows));
      const DenseMatrix second =
          i == j ? part(cells[i], half, cells[i].rows)
                 : part(cells[j], 0, std::min(options.most_cells, cells[j].rows));
      tests.push_back(compare(compared[i], compared[j], first, second, own));
      if (advance) {
        advance();
      }
    }
  }
  adjust(tests);
  return tests;
}

GroupMmdSummary summarise(std::span<const GroupMmd> tests) {
  GroupMmdSummary summary;
  for (const GroupMmd& test : tests) {
    const bool apart = test.adjusted_p <= kApartLevel;
    if (test.within()) {
      summary.within += test.test.squared;
      summary.within_scaled += test.scaled;
      summary.halves += 1;
      summary.halves_apart += apart ? 1 : 0;
    } else {
      summary.between += test.test.squared;
      summary.between_scaled += test.scaled;
      summary.pairs += 1;
      summary.pairs_apart += apart ? 1 : 0;
    }
  }
  const auto pairs = static_cast<double>(std::max<Index>(summary.pairs, 1));
  const auto halves = static_cast<double>(std::max<Index>(summary.halves, 1));
  summary.between /= pairs;
  summary.between_scaled /= pairs;
  summary.within /= halves;
  summary.within_scaled /= halves;
  if (summary.within > 0) {
    summary.ratio = summary.between / summary.within;
  }
  return summary;
}

}  // namespace mixvae::metrics
