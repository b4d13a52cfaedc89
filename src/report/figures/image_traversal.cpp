#include "report/figures/image_traversal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/index.hpp"
#include "report/inks.hpp"
#include "report/png.hpp"
#include "report/svg.hpp"
#include "report/traversal_output.hpp"

namespace mixvae::report {
namespace {

using analysis::StateWalk;
using analysis::Traversal;
using analysis::TraversedType;

constexpr Index kImageGap = 1;      // pixels between images
constexpr double kShownWidth = 44;  // px of an image, about
constexpr double kGridGap = 20;
constexpr double kGridTitle = 22;
constexpr std::size_t kGridsInRow = 3;
constexpr Index kPixelsInTable = 100;  // of each walk, those that move most

struct ImageSize {
  Index width = 0;
  Index height = 0;
};

/// Least and largest decoded value of all walks.
std::pair<float, float> value_range(const Traversal& traversal) {
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      const auto [least, largest] = std::ranges::minmax(walk.values.values);
      low = std::min(low, least);
      high = std::max(high, largest);
    }
  }
  return {low, high};
}

/// The images of the same walk of all types as one picture: its PNG.
std::string grid_png(const Traversal& traversal, std::size_t walk, ImageSize image,
                     std::pair<float, float> range) {
  const auto steps = static_cast<Index>(traversal.quantiles.size());
  const Index width = steps * (image.width + kImageGap) - kImageGap;
  const Index height = std::ssize(traversal.types) * (image.height + kImageGap) - kImageGap;
  std::vector<std::uint8_t> pixels(at(width * height), 255);
  const float span = range.second > range.first ? range.second - range.first : 1.0F;
  for (Index t = 0; t < std::ssize(traversal.types); ++t) {
    const DenseMatrix& values = traversal.types[at(t)].walks[walk].values;
    for (Index w = 0; w < steps; ++w) {
      for (Index d = 0; d < values.columns; ++d) {
        const Index y = t * (image.height + kImageGap) + d / image.width;
        const Index x = w * (image.width + kImageGap) + d % image.width;
        pixels[at(y * width + x)] = static_cast<std::uint8_t>(
            std::lround(255.0F * std::clamp((values(w, d) - range.first) / span, 0.0F, 1.0F)));
      }
    }
  }
  return grey_png(pixels, width, height);
}

}  // namespace

Figure image_traversal_figure(const Traversal& traversal, Index width) {
  const auto features = static_cast<Index>(traversal.features.size());
  MIXVAE_ASSERT(width > 0 && features % width == 0 && !traversal.types.empty(), "whole rows");
  const ImageSize image{width, features / width};
  const double zoom = std::max(1.0, std::round(kShownWidth / static_cast<double>(width)));
  std::vector<std::string> names;
  std::vector<Index> all;
  for (const TraversedType& type : traversal.types) {
    all.push_back(std::ssize(names));
    names.push_back(type.name);
  }
  const double left = widest(names, all, 11) + 12;
  const double row_height = zoom * static_cast<double>(image.height + kImageGap);
  const double grid_width =
      zoom * static_cast<double>(std::ssize(traversal.quantiles) * (width + kImageGap));
  const double block_width = left + grid_width + kGridGap;
  const double block_height =
      kGridTitle + row_height * static_cast<double>(names.size()) + kGridGap;
  const std::vector<StateWalk>& walks = traversal.types.front().walks;
  const std::size_t rows = (walks.size() + kGridsInRow - 1) / kGridsInRow;
  Svg svg(block_width * static_cast<double>(std::min(walks.size(), kGridsInRow)),
          block_height * static_cast<double>(rows), "Decoded images along the states of each type");
  const std::pair<float, float> range = value_range(traversal);
  for (std::size_t w = 0; w < walks.size(); ++w) {
    const double x = block_width * static_cast<double>(w % kGridsInRow) + left;
    const double y = block_height * static_cast<double>(w / kGridsInRow) + kGridTitle;
    svg.text({x, y - 7}, walks[w].name, {.size = 11, .bold = true});
    for (std::size_t t = 0; t < names.size(); ++t) {
      svg.text({x - 8, y + row_height * (static_cast<double>(t) + 0.5) + 4}, names[t],
               {.size = 11, .anchor = Anchor::end});
    }
    svg.image({x, y}, grid_width - zoom, row_height * static_cast<double>(names.size()) - zoom,
              grid_png(traversal, w, image, range));
  }
  return {.name = "traversal",
          .title = "Decoded images along the states",
          .caption =
              "Each row a type, each grid a state, from its quantile 0.05 within the type "
              "(left) to 0.95 (right).",
          .svg = svg.document(),
          .csv = traversal_csv(traversal, kPixelsInTable)};
}

}  // namespace mixvae::report
