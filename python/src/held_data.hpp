#pragma once

#include <map>
#include <memory>
#include <pybind11/numpy.h>
#include <string>
#include <vector>

#include "app/memory_exchange.hpp"

namespace mixvae::python {

namespace py = pybind11;

/// Reads the data of one input, which mixvae/_data.py took apart, in place: {"name", "format",
/// "layers": {name: (matrix, features)}, "cells", "arrays": {name: array}, "texts": {name: text},
/// "cells_unnamed", "features_unnamed"}. A matrix is an array [cells, features] or (kind, shape,
/// offsets, indices, values) with kind "csr" or "csc"; a table is (names, [(name, kind, values,
/// ...)]). The numbers stay where they are until the data are read, which needs no GIL: the
/// objects must outlive the result.
app::MemoryData held_data(const py::dict& input);

}  // namespace mixvae::python
