#pragma once

#include <vector>

#include "models/batch.hpp"
#include "support/sparse_examples.hpp"

namespace mixvae::models {

/// A batch of sparse rows, with copies for each arm where asked, and the same as dense tensors.
struct TwoForms {
  std::vector<CsrMatrix> matrices;
  Batch sparse;
  Batch dense;

  TwoForms(std::int64_t cells, std::int64_t features, std::int64_t copies, float largest = 2) {
    for (std::int64_t i = 0; i <= copies; ++i) {
      matrices.push_back(
          support::sparse_example(cells, features, 0.3, static_cast<std::uint64_t>(i)));
      for (float& value : matrices.back().values) {
        value *= largest / 2;
      }
    }
    View& rows = sparse.only();
    View& tensors = dense.only();
    rows.sparse_x = nn::sparse_rows(matrices[0]);
    tensors.x = rows.sparse_x.to_dense();
    std::vector<torch::Tensor> inputs;
    for (std::size_t i = 1; i < matrices.size(); ++i) {
      rows.sparse_inputs.push_back(nn::sparse_rows(matrices[i]));
      inputs.push_back(rows.sparse_inputs.back().to_dense());
    }
    if (copies > 0) {
      tensors.inputs = torch::stack(inputs);
    }
    sparse.step = dense.step = 5;
  }

  /// The cells themselves are reconstructed, not their copies.
  void reconstruct_cells() {
    sparse.only().sparse_target = {sparse.only().sparse_x};
    dense.only().target = dense.only().x.unsqueeze(0);
  }
};

}  // namespace mixvae::models
