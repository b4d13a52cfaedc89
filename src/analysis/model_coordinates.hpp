#pragma once

#include <cstdint>
#include <vector>

#include "data/dataset.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

/// A random sample of at most `most` of the cells, in their order.
std::vector<Index> sampled_cells(const std::vector<Index>& cells, Index most, std::uint64_t seed);

/// Coordinates of cells of a data set.
struct ModelCoordinates {
  DenseMatrix x;             // [n, d]
  std::vector<Index> cells;  // [n] rows of the data set, rising
};

/// What a model reads of a sample of at most `most` of the cells that it takes: the values or
/// principal components themselves, or 50 components of them where they are more than 200. Throws
/// what the preprocessing throws, but for values unlike those of the fit.
ModelCoordinates model_coordinates(const fit::TrainedModel& model, const Dataset& dataset,
                                   Index most, std::uint64_t seed);

}  // namespace mixvae::analysis
