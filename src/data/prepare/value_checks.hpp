#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// Whether any value is NaN or infinite.
bool holds_non_finite(const Matrix& matrix);

/// Throws InputError naming the first cell and feature whose value is NaN or infinite, among the
/// columns marked as used, [D].
void require_finite(const Dataset& dataset, const std::vector<bool>& used);

/// The same data with zeros for what is not finite.
Dataset without_non_finite(const Dataset& dataset);

/// The smallest value, zeros that a sparse matrix does not store included.
float smallest_value(const Matrix& matrix);

/// Throws InputError naming the first cell and feature whose value the normalisation cannot take:
/// below 0 for logarithms, below 1 for log2 (and refuses sparse zeros there).
void require_domain(const std::string& normalise, const Dataset& dataset);

/// The rows with at least `min_features` non-zero values, for learning from them. Throws InputError
/// when none is left, or when a row without any non-zero value is left, saying how many there are
/// and which option removes them.
std::vector<Index> kept_cells(const Dataset& dataset, double min_features);

/// The same for a preprocessing that has been learned: rows without any non-zero value are left
/// out. Throws InputError when none is left.
std::vector<Index> cells_with_values(const Dataset& dataset, double min_features);

}  // namespace mixvae
