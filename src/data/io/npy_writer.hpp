#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// An array of numpy's .npy format (version 1.0, little-endian, C order): header and items.
struct NpyContent {
  std::string header;
  std::string items;        // of arrays that were converted
  std::string_view shared;  // items that somebody else keeps; empty where `items` has them

  std::string_view data() const { return shared.empty() ? std::string_view(items) : shared; }
};

/// A matrix [rows, columns] as float32; its values are shared, not copied.
NpyContent npy_content(const DenseMatrix& matrix);
/// Numbers as float64, int64 or bool, [n].
NpyContent npy_content(const std::vector<double>& numbers);
NpyContent npy_content(const std::vector<std::int64_t>& numbers);
NpyContent npy_content(const std::vector<bool>& truths);
/// Texts in UTF-8 as numpy's fixed-width unicode, [n], as wide as the longest; what is no UTF-8
/// becomes U+FFFD. Throws UsageError where the array would take more than kMostTextBytes.
NpyContent npy_content(const std::vector<std::string>& texts);
/// The same with several dimensions, in C order; bytes as uint8. A bug where the shape does not
/// fit.
NpyContent npy_content(const std::vector<double>& numbers, const std::vector<Index>& shape);
NpyContent npy_content(const std::vector<std::int64_t>& numbers, const std::vector<Index>& shape);
NpyContent npy_content(std::string bytes, const std::vector<Index>& shape);
/// One item without dimensions.
NpyContent npy_item(std::int64_t number);
NpyContent npy_item(double number);
NpyContent npy_item(const std::string& text);

inline constexpr std::uint64_t kMostTextBytes = std::uint64_t{1} << 33;

/// Writes one array. Throws SystemError.
void write_npy(const std::string& path, const NpyContent& array);

/// Writes arrays by name as numpy's .npz archive, uncompressed. Throws SystemError.
void write_npz(const std::string& path,
               const std::vector<std::pair<std::string, NpyContent>>& arrays);

}  // namespace mixvae
