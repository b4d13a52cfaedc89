#pragma once

#include <string>
#include <vector>

#include "metrics/markers.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {

/// The first n markers of each type as a table: type, feature, effect, adjusted
/// p, fractions of cells that express it in the type and in the others.
TablePrinter marker_table(const metrics::MarkerStatistics& statistics,
                          const std::vector<std::string>& types,
                          const std::vector<std::string>& features, Index n);

/// Every feature with a positive effect on a type, best first, as CSV with the
/// columns type, feature, effect, score, p, p_adjusted, fraction_in,
/// fraction_out.
std::string marker_csv(const metrics::MarkerStatistics& statistics,
                       const std::vector<std::string>& types,
                       const std::vector<std::string>& features);

/// The first n markers of each type as JSON: {"types": {"T1": [{"feature",
/// "effect", "p_adjusted", "fraction_in", "fraction_out"}]}}.
std::string marker_json(const metrics::MarkerStatistics& statistics,
                        const std::vector<std::string>& types,
                        const std::vector<std::string>& features, Index n);

}  // namespace mixvae::report
