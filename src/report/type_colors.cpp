#include "report/type_colors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace mixvae::report {
namespace {

/// Linear light in [0, 1] as an sRGB byte.
int srgb_byte(double linear) {
  const double x = std::clamp(linear, 0.0, 1.0);
  const double encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
  return static_cast<int>(std::lround(255 * encoded));
}

/// OKLCh to sRGB (B. Ottosson, "A perceptual color space for image processing", 2020).
std::string color(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(hue);
  const double b = chroma * std::sin(hue);
  const auto cube = [](double x) { return x * x * x; };
  const double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
  const std::array<double, 3> rgb = {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
                                     -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                                     -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const double channel : rgb) {
    const auto byte = static_cast<std::size_t>(srgb_byte(channel));
    text += {kDigits[byte / 16], kDigits[byte % 16]};
  }
  return text;
}

}  // namespace

std::vector<std::string> type_colors(std::size_t count) {
  constexpr std::array<double, 3> kLightness = {0.62, 0.76, 0.48};
  constexpr std::array<double, 3> kChroma = {0.17, 0.13, 0.14};
  const double golden_angle = std::numbers::pi * (3 - std::sqrt(5.0));
  std::vector<std::string> colors;
  for (std::size_t i = 0; i < count; ++i) {
    colors.push_back(
        color(kLightness[i % 3], kChroma[i % 3], 0.45 + golden_angle * static_cast<double>(i)));
  }
  return colors;
}

std::vector<std::string> label_colors(const std::vector<std::string>& labels_of_types,
                                      const std::vector<std::string>& categories) {
  const std::vector<std::string> of_types = type_colors(labels_of_types.size());
  std::vector<std::string> colors;
  for (const std::string& category : categories) {
    const auto first = std::ranges::find(labels_of_types, category);
    MIXVAE_ASSERT(first != labels_of_types.end(), "a label of no type");
    colors.push_back(of_types[static_cast<std::size_t>(first - labels_of_types.begin())]);
  }
  return colors;
}

}  // namespace mixvae::report
