#pragma once

#include <string>

#include "nn/named_tensor.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// The networks that cells go through, as many rows as a layer has inputs.
struct RowsOfBanks {
  torch::Tensor bank;   // [N] int64 network of each row
  torch::Tensor count;  // [N, 1] 1, or 0 for a row without a cell
};

/// Batch normalisation per network and unit of many networks, each of its own cells in the batch,
/// without scale and shift; constants as in ArmBatchNorm. A network with fewer than two cells in a
/// batch is normalised by its running statistics, which stay as they are. Letters: N rows, M
/// networks, H units.
class ExpertNorm {
 public:
  ExpertNorm(std::int64_t networks, std::int64_t width);

  /// [N, H] -> [N, H] by the statistics of each network's rows, which also move the running ones.
  /// No shape depends on the rows' networks.
  torch::Tensor forward_training(const torch::Tensor& x, const RowsOfBanks& rows) const;
  /// [N, H] -> [N, H] by the running statistics.
  torch::Tensor forward_evaluation(const torch::Tensor& x, const RowsOfBanks& rows) const;

  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  torch::Tensor running_mean_;      // [M, H]
  torch::Tensor running_variance_;  // [M, H]
};

}  // namespace mixvae::nn
