#pragma once

#include "nn/torch.hpp"

namespace mixvae::objectives {

/// -mean ln sigma(a) of a discriminator's logits a: what cells cost that should pass for real, with
/// generated ones the generator's loss in its non-saturating form (Goodfellow et al., NeurIPS 2014,
/// section 3; docs/equations.md, InfoGAN). []
torch::Tensor passes_for_real(const torch::Tensor& logits);
/// -mean ln(1 - sigma(a)): what generated cells cost the discriminator. []
torch::Tensor passes_for_generated(const torch::Tensor& logits);

/// The variational lower bound of the mutual information of a code and the cell that is generated
/// of it: the prior's entropy less the cross-entropy under Q (Chen et al., NeurIPS 2016, Eq. 5;
/// docs/equations.md, InfoGAN). In nats. []
/// Of uniform types [B, K] among so many (one-hot), with ln Q [B, K].
torch::Tensor type_information(const torch::Tensor& type, const torch::Tensor& log_q,
                               const torch::Tensor& types);
/// Of states [B, S] ~ U(-1, 1), with Q = N(mean, I).
torch::Tensor state_information(const torch::Tensor& state, const torch::Tensor& mean);

}  // namespace mixvae::objectives
