#include "report/figures/confusion_figure.hpp"

#include <fmt/format.h>

#include "base/index.hpp"
#include "metrics/confusion.hpp"
#include "report/heat_map.hpp"

namespace mixvae::report {
namespace {

constexpr const char* kColumnsTitle = "types, in the order of the labels that they match";
constexpr double kLeastShown = 0.005;  // shares below are left blank

std::vector<Index> labels_with_cells(const metrics::Contingency& table) {
  std::vector<Index> rows;
  for (Index r = 0; r < table.rows; ++r) {
    if (table.row_totals[at(r)] > 0) {
      rows.push_back(r);
    }
  }
  return rows;
}

}  // namespace

Figure confusion_figure(const analysis::Evaluation& evaluation,
                        const std::vector<std::string>& types) {
  const metrics::Contingency& table = evaluation.confusion;
  const std::vector<std::int32_t> columns = metrics::matched_order(table, evaluation.matching);
  HeatMap map{.title = "Known labels against types",
              .columns_title = kColumnsTitle,
              .rows = {},
              .columns = {},
              .cells = {}};
  for (const std::int32_t type : columns) {
    map.columns.push_back(types[at(type)]);
  }
  for (const Index label : labels_with_cells(table)) {
    map.rows.push_back(evaluation.label_names[at(label)]);
    std::vector<HeatCell> row;
    for (const std::int32_t type : columns) {
      const Index cells = table(label, type);
      const double share =
          static_cast<double>(cells) / static_cast<double>(table.row_totals[at(label)]);
      row.push_back({share, share >= kLeastShown ? fmt::format("{:.0f}", 100 * share) : "",
                     fmt::format("{}: {} cells of {} ({:.1f} %)", types[at(type)], cells,
                                 map.rows.back(), 100 * share)});
    }
    map.cells.push_back(std::move(row));
  }
  return {.name = "confusion",
          .title = "Known labels against types",
          .caption =
              "The darker, the more of a label's cells were given the type (numbers: per cent "
              "of the label's cells).",
          .svg = heat_map(map).document(),
          .csv = metrics::confusion_csv(table, evaluation.matching, evaluation.label_names, types)};
}

}  // namespace mixvae::report
