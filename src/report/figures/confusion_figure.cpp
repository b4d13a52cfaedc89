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
constexpr double kLetters = 11;
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

/// The matrix's rows and columns, and where they lie.
struct Grid {
  std::vector<Index> rows;     // labels
  std::vector<Index> columns;  // types
  double cell = kWideCell;
  double left = 0;
  double top = 0;

  Grid(const analysis::Evaluation& evaluation, const std::vector<std::string>& types)
      : rows(labels_with_cells(evaluation.confusion)) {
    for (const std::int32_t type :
         metrics::matched_order(evaluation.confusion, evaluation.matching)) {
      columns.push_back(type);
    }
    cell = is_large() ? kSmallCell : kWideCell;
    left = widest(evaluation.label_names, rows, kLetters) + 14;
    top = widest(types, columns, kLetters) + 12 + kTitles;
  }

  bool is_large() const { return rows.size() > kMany || columns.size() > kMany; }
  Point corner(std::size_t row, std::size_t column) const {
    return {left + cell * static_cast<double>(column), top + cell * static_cast<double>(row)};
  }
};

void draw_share(Svg& svg, const Grid& grid, Point corner, double share, const std::string& tip) {
  svg.rectangle(corner, grid.cell - 1, grid.cell - 1, sequential_color(share), tip);
  if (!grid.is_large() && share >= kLeastShown) {
    const Point middle{corner.first + grid.cell / 2 - 0.5, corner.second + grid.cell / 2 + 3.5};
    svg.text(middle, fmt::format("{:.0f}", 100 * share),
             {.size = 10,
              .anchor = Anchor::middle,
              .color = needs_white_text(share) ? "#ffffff" : "#1f2933"});
  }
}

void draw_titles(Svg& svg, const Grid& grid, const std::vector<std::string>& labels,
                 const std::vector<std::string>& types) {
  svg.text({grid.left, 14}, kColumnsTitle, {.size = kLetters, .color = kQuiet});
  for (std::size_t c = 0; c < grid.columns.size(); ++c) {
    svg.text({grid.corner(0, c).first + grid.cell / 2 + 4, grid.top - 6},
             types[at(grid.columns[c])], {.size = kLetters, .rotate = -90});
  }
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    svg.text({grid.left - 8, grid.corner(r, 0).second + grid.cell / 2 + 4},
             labels[at(grid.rows[r])], {.size = kLetters, .anchor = Anchor::end});
  }
}

}  // namespace

Figure confusion_figure(const analysis::Evaluation& evaluation,
                        const std::vector<std::string>& types) {
  const metrics::Contingency& table = evaluation.confusion;
  const Grid grid(evaluation, types);
  const Point end = grid.corner(grid.rows.size(), grid.columns.size());
  Svg svg(std::max(end.first, grid.left + text_width(kColumnsTitle, kLetters)) + 16,
          end.second + 10, "Known labels against types");
  draw_titles(svg, grid, evaluation.label_names, types);
  for (std::size_t r = 0; r < grid.rows.size(); ++r) {
    for (std::size_t c = 0; c < grid.columns.size(); ++c) {
      const Index cells = table(grid.rows[r], grid.columns[c]);
      const double share =
          static_cast<double>(cells) / static_cast<double>(table.row_totals[at(grid.rows[r])]);
      draw_share(svg, grid, grid.corner(r, c), share,
                 fmt::format("{}: {} cells of {} ({:.1f} %)", types[at(grid.columns[c])], cells,
                             evaluation.label_names[at(grid.rows[r])], 100 * share));
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
