#include "report/figures/type_sizes.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"
#include "report/type_colors.hpp"

namespace mixvae::report {
namespace {

constexpr double kSizeRow = 20;
constexpr double kSizeTop = 30;
constexpr double kSizeBottom = 44;
constexpr double kBars = 320;
constexpr double kCounts = 70;
constexpr double kScores = 240;
constexpr double kSizeRight = 16;
constexpr const char* kConfidence = "#0b6fb8";
constexpr const char* kSupport = "#b54708";

double widest_name(const std::vector<analysis::TypeSummary>& types) {
  double width = 0;
  for (const analysis::TypeSummary& type : types) {
    width = std::max(width, text_width(type.name));
  }
  return width + 20;
}

std::string csv_of(const std::vector<analysis::TypeSummary>& types) {
  TablePrinter table({"type", "cells", "confidence", "support", "probability", "consensus"});
  for (const analysis::TypeSummary& type : types) {
    table.add({type.name, std::to_string(type.cells), fixed(type.confidence), fixed(type.support),
               fixed(type.probability), fixed(type.consensus)});
  }
  return table.csv();
}

/// A mark on the line from 0 to 1 of a type.
void draw_score(Svg& svg, const Axis& axis, double y, double value, bool support,
                const std::string& tip) {
  if (!std::isfinite(value)) {
    return;
  }
  if (support) {
    svg.rectangle({axis.place(value) - 4, y - 4}, 8, 8, kSupport, tip);
  } else {
    svg.circle({axis.place(value), y}, 4.5, kConfidence, tip);
  }
}

}  // namespace

Figure type_sizes(const std::vector<analysis::TypeSummary>& types) {
  const bool confident = std::ranges::any_of(
      types, [](const analysis::TypeSummary& type) { return std::isfinite(type.confidence); });
  const std::string score = confident ? "mean confidence" : "mean probability";
  const double left = widest_name(types);
  const double height = kSizeRow * static_cast<double>(types.size());
  Svg svg(left + kBars + kCounts + kScores + kSizeRight, kSizeTop + height + kSizeBottom,
          "Cells of each type, with their " + score);
  Index most = 1;
  for (const analysis::TypeSummary& type : types) {
    most = std::max(most, type.cells);
  }
  const Axis bars{0, static_cast<double>(most), left, left + kBars};
  const Axis scores{0, 1, bars.to + kCounts, bars.to + kCounts + kScores};
  const std::vector<std::string> colors = type_colors(types.size());
  svg.circle({scores.from + 6, 14}, 4.5, kConfidence);
  svg.text({scores.from + 16, 18}, score, {.size = 11, .color = kQuiet});
  if (confident) {
    svg.rectangle({scores.from + 118, 10}, 8, 8, kSupport);
    svg.text({scores.from + 132, 18}, "support of the type", {.size = 11, .color = kQuiet});
  }
  for (std::size_t t = 0; t < types.size(); ++t) {
    const analysis::TypeSummary& type = types[t];
    const double y = kSizeTop + kSizeRow * (static_cast<double>(t) + 0.5);
    const auto cells = static_cast<double>(type.cells);
    svg.text({left - 8, y + 4}, type.name, {.anchor = Anchor::end});
    svg.rectangle({left, y - 7}, bars.place(cells) - left, 14, colors[t],
                  type.name + ": " + with_commas(type.cells) + " cells");
    svg.text({bars.place(cells) + 6, y + 4}, with_commas(type.cells),
             {.size = 11, .color = kQuiet});
    svg.line({scores.from, y}, {scores.to, y}, {.color = kFaint});
    const double value = confident ? type.confidence : type.probability;
    draw_score(svg, scores, y, type.support, true, type.name + ": support " + fixed(type.support));
    draw_score(svg, scores, y, value, false, type.name + ": " + score + " " + fixed(value));
  }
  draw_horizontal(svg, bars, kSizeTop + height + 2, "cells");
  draw_horizontal(svg, scores, kSizeTop + height + 2, "from 0 (never again) to 1 (always)");
  return {.name = "type-sizes",
          .title = "Types, their size and how sure they are",
          .caption = confident
                         ? "Confidence: how likely it is that an independent fit of another "
                           "sample gives a cell of the type the same type; mean over its cells. "
                           "Support: share of bootstraps in which the type exists."
                         : "Probability of the type as the model says it, mean over its cells. "
                           "The run has no confidence.",
          .svg = svg.document(),
          .csv = csv_of(types)};
}

}  // namespace mixvae::report
