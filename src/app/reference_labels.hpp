#pragma once

#include <optional>
#include <string>

#include "app/run_input.hpp"
#include "data/dataset.hpp"

namespace mixvae::app {

/// A file and the column of it that holds labels, from "FILE:COLUMN".
struct Reference {
  std::string path;
  std::string column;
};

/// Throws UsageError for a text without a file or a column.
Reference reference_named(const std::string& text);

/// Labels of the cells of `dataset` by a reference that speaks of the same cells: the data file
/// itself, or a table or data set whose rows are joined to the cells by name
/// (data/io/annotations.hpp). Nothing where the file's cells are others, with the reason in
/// `others`. Throws InputError where there is no such column or file.
std::optional<Categorical> labels_of_same_cells(const Reference& reference, const Dataset& dataset,
                                                const RunInput& input, std::string& others);

}  // namespace mixvae::app
