#pragma once

#include <optional>

#include "nn/torch.hpp"
#include "objectives/similarity.hpp"

namespace mixvae::objectives {

/// similarity_term in one pass over the pairs, forming no [A, B, B]; equal to it but for rounding,
/// with the gradient for q. Float on the CPU; the same bits for any number of threads.
torch::Tensor fused_similarity_term(const torch::Tensor& q, const torch::Tensor& similarity,
                                    const torch::Tensor& weight,
                                    std::optional<double> similar_share, SimilarityParts parts);

}  // namespace mixvae::objectives
