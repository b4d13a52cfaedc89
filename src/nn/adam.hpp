#pragma once

#include <cstdint>

#include "nn/parameter_bank.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

struct AdamSettings {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay =
      0;  // decoupled (Loshchilov & Hutter, ICLR 2019), times the learning rate; 0: none
  double gradient_clip = 0;  // largest Euclidean norm of the whole gradient; 0: none
};

/// Adam (Kingma & Ba, ICLR 2015, algorithm 1 with torch's placing of epsilon) for all parameters of
/// a bank in one pass:
///   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  p = p - lr / (1 - b1^t) m / (sqrt(v / (1 -
///   b2^t)) + eps).
/// On the CPU one parallel loop (the same bits for any number of threads), elsewhere a few tensor
/// operations, in which the numbers that change from step to step are read from tensors: a device
/// can repeat update() by itself.
class Adam {
 public:
  /// The bank must outlive the optimiser.
  Adam(ParameterBank& bank, AdamSettings settings);

  void set_weight_decay(double weight_decay) { settings_.weight_decay = weight_decay; }

  /// One step with the bank's gradients, which are zero afterwards: advance() and update().
  void step(double learning_rate);
  /// Counts a step and works out its numbers.
  void advance(double learning_rate);
  /// The step itself, which reads those numbers and nothing else of the host.
  void update();

  // The optimiser's state, for checkpoints: m, v [P] and the number of steps taken.
  torch::Tensor& first_moment() { return first_moment_; }
  torch::Tensor& second_moment() { return second_moment_; }
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  void update_by_loop() const;
  void update_by_tensors();

  ParameterBank& bank_;
  AdamSettings settings_;
  double step_size_ = 0;   // learning rate / (1 - b1^t)
  double correction_ = 1;  // sqrt(1 - b2^t)
  double keep_ = 1;        // 1 - learning rate * weight decay
  torch::Tensor numbers_;  // [3] double: these three, where tensor operations make the step
  torch::Tensor first_moment_;
  torch::Tensor second_moment_;
  std::int64_t steps_ = 0;
};

/// Euclidean norm of a contiguous float tensor on the CPU, summed in double over fixed blocks in
/// index order: the same bits for any number of threads.
double ordered_norm(const torch::Tensor& tensor);

}  // namespace mixvae::nn
