#include "report/figures/confusion_figure.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/index.hpp"
#include "metrics/confusion.hpp"
#include "report/color_scale.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"

namespace mixvae::report {
namespace {

constexpr double kWideCell = 24;
constexpr double kSmallCell = 15;  // where there are many
constexpr std::size_t kMany = 24;
constexpr double kTitles = 22;
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
  const std::vector<Index> rows = labels_with_cells(table);
  const std::vector<std::int32_t> columns = metrics::matched_order(table, evaluation.matching);
  const bool many = rows.size() > kMany || columns.size() > kMany;
  const double cell = many ? kSmallCell : kWideCell;
  double left = 0;
  double top = 0;
  for (const Index row : rows) {
    left = std::max(left, text_width(evaluation.label_names[at(row)], 11));
  }
  for (const std::int32_t column : columns) {
    top = std::max(top, text_width(types[at(column)], 11));
  }
  left += 14;
  top += 12 + kTitles;
  const double width =
      std::max(cell * static_cast<double>(columns.size()), text_width(kColumnsTitle, 11));
  Svg svg(left + width + 16, top + cell * static_cast<double>(rows.size()) + 10,
          "Known labels against types");
  svg.text({left, 14}, kColumnsTitle, {.size = 11, .color = kQuiet});
  for (std::size_t c = 0; c < columns.size(); ++c) {
    svg.text({left + cell * (static_cast<double>(c) + 0.5) + 4, top - 6}, types[at(columns[c])],
             {.size = 11, .rotate = -90});
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double y = top + cell * static_cast<double>(r);
    const std::string& label = evaluation.label_names[at(rows[r])];
    svg.text({left - 8, y + cell / 2 + 4}, label, {.size = 11, .anchor = Anchor::end});
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double x = left + cell * static_cast<double>(c);
      const Index cells = table(rows[r], columns[c]);
      const double share =
          static_cast<double>(cells) / static_cast<double>(table.row_totals[at(rows[r])]);
      svg.rectangle({x, y}, cell - 1, cell - 1, sequential_color(share),
                    fmt::format("{}: {} cells of {} ({:.1f} %)", types[at(columns[c])], cells,
                                label, 100 * share));
      if (!many && share >= kLeastShown) {
        svg.text({x + cell / 2 - 0.5, y + cell / 2 + 3.5}, fmt::format("{:.0f}", 100 * share),
                 {.size = 10,
                  .anchor = Anchor::middle,
                  .color = needs_white_text(share) ? "#ffffff" : "#1f2933"});
      }
    }
  }
  return {.name = "confusion",
          .title = "Known labels against types",
          .caption =
              "The darker, the more of a label's cells were given the type (numbers: per cent "
              "of the label's cells).",
          .svg = svg.document(),
          .csv = metrics::confusion_csv(table, evaluation.matching, evaluation.label_names, types)};
}

}  // namespace mixvae::report
