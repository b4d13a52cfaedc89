#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/clustering_options.hpp"
#include "data/dataset.hpp"
#include "data/table.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::analysis {

/// What a method found in a data set. N cells of the data set (all of them), T types. Cells that
/// the preprocessing left out have type -1 and NaN elsewhere.
struct Clustering {
  std::string method;
  std::vector<std::string> type_names;  // [T] "T1", "T2", ... by falling size, then "noise" where
                                        // cells belong to no cluster; empty without types
  std::vector<std::int32_t> types;      // [N]
  bool has_noise = false;               // the last type is "noise"
  DenseMatrix type_probs;   // [N,K] posteriors (gmm), memberships (fuzzy-c-means); else empty
  DenseMatrix coordinates;  // [N,*] umap, pca; else empty
  std::map<std::string, double> facts;  // e.g. modularity, resolution, iterations
  std::vector<std::string> notes;       // of preprocessing and method
  Index left_out = 0;                   // cells that the preprocessing left out
};

/// Prepares a data set as fit does and runs a method on it. Throws what require_fitting, the
/// preprocessing and the method throw.
Clustering cluster_dataset(const Dataset& dataset, const ClusteringOptions& options,
                           std::uint64_t seed);

/// Agreement of the types with known labels: accuracy, nmi, nmi_geometric, nmi_max, ari,
/// f_weighted, f_matched, f_rare (over labels of fewer than kRareCells cells, if there are any),
/// k_used (types with cells, noise not counted), cells, label_count. Noise is matched to no label
/// (accuracy, F-measures), but counts as a type of its own for NMI and ARI. Cells without type or
/// label are left out. Throws InputError when no cell has both.
std::map<std::string, double> clustering_scores(const Clustering& clustering,
                                                const Categorical& labels);

}  // namespace mixvae::analysis
