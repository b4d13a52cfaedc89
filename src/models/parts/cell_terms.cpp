#include "models/parts/cell_terms.hpp"

namespace mixvae::models {

Options options(CouplingOptions& coupling) {
  return {
      {.name = "coupling",
       .target = &coupling.coupling,
       .meaning = "weight (lambda) of the agreement on types: of the arms with each other, or of "
                  "one network with itself when it sees a noisy cell",
       .minimum = 0,
       .maximum = 1e9,
       .needs = {"arms!=1"}},
      {.name = "distance",
       .target = word(coupling.distance),
       .meaning =
           "how disagreement on types is measured: between the type probabilities of two arms",
       .choices = {"d-sigma", "aitchison", "euclidean", "agreement"},
       .needs = {"arms!=1", "coupling!=0"}},
      {.name = "variance-floor",
       .target = &coupling.variance_floor,
       .meaning =
           "with --distance d-sigma: added to the variance of each type's probability in a batch",
       .minimum = 0,
       .maximum = 1,
       .needs = {"arms!=1", "coupling!=0", "distance=d-sigma"}},
      {.name = "entropy",
       .target = &coupling.entropy,
       .meaning = "weight of the negative entropy of each cell's type probabilities; higher keeps "
                  "them from being too sure",
       .minimum = 0,
       .maximum = 1e6},
      {.name = "balance",
       .target = &coupling.balance,
       .meaning = "weight of the negative entropy of the mean type probabilities of a batch; "
                  "higher spreads cells over more types",
       .minimum = 0,
       .maximum = 1e6},
  };
}

Options options(SimilarityTermOptions& similarity) {
  const std::string given = "similarity!=none|known-types!=|signatures!=|pairs!=";
  return {
      {.name = "similarity-weight",
       .target = &similarity.similarity_weight,
       .meaning = "weight of putting similar cells into one type (--similarity)",
       .minimum = 0,
       .maximum = 1e9,
       .needs = {given}},
      {.name = "similar-share",
       .target = &similarity.similar_share,
       .meaning = "how much of that weight similar pairs carry, however few they are; different "
                  "pairs carry the rest; auto: every pair counts the same, as published, which "
                  "splits large types",
       .minimum = 0,
       .maximum = 1,
       .needs = {given, "similarity-weight!=0"}},
      {.name = "similarity-parts",
       .target = word(similarity.similarity_parts),
       .meaning = "which pairs count: similar and different ones (both), or similar ones alone "
                  "(positive)",
       .choices = {"both", "positive"},
       .needs = {given, "similarity-weight!=0"}},
  };
}

Options options(KnownTypeOptions& known) {
  return {
      {.name = "known-weight",
       .target = &known.known_weight,
       .meaning = "weight of learning the known types (--known-types, --signatures)",
       .minimum = 0,
       .maximum = 1e9,
       .needs = {"known-types!=|signatures!="}},
      {.name = "known-term",
       .target = word(known.known_term),
       .meaning = "cross-entropy of known types: over all types at once (categorical), or of "
                  "belonging or not to each type (binary); with binary, known types say nothing of "
                  "pairs",
       .choices = {"categorical", "binary"},
       .needs = {"known-types!=|signatures!="}},
      {.name = "prior-weight",
       .target = &known.prior_weight,
       .meaning = "weight of holding the model to the --reference-prior",
       .minimum = 0,
       .maximum = 1e9,
       .needs = {"reference-prior!="}},
  };
}

torch::Tensor scaled(const torch::Tensor& mean, const torch::Tensor& summands, TermScale scale) {
  return scale == TermScale::sum ? mean * summands : mean;
}

torch::Tensor scaled(const torch::Tensor& mean, std::int64_t summands, TermScale scale) {
  return scale == TermScale::sum ? mean * static_cast<double>(summands) : mean;
}

void add_similarity_term(const nn::TypePosterior& posterior, const Batch& batch,
                         const SimilarityTermOptions& options, TermScale scale, ObjectiveSum& sum) {
  if (!batch.similarity.defined()) {
    return;
  }
  const torch::Tensor mean =
      objectives::similarity_term(posterior.q, batch.similarity, batch.similarity_weight,
                                  options.similar_share, options.similarity_parts, batch.execution)
          .sum();
  const torch::Tensor pairs = batch.similarity_weight.defined()
                                  ? batch.similarity_weight.sum()
                                  : torch::ones_like(batch.similarity).sum();
  sum.add("similarity", scaled(mean, pairs, scale), options.similarity_weight);
}

void add_known_terms(const nn::TypePosterior& posterior, const Batch& batch,
                     const KnownTypeOptions& options, TermScale scale, ObjectiveSum& sum) {
  if (batch.known.defined()) {
    const torch::Tensor each = options.known_term == KnownTerm::binary
                                   ? objectives::class_prior_term(posterior.q, batch.known)
                                   : objectives::type_cross_entropy(posterior.log_q, batch.known);
    sum.add("known_types", scaled(each.sum(), batch.known.ge(0).sum(), scale),
            options.known_weight);
  }
  if (batch.prior.defined()) {
    const torch::Tensor mean = objectives::reference_prior_term(posterior.q, batch.prior).sum();
    sum.add("prior", scaled(mean, batch.cells(), scale), options.prior_weight);
  }
}

}  // namespace mixvae::models
