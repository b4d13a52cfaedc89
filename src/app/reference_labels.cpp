#include "app/reference_labels.hpp"

#include <filesystem>

#include "app/output_files.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "data/io/annotations.hpp"
#include "data/label_column.hpp"

namespace mixvae::app {

Reference reference_named(const std::string& text) {
  const std::size_t sign = text.rfind(':');
  if (sign == std::string::npos || sign == 0 || sign + 1 == text.size()) {
    throw UsageError({.what = "--reference needs a file and a column of it",
                      .found = "'" + text + "'",
                      .expected = "FILE:COLUMN, such as atlas.h5ad:cell_type"});
  }
  return {text.substr(0, sign), text.substr(sign + 1)};
}

std::optional<Categorical> labels_of_same_cells(const Reference& reference, const Dataset& dataset,
                                                const RunInput& input, std::string& others) {
  if (is_same_file(reference.path, dataset.source.path)) {
    return label_column(dataset.cells, reference.column, reference.path);
  }
  if (!std::filesystem::exists(reference.path)) {
    throw InputError({.what = "there is no such file", .where = reference.path});
  }
  Dataset cells;
  cells.x = DenseMatrix(dataset.cell_count(), 0);
  cells.cells.names = dataset.cells.names;
  cells.source.path = dataset.source.path;
  cells.source.cells_unnamed = dataset.source.cells_unnamed;
  try {
    join_annotation_file(cells, reference.path, input.read.decimal.front());
  } catch (const InputError& error) {
    others = error.fault().what;
    return std::nullopt;
  }
  for (const std::string& note : cells.source.notes) {
    log_info(note);
  }
  return label_column(cells.cells, reference.column, reference.path);
}

}  // namespace mixvae::app
