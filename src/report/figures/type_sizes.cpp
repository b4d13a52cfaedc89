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

/// What the marks beside the bars mean, and where both lie.
struct SizeFrame {
  bool confident = false;
  std::string score;
  double left = 0;
  double bottom = 0;
  Axis bars;
  Axis scores;

  explicit SizeFrame(const std::vector<analysis::TypeSummary>& types) {
    Index most = 1;
    for (const analysis::TypeSummary& type : types) {
      confident = confident || std::isfinite(type.confidence);
      most = std::max(most, type.cells);
      left = std::max(left, text_width(type.name) + 20);
    }
    score = confident ? "mean confidence" : "mean probability";
    bottom = kSizeTop + kSizeRow * static_cast<double>(types.size());
    bars = {0, static_cast<double>(most), left, left + kBars};
    scores = {0, 1, bars.to + kCounts, bars.to + kCounts + kScores};
  }
};

void draw_size_legend(Svg& svg, const SizeFrame& frame) {
  svg.circle({frame.scores.from + 6, 14}, 4.5, kConfidence);
  svg.text({frame.scores.from + 16, 18}, frame.score, {.size = 11, .color = kQuiet});
  if (frame.confident) {
    svg.rectangle({frame.scores.from + 118, 10}, 8, 8, kSupport);
    svg.text({frame.scores.from + 132, 18}, "support of the type", {.size = 11, .color = kQuiet});
  }
}

void draw_type(Svg& svg, const SizeFrame& frame, const analysis::TypeSummary& type, double y,
               const std::string& color) {
  const double end = frame.bars.place(static_cast<double>(type.cells));
  const std::string cells = with_commas(type.cells);
  svg.text({frame.left - 8, y + 4}, type.name, {.anchor = Anchor::end});
  svg.rectangle({frame.left, y - 7}, end - frame.left, 14, color,
                type.name + ": " + cells + " cells");
  svg.text({end + 6, y + 4}, cells, {.size = 11, .color = kQuiet});
  svg.line({frame.scores.from, y}, {frame.scores.to, y}, {.color = kFaint});
  const double value = frame.confident ? type.confidence : type.probability;
  draw_score(svg, frame.scores, y, type.support, true,
             type.name + ": support " + fixed(type.support));
  draw_score(svg, frame.scores, y, value, false,
             type.name + ": " + frame.score + " " + fixed(value));
}

}  // namespace

Figure type_sizes(const std::vector<analysis::TypeSummary>& types) {
  const SizeFrame frame(types);
  Svg svg(frame.scores.to + kSizeRight, frame.bottom + kSizeBottom,
          "Cells of each type, with their " + frame.score);
  draw_size_legend(svg, frame);
  const std::vector<std::string> colors = type_colors(types.size());
  for (std::size_t t = 0; t < types.size(); ++t) {
    draw_type(svg, frame, types[t], kSizeTop + kSizeRow * (static_cast<double>(t) + 0.5),
              colors[t]);
  }
  draw_horizontal(svg, frame.bars, frame.bottom + 2, "cells");
  draw_horizontal(svg, frame.scores, frame.bottom + 2, "from 0 (never again) to 1 (always)");
  return {.name = "type-sizes",
          .title = "Types, their size and how sure they are",
          .caption = frame.confident
                         ? "Confidence: how likely it is that an independent fit of another "
                           "sample gives a cell of the type the same type; mean over its cells. "
                           "Support: share of bootstraps in which the type exists."
                         : "Probability of the type as the model says it, mean over its cells. "
                           "The run has no confidence.",
          .svg = svg.document(),
          .csv = csv_of(types)};
}

}  // namespace mixvae::report
