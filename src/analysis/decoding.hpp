#pragma once

#include <optional>
#include <vector>

#include "analysis/assignment.hpp"
#include "data/dataset.hpp"
#include "fit/trained_model.hpp"
#include "nn/torch.hpp"

namespace mixvae::analysis {

/// What one arm's decoder gives for a type (its place among the model's names) and states [W, S]:
/// values [W, D], normalised, without the scaling of the fit; components are taken back to
/// features.
DenseMatrix decoded_values(fit::TrainedModel& trained, Index arm, std::int32_t type,
                           const torch::Tensor& states);

/// The typical cell [1, D] of a type by the same arm, in the same units: at these states [S], or,
/// for a model without states, the cell that it generates without any spread.
DenseMatrix typical_values(fit::TrainedModel& trained, Index arm, std::int32_t type,
                           const std::vector<double>& states);

/// How the features vary over the cells of a data set, prepared for the model and without the
/// scaling of the fit.
struct FeatureSpread {
  std::vector<double> deviation;  // [D] s.d.
  double low = 0;                 // least value of all features
  double high = 0;                // largest
};

/// Memory: the prepared data, which stay sparse where they are.
FeatureSpread feature_spread(const fit::TrainedModel& trained, const Dataset& dataset);

/// Where a state lies in the cells of a type: two quantiles and the mean of its posterior means.
struct StateRange {
  double low = 0;
  double middle = 0;
  double high = 0;
};

/// Quantiles 0.01 and 0.99 and means of each state in the cells of each type, [T][S]; none for a
/// type with fewer than two cells. `states` [N, S]: of the assignment's cells.
std::vector<std::vector<StateRange>> state_ranges(const DenseMatrix& states,
                                                  const Assignment& assignment);

/// Pixels in a row of the images that a model reads; nothing where its features are no pixels, or
/// not all of them.
std::optional<Index> pixels_in_row(const Preprocessing& preprocessing, const Source& source);

}  // namespace mixvae::analysis
