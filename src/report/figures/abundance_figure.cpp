#include "report/figures/abundance_figure.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/inks.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

using analysis::Abundances;

constexpr std::size_t kMostTypes = 30;
constexpr std::size_t kTypesInRow = 3;
constexpr double kTypeWidth = 200;
constexpr double kPlotHeight = 110;
constexpr double kAbove = 40;    // title and p of a panel
constexpr double kNumbers = 38;  // left of a panel
constexpr double kHead = 22;
constexpr double kDot = 3.5;
constexpr double kSmallLetters = 10;
constexpr double kLongestName = 90;  // px of a condition's name
constexpr const char* kDots = "#0b6fb8";
constexpr const char* kMean = "#1f2933";

std::vector<std::size_t> shown_types_of(const Abundances& abundances, std::size_t types) {
  std::vector<std::size_t> order(types);
  std::iota(order.begin(), order.end(), 0);
  if (!abundances.tests.empty()) {
    std::ranges::stable_sort(order, {}, [&](std::size_t t) {
      const double p = abundances.tests[t].p;
      return std::isnan(p) ? 2 : p;
    });
  }
  order.resize(std::min(order.size(), kMostTypes));
  std::ranges::sort(order);
  return order;
}

/// What stands side by side in a panel.
struct Slots {
  std::vector<std::string> names;                 // of the conditions; or one without a name
  std::vector<std::vector<std::size_t>> samples;  // of each
  double width = 0;
  bool upright = false;  // names do not fit below their slots, and are turned
  double below = 12;     // height of the names

  explicit Slots(const Abundances& abundances)
      : names(abundances.conditions.empty() ? std::vector<std::string>{""} : abundances.conditions),
        samples(names.size()) {
    for (std::size_t m = 0; m < abundances.samples.size(); ++m) {
      samples[abundances.condition.empty() ? 0 : at(abundances.condition[m])].push_back(m);
    }
    width = (kTypeWidth - kNumbers - 10) / static_cast<double>(names.size());
    double longest = 0;
    for (std::string& name : names) {
      name = fitted(name, kLongestName, kSmallLetters);
      longest = std::max(longest, text_width(name, kSmallLetters));
    }
    upright = longest > width;
    below = longest == 0 ? 12 : upright ? longest + 16 : 24;
  }

  double panel_height() const { return kAbove + kPlotHeight + below; }
};

void name_slot(Svg& svg, const Slots& slots, std::size_t slot, Point place) {
  if (slots.upright) {
    svg.text({place.first + 3, place.second + 8}, slots.names[slot],
             {.size = kSmallLetters, .anchor = Anchor::end, .color = kQuiet, .rotate = -90});
  } else {
    svg.text({place.first, place.second + 14}, slots.names[slot],
             {.size = kSmallLetters, .anchor = Anchor::middle, .color = kQuiet});
  }
}

void draw_slot(Svg& svg, const Abundances& abundances, const Slots& slots, std::size_t slot,
               std::size_t type, const Axis& y, double left) {
  const std::vector<std::size_t>& samples = slots.samples[slot];
  const double room = 0.7 * slots.width;
  const double begin = left + (slots.width - room) / 2;
  double sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double share = abundances.fraction(samples[i], type);
    const double x =
        begin + room * (static_cast<double>(i) + 0.5) / static_cast<double>(samples.size());
    svg.circle({x, y.place(100 * share)}, kDot, kDots,
               abundances.samples[samples[i]] + ": " +
                   with_commas(abundances.cells[samples[i]][type]) + " of " +
                   with_commas(abundances.totals[samples[i]]) + " cells (" + fixed(100 * share, 2) +
                   " %)");
    sum += share;
  }
  if (!samples.empty()) {
    const double mean = y.place(100 * sum / static_cast<double>(samples.size()));
    svg.line({begin, mean}, {begin + room, mean}, {.color = kMean, .width = 1.6});
  }
  name_slot(svg, slots, slot, {left + slots.width / 2, y.from});
}

void draw_abundance(Svg& svg, const Abundances& abundances, const Slots& slots, std::size_t type,
                    const std::string& name, Point corner) {
  double most = 0;
  for (std::size_t m = 0; m < abundances.samples.size(); ++m) {
    most = std::max(most, 100 * abundances.fraction(m, type));
  }
  const double left = corner.first + kNumbers;
  const Axis y{0, most > 0 ? 1.05 * most : 1, corner.second + kAbove + kPlotHeight,
               corner.second + kAbove};
  svg.text({left, corner.second + 14}, fitted(name, kTypeWidth - kNumbers - 6, 12), {.bold = true});
  if (!abundances.tests.empty() && !std::isnan(abundances.tests[type].p)) {
    svg.text({left, corner.second + 28},
             fmt::format("adjusted p {:.2g}", abundances.tests[type].adjusted),
             {.size = kSmallLetters, .color = kQuiet});
  }
  const double right = corner.first + kTypeWidth - 10;
  draw_vertical(svg, y, left, right);
  svg.line({left, y.from}, {right, y.from}, {.color = kQuiet});
  for (std::size_t slot = 0; slot < slots.names.size(); ++slot) {
    draw_slot(svg, abundances, slots, slot, type, y,
              left + slots.width * static_cast<double>(slot));
  }
}

std::string abundance_rows(const Abundances& abundances, const std::vector<std::string>& types) {
  TablePrinter table(
      {"type", "condition", "sample", "cells", "of", "fraction", "f", "p", "p_adjusted"});
  for (std::size_t t = 0; t < types.size(); ++t) {
    const auto number = [&](double analysis::ConditionTest::*field) {
      const bool tested = !abundances.tests.empty() && !std::isnan(abundances.tests[t].p);
      return tested ? shortest(abundances.tests[t].*field) : std::string();
    };
    for (std::size_t m = 0; m < abundances.samples.size(); ++m) {
      table.add(
          {types[t],
           abundances.condition.empty() ? "" : abundances.conditions[at(abundances.condition[m])],
           abundances.samples[m], std::to_string(abundances.cells[m][t]),
           std::to_string(abundances.totals[m]), shortest(abundances.fraction(m, t)),
           number(&analysis::ConditionTest::f), number(&analysis::ConditionTest::p),
           number(&analysis::ConditionTest::adjusted)});
    }
  }
  return table.csv();
}

}  // namespace

Figure abundance_figure(const Abundances& abundances, const std::vector<std::string>& types) {
  const Slots slots(abundances);
  const std::vector<std::size_t> shown = shown_types_of(abundances, types.size());
  const std::size_t columns = std::min(shown.size(), kTypesInRow);
  const std::size_t rows = (shown.size() + columns - 1) / columns;
  Svg svg(std::max(kTypeWidth * static_cast<double>(columns), 300.0),
          kHead + slots.panel_height() * static_cast<double>(rows),
          "Share of each type in each sample");
  svg.text({8, 14}, "per cent of the sample's cells; line: mean", {.size = 11, .color = kQuiet});
  for (std::size_t i = 0; i < shown.size(); ++i) {
    draw_abundance(svg, abundances, slots, shown[i], types[shown[i]],
                   {kTypeWidth * static_cast<double>(i % columns),
                    kHead + slots.panel_height() * static_cast<double>(i / columns)});
  }
  std::string caption = "A dot for each sample: how many of its cells have the type.";
  if (shown.size() < types.size()) {
    caption += " " + std::to_string(shown.size()) + " of " + std::to_string(types.size()) +
               " types are drawn, those " +
               (abundances.tests.empty() ? "with the most cells."
                                         : "that differ most between conditions.");
  }
  caption += abundances.untested.empty()
                 ? " p: F test (of two conditions: t test) of the logit of the share, the sample "
                   "as the unit, adjusted for the number of types by Benjamini and Hochberg."
                 : " Nothing is tested: " + abundances.untested + ".";
  return {.name = "abundances",
          .title = "Share of each type in each sample",
          .caption = caption,
          .svg = svg.document(),
          .csv = abundance_rows(abundances, types)};
}

}  // namespace mixvae::report
