#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "cluster/flowsom.hpp"
#include "cluster/fuzzy_c_means.hpp"
#include "cluster/hdbscan.hpp"
#include "cluster/hierarchical.hpp"
#include "cluster/louvain.hpp"
#include "cluster/phenograph.hpp"
#include "cluster/umap.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae::analysis {

/// A way to find types, or coordinates, without a model.
struct ClusteringMethod {
  std::string name;
  enum class Types { needed, possible, found, none } types;  // whether the number of types is given
  std::vector<std::string> options;  // names of those that it understands, besides the common ones
};

/// All methods, in the order of the help.
const std::vector<ClusteringMethod>& clustering_methods();

/// Throws UsageError with the names for any other one.
const ClusteringMethod& clustering_method(const std::string& name);

/// Everything that decides a clustering. Values that methods share stand once; "auto" is each
/// method's own default, which is that of its authors.
struct ClusteringOptions {
  std::string method;
  std::optional<std::int64_t> types;
  std::string space = "pca";
  std::int64_t components = 50;
  std::optional<std::int64_t> neighbours;
  std::string metric = "auto";
  std::string search = "auto";
  std::optional<std::int64_t> starts;
  std::int64_t most_types = 40;
  std::string covariance = "full";
  double regularisation = 1e-6;
  std::string noise = "keep";
  cluster::HierarchicalOptions hierarchical;
  cluster::HdbscanOptions hdbscan;
  cluster::FuzzyCMeansOptions fuzzy;
  cluster::LouvainOptions louvain;
  cluster::FlowsomOptions flowsom;
  cluster::PhenographOptions phenograph;
  cluster::UmapOptions umap;
  PreprocessingOptions preprocessing = {.library_size = std::nullopt, .scale = "half"};
};

/// All fields but those of the preprocessing, each name once.
Options options(ClusteringOptions& settings);

/// Throws UsageError when the method lacks the number of types, does not take one, or does not
/// understand an option that has been changed, or another option makes one idle.
void require_fitting(const ClusteringOptions& settings);

}  // namespace mixvae::analysis
