#include "held_data.hpp"

#include <algorithm>
#include <cmath>
#include <pybind11/stl.h>
#include <utility>

#include "base/error.hpp"
#include "matrix_view.hpp"

namespace mixvae::python {
namespace {

constexpr Index kLookedAt = 10000;  // values of a matrix that tell whether it holds counts

template <class Number>
std::vector<Number> column_of(const py::handle& values) {
  const auto array = values.cast<py::array_t<Number>>();
  return {array.data(), array.data() + array.size()};
}

/// (name, kind, values) or (name, "labels", categories, codes, ordered).
Column held_column(const py::tuple& column) {
  const auto name = column[0].cast<std::string>();
  const auto kind = column[1].cast<std::string>();
  if (kind == "labels") {
    return {name, Categorical{column[2].cast<std::vector<std::string>>(),
                              column_of<std::int32_t>(column[3]), column[4].cast<bool>()}};
  }
  if (kind == "texts") {
    return {name, column[2].cast<std::vector<std::string>>()};
  }
  if (kind == "integers") {
    return {name, column_of<std::int64_t>(column[2])};
  }
  if (kind == "truths") {
    const std::vector<std::uint8_t> truths = column_of<std::uint8_t>(column[2]);
    return {name, std::vector<bool>(truths.begin(), truths.end())};
  }
  MIXVAE_ASSERT(kind == "numbers", "the package knows the kinds of columns");
  return {name, column_of<double>(column[2])};
}

Table held_table(const py::handle& parts) {
  const auto [names, columns] = parts.cast<std::pair<std::vector<std::string>, py::list>>();
  Table table;
  table.names = names;
  for (const py::handle& column : columns) {
    table.columns.push_back(held_column(py::reinterpret_borrow<py::tuple>(column)));
  }
  return table;
}

/// A matrix that can be read, with its features.
struct Layer {
  std::string name;
  MatrixView matrix;
  Table features;
};

/// What is the same for every layer, and the layers in their order.
struct Held {
  Dataset rest;
  std::map<std::string, ArrayView> arrays;
  std::vector<Layer> layers;
};

bool is_count(float value) { return value >= 0 && value == std::floor(value); }

/// Whether the first values are whole numbers, none below 0 and some above.
bool begins_with_counts(const MatrixView& view) {
  const auto* compressed = std::get_if<CompressedView>(&view);
  ArrayView first = compressed != nullptr ? compressed->values : std::get<ArrayView>(view);
  first.columns = std::min(first.columns, kLookedAt);
  first.rows =
      std::min(first.rows, std::max<Index>(kLookedAt / std::max<Index>(first.columns, 1), 1));
  const std::vector<float> values = dense_matrix(first).values;
  return std::ranges::all_of(values, is_count) &&
         std::ranges::any_of(values, [](float value) { return value > 0; });
}

/// Layers besides the chosen one that hold counts; those called so first.
std::vector<std::string> count_layers(const Held& held, const std::string& chosen) {
  std::vector<std::string> found;
  for (const Layer& layer : held.layers) {
    if (layer.name != chosen && begins_with_counts(layer.matrix)) {
      found.push_back(layer.name);
    }
  }
  std::ranges::stable_partition(found, [](const std::string& name) { return name == "counts"; });
  return found;
}

Dataset read_held(const Held& held, const std::string& name) {
  const Layer& layer = *std::ranges::find(held.layers, name, &Layer::name);
  Dataset dataset = held.rest;
  dataset.x = matrix_of(layer.matrix, dataset.source.path);
  dataset.features = layer.features;
  for (const auto& [array, view] : held.arrays) {
    dataset.arrays[array] = dense_matrix(view);
  }
  dataset.source.layer = name;
  dataset.source.count_layers = count_layers(held, name);
  return dataset;
}

}  // namespace

app::MemoryData held_data(const py::dict& input) {
  auto held = std::make_shared<Held>();
  Dataset& rest = held->rest;
  rest.cells = held_table(input["cells"]);
  rest.texts = input["texts"].cast<std::map<std::string, std::string>>();
  rest.source.path = input["name"].cast<std::string>();
  rest.source.format = input["format"].cast<std::string>();
  rest.source.cells_unnamed = input["cells_unnamed"].cast<bool>();
  rest.source.features_unnamed = input["features_unnamed"].cast<bool>();
  rest.source.notes = input["notes"].cast<std::vector<std::string>>();
  for (const auto& [name, array] : input["arrays"].cast<py::dict>()) {
    held->arrays[name.cast<std::string>()] = array_view(array.cast<py::array>());
  }
  for (const auto& [name, parts] : input["layers"].cast<py::dict>()) {
    const auto [matrix, features] = parts.cast<std::pair<py::object, py::object>>();
    held->layers.push_back({name.cast<std::string>(), matrix_view(matrix), held_table(features)});
    rest.source.layers.push_back(held->layers.back().name);
  }
  return {.layers = rest.source.layers,
          .read = [held](const std::string& layer) { return read_held(*held, layer); }};
}

}  // namespace mixvae::python
