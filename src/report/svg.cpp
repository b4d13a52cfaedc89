#include "report/svg.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "report/png.hpp"

namespace mixvae::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr double kGlyphWidth = 0.6;  // of the size, mean of a proportional font

std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') {
    text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

/// The end of a shape's element, with its tip.
std::string closed(std::string_view name, std::string_view tip) {
  return tip.empty() ? "/>" : fmt::format("><title>{}</title></{}>", escaped(tip), name);
}

std::string stroke_of(const Stroke& stroke) {
  std::string text =
      fmt::format(R"( stroke="{}" stroke-width="{}")", stroke.color, number(stroke.width));
  if (!stroke.dashes.empty()) {
    text += fmt::format(R"( stroke-dasharray="{}")", stroke.dashes);
  }
  return text;
}

const char* anchor_name(Anchor anchor) {
  return anchor == Anchor::start ? "start" : anchor == Anchor::middle ? "middle" : "end";
}

/// Bytes of the first sign of UTF-8; 0 where there is none.
std::size_t sign_length(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80U              ? 1
                             : (byte(0) & 0xE0U) == 0xC0U ? 2
                             : (byte(0) & 0xF0U) == 0xE0U ? 3
                             : (byte(0) & 0xF8U) == 0xF0U ? 4
                                                          : 0;
  if (length == 0 || length > text.size() || byte(0) == 0xC0U || byte(0) == 0xC1U ||
      byte(0) > 0xF4U) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  // Overlong forms, halves of pairs, beyond U+10FFFF.
  const bool wrong = (byte(0) == 0xE0U && byte(1) < 0xA0U) ||
                     (byte(0) == 0xEDU && byte(1) > 0x9FU) ||
                     (byte(0) == 0xF0U && byte(1) < 0x90U) || (byte(0) == 0xF4U && byte(1) > 0x8FU);
  return length > 2 && wrong ? 0 : length;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t bytes = sign_length(text);
    const std::string_view sign = text.substr(0, std::max<std::size_t>(bytes, 1));
    text.remove_prefix(sign.size());
    if (bytes == 0 || sign == "\xEF\xBF\xBE" || sign == "\xEF\xBF\xBF") {
      safe += kReplacement;
    } else if (sign == "&") {
      safe += "&amp;";
    } else if (sign == "<") {
      safe += "&lt;";
    } else if (sign == ">") {
      safe += "&gt;";
    } else if (sign == "\"") {
      safe += "&quot;";
    } else if (bytes == 1 && static_cast<unsigned char>(sign[0]) < ' ' && sign != "\n" &&
               sign != "\t") {
      safe += ' ';
    } else {
      safe += sign;
    }
  }
  return safe;
}

Svg::Svg(double width, double height, std::string title)
    : width_(width), height_(height), title_(std::move(title)) {}

void Svg::line(Point from, Point to, const Stroke& stroke) {
  body_ +=
      fmt::format(R"(<line x1="{}" y1="{}" x2="{}" y2="{}"{}/>)", number(from.first),
                  number(from.second), number(to.first), number(to.second), stroke_of(stroke)) +
      "\n";
}

void Svg::polyline(const std::vector<Point>& points, const Stroke& stroke) {
  std::string places;
  for (const Point& point : points) {
    places += number(point.first) + "," + number(point.second) + " ";
  }
  body_ += fmt::format(R"(<polyline fill="none" points="{}"{} stroke-linejoin="round"/>)", places,
                       stroke_of(stroke)) +
           "\n";
}

void Svg::rectangle(Point corner, double width, double height, const std::string& fill,
                    std::string_view tip) {
  body_ +=
      fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{})", number(corner.first),
                  number(corner.second), number(width), number(height), fill, closed("rect", tip)) +
      "\n";
}

void Svg::veil(Point corner, double width, double height) {
  body_ += fmt::format(
               R"(<rect x="{}" y="{}" width="{}" height="{}" fill="#ffffff" fill-opacity="0.75"/>)",
               number(corner.first), number(corner.second), number(width), number(height)) +
           "\n";
}

void Svg::circle(Point centre, double radius, const std::string& fill, std::string_view tip) {
  body_ += fmt::format(R"(<circle cx="{}" cy="{}" r="{}" fill="{}"{})", number(centre.first),
                       number(centre.second), number(radius), fill, closed("circle", tip)) +
           "\n";
}

void Svg::dots(const std::vector<Point>& places, double radius, const std::string& fill) {
  if (places.empty()) {
    return;
  }
  std::string path;
  for (const Point& place : places) {
    path += fmt::format("M{:.1f} {:.1f}h0", place.first, place.second);
  }
  body_ += fmt::format(R"(<path fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" )"
                       R"(stroke-opacity="0.8" d="{}"/>)",
                       fill, number(2 * radius), path) +
           "\n";
}

void Svg::image(Point corner, double width, double height, std::string_view png) {
  body_ +=
      fmt::format(
          R"(<image xmlns:xlink="http://www.w3.org/1999/xlink" x="{}" y="{}" width="{}" height="{}" )"
          R"(preserveAspectRatio="none" style="image-rendering:pixelated" )"
          R"(xlink:href="data:image/png;base64,{}"/>)",
          number(corner.first), number(corner.second), number(width), number(height), base64(png)) +
      "\n";
}

void Svg::text(Point place, std::string_view text, const TextStyle& style) {
  const std::string rotate =
      style.rotate == 0 ? ""
                        : fmt::format(R"x( transform="rotate({} {} {})")x", number(style.rotate),
                                      number(place.first), number(place.second));
  body_ += fmt::format(R"(<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}"{}{}>{})",
                       number(place.first), number(place.second), number(style.size),
                       anchor_name(style.anchor), style.color,
                       style.bold ? " font-weight=\"600\"" : "", rotate, escaped(text)) +
           "</text>\n";
}

std::string Svg::document() const {
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
             "width=\"{0}\" height=\"{1}\" role=\"img\" "
             "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">",
             number(width_), number(height_)) +
         "\n<title>" + escaped(title_) + "</title>\n" +
         fmt::format(R"(<rect width="{}" height="{}" fill="#ffffff"/>)", number(width_),
                     number(height_)) +
         "\n" + body_ + "</svg>\n";
}

double text_width(std::string_view text, double size) {
  double characters = 0;
  for (const char c : text) {
    characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;  // UTF-8
  }
  return characters * size * kGlyphWidth;
}

std::string fitted(const std::string& text, double width, double size) {
  if (text_width(text, size) <= width) {
    return text;
  }
  std::string kept = text;
  while (!kept.empty() && text_width(kept + "…", size) > width) {
    while ((static_cast<unsigned char>(kept.back()) & 0xC0U) == 0x80U) {
      kept.pop_back();  // of a sign of UTF-8, all but its first byte
    }
    kept.pop_back();
  }
  return kept + "…";
}

double widest(const std::vector<std::string>& texts, const std::vector<Index>& chosen,
              double size) {
  double width = 0;
  for (const Index i : chosen) {
    width = std::max(width, text_width(texts[at(i)], size));
  }
  return width;
}

}  // namespace mixvae::report
