#include "report/figures/marker_figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "base/index.hpp"
#include "report/color_scale.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr double kMarkerCell = 18;
constexpr double kLargestDisc = 8;  // radius
constexpr double kStrongest = 4;    // effect of the darkest colour
constexpr double kMarkerLegend = 190;
constexpr Index kOfEachType = 5;
constexpr double kLeastRangeShare = 0.4;

/// The first markers of each type in turn, each feature once.
std::vector<Index> chosen_features(const MarkerList& list, const std::vector<Index>& order,
                                   Index most) {
  if (list.statistics.scale == metrics::MarkerScale::channels && list.statistics.features <= most) {
    std::vector<Index> all;
    for (Index f = 0; f < list.statistics.features; ++f) {
      all.push_back(f);
    }
    return all;
  }
  const auto types = static_cast<Index>(order.size());
  const Index each = std::clamp<Index>(most / std::max<Index>(types, 1), 1, kOfEachType);
  const auto markers = metrics::top_markers(list.statistics, each, list.level);
  std::vector<Index> features;
  std::set<Index> taken;
  for (const Index type : order) {
    for (const Index feature : markers[at(type)]) {
      if (taken.insert(feature).second && static_cast<Index>(features.size()) < most) {
        features.push_back(feature);
      }
    }
  }
  return features;
}

/// Where rows and columns of the plot begin.
struct Frame {
  double left = 0;
  double top = 0;

  Point centre(std::size_t row, std::size_t column) const {
    return {left + kMarkerCell * (static_cast<double>(column) + 0.5),
            top + kMarkerCell * (static_cast<double>(row) + 0.5)};
  }
};

void draw_dot(Svg& svg, Point centre, const MarkerList& list, Index type, Index feature) {
  const metrics::MarkerStatistics& of = list.statistics;
  const auto i = at(of.at(type, feature));
  const auto fraction = static_cast<double>(of.fraction_in[i]);
  if (!std::isfinite(fraction) || fraction <= 0) {
    return;
  }
  svg.circle(centre, std::max(0.6, kLargestDisc * std::sqrt(fraction)),
             diverging_color(of.effect[i] / kStrongest),
             fmt::format("{}, {}: {:.0f} % of its cells, effect {:.2f}", list.types[at(type)],
                         list.features[at(feature)], 100 * fraction, of.effect[i]));
}

/// Lowest and highest median of a channel over the types.
struct Medians {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  double range() const { return high > low ? high - low : 0; }
};

Medians medians_of(const metrics::MarkerStatistics& of, Index feature) {
  Medians medians;
  for (Index t = 0; t < of.types; ++t) {
    const double median = of.median_in[at(of.at(t, feature))];
    if (std::isfinite(median)) {
      medians.low = std::min(medians.low, median);
      medians.high = std::max(medians.high, median);
    }
  }
  return medians;
}

/// The least range of a channel that is drawn from light to dark: a part of the largest of any, so
/// that channels in which types hardly differ stay light.
double least_range(const metrics::MarkerStatistics& of) {
  double largest = 0;
  for (Index f = 0; f < of.features; ++f) {
    largest = std::max(largest, medians_of(of, f).range());
  }
  return std::max(kLeastRangeShare * largest, std::numeric_limits<double>::min());
}

/// Share of the way of a type's median from the lowest to the highest of any type.
double height_of(const metrics::MarkerStatistics& of, Index type, Index feature) {
  const Medians medians = medians_of(of, feature);
  return (of.median_in[at(of.at(type, feature))] - medians.low) /
         std::max(medians.range(), least_range(of));
}

void draw_median(Svg& svg, Point centre, const MarkerList& list, Index type, Index feature) {
  const metrics::MarkerStatistics& of = list.statistics;
  svg.rectangle({centre.first - kMarkerCell / 2, centre.second - kMarkerCell / 2}, kMarkerCell,
                kMarkerCell, sequential_color(height_of(of, type, feature)),
                fmt::format("{}, {}: median {:.2f}", list.types[at(type)],
                            list.features[at(feature)], of.median_in[at(of.at(type, feature))]));
}

void draw_legend(Svg& svg, double x, double y, bool channels) {
  constexpr int kSteps = 24;
  for (int s = 0; s < kSteps; ++s) {
    const double share = s / (kSteps - 1.0);
    svg.rectangle({x + 6.0 * s, y}, 6.2, 10,
                  channels ? sequential_color(share) : diverging_color(2 * share - 1));
  }
  svg.text({x, y + 24}, channels ? "lowest" : fmt::format("-{}", kStrongest),
           {.size = 10, .color = kQuiet});
  svg.text({x + 144, y + 24}, channels ? "highest" : fmt::format("{}", kStrongest),
           {.size = 10, .anchor = Anchor::end, .color = kQuiet});
  svg.text({x, y - 6}, channels ? "median of the type" : "effect", {.size = 10, .color = kQuiet});
  if (channels) {
    return;
  }
  svg.text({x, y + 48}, "share of cells", {.size = 10, .color = kQuiet});
  double place = x + 8;
  for (const double fraction : {0.1, 0.5, 1.0}) {
    svg.circle({place, y + 64}, kLargestDisc * std::sqrt(fraction), "#9aa5b1");
    svg.text({place + 12, y + 68}, fmt::format("{:.0f} %", 100 * fraction),
             {.size = 10, .color = kQuiet});
    place += 52;
  }
}

std::string csv_of(const MarkerList& list, const std::vector<Index>& order,
                   const std::vector<Index>& features) {
  const metrics::MarkerStatistics& of = list.statistics;
  const bool channels = of.scale == metrics::MarkerScale::channels;
  TablePrinter table(
      {"type", "feature", channels ? "median" : "fraction", "effect", "log10_p_adjusted"});
  for (const Index type : order) {
    for (const Index feature : features) {
      const auto i = at(of.at(type, feature));
      table.add({list.types[at(type)], list.features[at(feature)],
                 fixed(channels ? of.median_in[i] : static_cast<double>(of.fraction_in[i])),
                 fixed(of.effect[i]), fixed(of.log10_p_adjusted[i], 1)});
    }
  }
  return table.csv();
}

}  // namespace

Figure marker_figure(const MarkerList& list, const std::vector<Index>& order, Index most) {
  const bool channels = list.statistics.scale == metrics::MarkerScale::channels;
  const auto types = static_cast<Index>(order.size());
  const std::vector<Index> features = chosen_features(list, order, std::max(most, types));
  const Frame frame{widest(list.types, order, 11) + 14, widest(list.features, features, 11) + 12};
  const double right = frame.left + kMarkerCell * static_cast<double>(features.size());
  const double bottom = frame.top + kMarkerCell * static_cast<double>(order.size());
  Svg svg(right + kMarkerLegend, std::max(bottom + 10, frame.top + 90),
          channels ? "Medians of the channels in each type" : "Markers of each type");
  for (std::size_t r = 0; r < order.size(); ++r) {
    const double y = frame.centre(r, 0).second;
    svg.text({frame.left - 8, y + 4}, list.types[at(order[r])],
             {.size = 11, .anchor = Anchor::end});
    svg.line({frame.left, y}, {right, y}, {.color = kFaint});
  }
  for (std::size_t c = 0; c < features.size(); ++c) {
    svg.text({frame.centre(0, c).first + 4, frame.top - 6}, list.features[at(features[c])],
             {.size = 11, .rotate = -90});
    for (std::size_t r = 0; r < order.size(); ++r) {
      (channels ? draw_median : draw_dot)(svg, frame.centre(r, c), list, order[r], features[c]);
    }
  }
  draw_legend(svg, right + 24, frame.top + 12, channels);
  return {.name = "markers",
          .title = channels ? "Markers in each type" : "Genes that set types apart",
          .caption = channels
                         ? "Median of each channel in each type, from its lowest to its highest "
                           "over the types; light throughout where types hardly differ."
                         : "The strongest markers of each type. Discs: share of the type's cells "
                           "that express the gene; colour: how much more than in the other cells "
                           "(for counts the log2 ratio of means).",
          .svg = svg.document(),
          .csv = csv_of(list, order, features)};
}

}  // namespace mixvae::report
