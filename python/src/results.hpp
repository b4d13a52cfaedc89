#pragma once

#include <pybind11/numpy.h>

#include "data/dataset.hpp"
#include "data/io/additions.hpp"

namespace mixvae::python {

namespace py = pybind11;

/// A data set as {"matrix": array [cells, features] or (shape, offsets, indices, values), "cells",
/// "features": tables, "arrays"}; a table is (names, [(name, kind, values, ...)]) as held_data
/// reads it. The numbers are handed over without a copy.
py::dict python_dataset(Dataset&& dataset);

/// Results as {"columns": [(name, kind, values, ...)], "arrays": {name: array}, "unstructured":
/// {key: value}, "record"}. The numbers are handed over without a copy.
py::dict python_additions(Additions&& additions);

}  // namespace mixvae::python
