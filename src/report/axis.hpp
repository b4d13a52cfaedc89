#pragma once

#include <string>
#include <vector>

#include "report/svg.hpp"

namespace mixvae::report {

/// Round numbers (1, 2 or 5 times a power of ten apart) within [low, high], about so many; `low`
/// alone where the two are equal.
std::vector<double> ticks(double low, double high, int about = 5);

/// A tick as text, with as many decimals as its neighbours need.
std::string tick_text(double value, double step);

/// Values [low, high] along a stretch of a picture.
struct Axis {
  double low = 0;
  double high = 1;
  double from = 0;  // px of low
  double to = 1;    // px of high

  double place(double value) const {
    return high > low ? from + (value - low) / (high - low) * (to - from) : (from + to) / 2;
  }
};

/// Ticks and their numbers below a stretch that lies at y, with a title under them.
void draw_horizontal(Svg& svg, const Axis& axis, double y, const std::string& title);

/// Ticks, their numbers and faint lines across to x_end, left of a stretch that lies at x.
void draw_vertical(Svg& svg, const Axis& axis, double x, double x_end);

}  // namespace mixvae::report
