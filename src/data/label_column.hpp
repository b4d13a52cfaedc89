#pragma once

#include <string>

#include "data/table.hpp"

namespace mixvae {

/// The column of that name as labels of the cells, as as_labels gives them. Throws InputError
/// naming `where` (a file) when there is none, and when its values can hardly be labels: numbers
/// with decimals of more than kMostFractions kinds (or of more kinds than half of the cells), whole
/// numbers of more than kMostNumbers kinds or of more than kManyKinds with fewer than kFewCells
/// cells each, texts of more than kManyKinds kinds that differ in more than half of the cells. The
/// message names columns that may be meant.
Categorical label_column(const Table& cells, const std::string& name, const std::string& where);

inline constexpr Index kMostFractions = 20;
inline constexpr Index kMostNumbers = 1000;
inline constexpr Index kManyKinds = 100;
inline constexpr Index kFewCells = 5;

}  // namespace mixvae
