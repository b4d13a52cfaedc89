#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// One array of numpy's .npy format, over bytes that somebody else keeps.
struct NpyArray {
  char kind = 'f';            // f float, i signed, u unsigned, b truth value, U and S text
  std::size_t item_size = 0;  // bytes of one item
  bool big_endian = false;
  bool fortran_order = false;  // the first index varies fastest
  std::vector<Index> shape;    // empty: one item
  std::string_view data;       // all items

  Index size() const;
  bool holds_text() const { return kind == 'U' || kind == 'S'; }
};

/// Reads the header of an array (versions 1 to 3) and checks that its data are complete. `where`
/// names it in messages. Throws InputError for anything else, complex numbers, records and Python
/// objects.
NpyArray parse_npy(std::string_view bytes, const std::string& where);

/// The items as numbers, in the order in which they are stored. Throws InputError for text.
std::vector<double> npy_numbers(const NpyArray& array, const std::string& where);

/// An array of two or more dimensions as a matrix [shape[0], product of the others].
DenseMatrix npy_matrix(const NpyArray& array, const std::string& where);

/// Pixels in a row of the images [N, rows, columns] that an array of three dimensions holds;
/// nothing for others.
std::optional<Index> image_width_of(const NpyArray& array);

/// An array of one dimension as the values of a column: integers, truth values, numbers, or text as
/// labels.
ColumnValues npy_column(const NpyArray& array, const std::string& where);

/// An array of text, in UTF-8.
std::vector<std::string> npy_texts(const NpyArray& array);

/// Reads a .npy file: cells in rows; rows and columns have no names and are numbered. Throws
/// InputError.
Dataset read_npy(const std::string& path);

/// A data set around a matrix of an array file, rows and columns numbered.
Dataset numbered_dataset(DenseMatrix x, const std::string& path, const std::string& format);

}  // namespace mixvae
