#include "analysis/clustering_options.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::analysis {
namespace {

using Types = ClusteringMethod::Types;

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const ClusteringMethod& method : clustering_methods()) {
    names.push_back(method.name);
  }
  return names;
}

Options common_options(ClusteringOptions& settings) {
  return {
      {.name = "method",
       .target = &settings.method,
       .meaning = "how types, or coordinates, are found",
       .choices = method_names()},
      {.name = "types",
       .target = &settings.types,
       .meaning = "number of types K, for the methods that take one; louvain and leiden search the "
                  "resolution that gives this number; auto: gmm finds the number",
       .minimum = 1,
       .maximum = 100000},
      {.name = "space",
       .target = &settings.space,
       .meaning = "what is clustered: principal components of the normalised values, or the genes "
                  "or markers themselves (features)",
       .choices = {"pca", "features"}},
      {.name = "components",
       .target = &settings.components,
       .meaning = "number of principal components that are clustered (--space pca), or written "
                  "(--method pca)",
       .minimum = 1,
       .maximum = 10000},
      {.name = "neighbours",
       .target = &settings.neighbours,
       .meaning = "nearest neighbours of each cell; auto: 15 for louvain, leiden and umap (there "
                  "with the cell itself), 30 for phenograph, for xshift the elbow of the number of "
                  "clusters over 10, 20, ... 150",
       .minimum = 1,
       .maximum = 1000},
      {.name = "metric",
       .target = &settings.metric,
       .meaning = "how the distance of two cells is measured; auto: cosine for xshift (which else "
                  "takes euclidean), euclidean for the others",
       .choices = {"auto", "euclidean", "cosine", "correlation", "manhattan", "canberra"}},
      {.name = "search",
       .target = &settings.search,
       .meaning = "how neighbours are searched: by comparing all pairs of cells (exact), or likely "
                  "pairs only, which is faster and finds nearly all (approximate); auto: exact up "
                  "to 3e11 cells x cells x features",
       .choices = {"auto", "exact", "approximate"}},
      {.name = "starts",
       .target = &settings.starts,
       .meaning = "how often a method starts from other random points; the best result is kept; "
                  "auto: 10 for kmeans and fuzzy-c-means, 1 for gmm",
       .minimum = 1,
       .maximum = 10000},
      {.name = "most-types",
       .target = &settings.most_types,
       .meaning = "largest number of types that gmm may find with --types auto (it merges "
                  "components while BIC falls)",
       .minimum = 1,
       .maximum = 100000},
      {.name = "covariance",
       .target = &settings.covariance,
       .meaning = "shape of gmm's components",
       .choices = {"full", "diagonal"}},
      {.name = "regularisation",
       .target = &settings.regularisation,
       .meaning = "small number that is added to the variances of gmm's components",
       .minimum = 0},
      {.name = "noise",
       .target = &settings.noise,
       .meaning = "cells that belong to no cluster: keep them as type 'noise', or give them to the "
                  "cluster with the nearest centre",
       .choices = {"keep", "nearest"}},
  };
}

}  // namespace

const std::vector<ClusteringMethod>& clustering_methods() {
  static const std::vector<ClusteringMethod> kMethods{
      {"kmeans", Types::needed, {"starts"}},
      {"gmm", Types::possible, {"starts", "covariance", "regularisation", "most-types"}},
      {"hierarchical", Types::needed, {"linkage"}},
      {"hdbscan",
       Types::found,
       {"min-cluster-size", "min-samples", "metric", "selection", "noise"}},
      {"fuzzy-c-means", Types::needed, {"fuzzifier", "starts"}},
      {"louvain", Types::possible, {"neighbours", "metric", "search", "resolution"}},
      {"leiden", Types::possible, {"neighbours", "metric", "search", "resolution"}},
      {"flowsom", Types::needed, {"grid", "passes", "resamplings"}},
      {"phenograph", Types::found, {"neighbours", "metric", "smallest", "runs", "noise"}},
      {"xshift", Types::found, {"neighbours", "metric"}},
      {"umap",
       Types::none,
       {"neighbours", "metric", "search", "dimensions", "min-dist", "spread", "start", "epochs",
        "learning-rate", "negatives"}},
      {"pca", Types::none, {}}};
  return kMethods;
}

const ClusteringMethod& clustering_method(const std::string& name) {
  const auto found = std::ranges::find(clustering_methods(), name, &ClusteringMethod::name);
  if (found == clustering_methods().end()) {
    throw UsageError({.what = "no such method",
                      .found = "'" + name + "'",
                      .expected = join(method_names(), ", ")});
  }
  return *found;
}

namespace {

/// Refuses options that the value of another one makes idle.
void require_used_values(const ClusteringOptions& settings) {
  const ClusteringOptions standard;
  const auto refuse = [](const std::string& option, const std::string& beside) {
    throw UsageError(
        {.what = "--" + option + " has no effect with " + beside, .expected = "one of the two"});
  };
  if (settings.space == "features" && settings.method != "pca" &&
      settings.components != standard.components) {
    refuse("components", "--space features");
  }
  if (settings.space == "features" && settings.method == "pca") {
    refuse("space features", "--method pca");
  }
  if (settings.types && settings.louvain.resolution != standard.louvain.resolution) {
    refuse("resolution", "--types, which searches it");
  }
  if (settings.types && settings.most_types != standard.most_types) {
    refuse("most-types", "--types");
  }
}

void require_used_preprocessing(const ClusteringOptions& settings) {
  PreprocessingOptions given = settings.preprocessing;
  PreprocessingOptions standard = ClusteringOptions().preprocessing;
  require_effect(mixvae::options(given), mixvae::options(standard));
}

void require_full_covariances_where_merged(const ClusteringOptions& settings) {
  if (settings.method == "gmm" && !settings.types && settings.covariance != "full") {
    throw UsageError({.what = "--method gmm finds the number of types with full covariances only",
                      .found = "--covariance " + settings.covariance,
                      .expected = "--types K, or --covariance full"});
  }
}

}  // namespace

Options options(ClusteringOptions& settings) {
  Options all = common_options(settings);
  const auto add = [&all](const Options& table) {
    all.insert(all.end(), table.begin(), table.end());
  };
  add(cluster::options(settings.hierarchical));
  add(cluster::options(settings.hdbscan));
  add(cluster::options(settings.fuzzy));
  add(cluster::options(settings.louvain));
  add(cluster::options(settings.flowsom));
  add(cluster::options(settings.phenograph));
  add(cluster::options(settings.umap));
  return all;
}

void require_fitting(const ClusteringOptions& settings) {
  const ClusteringMethod& method = clustering_method(settings.method);
  if (method.types == Types::needed && !settings.types) {
    throw UsageError({.what = "--method " + method.name + " needs the number of types",
                      .expected = "--types K"});
  }
  if (settings.types && method.types == Types::found) {
    throw UsageError({.what = "--method " + method.name +
                              " finds the number of types itself and takes no --types",
                      .found = "--types " + std::to_string(*settings.types)});
  }
  if (settings.types && method.types == Types::none) {
    throw UsageError(
        {.what = "--method " + method.name + " gives coordinates, not types, and takes no --types",
         .found = "--types " + std::to_string(*settings.types)});
  }
  require_full_covariances_where_merged(settings);
  ClusteringOptions changed = settings;
  ClusteringOptions defaults;
  const std::vector<std::string> common{"method", "types", "space", "components"};
  const Options standard = options(defaults);
  for (const Option& option : options(changed)) {
    const bool understood = std::ranges::find(common, option.name) != common.end() ||
                            std::ranges::find(method.options, option.name) != method.options.end();
    if (!understood && option_text(option) != option_text(find_option(standard, option.name))) {
      throw UsageError({.what = "--" + option.name + " has no meaning for --method " + method.name,
                        .found = option_text(option),
                        .expected = method.options.empty()
                                        ? "no option of its own"
                                        : "of its own: --" + join(method.options, ", --")});
    }
  }
  require_used_values(settings);
  require_used_preprocessing(settings);
}

}  // namespace mixvae::analysis
