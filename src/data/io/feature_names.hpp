#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// The word that stands for the names that a file gives to its features.
inline constexpr const char* kOwnNames = "own";

/// Annotation that keeps these names where the features are named by another one.
inline constexpr const char* kNamesInFile = "names_in_file";

/// Names the features by the file's own names (kOwnNames) or by an annotation of theirs, such as
/// gene symbols or ids: those without a value in it keep their name, and what they were called
/// before stands under kNamesInFile. Names that repeat get numbers (see unique_names), said in the
/// notes. Throws InputError when there is no such annotation.
void name_features(Dataset& dataset, const std::string& column);

}  // namespace mixvae
