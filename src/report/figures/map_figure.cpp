#include "report/figures/map_figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/index.hpp"
#include "base/text.hpp"
#include "report/color_scale.hpp"
#include "report/inks.hpp"
#include "report/map_square.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr double kSide = 560;
constexpr double kMargin = 14;
constexpr double kMapTop = 28;
constexpr double kMapLegend = 190;
constexpr double kMapRow = 18;
constexpr double kNameHeight = 16;
constexpr int kShades = 32;  // of numbers

/// Places of the cells in px.
std::vector<Point> places_of(const analysis::CellMap& map) {
  std::vector<Point> places = places_in_square(map);
  const double side = kSide - 2 * kMargin;
  for (Point& place : places) {
    place = {kMargin + side * place.first, kMapTop + kMargin + side * (1 - place.second)};
  }
  return places;
}

double radius_for(std::size_t cells) {
  return std::clamp(60 / std::sqrt(static_cast<double>(cells)), 0.7, 3.0);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// The name of a group: amid it, or above it where it is so small that a name would hide it.
void name_group(Svg& svg, const std::vector<Point>& places, const std::string& name) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Point& place : places) {
    x.push_back(place.first);
    y.push_back(place.second);
  }
  const double width = text_width(name, 11) + 6;
  const auto [left, right] = std::ranges::minmax(x);
  const auto [top, bottom] = std::ranges::minmax(y);
  const bool small = right - left < 1.5 * width || bottom - top < 1.5 * kNameHeight;
  const Point centre{median(x), small ? std::max(top - kNameHeight / 2, kMapTop) : median(y)};
  svg.veil({centre.first - width / 2, centre.second - kNameHeight / 2}, width, kNameHeight);
  svg.text({centre.first, centre.second + 4}, name,
           {.size = 11, .anchor = Anchor::middle, .bold = true});
}

void draw_labels(Svg& svg, const std::vector<Point>& places, const CellColors& colors) {
  const double radius = radius_for(places.size());
  std::vector<std::vector<Point>> of_label(colors.labels.size());
  std::vector<Point> none;
  for (std::size_t n = 0; n < places.size(); ++n) {
    (colors.codes[n] < 0 ? none : of_label[at(colors.codes[n])]).push_back(places[n]);
  }
  svg.dots(none, radius, kMissing);
  double y = kMapTop + 10;
  const auto shown = static_cast<std::size_t>((kSide - 20) / kMapRow);
  for (std::size_t label = 0; label < of_label.size(); ++label) {
    svg.dots(of_label[label], radius, colors.palette[label]);
    if (label < shown) {
      svg.circle({kSide + 18, y}, 5, colors.palette[label]);
      svg.text(
          {kSide + 30, y + 4},
          colors.labels[label] + "  " + with_commas(static_cast<long long>(of_label[label].size())),
          {.size = 11});
      y += kMapRow;
    } else if (label == shown) {
      svg.text({kSide + 30, y + 4}, "and " + std::to_string(of_label.size() - shown) + " more",
               {.size = 11, .color = kQuiet});
    }
  }
  for (std::size_t label = 0;
       (colors.id == "type" || colors.id == "name") && label < of_label.size(); ++label) {
    if (!of_label[label].empty()) {
      name_group(svg, of_label[label], colors.labels[label]);
    }
  }
}

void draw_numbers(Svg& svg, const std::vector<Point>& places, const CellColors& colors) {
  const double radius = radius_for(places.size());
  std::vector<std::vector<Point>> of_shade(kShades);
  std::vector<Point> none;
  const double range = std::max(static_cast<double>(colors.high - colors.low), 1e-12);
  for (std::size_t n = 0; n < places.size(); ++n) {
    if (!std::isfinite(colors.numbers[n])) {
      none.push_back(places[n]);
      continue;
    }
    const double share = static_cast<double>(colors.numbers[n] - colors.low) / range;
    of_shade[static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * (kShades - 1)))]
        .push_back(places[n]);
  }
  svg.dots(none, radius, kMissing);
  for (int shade = 0; shade < kShades; ++shade) {
    const std::string color = sequential_color(0.15 + 0.85 * shade / (kShades - 1.0));
    svg.dots(of_shade[static_cast<std::size_t>(shade)], radius, color);
    svg.rectangle({kSide + 16, kMapTop + 170 - 5.0 * (shade + 1)}, 14, 5.3, color);
  }
  svg.text({kSide + 36, kMapTop + 18}, fmt::format("{:.3g}", colors.high), {.size = 11});
  svg.text({kSide + 36, kMapTop + 170}, fmt::format("{:.3g}", colors.low), {.size = 11});
}

std::string csv_of(const analysis::CellMap& map, const CellColors& colors) {
  TablePrinter table({"cell", "x", "y", colors.title});
  for (std::size_t n = 0; n < map.cells.size(); ++n) {
    const auto row = static_cast<Index>(n);
    const std::string value = colors.labels.empty()
                                  ? fixed(static_cast<double>(colors.numbers[n]), 4)
                              : colors.codes[n] < 0 ? ""
                                                    : colors.labels[at(colors.codes[n])];
    table.add({std::to_string(map.cells[n] + 1), fixed(static_cast<double>(map.places(row, 0))),
               fixed(static_cast<double>(map.places(row, 1))), value});
  }
  return table.csv();
}

}  // namespace

Figure map_figure(const analysis::CellMap& map, const CellColors& colors) {
  Svg svg(kSide + kMapLegend, kSide + kMapTop, map.title + " of the cells by " + colors.title);
  const std::vector<Point> places = places_of(map);
  svg.text({kMargin, 18}, map.title + ": " + colors.title, {.size = 13, .bold = true});
  if (colors.numeric) {
    draw_numbers(svg, places, colors);
  } else {
    draw_labels(svg, places, colors);
  }
  return {
      .name = "map",
      .title = "Map of the cells",
      .caption = map.title + " of " + with_commas(map.places.rows) +
                 " cells. Distances on a map are those between neighbours alone: how far groups "
                 "lie apart and how large they look says little.",
      .svg = svg.document(),
      .csv = csv_of(map, colors)};
}

}  // namespace mixvae::report
