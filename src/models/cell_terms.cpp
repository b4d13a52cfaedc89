#include "models/cell_terms.hpp"

#include "nn/kernel_values.hpp"
#include "objectives/consensus.hpp"
#include "objectives/fused_similarity.hpp"
#include "objectives/similarity.hpp"

namespace mixvae::models {

void add_similarity_term(const nn::TypePosterior& posterior, const Batch& batch,
                         const CplMixVaeOptions& options, const AddTerm& add) {
  if (!batch.similarity.defined()) {
    return;
  }
  const auto parts = options.similarity_parts == "positive" ? objectives::SimilarityParts::positive
                                                            : objectives::SimilarityParts::both;
  const bool fused = options.kernels == "fused" && nn::kernels_run_on(posterior.q);
  const auto term = fused ? objectives::fused_similarity_term : objectives::similarity_term;
  const torch::Tensor mean =
      term(posterior.q, batch.similarity, batch.similarity_weight, options.similar_share, parts)
          .sum();
  const torch::Tensor pairs = batch.similarity_weight.defined()
                                  ? batch.similarity_weight.sum()
                                  : torch::ones_like(batch.similarity).sum();
  add("similarity", options.terms == "sum" ? mean * pairs : mean, options.similarity_weight);
}

void add_known_terms(const nn::TypePosterior& posterior, const Batch& batch,
                     const CplMixVaeOptions& options, const AddTerm& add) {
  if (batch.known.defined()) {
    const torch::Tensor each = options.known_term == "binary"
                                   ? objectives::class_prior_term(posterior.q, batch.known)
                                   : objectives::type_cross_entropy(posterior.log_q, batch.known);
    const torch::Tensor cells = batch.known.ge(0).sum();
    add("known_types", options.terms == "sum" ? each.sum() * cells : each.sum(),
        options.known_weight);
  }
  if (batch.prior.defined()) {
    const torch::Tensor mean = objectives::reference_prior_term(posterior.q, batch.prior).sum();
    const auto cells = static_cast<double>(batch.cells());
    add("prior", options.terms == "sum" ? mean * cells : mean, options.prior_weight);
  }
}

}  // namespace mixvae::models
