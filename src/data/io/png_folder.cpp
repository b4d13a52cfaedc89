#include "data/io/png_folder.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <filesystem>
#include <png.h>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

/// Larger sides are taken for damage; an image of both takes some 100 MiB as it is read.
constexpr png_uint_32 kLargestSide = 4096;

bool is_png(const fs::path& file) {
  const std::string bytes = first_bytes(file.string(), 8);
  return bytes.size() == 8 &&
         png_sig_cmp(reinterpret_cast<png_const_bytep>(bytes.data()), 0, 8) == 0;
}

bool is_beside_the_point(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  const fs::path extension = entry.path().extension();
  return name.starts_with('.') || name == "Thumbs.db" || !entry.is_regular_file() ||
         extension == ".txt" || extension == ".md";
}

/// The PNG files in natural order of their names.
std::vector<fs::path> png_files(const std::string& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (!is_beside_the_point(entry) && is_png(entry.path())) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
  });
  return files;
}

/// One picture: pixels row by row.
struct GreyPicture {
  Index rows = 0;
  Index columns = 0;
  int depth = 0;  // bits of a stored value: 8 (fewer are widened) or 16
  std::vector<float> pixels;

  bool fits(const GreyPicture& other) const {
    return rows == other.rows && columns == other.columns && depth == other.depth;
  }
  std::string size() const {
    return std::to_string(rows) + " x " + std::to_string(columns) + " pixels of " +
           std::to_string(depth) + " bits";
  }
};

/// libpng's state while one file is read. Errors jump back to where the reading began.
struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string_view rest;
  std::string error;

  PngReader() = default;
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }

  static void take(png_structp png, png_bytep out, std::size_t count) {
    auto& reader = *static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > reader.rest.size()) {
      png_error(png, "the file is cut off");
    }
    std::memcpy(out, reader.rest.data(), count);
    reader.rest.remove_prefix(count);
  }
  [[noreturn]] static void fail(png_structp png, png_const_charp message) {
    static_cast<PngReader*>(png_get_error_ptr(png))->error = message;
    png_longjmp(png, 1);
  }
  static void ignore(png_structp /*png*/, png_const_charp /*message*/) {}
};

/// Reads up to the pixels; false where libpng found a fault. Objects that need destruction stay
/// outside: libpng leaves by a jump.
bool read_header(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) {
    return false;
  }
  png_set_user_limits(reader.png, kLargestSide, kLargestSide);
  png_read_info(reader.png, reader.info);
  return true;
}

bool read_pixels(PngReader& reader, png_bytepp rows) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) {
    return false;
  }
  png_read_image(reader.png, rows);
  png_read_end(reader.png, nullptr);
  return true;
}

/// Asks for values of whole bytes, rows of all passes. False where libpng refuses.
bool prepare_pixels(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) {
    return false;
  }
  png_set_expand_gray_1_2_4_to_8(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

[[noreturn]] void refuse_damage(const fs::path& file, const PngReader& reader) {
  throw InputError(
      {.what = "the PNG file cannot be read", .where = file.string(), .found = reader.error});
}

void require_grey(const fs::path& file, const PngReader& reader) {
  if (png_get_color_type(reader.png, reader.info) != PNG_COLOR_TYPE_GRAY ||
      png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0) {
    throw InputError({.what = "the picture is not grey",
                      .where = file.string(),
                      .found = "colours, a palette or transparency",
                      .expected = "PNG files of grey values alone",
                      .hint = "convert them to grey first"});
  }
}

GreyPicture read_picture(const fs::path& file) {
  const std::string bytes = read_bytes(file.string());
  PngReader reader;
  reader.rest = bytes;
  reader.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, PngReader::fail, PngReader::ignore);
  reader.info = reader.png == nullptr ? nullptr : png_create_info_struct(reader.png);
  if (reader.info == nullptr) {
    throw SystemError({.what = "there is no memory to read a PNG file", .where = file.string()});
  }
  png_set_read_fn(reader.png, &reader, PngReader::take);
  if (!read_header(reader)) {
    refuse_damage(file, reader);
  }
  require_grey(file, reader);
  GreyPicture picture;
  picture.rows = png_get_image_height(reader.png, reader.info);
  picture.columns = png_get_image_width(reader.png, reader.info);
  picture.depth = png_get_bit_depth(reader.png, reader.info) == 16 ? 16 : 8;
  if (!prepare_pixels(reader)) {
    refuse_damage(file, reader);
  }
  const auto row_bytes = static_cast<std::size_t>(picture.columns * picture.depth / 8);
  std::vector<png_byte> stored(at(picture.rows) * row_bytes);
  std::vector<png_bytep> rows;
  for (Index r = 0; r < picture.rows; ++r) {
    rows.push_back(stored.data() + at(r) * row_bytes);
  }
  if (!read_pixels(reader, rows.data())) {
    refuse_damage(file, reader);
  }
  picture.pixels.resize(at(picture.rows * picture.columns));
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = picture.depth == 16
                            ? static_cast<float>(256 * stored[2 * i] + stored[2 * i + 1])
                            : static_cast<float>(stored[i]);
  }
  return picture;
}

}  // namespace

bool is_png_folder(const std::string& path) {
  Index pictures = 0;
  std::vector<std::string> others;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (is_beside_the_point(entry)) {
      continue;
    }
    if (is_png(entry.path())) {
      ++pictures;
    } else {
      others.push_back(entry.path().filename().string());
    }
  }
  if (pictures < 2 || std::ssize(others) >= pictures) {
    return false;
  }
  if (!others.empty()) {
    throw InputError(
        {.what = "the folder holds pictures and other files",
         .where = path,
         .found = std::to_string(pictures) + " PNG files, and " + *std::ranges::min_element(others),
         .expected = "PNG files alone, or one data set",
         .hint = "move the other files away, or give the file that is meant"});
  }
  return true;
}

Dataset read_png_folder(const std::string& path) {
  const std::vector<fs::path> files = png_files(path);
  GreyPicture first;
  DenseMatrix x;
  Dataset dataset;
  for (const fs::path& file : files) {
    const GreyPicture picture = read_picture(file);
    if (x.rows == 0) {
      first = picture;
      x = DenseMatrix(0, first.rows * first.columns);
    } else if (!picture.fits(first)) {
      throw InputError({.what = "the pictures of the folder differ in size",
                        .where = file.string(),
                        .found = picture.size(),
                        .expected = first.size() + ", as in " + files.front().filename().string()});
    }
    x.values.insert(x.values.end(), picture.pixels.begin(), picture.pixels.end());
    ++x.rows;
    dataset.cells.names.push_back(file.stem().string());
  }
  dataset.source.path = path;
  dataset.source.format = "png";
  dataset.source.features_unnamed = true;
  dataset.source.image_width = first.columns;
  dataset.features.names = numbered_names("F", x.columns);
  dataset.x = std::move(x);
  return dataset;
}

}  // namespace mixvae
