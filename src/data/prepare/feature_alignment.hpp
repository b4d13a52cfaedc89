#pragma once

#include <vector>

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Where the model's features stand in a data set.
struct FeatureAlignment {
  std::vector<Index> columns;      // [D] column of each of the model's features; -1: missing
  std::vector<std::string> notes;  // what is missing, reordered or repeated
};

/// Finds the model's features by name (repeated names made unique as in fitting), or by position
/// where the names of either side were made up. Throws InputError when fewer than `minimum_found`
/// of the features are found, or none at all: where an annotation of the data's features has far
/// more of them, naming it for --feature-names. Throws it too when positions are needed and the
/// number of columns differs from the training data.
FeatureAlignment align_features(const Preprocessing& preprocessing, const Dataset& dataset,
                                double minimum_found);

}  // namespace mixvae
