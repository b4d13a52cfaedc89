#include "report/axis.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "report/inks.hpp"

namespace mixvae::report {
namespace {

constexpr double kTick = 4;
constexpr double kMostPlain = 1e6;

double step_of(double low, double high, int about) {
  const double rough = (high - low) / about;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (times * power >= rough) {
      return times * power;
    }
  }
  return 10 * power;
}

double step_between(const std::vector<double>& places) {
  return places.size() > 1 ? places[1] - places[0] : 1;
}

}  // namespace

std::vector<double> ticks(double low, double high, int about) {
  if (!(high > low)) {
    return {low};
  }
  const double step = step_of(low, high, about);
  std::vector<double> places;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n) {
    places.push_back(n == 0 ? 0 : n * step);
  }
  return places;
}

std::string tick_text(double value, double step) {
  if (std::abs(value) >= kMostPlain) {
    return fmt::format("{:.3g}", value);
  }
  const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 6);
  return fmt::format("{:.{}f}", value, decimals);
}

void draw_horizontal(Svg& svg, const Axis& axis, double y, const std::string& title) {
  const std::vector<double> places = ticks(axis.low, axis.high);
  svg.line({axis.from, y}, {axis.to, y}, {.color = kQuiet});
  for (const double value : places) {
    const double x = axis.place(value);
    svg.line({x, y}, {x, y + kTick}, {.color = kQuiet});
    svg.text({x, y + kTick + 12}, tick_text(value, step_between(places)),
             {.size = 11, .anchor = Anchor::middle, .color = kQuiet});
  }
  svg.text({(axis.from + axis.to) / 2, y + kTick + 28}, title,
           {.size = 11, .anchor = Anchor::middle, .color = kQuiet});
}

void draw_vertical(Svg& svg, const Axis& axis, double x, double x_end) {
  const std::vector<double> places = ticks(axis.low, axis.high, 4);
  for (const double value : places) {
    const double y = axis.place(value);
    svg.line({x, y}, {x_end, y}, {.color = kFaint});
    svg.text({x - 6, y + 4}, tick_text(value, step_between(places)),
             {.size = 11, .anchor = Anchor::end, .color = kQuiet});
  }
}

}  // namespace mixvae::report
