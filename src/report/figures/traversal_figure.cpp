#include "report/figures/traversal_figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/index.hpp"
#include "report/color_scale.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"
#include "report/traversal_output.hpp"

namespace mixvae::report {
namespace {

using analysis::StateWalk;
using analysis::Traversal;
using analysis::TraversedType;

constexpr double kStepWidth = 14;
constexpr double kFeatureHeight = 14;
constexpr double kPanelTitle = 22;
constexpr double kPanelGap = 18;
constexpr double kScaleHeight = 44;
constexpr std::size_t kWalksInRow = 4;

/// Value [W] of a feature less its mean over the walk, in its s.d. over cells.
std::vector<double> deviations_on(const StateWalk& walk, Index feature, double deviation) {
  std::vector<double> curve;
  double mean = 0;
  for (Index w = 0; w < walk.values.rows; ++w) {
    curve.push_back(static_cast<double>(walk.values(w, feature)));
    mean += curve.back() / static_cast<double>(walk.values.rows);
  }
  for (double& value : curve) {
    value = (value - mean) / deviation;
  }
  return curve;
}

double largest_deviation(const Traversal& traversal, Index features) {
  double largest = 0;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      for (const Index d : moved_features(walk, features)) {
        for (const double value : deviations_on(walk, d, traversal.deviation[at(d)])) {
          largest = std::max(largest, std::abs(value));
        }
      }
    }
  }
  return largest > 0 ? largest : 1;
}

void draw_panel(Svg& svg, Point corner, double names, const Traversal& traversal,
                const StateWalk& walk, Index features, double largest) {
  double y = corner.second;
  for (const Index d : moved_features(walk, features)) {
    const std::string& name = traversal.features[at(d)];
    svg.text({corner.first + names - 6, y + kFeatureHeight - 3}, name,
             {.size = 10, .anchor = Anchor::end});
    const std::vector<double> curve = deviations_on(walk, d, traversal.deviation[at(d)]);
    for (std::size_t w = 0; w < curve.size(); ++w) {
      svg.rectangle(
          {corner.first + names + kStepWidth * static_cast<double>(w), y}, kStepWidth,
          kFeatureHeight, diverging_color(curve[w] / largest),
          fmt::format("{}, {} {:.2f}: {:.2f} s.d.", name, walk.name, walk.position[w], curve[w]));
    }
    y += kFeatureHeight;
  }
}

void draw_scale(Svg& svg, Point corner, double largest) {
  constexpr int kParts = 24;
  for (int part = 0; part < kParts; ++part) {
    svg.rectangle({corner.first + 6.0 * part, corner.second}, 6.2, 10,
                  diverging_color(2 * part / (kParts - 1.0) - 1));
  }
  svg.text({corner.first, corner.second + 24}, fmt::format("-{:.2g} s.d.", largest),
           {.size = 10, .color = kQuiet});
  svg.text({corner.first + 144, corner.second + 24}, fmt::format("{:.2g} s.d.", largest),
           {.size = 10, .anchor = Anchor::end, .color = kQuiet});
}

/// Names of the features that are shown anywhere.
double widest_feature(const Traversal& traversal, Index features) {
  double width = 0;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      width = std::max(width, widest(traversal.features, moved_features(walk, features), 10));
    }
  }
  return width + 14;
}

}  // namespace

Figure traversal_figure(const Traversal& traversal, Index features) {
  const double names = widest_feature(traversal, features);
  const double largest = largest_deviation(traversal, features);
  const auto steps = static_cast<double>(traversal.quantiles.size());
  const double panel_width = names + kStepWidth * steps + kPanelGap;
  const double panel_height =
      kPanelTitle + kFeatureHeight * static_cast<double>(features) + kPanelGap;
  std::size_t walks = 1;
  for (const TraversedType& type : traversal.types) {
    walks = std::max(walks, type.walks.size());
  }
  const std::size_t columns = std::min(walks, kWalksInRow);
  const std::size_t rows = (walks + columns - 1) / columns;  // of a type
  const double height = panel_height * static_cast<double>(rows * traversal.types.size());
  Svg svg(std::max(panel_width * static_cast<double>(columns), 180.0), height + kScaleHeight,
          "What moves along the states of each type");
  for (std::size_t t = 0; t < traversal.types.size(); ++t) {
    for (std::size_t w = 0; w < traversal.types[t].walks.size(); ++w) {
      const StateWalk& walk = traversal.types[t].walks[w];
      const double x = panel_width * static_cast<double>(w % columns);
      const double y = panel_height * static_cast<double>(rows * t + w / columns);
      svg.text({x + names, y + kPanelTitle - 7}, traversal.types[t].name + ", " + walk.name,
               {.size = 11, .bold = true});
      draw_panel(svg, {x, y + kPanelTitle}, names, traversal, walk, features, largest);
    }
  }
  draw_scale(svg, {12, height}, largest);
  return {.name = "traversal",
          .title = "What moves along the states",
          .caption =
              "Decoded values as one state of a type goes from its quantile 0.05 to 0.95 "
              "(left to right): how far each feature lies from its mean over the walk, in "
              "its standard deviations over cells.",
          .svg = svg.document(),
          .csv = traversal_csv(traversal, features)};
}

}  // namespace mixvae::report
