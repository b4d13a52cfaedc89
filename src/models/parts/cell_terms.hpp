#pragma once

#include <optional>

#include "base/options.hpp"
#include "models/objective_sum.hpp"
#include "nn/type_posterior.hpp"
#include "objectives/coupling.hpp"
#include "objectives/similarity.hpp"

namespace mixvae::models {

/// Terms of the objective that say something of the type posteriors alone.
struct CouplingOptions {
  double coupling = 1.0;
  objectives::TypeDistance distance = objectives::TypeDistance::agreement;
  double variance_floor = 0.0;
  double entropy = 0.0;
  double balance = 0.3;
};

/// The term that pairs of similar and of different cells add.
struct SimilarityTermOptions {
  double similarity_weight = 1.0;
  std::optional<double> similar_share = 0.2;
  objectives::SimilarityParts similarity_parts = objectives::SimilarityParts::both;
};

enum class KnownTerm { categorical, binary };

/// The terms of cells whose type is known, or of which a prior is given.
struct KnownTypeOptions {
  double known_weight = 1.0;
  KnownTerm known_term = KnownTerm::categorical;
  double prior_weight = 1.0;
};

Options options(CouplingOptions& coupling);
Options options(SimilarityTermOptions& similarity);
Options options(KnownTypeOptions& known);

/// How a term's mean over pairs, cells or other summands enters an objective.
enum class TermScale { mean, sum };

/// The mean of so many summands, or their sum.
torch::Tensor scaled(const torch::Tensor& mean, const torch::Tensor& summands, TermScale scale);
torch::Tensor scaled(const torch::Tensor& mean, std::int64_t summands, TermScale scale);

/// Adds the similarity term of posteriors [A, B, K], summed over arms, where the batch has
/// similarities (docs/equations.md, similarity).
void add_similarity_term(const nn::TypePosterior& posterior, const Batch& batch,
                         const SimilarityTermOptions& options, TermScale scale, ObjectiveSum& sum);

/// Adds the cross-entropies of posteriors [A, B, K] with known types and with a reference prior,
/// summed over arms, as far as the batch has them.
void add_known_terms(const nn::TypePosterior& posterior, const Batch& batch,
                     const KnownTypeOptions& options, TermScale scale, ObjectiveSum& sum);

}  // namespace mixvae::models
