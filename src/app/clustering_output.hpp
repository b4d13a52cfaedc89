#pragma once

#include <map>
#include <string>

#include "analysis/clustering.hpp"
#include "data/io/additions.hpp"

namespace mixvae::app {

/// A clustering as what is added to a file, for prefix p: obs[p_type], obsm[p_type_probs] where the
/// method gives probabilities, uns[p_type_colors], uns[p]: "method", "types"; for coordinates
/// obsm[X_umap] or obsm[X_pca] and uns[p_umap] or uns[p_pca]: "method", so that types stay.
Additions clustering_additions(const analysis::Clustering& clustering, const std::string& prefix);

/// Sizes of the types, and the scores where there are any, as a table for people.
std::string clustering_text(const analysis::Clustering& clustering,
                            const std::map<std::string, double>& scores);

/// The same as JSON: method, types (name, cells), left_out, facts, and the scores by their names.
std::string clustering_json(const analysis::Clustering& clustering,
                            const std::map<std::string, double>& scores);

}  // namespace mixvae::app
