#include "models/cell_terms.hpp"

#include "objectives/consensus.hpp"
#include "objectives/similarity.hpp"

namespace mixvae::models {

void add_similarity_term(const nn::TypePosterior& posterior, const Batch& batch,
                         const CplMixVaeOptions& options, const AddTerm& add) {
  if (batch.similarity.defined()) {
    add("similarity",
        objectives::similarity_term(posterior.q, batch.similarity, batch.similarity_weight,
                                    options.similar_share)
            .sum(),
        options.similarity_weight);
  }
}

void add_known_terms(const nn::TypePosterior& posterior, const Batch& batch,
                     const CplMixVaeOptions& options, const AddTerm& add) {
  if (batch.known.defined()) {
    add("known_types", objectives::type_cross_entropy(posterior.log_q, batch.known).sum(),
        options.known_weight);
  }
  if (batch.prior.defined()) {
    add("prior", objectives::reference_prior_term(posterior.q, batch.prior).sum(),
        options.prior_weight);
  }
}

}  // namespace mixvae::models
