#pragma once

#include <cstdint>
#include <vector>

#include "nn/execution.hpp"
#include "nn/random.hpp"
#include "nn/sparse_rows.hpp"
#include "nn/torch.hpp"

namespace mixvae::models {

// Letters: A arms, B cells, D features, K types, S state dimensions.

/// What is measured of a batch's cells in one way. Dense, or sparse rows for a model that reads
/// them: then x, inputs and target are undefined.
struct View {
  torch::Tensor x;               // [B, D] the cells' prepared values
  torch::Tensor inputs;          // [A, B, D] what each arm's encoder reads (augmented copies), or
                                 // undefined: every arm reads x
  torch::Tensor target;          // [A or 1, B, D] what each arm reconstructs, or undefined: what it
                                 // read
  torch::Tensor counts;          // [B, G] raw counts of the features that are decoded, where the
                                 // likelihood is of counts: the target of every arm; or undefined
  torch::Tensor library;         // [B] each cell's sum of all its counts; or undefined
  nn::SparseRows sparse_x = {};  // the first three as sparse rows
  std::vector<nn::SparseRows> sparse_inputs = {};  // [A] or empty
  std::vector<nn::SparseRows> sparse_target = {};  // [A or 1] or empty

  bool is_sparse() const { return sparse_x.defined(); }
  std::int64_t cells() const { return is_sparse() ? sparse_x.rows() : x.size(0); }
  /// What encoders read: the copies where there are any.
  const torch::Tensor& read() const { return inputs.defined() ? inputs : x; }
};

/// One mini-batch as the models see it: views of the same cells, one in the usual case, and what
/// else is known of the cells.
struct Batch {
  std::vector<View> views = std::vector<View>(1);
  torch::Tensor prior;  // [B, K] reference prior over types, or undefined
  torch::Tensor start;  // [A or 1, B] int64 starting type of each cell (-1: none), or undefined
  torch::Tensor start_weight;  // [A or 1, B] its weight, or undefined: 1
  torch::Tensor state_start;   // [1, B, S] starting states of each cell, or undefined
  torch::Tensor known;         // [1, B] int64 known types (-1: none), or undefined
  torch::Tensor similarity;    // [B, B] in [0, 1], symmetric: 1 for cells held to be of one type, 0
                               // for cells held to be of different ones; or undefined
  torch::Tensor similarity_weight;  // [B, B] weight of each pair, 0 where nothing is known, or
                                    // undefined: 1
  std::uint64_t step = 0;           // keys the random numbers of this step
  torch::Tensor step_on_device;     // [] int64, the same for steps that the device repeats by
                                    // itself; or undefined
  nn::Execution execution = {};     // how the models compute with it

  View& only() { return views.front(); }
  const View& only() const { return views.front(); }
  nn::StepNumber step_number() const { return {step, step_on_device}; }
  std::int64_t cells() const { return views.front().cells(); }
};

/// Calls visitor(tensor) with every dense tensor of a batch, defined or not, in a fixed order: the
/// one list of them. Sparse rows stay on the CPU and are not among them.
template <class BatchLike, class Visitor>
void for_each_tensor(BatchLike& batch, const Visitor& visitor) {
  for (auto& view : batch.views) {
    visitor(view.x);
    visitor(view.inputs);
    visitor(view.target);
    visitor(view.counts);
    visitor(view.library);
  }
  visitor(batch.prior);
  visitor(batch.start);
  visitor(batch.start_weight);
  visitor(batch.state_start);
  visitor(batch.known);
  visitor(batch.similarity);
  visitor(batch.similarity_weight);
}

}  // namespace mixvae::models
