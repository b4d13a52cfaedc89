#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/index.hpp"

namespace mixvae::report {

/// Where a text stands relative to its place.
enum class Anchor { start, middle, end };

struct TextStyle {
  double size = 12;  // px
  Anchor anchor = Anchor::start;
  std::string color = "#1f2933";
  bool bold = false;
  double rotate = 0;  // degrees, clockwise, about its place
};

struct Stroke {
  std::string color = "#1f2933";
  double width = 1;
  std::string dashes = {};  // "4 3"; empty: none
};

using Point = std::pair<double, double>;

/// Text with the signs that XML gives a meaning replaced; what is no UTF-8 or no sign of XML
/// becomes U+FFFD.
std::string escaped(std::string_view text);

/// A drawing in SVG 1.1, built from below to above. Lengths in px, y downwards. A shape with a tip
/// shows it where a pointer rests on it.
class Svg {
 public:
  /// `title` is read aloud in place of the picture.
  Svg(double width, double height, std::string title);

  void line(Point from, Point to, const Stroke& stroke = {});
  void polyline(const std::vector<Point>& points, const Stroke& stroke);
  void rectangle(Point corner, double width, double height, const std::string& fill,
                 std::string_view tip = {});
  /// White, through which a quarter of what is below is seen.
  void veil(Point corner, double width, double height);
  void circle(Point centre, double radius, const std::string& fill, std::string_view tip = {});
  /// Discs of one colour, in one shape.
  void dots(const std::vector<Point>& places, double radius, const std::string& fill);
  /// A picture in PNG, stretched to that size, its pixels as squares.
  void image(Point corner, double width, double height, std::string_view png);
  void text(Point place, std::string_view text, const TextStyle& style = {});

  double width() const { return width_; }
  double height() const { return height_; }
  /// The whole drawing, on white, as a document of its own.
  std::string document() const;

 private:
  double width_;
  double height_;
  std::string title_;
  std::string body_;
};

/// The width in px that a text of that size takes, about: fonts differ.
double text_width(std::string_view text, double size = 12);

/// As much of a text as fits a width, with "…" behind it where that is not all.
std::string fitted(const std::string& text, double width, double size = 12);

/// That of the widest of the chosen texts; 0 for none.
double widest(const std::vector<std::string>& texts, const std::vector<Index>& chosen,
              double size = 12);

}  // namespace mixvae::report
