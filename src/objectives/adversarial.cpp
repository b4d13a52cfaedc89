#include "objectives/adversarial.hpp"

#include <cmath>
#include <numbers>

namespace mixvae::objectives {

torch::Tensor passes_for_real(const torch::Tensor& logits) {
  return -at::log_sigmoid(logits).mean();
}

torch::Tensor passes_for_generated(const torch::Tensor& logits) {
  return -at::log_sigmoid(-logits).mean();
}

torch::Tensor type_information(const torch::Tensor& type, const torch::Tensor& log_q,
                               const torch::Tensor& types) {
  return types.log() + (type * log_q).sum(-1).mean();
}

torch::Tensor state_information(const torch::Tensor& state, const torch::Tensor& mean) {
  const auto states = static_cast<double>(state.size(-1));
  const torch::Tensor distance = (state - mean).square().sum(-1).mean();
  return states * (std::numbers::ln2 - std::log(2 * std::numbers::pi) / 2) - distance / 2;
}

}  // namespace mixvae::objectives
