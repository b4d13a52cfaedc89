#pragma once

#include <string>
#include <vector>

#include "metrics/markers.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {

/// How markers are printed.
struct MarkerList {
  const metrics::MarkerStatistics& statistics;
  const std::vector<std::string>& types;     // [T] names
  const std::vector<std::string>& features;  // [D] names
  metrics::MarkerLevel level = metrics::MarkerLevel::high;
  std::vector<std::string> labels = {};  // [T] names given to them; or empty
};

/// The smallest p value that is printed as a number in CSV and JSON; smaller ones are given as it.
inline constexpr double kSmallestP = 1e-300;

/// The first n markers of each type as a table: type, feature, level (high or low, where both are
/// listed), effect (log2 ratio of means for counts, else difference of means), adjusted p
/// ("<1e-300" for smaller ones), and in the type and in the others the share of cells that express
/// it, or the median of a channel.
TablePrinter marker_table(const MarkerList& list, Index n);

/// Every marker of each type, best first, as CSV with the columns type, feature, level, effect,
/// score, p, p_adjusted, log10_p_adjusted, and fraction_in, fraction_out or, of channels,
/// median_in, median_out; last label, where types have names. Six digits.
std::string marker_csv(const MarkerList& list);

/// The first n markers of each type as JSON: {"effect": "log2 ratio" or "difference", "types":
/// {"T1": [{"feature", "level", "effect", "p_adjusted", "log10_p_adjusted", "fraction_in",
/// "fraction_out" or "median_in", "median_out"}]}}; where types have names also "labels": {"T1":
/// "B cell"}.
std::string marker_json(const MarkerList& list, Index n);

}  // namespace mixvae::report
