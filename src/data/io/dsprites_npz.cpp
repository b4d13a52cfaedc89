#include "data/io/dsprites_npz.hpp"

#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/npy_writer.hpp"
#include "data/simulate/dsprites.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kLatents = 6;  // colour first, which is always white
constexpr std::array<const char*, kLatents> kFactors = {"color",       "shape", "scale",
                                                        "orientation", "x",     "y"};

void require_factor_array(const NpyArray& array, Index images, const std::string& where) {
  if (array.shape != std::vector<Index>{images, static_cast<Index>(kLatents)}) {
    throw InputError({.what = "the factors of dSprites do not fit its images",
                      .where = where,
                      .found = std::to_string(array.shape.size()) + " dimensions, " +
                               with_commas(array.size()) + " numbers",
                      .expected = with_commas(images) + " rows of 6"});
  }
}

/// The array's column of that factor.
std::vector<double> factor_of(const std::vector<double>& numbers, std::size_t factor) {
  std::vector<double> values;
  values.reserve(numbers.size() / kLatents);
  for (std::size_t i = factor; i < numbers.size(); i += kLatents) {
    values.push_back(numbers[i]);
  }
  return values;
}

Categorical shapes_of(const std::vector<double>& classes, const std::string& where) {
  Categorical shapes{{sprite_shapes().begin(), sprite_shapes().end()}, {}, false};
  for (const double shape : classes) {
    if (!(shape == 0 || shape == 1 || shape == 2)) {
      throw InputError({.what = "this is no shape of dSprites",
                        .where = where,
                        .found = "class " + shortest(shape),
                        .expected = "0 (square), 1 (ellipse) or 2 (heart)"});
    }
    shapes.codes.push_back(static_cast<std::int32_t>(shape));
  }
  return shapes;
}

/// Images of bytes as sparse rows.
CsrMatrix sparse_images(const NpyArray& images, const std::string& where) {
  if (images.kind != 'u' || images.item_size != 1 || images.fortran_order || images.size() == 0) {
    throw InputError({.what = "the images of dSprites are not as published",
                      .where = where,
                      .expected = "bytes (uint8) in C order"});
  }
  CsrMatrix matrix;
  matrix.rows = images.shape[0];
  matrix.columns = images.shape[1] * images.shape[2];
  for (Index r = 0; r < matrix.rows; ++r) {
    for (Index c = 0; c < matrix.columns; ++c) {
      const char pixel = images.data[at(r * matrix.columns + c)];
      if (pixel != 0) {
        matrix.column_numbers.push_back(static_cast<std::int32_t>(c));
        matrix.values.push_back(static_cast<unsigned char>(pixel));
      }
    }
    matrix.offsets.push_back(static_cast<Index>(matrix.values.size()));
  }
  return matrix;
}

}  // namespace

bool is_dsprites(const std::map<std::string, NpyArray>& arrays) {
  const auto images = arrays.find("imgs");
  return images != arrays.end() && images->second.shape.size() == 3 &&
         arrays.contains("latents_classes");
}

Dataset read_dsprites(const std::map<std::string, NpyArray>& arrays, const std::string& path) {
  const NpyArray& images = arrays.at("imgs");
  Dataset dataset = numbered_dataset({}, path, "npz");
  dataset.x = sparse_images(images, path + ", member 'imgs'");
  dataset.cells.names = numbered_names("C", dataset.cell_count());
  dataset.features.names = numbered_names("F", dataset.feature_count());
  dataset.source.layer = "imgs";
  dataset.source.layers = {"imgs"};
  dataset.source.image_width = images.shape[2];
  const std::string classes_at = path + ", member 'latents_classes'";
  require_factor_array(arrays.at("latents_classes"), images.shape[0], classes_at);
  const std::vector<double> classes = npy_numbers(arrays.at("latents_classes"), classes_at);
  std::vector<double> values = classes;
  if (const auto found = arrays.find("latents_values"); found != arrays.end()) {
    const std::string values_at = path + ", member 'latents_values'";
    require_factor_array(found->second, images.shape[0], values_at);
    values = npy_numbers(found->second, values_at);
  }
  dataset.cells.set({kFactors[1], shapes_of(factor_of(classes, 1), classes_at)});
  for (std::size_t factor = 2; factor < kLatents; ++factor) {
    dataset.cells.set({kFactors[factor], factor_of(values, factor)});
  }
  return dataset;
}

void write_dsprites(const std::string& path, const Dataset& sprites) {
  const auto& images = std::get<CsrMatrix>(sprites.x);
  const auto pixels = static_cast<std::size_t>(images.columns);
  std::string bytes(at(images.rows) * pixels, '\0');
  for (Index r = 0; r < images.rows; ++r) {
    for (const std::int32_t column : images.row(r).columns) {
      bytes[at(r) * pixels + static_cast<std::size_t>(column)] = 1;
    }
  }
  std::vector<std::int64_t> classes;
  std::vector<double> values;
  const auto& shapes = std::get<Categorical>(sprites.cells.find("shape")->values).codes;
  const auto numbers = [&](const char* factor) -> const std::vector<double>& {
    return std::get<std::vector<double>>(sprites.cells.find(factor)->values);
  };
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    classes.insert(classes.end(), {0, shapes[i]});
    values.insert(values.end(), {1.0, shapes[i] + 1.0});
    for (std::size_t factor = 2; factor < kLatents; ++factor) {
      const double value = numbers(kFactors[factor])[i];
      values.push_back(value);
      classes.push_back(Sprite::class_of(factor - 1, value));
    }
  }
  const Index count = images.rows;
  write_npz(path, {{"imgs", npy_content(std::move(bytes), {count, Sprite::kSide, Sprite::kSide})},
                   {"latents_classes", npy_content(classes, {count, 6})},
                   {"latents_values", npy_content(values, {count, 6})}});
}

}  // namespace mixvae
