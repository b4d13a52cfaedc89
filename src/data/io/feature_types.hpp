#pragma once

#include <string>

#include "data/dataset.hpp"

namespace mixvae {

/// Keeps the features of the wanted types, by the annotation `feature_types`: "auto" (gene
/// expression where there are several types, else all), "all", or types with commas between them,
/// in any case, whole or a part that only one type has ("antibody"). What was taken and left out
/// stands in the notes and in Source::left_out_types. Where all features are of one type, "auto"
/// and "all" change nothing. Throws InputError for a type that is not there, and where no types are
/// known.
void choose_feature_types(Dataset& dataset, const std::string& wanted);

}  // namespace mixvae
