#include "analysis/clustering.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "cluster/communities.hpp"

namespace mixvae::analysis {
namespace {

using testing::HasSubstr;

/// Three groups of 40 cells each, one of 20, with known labels; the last cell is alone.
Dataset groups() {
  PhiloxStream random(3, Purpose::test);
  Dataset dataset;
  DenseMatrix x(141, 6);
  std::vector<std::string> labels;
  for (Index i = 0; i < 141; ++i) {
    const Index group = i == 140 ? 9 : i / 40;
    labels.push_back("group " + std::to_string(group));
    for (Index c = 0; c < 6; ++c) {
      x(i, c) = static_cast<float>((c == group ? 8 : -1) + (group == 9 ? 100 : 0) +
                                   0.5 * random.normal());
    }
  }
  dataset.x = std::move(x);
  dataset.cells.names = numbered_names("cell", 141);
  dataset.cells.set({"label", Categorical::from_labels(labels)});
  dataset.features.names = numbered_names("feature", 6);
  return dataset;
}

Clustering found_by(const std::string& method, std::optional<std::int64_t> types = std::nullopt) {
  ClusteringOptions options;
  options.method = method;
  options.types = types;
  options.flowsom.grid = method == "flowsom" ? 4 : 10;
  options.flowsom.passes = method == "flowsom" ? 100 : 10;
  if (method == "xshift") {
    options.neighbours = 20;
    options.metric = "euclidean";
  }
  return cluster_dataset(groups(), options, 1);
}

double accuracy_of(const Clustering& found) {
  return clustering_scores(found, as_labels(*groups().cells.find("label"))).at("accuracy");
}

/// What a method reaches at least on so few cells, one of them far away; chance is 0.29.
double least_accuracy(const std::string& method) {
  const std::map<std::string, double> weaker{
      {"fuzzy-c-means", 0.8}, {"xshift", 0.8}, {"flowsom", 0.5}};
  return weaker.contains(method) ? weaker.at(method) : 0.95;
}

TEST(Clustering, FindsSeparateGroupsByEveryMethod) {
  for (const ClusteringMethod& method : clustering_methods()) {
    const bool graph =
        method.name == "louvain" || method.name == "leiden" || method.name == "phenograph";
    if (method.types == ClusteringMethod::Types::none || (graph && !cluster::has_communities())) {
      continue;
    }
    const bool given = method.types == ClusteringMethod::Types::needed;
    const Clustering found =
        found_by(method.name, given ? std::optional<std::int64_t>(5) : std::nullopt);
    EXPECT_EQ(found.types.size(), 141U) << method.name;
    EXPECT_EQ(found.type_names[0], "T1");
    EXPECT_GT(accuracy_of(found), least_accuracy(method.name)) << method.name;
  }
}

TEST(Clustering, NamesNoiseOrGivesItAway) {
  const Clustering kept = found_by("hdbscan");
  EXPECT_TRUE(kept.has_noise);
  EXPECT_EQ(kept.type_names.back(), "noise");
  EXPECT_EQ(kept.type_names[static_cast<std::size_t>(kept.types[140])], "noise");
  ClusteringOptions options;
  options.method = "hdbscan";
  options.noise = "nearest";
  const Clustering given = cluster_dataset(groups(), options, 1);
  EXPECT_FALSE(given.has_noise);
  EXPECT_EQ(given.type_names.size() + 1, kept.type_names.size());
  EXPECT_EQ(clustering_scores(kept, as_labels(*groups().cells.find("label"))).at("k_used"),
            static_cast<double>(given.type_names.size()));
}

TEST(Clustering, NoiseIsMatchedToNoLabel) {
  Clustering found;
  found.type_names = {"T1", "T2", "noise"};
  found.types = {0, 0, 1, 2, 2, 2, -1};
  found.has_noise = true;
  const std::vector<std::string> texts{"a", "a", "b", "c", "c", "c", "c"};
  const Categorical labels = Categorical::from_labels(texts);
  const auto scores = clustering_scores(found, labels);
  EXPECT_DOUBLE_EQ(scores.at("accuracy"), 0.5);
  EXPECT_DOUBLE_EQ(scores.at("f_weighted"), 0.5);
  EXPECT_DOUBLE_EQ(scores.at("f_matched"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.at("f_rare"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.at("nmi"), 1);
  EXPECT_DOUBLE_EQ(scores.at("ari"), 1);
  EXPECT_DOUBLE_EQ(scores.at("k_used"), 2);
  EXPECT_DOUBLE_EQ(scores.at("cells"), 6);
}

TEST(Clustering, TellsWhatThePreprocessingDecided) {
  EXPECT_THAT(found_by("kmeans", 4).notes, testing::Contains(HasSubstr("the values look like")));
}

TEST(Clustering, GivesCoordinates) {
  ClusteringOptions options;
  options.method = "umap";
  options.umap.epochs = 20;
  const Clustering umap = cluster_dataset(groups(), options, 1);
  EXPECT_EQ(umap.coordinates.rows, 141);
  EXPECT_EQ(umap.coordinates.columns, 2);
  EXPECT_TRUE(umap.type_names.empty());
  options = {};
  options.method = "pca";
  options.components = 3;
  EXPECT_EQ(cluster_dataset(groups(), options, 1).coordinates.columns, 3);
}

TEST(Clustering, LeavesGapsForCellsThatThePreprocessingLeavesOut) {
  Dataset dataset = groups();
  auto& x = std::get<DenseMatrix>(dataset.x);
  std::ranges::fill(x.row(7), 0.0F);
  ClusteringOptions options;
  options.method = "gmm";
  options.types = 4;
  options.preprocessing.min_features = 1;
  const Clustering found = cluster_dataset(dataset, options, 1);
  EXPECT_EQ(found.left_out, 1);
  EXPECT_EQ(found.types[7], -1);
  EXPECT_TRUE(std::isnan(found.type_probs(7, 0)));
  EXPECT_NEAR(found.type_probs(8, 0) + found.type_probs(8, 1) + found.type_probs(8, 2) +
                  found.type_probs(8, 3),
              1, 1e-5);
}

TEST(Clustering, OfAMixtureWithoutANumberFindsIt) {
  ClusteringOptions options;
  options.method = "gmm";
  options.components = 2;
  options.most_types = 9;
  const Clustering found = cluster_dataset(groups(), options, 1);
  EXPECT_EQ(found.type_probs.columns, static_cast<Index>(found.type_names.size()));
  EXPECT_GE(found.type_names.size(), 3U);
  EXPECT_LE(found.type_names.size(), 5U);
  options.starts = 3;
  EXPECT_LE(cluster_dataset(groups(), options, 1).facts.at("bic"), found.facts.at("bic"));
  options.most_types = 2;
  EXPECT_LE(cluster_dataset(groups(), options, 1).type_names.size(), 2U);
}

std::string refusal(const ClusteringOptions& options) {
  try {
    require_fitting(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Clustering, RefusesOptionsThatTheMethodDoesNotUnderstand) {
  ClusteringOptions options;
  options.method = "kmeans";
  EXPECT_THAT(refusal(options), HasSubstr("needs the number of types"));
  options.types = 3;
  EXPECT_EQ(refusal(options), "accepted");
  options.umap.min_dist = 0.3;
  EXPECT_THAT(refusal(options), HasSubstr("--min-dist has no meaning for --method kmeans"));
  options.umap.min_dist = 0.1;
  options.method = "hdbscan";
  EXPECT_THAT(refusal(options), HasSubstr("finds the number of types itself"));
  options.method = "umap";
  EXPECT_THAT(refusal(options), HasSubstr("gives coordinates"));
  options.method = "dbscan";
  EXPECT_THAT(refusal(options), HasSubstr("no such method"));
}

TEST(Clustering, EveryOptionIsDeclaredOnceAndKnownToAMethod) {
  ClusteringOptions settings;
  std::set<std::string> names;
  std::set<std::string> understood{"method", "types", "space", "components"};
  for (const ClusteringMethod& method : clustering_methods()) {
    understood.insert(method.options.begin(), method.options.end());
  }
  for (const Option& option : options(settings)) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
  }
  EXPECT_EQ(names, understood);
}

ClusteringOptions method(const std::string& name, std::optional<std::int64_t> types = {}) {
  ClusteringOptions options;
  options.method = name;
  options.types = types;
  return options;
}

TEST(Clustering, RefusesOptionsThatAnotherOneMakesIdle) {
  ClusteringOptions kmeans = method("kmeans", 3);
  kmeans.components = 7;
  EXPECT_EQ(refusal(kmeans), "accepted");
  kmeans.space = "features";
  EXPECT_THAT(refusal(kmeans), HasSubstr("--components has no effect with --space features"));
  kmeans = method("kmeans", 3);
  kmeans.preprocessing.cofactor = 5;
  EXPECT_EQ(refusal(kmeans), "accepted");
  kmeans.preprocessing.normalise = "log";
  EXPECT_THAT(refusal(kmeans), HasSubstr("--cofactor 5 with --normalise log"));
  ClusteringOptions pca = method("pca");
  pca.components = 7;
  EXPECT_EQ(refusal(pca), "accepted");
  pca.space = "features";
  EXPECT_THAT(refusal(pca), HasSubstr("--space features has no effect with --method pca"));
  ClusteringOptions gmm = method("gmm", 3);
  gmm.most_types = 9;
  EXPECT_THAT(refusal(gmm), HasSubstr("--most-types has no effect with --types"));
  ClusteringOptions leiden = method("leiden", 3);
  leiden.louvain.resolution = 2;
  EXPECT_THAT(refusal(leiden), HasSubstr("--resolution has no effect with --types"));
  leiden.types.reset();
  EXPECT_EQ(refusal(leiden), "accepted");
}

TEST(Clustering, RefusesMoreNeighboursThanThereAreCells) {
  const Index cells = groups().cell_count();
  for (const auto& [name, most] : {std::pair("louvain", cells - 1), std::pair("umap", cells)}) {
    ClusteringOptions options = method(name);
    options.neighbours = most + 1;
    try {
      cluster_dataset(groups(), options, 1);
      ADD_FAILURE() << name << " accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("at most " + std::to_string(most)));
    }
    options.neighbours = most;
    EXPECT_NO_THROW(cluster_dataset(groups(), options, 1));
  }
}

TEST(Clustering, RefusesToFindTheNumberOfADiagonalMixture) {
  ClusteringOptions options;
  options.method = "gmm";
  options.covariance = "diagonal";
  EXPECT_THAT(refusal(options), HasSubstr("with full covariances only"));
  options.types = 3;
  EXPECT_EQ(refusal(options), "accepted");
}

TEST(Clustering, HasEveryOptionOnce) {
  ClusteringOptions settings;
  const Options all = options(settings);
  for (const ClusteringMethod& method : clustering_methods()) {
    for (const std::string& name : method.options) {
      EXPECT_EQ(std::ranges::count(all, name, &Option::name), 1) << name;
    }
  }
}

}  // namespace
}  // namespace mixvae::analysis
