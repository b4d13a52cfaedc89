#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/index.hpp"

namespace mixvae {

/// Which row of a table belongs to each cell; -1: none.
struct Match {
  std::vector<Index> rows;
  Index found = 0;       // cells with a row
  std::string rule;      // how names were compared, a clause that follows "by name"; empty: exactly
  std::string repeated;  // a name that stands for several cells or rows, which no rule tells apart
};

/// The rows whose keys are the cells' names. Exactly, where at least `least` cells find their row;
/// else by the first of these rules under which so many do and no two cells and no two rows have
/// the same name:
///  - a number at the end ("-1") of the cells' names, or of the table's, is left out;
///  - all signs between letters and digits count as the same ("AAAC.1" and "AAAC-1");
///  - what stands before the last (or first) '_', ':', '#' or '|' of the names of one side is left
///    out, or what stands behind it, or behind the last '-';
///  - the runs of A, C, G, T, N of 8 letters or more are compared, unless both names have something
///    before them, or behind them, that differs.
/// Nothing when no rule holds. `found` is 0 and `repeated` is set when names that match exactly are
/// repeated.
std::optional<Match> match_names(const std::vector<std::string>& cells,
                                 const std::vector<std::string>& keys, Index least);

/// The same without any rule.
std::optional<Match> match_exactly(const std::vector<std::string>& cells,
                                   const std::vector<std::string>& keys, Index least);

}  // namespace mixvae
