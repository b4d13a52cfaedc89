#include "objectives/similarity.hpp"

#include "objectives/fused_similarity.hpp"

namespace mixvae::objectives {
namespace {

/// Weighted mean over pairs: [A, B, B] and [B, B] -> [A]; 0 where nothing has weight.
torch::Tensor pair_mean(const torch::Tensor& each, const torch::Tensor& weight) {
  const torch::Tensor total = weight.sum();
  const torch::Tensor scale = torch::where(total > 0, total, torch::ones_like(total));
  return (each * weight).sum(c10::IntArrayRef{1, 2}) / scale;
}

}  // namespace

torch::Tensor similarity_term(const torch::Tensor& q, const torch::Tensor& similarity,
                              const torch::Tensor& weight, std::optional<double> similar_share,
                              SimilarityParts parts, const nn::Execution& execution) {
  if (execution.runs_kernels_on(q)) {
    return fused_similarity_term(q, similarity, weight, similar_share, parts);
  }
  const torch::Tensor same =
      torch::matmul(q, q.transpose(1, 2)).clamp(kPairEpsilon, 1.0 - kPairEpsilon);
  const torch::Tensor attraction = -torch::log(same);
  const torch::Tensor repulsion =
      parts == SimilarityParts::both ? -torch::log1p(-same) : torch::zeros_like(same);
  const torch::Tensor counts = weight.defined() ? weight : torch::ones_like(similarity);
  const torch::Tensor similar = similarity * counts;
  const torch::Tensor different = counts - similar;
  if (similar_share) {
    return *similar_share * pair_mean(attraction, similar) +
           (1.0 - *similar_share) * pair_mean(repulsion, different);
  }
  return pair_mean(similarity * attraction + (1.0 - similarity) * repulsion, counts);
}

}  // namespace mixvae::objectives
