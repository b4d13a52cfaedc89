#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/model.hpp"
#include "training/batch_source.hpp"

namespace mixvae::training {

/// The terms' values as one tensor of doubles [names] on the model's device, without a gradient, in
/// the order of `names`. Terms not seen before are added to the names; names without a term (a
/// phase that leaves it out) get 0.
torch::Tensor loss_values(const models::LossTerms& terms, std::vector<std::string>& names);

/// A tensor of doubles as numbers; waits for the device.
std::vector<double> to_numbers(const torch::Tensor& values);

/// Most cells that one validation pass sees.
inline constexpr std::int64_t kLargestValidationBatch = 4096;

/// Cells of a validation pass: as many as there are up to the largest, or, where batches tell of
/// pairs, whose number is squared, up to a training batch.
std::int64_t validation_batch(const BatchSource& source, std::int64_t held_out,
                              std::int64_t training_batch);

/// The model's validation terms over the rows; empty without rows. More than `batch` rows are
/// validated in equal parts, whose terms are averaged by size. Fills in the terms' names.
std::vector<double> validation_values(models::Model& model, BatchSource& source,
                                      std::span<const Index> rows, std::int64_t batch,
                                      std::vector<std::string>& names);

}  // namespace mixvae::training
