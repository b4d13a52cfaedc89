#include "data/simulate/dsprites.hpp"

#include <cmath>
#include <numbers>
#include <set>

#include "data/files.hpp"
#include "data/io/dsprites_npz.hpp"
#include "data/io/npy_writer.hpp"
#include "data/io/read.hpp"
#include "data/small_datasets.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace dsprites_test {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<double>& numbers(const Dataset& dataset, const char* column) {
  return std::get<std::vector<double>>(require_column(dataset.cells, column, "").values);
}

const std::vector<std::int32_t>& shapes(const Dataset& dataset) {
  return std::get<Categorical>(require_column(dataset.cells, "shape", "").values).codes;
}

TEST(Sprites, PlacesAreTheCombinationsOfFactorsTheLastFastest) {
  EXPECT_EQ(3 * 6 * 40 * 32 * 32, Sprite::kCount);
  const Sprite second = Sprite::at(1);
  EXPECT_EQ(second.y, 1);
  EXPECT_EQ(second.x, 0);
  EXPECT_EQ(Sprite::at(32).x, 1);
  EXPECT_EQ(Sprite::at(32 * 32).orientation, 1);
  EXPECT_EQ(Sprite::at(32 * 32 * 40).scale, 1);
  EXPECT_EQ(Sprite::at(32 * 32 * 40 * 6).shape, 1);
  const Sprite last = Sprite::at(Sprite::kCount - 1);
  EXPECT_EQ(last.shape, 2);
  EXPECT_DOUBLE_EQ(last.scale_value(), 1);
  EXPECT_DOUBLE_EQ(last.orientation_value(), 2 * std::numbers::pi);
  EXPECT_DOUBLE_EQ(last.x_value(), 1);
  EXPECT_DOUBLE_EQ(last.y_value(), 1);
  for (Index place = 5; place < Sprite::kCount; place += 7919) {
    const Sprite sprite = Sprite::at(place);
    EXPECT_EQ(Sprite::class_of(1, sprite.scale_value()), sprite.scale);
    EXPECT_EQ(Sprite::class_of(2, sprite.orientation_value()), sprite.orientation);
    EXPECT_EQ(Sprite::class_of(4, sprite.y_value()), sprite.y);
  }
}

/// Pixels of an image, and their middle and second moments.
struct Shape {
  double area = 0, row = 0, column = 0, rows = 0, columns = 0;

  Shape(const Dataset& dataset, Index image) {
    const auto& matrix = std::get<CsrMatrix>(dataset.x);
    const SparseRow pixels = matrix.row(image);
    area = static_cast<double>(pixels.columns.size());
    for (const std::int32_t pixel : pixels.columns) {
      row += (pixel / 64 + 0.5) / area;
      column += (pixel % 64 + 0.5) / area;
    }
    for (const std::int32_t pixel : pixels.columns) {
      rows += std::pow(pixel / 64 + 0.5 - row, 2) / area;
      columns += std::pow(pixel % 64 + 0.5 - column, 2) / area;
    }
  }
};

TEST(Sprites, HaveTheAreasCentresAndExtentsOfTheirFactors) {
  const Dataset dataset = simulate_sprites({.number = 1500}, 3);
  EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(dataset.x)));
  const std::array<double, 3> areas = {17.0 * 17.0, std::numbers::pi * 13.7 * 6.85, 296.7};
  for (Index i = 0; i < dataset.cell_count(); ++i) {
    const Shape found(dataset, i);
    const double scale = numbers(dataset, "scale")[at(i)];
    const double angle = numbers(dataset, "orientation")[at(i)];
    const auto shape = static_cast<std::size_t>(shapes(dataset)[at(i)]);
    const double area = areas[shape] * scale * scale;
    EXPECT_NEAR(found.area, area, 2 * std::sqrt(area)) << i;
    if (shape == 2) {
      continue;  // the heart's middle is not its centre
    }
    EXPECT_NEAR(found.column, 16.5 + 31 * numbers(dataset, "x")[at(i)], 0.51) << i;
    EXPECT_NEAR(found.row, 16.5 + 31 * numbers(dataset, "y")[at(i)], 0.51) << i;
    if (shape == 1) {
      // Moments of an ellipse: a^2 / 4 along the axis, which turns counter-clockwise.
      const double along = std::pow(13.7 * scale, 2) / 4;
      const double across = std::pow(6.85 * scale, 2) / 4;
      const double wide = std::pow(std::cos(angle), 2);
      EXPECT_NEAR(found.columns, wide * along + (1 - wide) * across, 0.08 * along + 0.3) << i;
      EXPECT_NEAR(found.rows, (1 - wide) * along + wide * across, 0.08 * along + 0.3) << i;
    }
  }
  // The published images have 4.3 % of ones.
  EXPECT_NEAR(static_cast<double>(count_nonzeros(dataset.x)) / 1500 / 4096, 0.043, 0.001);
}

TEST(Sprites, AreDrawnWithoutRepetitionAndDependOnTheSeed) {
  const Dataset dataset = simulate_sprites({.number = 3000}, 1);
  std::set<std::vector<double>> seen;
  for (std::size_t i = 0; i < 3000; ++i) {
    EXPECT_TRUE(seen.insert({static_cast<double>(shapes(dataset)[i]), numbers(dataset, "scale")[i],
                             numbers(dataset, "orientation")[i], numbers(dataset, "x")[i],
                             numbers(dataset, "y")[i]})
                    .second);
  }
  EXPECT_EQ(numbers(dataset, "x"), numbers(simulate_sprites({.number = 3000}, 1), "x"));
  EXPECT_NE(numbers(dataset, "x"), numbers(simulate_sprites({.number = 3000}, 2), "x"));
}

TEST(Sprites, OtherNumbersAreRefused) {
  EXPECT_THAT(message_of<UsageError>([] { simulate_sprites({.number = 0}, 1); }),
              HasSubstr("there are not so many images of dSprites"));
  EXPECT_THAT(message_of<UsageError>([] { simulate_sprites({.number = 737281}, 1); }),
              HasSubstr("found: 737,281"));
}

TEST(SpritesNpz, AreReadAsTheyWereWritten) {
  const testing_files::TemporaryFolder folder;
  const Dataset dataset = simulate_sprites({.number = 50}, 5);
  const std::string path = folder.path("sprites.npz");
  write_dsprites(path, dataset);
  const Dataset back = read_dataset(path);
  EXPECT_EQ(back.source.image_width, 64);
  EXPECT_EQ(back.source.layer, "imgs");
  EXPECT_EQ(std::get<CsrMatrix>(back.x).column_numbers,
            std::get<CsrMatrix>(dataset.x).column_numbers);
  EXPECT_EQ(std::get<CsrMatrix>(back.x).offsets, std::get<CsrMatrix>(dataset.x).offsets);
  EXPECT_EQ(shapes(back), shapes(dataset));
  for (const char* factor : {"scale", "orientation", "x", "y"}) {
    EXPECT_EQ(numbers(back, factor), numbers(dataset, factor)) << factor;
  }
  EXPECT_EQ(back.cells.find("color"), nullptr);
}

/// An archive of two images of 2 x 2 pixels with these classes.
std::string small_archive(const testing_files::TemporaryFolder& folder,
                          const std::vector<std::int64_t>& classes,
                          const std::vector<Index>& shape) {
  const std::string path = folder.path("small.npz");
  write_npz(path, {{"imgs", npy_content(std::string("\1\0\0\1\0\0\0\1", 8), {2, 2, 2})},
                   {"latents_classes", npy_content(classes, shape)}});
  return path;
}

TEST(SpritesNpz, WithoutValuesHaveTheirClasses) {
  const testing_files::TemporaryFolder folder;
  const Dataset dataset =
      read_dataset(small_archive(folder, {0, 2, 1, 7, 3, 4, 0, 0, 5, 39, 31, 0}, {2, 6}));
  EXPECT_THAT(shapes(dataset), ElementsAre(2, 0));
  EXPECT_THAT(numbers(dataset, "scale"), ElementsAre(1, 5));
  EXPECT_THAT(numbers(dataset, "y"), ElementsAre(4, 0));
  EXPECT_THAT(std::get<CsrMatrix>(dataset.x).column_numbers, ElementsAre(0, 3, 3));
}

TEST(SpritesNpz, ThatDoNotFitAreRefused) {
  const testing_files::TemporaryFolder folder;
  EXPECT_THAT(message_of<InputError>([&] {
                read_dataset(small_archive(folder, {0, 3, 1, 7, 3, 4, 0, 0, 5, 39, 31, 0}, {2, 6}));
              }),
              HasSubstr("this is no shape of dSprites"));
  EXPECT_THAT(message_of<InputError>([&] {
                read_dataset(small_archive(folder, {0, 1, 1, 7}, {2, 2}));
              }),
              HasSubstr("the factors of dSprites do not fit its images"));
  const std::string path = folder.path("floats.npz");
  write_npz(path, {{"imgs", npy_content(std::vector<double>(8, 1.0), {2, 2, 2})},
                   {"latents_classes", npy_content(std::vector<std::int64_t>(12, 0), {2, 6})}});
  EXPECT_THAT(message_of<InputError>([&] { read_dataset(path); }),
              HasSubstr("the images of dSprites are not as published"));
}

}  // namespace dsprites_test
}  // namespace mixvae
