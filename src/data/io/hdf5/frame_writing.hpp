#pragma once

#include "data/io/hdf5/writing.hpp"
#include "data/table.hpp"

/// Data frames, columns and unstructured values in the encodings of anndata 0.8.
namespace mixvae::hdf5 {

/// A group of the encoding "dict" 0.1.0.
Group create_dict(const Group& parent, const std::string& name);

/// The columns' values under the column's name; the frame's list of columns is not touched.
void write_column(const Group& frame, const Column& column);

/// A whole data frame 0.2.0; `index` names the column that holds the names of the rows.
void write_frame(const Group& parent, const std::string& name, const Table& table,
                 const std::string& index = "_index");

/// Adds a column to a frame in the file or replaces the one of that name, and keeps the frame's
/// list of columns.
void set_column(const Group& frame, const Column& column);

/// Removes a column and its place in the frame's list; nothing happens where there is none, or
/// where it holds the names of the rows.
void remove_column(const Group& frame, const std::string& name);

/// A categorical with codes of the smallest type that holds them.
void write_categorical(const Group& parent, const std::string& name, const Categorical& labels);

}  // namespace mixvae::hdf5
