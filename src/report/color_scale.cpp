#include "report/color_scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "report/inks.hpp"

namespace mixvae::report {
namespace {

using Rgb = std::array<double, 3>;

constexpr std::array<Rgb, 5> kBlues = {
    {{247, 251, 255}, {198, 219, 239}, {107, 174, 214}, {33, 113, 181}, {8, 48, 107}}};
constexpr std::array<Rgb, 4> kReds = {
    {{250, 250, 250}, {244, 165, 130}, {202, 73, 66}, {103, 0, 31}}};
constexpr std::array<Rgb, 4> kColds = {
    {{250, 250, 250}, {146, 197, 222}, {49, 116, 178}, {5, 48, 97}}};
constexpr double kDark = 0.55;

template <std::size_t Stops>
std::string between(const std::array<Rgb, Stops>& stops, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(Stops - 1);
  const auto lower = std::min(static_cast<std::size_t>(place), Stops - 2);
  const double part = place - static_cast<double>(lower);
  Rgb color{};
  for (std::size_t c = 0; c < color.size(); ++c) {
    color[c] = stops[lower][c] + part * (stops[lower + 1][c] - stops[lower][c]);
  }
  return fmt::format("#{:02x}{:02x}{:02x}", static_cast<int>(std::lround(color[0])),
                     static_cast<int>(std::lround(color[1])),
                     static_cast<int>(std::lround(color[2])));
}

}  // namespace

std::string sequential_color(double share) {
  return std::isfinite(share) ? between(kBlues, share) : kMissing;
}

std::string diverging_color(double value) {
  if (!std::isfinite(value)) {
    return kMissing;
  }
  return value < 0 ? between(kColds, -value) : between(kReds, value);
}

bool needs_white_text(double share) { return share > kDark; }

}  // namespace mixvae::report
