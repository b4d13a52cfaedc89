#include "analysis/clustering.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/evaluation.hpp"
#include "base/error.hpp"
#include "base/progress.hpp"
#include "cluster/gmm.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/leiden.hpp"
#include "cluster/merged_gmm.hpp"
#include "cluster/pca.hpp"
#include "cluster/xshift.hpp"
#include "fit/projection.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/ari.hpp"
#include "metrics/f_measure.hpp"
#include "metrics/nmi.hpp"

namespace mixvae::analysis {
namespace {

constexpr Index kGraphNeighbours = 15;

/// One run of a method on prepared cells.
struct Run {
  const DenseMatrix& x;  // [n,d]
  const ClusteringOptions& options;
  std::uint64_t seed;
  Clustering& result;

  Index types() const { return options.types.value_or(1); }
  std::string metric(const std::string& standard = "euclidean") const {
    return options.metric == "auto" ? standard : options.metric;
  }
  cluster::Neighbours graph() const {
    const Index k = std::min(options.neighbours.value_or(kGraphNeighbours), x.rows - 1);
    return cluster::nearest_neighbours(
        x, {.neighbours = k, .metric = metric(), .search = options.search, .seed = seed});
  }
};

using Labels = std::vector<std::int32_t>;

Labels run_kmeans(const Run& run) {
  const auto starts = static_cast<int>(run.options.starts.value_or(10));
  cluster::Kmeans found =
      cluster::kmeans(run.x, {.clusters = run.types(), .starts = starts, .seed = run.seed});
  run.result.facts = {{"inertia", found.inertia},
                      {"iterations", static_cast<double>(found.iterations)}};
  return std::move(found.labels);
}

Labels with_mixture_facts(const Run& run, cluster::Gmm found) {
  run.result.facts["log_likelihood"] = found.log_likelihood;
  run.result.facts["iterations"] = static_cast<double>(found.iterations);
  if (!found.converged) {
    run.result.notes.emplace_back("the mixture did not converge");
  }
  run.result.type_probs = std::move(found.posteriors);
  return std::move(found.labels);
}

/// The best by BIC of as many starts as asked.
Labels run_merged_gmm(const Run& run) {
  cluster::MergedGmm best;
  best.bic = std::numeric_limits<double>::infinity();
  for (std::int64_t start = 0; start < run.options.starts.value_or(1); ++start) {
    cluster::MergedGmm found =
        cluster::merged_gmm(run.x, {.most = std::min(run.options.most_types, run.x.rows),
                                    .regularisation = run.options.regularisation,
                                    .seed = run.seed + static_cast<std::uint64_t>(start)});
    if (found.bic < best.bic) {
      best = std::move(found);
    }
  }
  run.result.facts["bic"] = best.bic;
  return with_mixture_facts(run, std::move(best.mixture));
}

Labels run_gmm(const Run& run) {
  if (!run.options.types) {
    return run_merged_gmm(run);
  }
  const bool full = run.options.covariance == "full";
  return with_mixture_facts(
      run,
      cluster::gaussian_mixture(
          run.x, {.components = run.types(),
                  .covariance = full ? cluster::Covariance::full : cluster::Covariance::diagonal,
                  .regularisation = run.options.regularisation,
                  .starts = static_cast<int>(run.options.starts.value_or(1)),
                  .seed = run.seed}));
}

Labels run_hierarchical(const Run& run) {
  cluster::HierarchicalOptions options = run.options.hierarchical;
  options.clusters = run.types();
  return cluster::hierarchical(run.x, options).labels;
}

Labels run_hdbscan(const Run& run) {
  cluster::HdbscanOptions options = run.options.hdbscan;
  options.metric = run.metric();
  return cluster::hdbscan(run.x, options).labels;
}

Labels run_fuzzy_c_means(const Run& run) {
  cluster::FuzzyCMeansOptions options = run.options.fuzzy;
  options.clusters = run.types();
  options.starts = run.options.starts.value_or(options.starts);
  options.seed = run.seed;
  cluster::FuzzyCMeans found = cluster::fuzzy_c_means(run.x, options);
  run.result.facts = {{"objective", found.objective},
                      {"iterations", static_cast<double>(found.iterations)}};
  run.result.type_probs = std::move(found.memberships);
  return std::move(found.labels);
}

Labels with_facts(const Run& run, cluster::Communities found) {
  run.result.facts = {{"modularity", found.modularity}, {"resolution", found.resolution}};
  if (run.options.types && found.communities != *run.options.types) {
    run.result.notes.push_back("no resolution gives " + std::to_string(*run.options.types) +
                               " communities; the nearest number is " +
                               std::to_string(found.communities));
  }
  return std::move(found.labels);
}

Labels run_louvain(const Run& run) {
  cluster::LouvainOptions options = run.options.louvain;
  options.communities = run.options.types;
  options.seed = run.seed;
  return with_facts(run, cluster::louvain(run.graph(), options));
}

Labels run_leiden(const Run& run) {
  cluster::LeidenOptions options{.communities = run.options.types.value_or(1), .seed = run.seed};
  if (!run.options.types) {
    options.resolution = run.options.louvain.resolution;
  }
  return with_facts(run, cluster::leiden(run.graph(), options));
}

Labels run_flowsom(const Run& run) {
  cluster::FlowsomOptions options = run.options.flowsom;
  options.clusters = run.types();
  options.seed = run.seed;
  return cluster::flowsom(run.x, options).labels;
}

Labels run_phenograph(const Run& run) {
  cluster::PhenographOptions options = run.options.phenograph;
  options.neighbours = run.options.neighbours.value_or(options.neighbours);
  options.metric = run.metric();
  options.seed = run.seed;
  cluster::Communities found = cluster::phenograph(run.x, options);
  run.result.facts = {{"modularity", found.modularity}};
  return std::move(found.labels);
}

Labels run_xshift(const Run& run) {
  cluster::Xshift found = cluster::xshift(
      run.x,
      {.neighbours = run.options.neighbours, .metric = run.metric("cosine"), .seed = run.seed});
  run.result.facts = {{"neighbours", static_cast<double>(found.neighbours)}};
  return std::move(found.labels);
}

Labels run_umap(const Run& run) {
  cluster::UmapOptions options = run.options.umap;
  options.neighbours = run.options.neighbours.value_or(options.neighbours);
  options.metric = run.metric();
  options.search = run.options.search;
  options.seed = run.seed;
  const Index epochs = cluster::umap_epochs(run.x.rows, options);
  Progress progress("UMAP", "epochs", epochs);
  cluster::Umap found =
      cluster::umap(run.x, options, [&progress](Index done) { progress.update(done); });
  run.result.notes.insert(run.result.notes.end(), found.notes.begin(), found.notes.end());
  run.result.coordinates = std::move(found.embedding);
  return {};
}

Labels run_pca(const Run& run) {
  run.result.coordinates = run.x;
  return {};
}

Labels run_method(const Run& run) {
  static const std::map<std::string, std::function<Labels(const Run&)>> kMethods{
      {"kmeans", run_kmeans},
      {"gmm", run_gmm},
      {"hierarchical", run_hierarchical},
      {"hdbscan", run_hdbscan},
      {"fuzzy-c-means", run_fuzzy_c_means},
      {"louvain", run_louvain},
      {"leiden", run_leiden},
      {"flowsom", run_flowsom},
      {"phenograph", run_phenograph},
      {"xshift", run_xshift},
      {"umap", run_umap},
      {"pca", run_pca}};
  return kMethods.at(run.options.method)(run);
}

/// Gives cells without a cluster to the cluster with the nearest centre. Nothing where there is
/// none.
void give_noise_away(const DenseMatrix& x, Labels& labels, Index clusters) {
  if (clusters == 0) {
    return;
  }
  DenseMatrix centres(clusters, x.columns);
  std::vector<double> sizes(clusters);
  for (const std::int32_t label : labels) {
    sizes[label < 0 ? 0 : label] += label < 0 ? 0 : 1;
  }
  for (Index i = 0; i < x.rows; ++i) {
    if (labels[i] >= 0) {
      for (Index c = 0; c < x.columns; ++c) {
        centres(labels[i], c) += x(i, c) / static_cast<float>(sizes[labels[i]]);
      }
    }
  }
  const Labels nearest = cluster::nearest_centres(x, centres);
  for (Index i = 0; i < x.rows; ++i) {
    labels[i] = labels[i] < 0 ? nearest[i] : labels[i];
  }
}

/// Rows of the kept cells in a matrix of all cells, NaN elsewhere.
DenseMatrix rows_of_all_cells(const DenseMatrix& x, const std::vector<Index>& rows, Index count) {
  DenseMatrix all(x.columns > 0 ? count : 0, x.columns);
  std::ranges::fill(all.values, std::numeric_limits<float>::quiet_NaN());
  for (Index i = 0; i < x.rows; ++i) {
    std::ranges::copy(x.row(i), all.row(rows[i]).begin());
  }
  return all;
}

void set_types(const Labels& labels, const std::vector<Index>& rows, Index count,
               Clustering& result) {
  if (labels.empty()) {
    return;
  }
  const std::int32_t clusters = *std::ranges::max_element(labels) + 1;
  for (std::int32_t t = 1; t <= clusters; ++t) {
    result.type_names.push_back("T" + std::to_string(t));
  }
  result.has_noise = std::ranges::find(labels, -1) != labels.end();
  if (result.has_noise) {
    result.type_names.emplace_back("noise");
  }
  result.types.assign(count, -1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    result.types[rows[i]] = labels[i] < 0 ? clusters : labels[i];
  }
}

/// What is clustered: components or features, dense.
DenseMatrix cells_in_space(const Prepared& prepared, const ClusteringOptions& options,
                           std::uint64_t seed) {
  if (options.space == "features" && options.method != "pca") {
    return to_dense(prepared.x);
  }
  return fit::Projection::fit(prepared.x, options.components, seed).apply(prepared.x);
}

/// UMAP counts the cell itself among its neighbours.
void require_so_many_neighbours(const ClusteringOptions& options, Index cells) {
  const Index most = options.method == "umap" ? cells : cells - 1;
  if (options.neighbours && *options.neighbours > most) {
    throw UsageError({.what = "there are not so many neighbours",
                      .found = "--neighbours " + std::to_string(*options.neighbours) + ", " +
                               std::to_string(cells) + " cells",
                      .expected = "at most " + std::to_string(most)});
  }
}

/// Labels against types in which noise is no type; cells without a type are left out.
metrics::Contingency table_with_noise(const Clustering& clustering, const Categorical& labels) {
  std::vector<std::int32_t> truth = labels.codes;
  std::vector<std::int32_t> found = clustering.types;
  const auto noise =
      clustering.has_noise ? static_cast<std::int32_t>(clustering.type_names.size()) - 1 : -1;
  for (std::size_t cell = 0; cell < found.size(); ++cell) {
    truth[cell] = found[cell] < 0 ? -1 : truth[cell];
    found[cell] = found[cell] == noise ? -1 : found[cell];
  }
  return metrics::contingency_with_noise(truth, found);
}

}  // namespace

Clustering cluster_dataset(const Dataset& dataset, const ClusteringOptions& options,
                           std::uint64_t seed) {
  require_fitting(options);
  const Preprocessing preprocessing = fit_preprocessing(dataset, options.preprocessing);
  const Prepared prepared = apply_preprocessing(preprocessing, dataset);
  Clustering result;
  result.method = options.method;
  result.notes = preprocessing.notes;
  result.notes.insert(result.notes.end(), prepared.notes.begin(), prepared.notes.end());
  result.left_out = dataset.cell_count() - prepared.cell_count();
  const DenseMatrix x = cells_in_space(prepared, options, seed);
  require_so_many_neighbours(options, x.rows);
  Labels labels = run_method({x, options, seed, result});
  if (options.noise == "nearest" && !labels.empty()) {
    give_noise_away(x, labels, *std::ranges::max_element(labels) + 1);
  }
  set_types(labels, prepared.kept_cells, dataset.cell_count(), result);
  result.type_probs =
      rows_of_all_cells(result.type_probs, prepared.kept_cells, dataset.cell_count());
  result.coordinates =
      rows_of_all_cells(result.coordinates, prepared.kept_cells, dataset.cell_count());
  return result;
}

std::map<std::string, double> clustering_scores(const Clustering& clustering,
                                                const Categorical& labels) {
  const metrics::Contingency table = metrics::contingency(labels.codes, clustering.types);
  const metrics::Contingency noisy = table_with_noise(clustering, labels);
  const auto used = [](const std::vector<Index>& totals) {
    return static_cast<double>(std::ranges::count_if(totals, [](Index n) { return n > 0; }));
  };
  std::map<std::string, double> scores{
      {"accuracy", metrics::accuracy(noisy)},
      {"nmi", metrics::nmi(table)},
      {"nmi_geometric", metrics::nmi(table, metrics::NmiNorm::geometric)},
      {"nmi_max", metrics::nmi(table, metrics::NmiNorm::maximum)},
      {"ari", metrics::ari(table)},
      {"f_weighted", metrics::f_weighted(noisy)},
      {"f_matched", metrics::f_matched(noisy)},
      {"k_used", used(noisy.column_totals)},
      {"label_count", used(table.row_totals)},
      {"cells", static_cast<double>(table.total)}};
  if (const auto rare = metrics::f_matched_rare(noisy, kRareCells)) {
    scores["f_rare"] = *rare;
  }
  return scores;
}

}  // namespace mixvae::analysis
