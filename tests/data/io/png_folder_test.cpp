#include "data/io/png_folder.hpp"

#include <png.h>

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/read.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace png_folder_test {

using test::message_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_files::TemporaryFolder;

/// A PNG file by libpng's simple writer: 1 value per pixel for grey, 3 for colours.
std::string png_file(std::uint32_t rows, std::uint32_t columns, const std::string& values,
                     std::uint32_t format = PNG_FORMAT_GRAY) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = columns;
  image.height = rows;
  image.format = format;
  std::string file(10000, '\0');
  png_alloc_size_t size = file.size();
  EXPECT_NE(png_image_write_to_memory(&image, file.data(), &size, 0, values.data(), 0, nullptr), 0)
      << image.message;
  file.resize(size);
  return file;
}

TEST(PngFolder, PicturesAreRowsInNaturalOrderOfTheirNames) {
  const TemporaryFolder folder;
  folder.write("b10.png", png_file(2, 3, {"\1\2\3\4\5\6", 6}));
  folder.write("b2.png", png_file(2, 3, {"\xff\0\0\0\0\7", 6}));
  folder.write("readme.txt", "notes");
  folder.write(".hidden", "x");
  EXPECT_TRUE(may_hold_images(folder.path()));
  const Dataset dataset = read_dataset(folder.path());
  EXPECT_EQ(dataset.source.format, "png");
  EXPECT_EQ(dataset.source.image_width, 3);
  EXPECT_THAT(dataset.cells.names, ElementsAre("b2", "b10"));
  EXPECT_THAT(std::get<DenseMatrix>(dataset.x).values,
              ElementsAre(255, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6));
}

std::string big_endian(std::uint64_t value, int size) {
  const std::string bytes = testing_files::little_endian(value, size);
  return {bytes.rbegin(), bytes.rend()};
}

std::string chunk(const std::string& name, const std::string& content) {
  const std::string counted = name + content;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(counted.data()), static_cast<uInt>(counted.size()));
  return big_endian(content.size(), 4) + counted + big_endian(sum, 4);
}

/// A grey PNG file of this depth by the words of its standard: rows of packed values, unfiltered.
std::string plain_png(std::uint32_t rows, std::uint32_t columns, int depth,
                      const std::vector<std::string>& packed) {
  std::string scanlines;
  for (const std::string& row : packed) {
    scanlines += '\0' + row;
  }
  std::string compressed(compressBound(scanlines.size()), '\0');
  uLongf size = compressed.size();
  compress(reinterpret_cast<Bytef*>(compressed.data()), &size,
           reinterpret_cast<const Bytef*>(scanlines.data()), scanlines.size());
  compressed.resize(size);
  const std::string header = big_endian(columns, 4) + big_endian(rows, 4) +
                             std::string(1, static_cast<char>(depth)) + std::string(4, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", compressed) +
         chunk("IEND", "");
}

TEST(PngFolder, SixteenBitsKeepTheirValuesAndOneIsBlackOrWhite) {
  const TemporaryFolder deep;
  const TemporaryFolder flat;
  for (const char* name : {"a.png", "b.png"}) {
    deep.write(name, plain_png(2, 2, 16, {{"\x01\x02\0\x07", 4}, {"\xff\xff\0\0", 4}}));
    flat.write(name, plain_png(2, 3, 1, {"\xa0", "\x40"}));
  }
  EXPECT_THAT(std::get<DenseMatrix>(read_dataset(deep.path()).x).values,
              ElementsAre(258, 7, 65535, 0, 258, 7, 65535, 0));
  const auto bits = std::get<DenseMatrix>(read_dataset(flat.path()).x);
  EXPECT_THAT(std::vector<float>(bits.row(0).begin(), bits.row(0).end()),
              ElementsAre(255, 0, 255, 0, 255, 0));
}

TEST(PngFolder, IsNoneWhereOtherDataLieBesideThePictures) {
  const TemporaryFolder folder;
  folder.write("a.png", png_file(1, 1, "a"));
  EXPECT_FALSE(is_png_folder(folder.path())) << "one picture is no data set";
  folder.write("b.png", png_file(1, 1, "b"));
  EXPECT_TRUE(is_png_folder(folder.path()));
  folder.write("Thumbs.db", "x");
  std::filesystem::create_symlink("nowhere", folder.path("dangling"));
  EXPECT_TRUE(is_png_folder(folder.path())) << "neither is data";
  folder.write("cells.csv", "cell,g1,g2\nc1,1,2\nc2,3,4\n");
  EXPECT_THAT(message_of<InputError>([&] { is_png_folder(folder.path()); }),
              AllOf(HasSubstr("the folder holds pictures and other files"),
                    HasSubstr("2 PNG files, and cells.csv")));
  folder.write("genes.csv", "gene\ng1\ng2\n");
  EXPECT_FALSE(is_png_folder(folder.path())) << "two pictures beside two files of data";
}

/// The refusal of a folder of a good picture of 2 x 2 and this one.
std::string refusal_beside(const std::string& picture) {
  const TemporaryFolder folder;
  folder.write("a.png", png_file(2, 2, "abcd"));
  folder.write("z.png", picture);
  return message_of<InputError>([&] { read_dataset(folder.path()); });
}

TEST(PngFolder, RefusesByNameWhatDoesNotFit) {
  EXPECT_THAT(refusal_beside(png_file(1, 4, "abcd")),
              AllOf(HasSubstr("the pictures of the folder differ in size"), HasSubstr("z.png"),
                    HasSubstr("found: 1 x 4 pixels of 8 bits"),
                    HasSubstr("2 x 2 pixels of 8 bits, as in a.png")));
  EXPECT_THAT(refusal_beside(png_file(2, 2, "abcdefghijkl", PNG_FORMAT_RGB)),
              AllOf(HasSubstr("the picture is not grey"), HasSubstr("z.png")));
  EXPECT_THAT(refusal_beside(png_file(2, 2, "abcdefgh", PNG_FORMAT_GA)),
              HasSubstr("the picture is not grey"));
  const std::string whole = png_file(2, 2, "abcd");
  for (std::size_t size = 8; size + 12 < whole.size(); ++size) {
    EXPECT_THAT(refusal_beside(whole.substr(0, size)),
                AllOf(HasSubstr("the PNG file cannot be read"), HasSubstr("z.png")))
        << size;
  }
  std::string damaged = whole;
  damaged[20] = '\x7f';
  EXPECT_THAT(refusal_beside(damaged), HasSubstr("the PNG file cannot be read"));
}

}  // namespace png_folder_test
}  // namespace mixvae
