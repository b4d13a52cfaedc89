#pragma once

#include "data/dataset.hpp"
#include "data/io/store/column.hpp"

namespace mixvae::store {

/// Reads anndata's data frame `name` ("obs", "var", "raw/var"): a group (dataframe 0.1, 0.2 or
/// without encoding) or an array of records (up to anndata 0.6, whose categories stand in "uns").
/// Columns in the file's order; column lengths are checked; repeated names are kept and noted.
Table read_frame(const Group& root, const std::string& name, Notes& notes);

/// Gives cells and features that have no names numbers ("C1", "F1") and says so in the source.
void number_unnamed(Dataset& dataset);

/// True for a frame in a group that has no names of its rows.
bool lacks_row_names(const Group& root, const std::string& name);

/// Number of rows of the frame `name`, without reading it. Throws InputError as read_frame.
Index frame_length(const Group& root, const std::string& name);

/// Notes when names of rows repeat.
void note_repeated_names(const std::vector<std::string>& names, const std::string& what,
                         Notes& notes);

/// Name of the column that holds the names of the rows; empty when a frame has none.
std::string index_name(const Group& frame);

/// Names of the columns in order, without the index.
std::vector<std::string> column_order(const Group& frame);

/// The categories that old files keep in "uns" for a column of codes; nothing when there are none.
std::optional<std::vector<std::string>> categories_in_uns(const Group& root,
                                                          const std::string& column);

}  // namespace mixvae::store
