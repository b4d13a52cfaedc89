#pragma once

#include <cmath>

#include "data/dataset.hpp"

namespace mixvae::support {

/// Four cells, two of one name and one without counts, with annotations of every kind, some of them
/// missing, and what else a file may hold.
inline Dataset annotated_cells() {
  Dataset dataset;
  dataset.x = CsrMatrix{4, 3, {0, 2, 2, 3, 4}, {0, 1, 0, 1}, {1, 3, 2, 5}};
  dataset.cells.names = {"a", "b", "b", "c"};
  dataset.features.names = {"g", "h", "i"};
  dataset.cells.set({"type", Categorical{{"B", "T", "unused"}, {1, 1, 0, -1}}});
  dataset.cells.set({"age", std::vector<double>{0.5, std::nan(""), 0.5, 2}});
  dataset.cells.set({"batch", std::vector<std::int64_t>{1, 1, 2, 2}});
  dataset.arrays["X_umap"] = DenseMatrix(4, 2);
  dataset.texts["tree"] = "(a,b);";
  dataset.source.path = "x.h5ad";
  dataset.source.format = "h5ad";
  dataset.source.layers = {"X", "raw"};
  dataset.source.notes = {"Something was skipped."};
  return dataset;
}

}  // namespace mixvae::support
