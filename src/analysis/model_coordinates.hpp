#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

/// A random sample of at most `most` of the cells, in their order.
std::vector<Index> sampled_cells(const std::vector<Index>& cells, Index most, std::uint64_t seed);

/// What a model reads of some cells of a data set, [n, d] in the order of `cells`: the values or
/// principal components themselves, or 50 components of them where they are more than 200. The
/// cells must be among those that the model takes.
DenseMatrix model_coordinates(const fit::TrainedModel& model, const Dataset& dataset,
                              const std::vector<Index>& cells, std::uint64_t seed);

}  // namespace mixvae::analysis
