#pragma once

#include <cstdint>
#include <vector>

#include "data/matrix.hpp"
#include "data/prepare/augmentation.hpp"
#include "models/model.hpp"

namespace mixvae::fit {

/// What a model says of every cell, with the type posterior already averaged over arms. Letters: A
/// arms, N cells, K types, S state dimensions, L latent width.
struct Inference {
  DenseMatrix type_probs;                            // [N, K] mean over arms of q(c|x)
  std::vector<std::vector<std::int32_t>> arm_types;  // [A][N] most probable type in each arm
  std::vector<DenseMatrix> arm_states;               // [A] of [N, S]
  std::vector<DenseMatrix> arm_latents;              // [A] of [N, L]
  std::vector<double> arm_errors;                    // [A] mean reconstruction term over cells

  Index cells() const { return type_probs.rows; }
  Index types() const { return type_probs.columns; }
  Index arms() const { return static_cast<Index>(arm_types.size()); }
};

/// Rows of a batch of infer_cells: many enough for matrix products, few enough that small data
/// give every thread some.
inline constexpr Index kInferenceBatch = 256;

/// Runs the model in evaluation mode over all rows of x [N, W], in batches that never hold more
/// than `batch` rows densely; on the CPU each thread has one batch at a time. The same bits for any
/// number of threads, and up to rounding for any batch. With `copies` each arm reads its own
/// augmented copy of step 0 instead of the cell itself.
Inference infer_cells(models::Model& model, const Matrix& x, const CopyMaker* copies = nullptr,
                      Index batch = kInferenceBatch);

}  // namespace mixvae::fit
