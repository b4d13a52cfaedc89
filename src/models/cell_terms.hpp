#pragma once

#include <functional>

#include "models/cpl_mixvae_options.hpp"
#include "models/model.hpp"
#include "nn/type_posterior.hpp"

namespace mixvae::models {

/// Takes a term of the objective by name, its value and its weight.
using AddTerm = std::function<void(const char*, const torch::Tensor&, double)>;

/// The similarity term of posteriors [A, B, K], summed over arms, where the batch has similarities:
/// its mean over pairs, or with `terms` "sum" its sum.
void add_similarity_term(const nn::TypePosterior& posterior, const Batch& batch,
                         const CplMixVaeOptions& options, const AddTerm& add);

/// The cross-entropies of posteriors [A, B, K] with known types and with a reference prior, summed
/// over arms, as far as the batch has them.
void add_known_terms(const nn::TypePosterior& posterior, const Batch& batch,
                     const CplMixVaeOptions& options, const AddTerm& add);

}  // namespace mixvae::models
