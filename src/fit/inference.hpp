#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/matrix.hpp"
#include "data/prepare/augmentation.hpp"
#include "fit/counts_of_cells.hpp"
#include "models/model.hpp"

namespace mixvae::fit {

/// What a model says of every cell, with the type posterior already averaged over arms. Letters: A
/// arms, N cells, K types, S state dimensions, L latent width.
struct Inference {
  DenseMatrix type_probs;                            // [N, K] mean over arms of q(c|x)
  std::vector<std::vector<std::int32_t>> arm_types;  // [A][N] most probable type in each arm
  std::vector<DenseMatrix> arm_states;               // [A] of [N, S]
  std::vector<DenseMatrix> arm_state_variances;      // [A] of [N, S]
  std::vector<DenseMatrix> arm_latents;              // [A] of [N, L]
  std::vector<double> arm_errors;  // [A] mean reconstruction term over cells; empty where it is
                                   // of counts that were not given

  Index cells() const { return type_probs.rows; }
  Index types() const { return type_probs.columns; }
  Index arms() const { return static_cast<Index>(arm_types.size()); }
};

/// Rows of a batch of infer_cells: many enough for matrix products, few enough that small data
/// give every thread some.
inline constexpr Index kInferenceBatch = 256;

/// How a model is run.
struct InferenceSettings {
  std::optional<CountsOfCells> counts = {};
  const CopyMaker* copies = nullptr;  // each arm reads its own copy of step 0, not the cell itself
  nn::Execution execution = {};
  Index batch = kInferenceBatch;  // most rows that are dense at once, for each thread
};

/// Runs the model in evaluation mode over all rows of x [N, W]; on the CPU each thread has one
/// batch at a time. The same bits for any number of threads, and up to rounding for any batch.
Inference infer_cells(models::Model& model, const Matrix& x,
                      const InferenceSettings& settings = {});

/// The largest value of each row [N] of a matrix with columns.
std::vector<float> row_maxima(const DenseMatrix& matrix);

}  // namespace mixvae::fit
