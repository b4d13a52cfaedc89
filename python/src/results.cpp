#include "results.hpp"

#include <memory>
#include <pybind11/stl.h>
#include <utility>
#include <vector>

namespace mixvae::python {
namespace {

/// An array of this shape around numbers that it keeps alive.
template <class Number>
py::array array_of(std::vector<Number>&& numbers, std::vector<Index> shape) {
  auto kept = std::make_unique<std::vector<Number>>(std::move(numbers));
  const Number* data = kept->data();
  const py::capsule owner(kept.get(),
                          [](void* held) { delete static_cast<std::vector<Number>*>(held); });
  static_cast<void>(kept.release());  // now the capsule's
  return py::array_t<Number>(std::move(shape), data, owner);
}

template <class Number>
py::array array_of(std::vector<Number>&& numbers) {
  const auto count = static_cast<Index>(numbers.size());
  return array_of(std::move(numbers), {count});
}

py::array array_of(DenseMatrix&& matrix) {
  return array_of(std::move(matrix.values), {matrix.rows, matrix.columns});
}

struct ColumnMaker {
  const std::string& name;

  py::tuple operator()(Categorical& labels) const {
    return py::make_tuple(name, "labels", labels.categories, array_of(std::move(labels.codes)),
                          labels.ordered);
  }
  py::tuple operator()(std::vector<std::string>& texts) const {
    return py::make_tuple(name, "texts", texts);
  }
  py::tuple operator()(std::vector<double>& numbers) const {
    return py::make_tuple(name, "numbers", array_of(std::move(numbers)));
  }
  py::tuple operator()(std::vector<std::int64_t>& numbers) const {
    return py::make_tuple(name, "integers", array_of(std::move(numbers)));
  }
  py::tuple operator()(std::vector<bool>& truths) const {
    return py::make_tuple(name, "truths",
                          array_of(std::vector<std::uint8_t>(truths.begin(), truths.end())));
  }
};

py::list columns_of(std::vector<Column>& columns) {
  py::list list;
  for (Column& column : columns) {
    list.append(std::visit(ColumnMaker{column.name}, column.values));
  }
  return list;
}

py::dict arrays_of(std::map<std::string, DenseMatrix>& arrays) {
  py::dict dict;
  for (auto& [name, array] : arrays) {
    dict[py::str(name)] = array_of(std::move(array));
  }
  return dict;
}

py::object matrix_of(Matrix& matrix) {
  if (auto* dense = std::get_if<DenseMatrix>(&matrix)) {
    return array_of(std::move(*dense));
  }
  auto& sparse = std::get<CsrMatrix>(matrix);
  return py::make_tuple(
      py::make_tuple(sparse.rows, sparse.columns), array_of(std::move(sparse.offsets)),
      array_of(std::move(sparse.column_numbers)), array_of(std::move(sparse.values)));
}

}  // namespace

py::dict python_dataset(Dataset&& dataset) {
  py::dict dict;
  dict["matrix"] = matrix_of(dataset.x);
  dict["cells"] = py::make_tuple(dataset.cells.names, columns_of(dataset.cells.columns));
  dict["features"] = py::make_tuple(dataset.features.names, columns_of(dataset.features.columns));
  dict["arrays"] = arrays_of(dataset.arrays);
  return dict;
}

py::dict python_additions(Additions&& additions) {
  py::dict unstructured;
  for (auto& [key, value] : additions.unstructured) {
    unstructured[py::str(key)] = std::visit([](auto& held) { return py::cast(held); }, value);
  }
  py::dict dict;
  dict["columns"] = columns_of(additions.cells);
  dict["arrays"] = arrays_of(additions.arrays);
  dict["unstructured"] = unstructured;
  dict["record"] = additions.record;
  return dict;
}

}  // namespace mixvae::python
