#include "fit/stage_estimate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "cluster/kmeans.hpp"
#include "cluster/knn.hpp"
#include "cluster/type_count.hpp"
#include "fit/confidence.hpp"
#include "fit/image_width.hpp"

namespace mixvae::fit {
namespace {

// Seconds per operation of the reference machine, measured as stage_estimate.hpp says; that of
// approximate neighbours is reckoned from exact ones.
constexpr double kStoredTimesDirection = 2.5e-10;  // a stored value times a direction of the PCA
constexpr double kDirectionProduct = 2.5e-11;      // a product of two directions in a row
constexpr double kPairTimesCoordinate = 2.7e-11;   // exact neighbours
constexpr double kVisitTimesCoordinate = 1.4e-10;  // approximate neighbours
constexpr double kUmapNeighbour = 1.2e-5;          // a neighbour of a cell in a UMAP
constexpr double kMemberOfConsensus = 1e-7;        // a cell, type and coordinate of all members
constexpr double kConsensusPoints = 0.6;  // the trees of a consensus, once it has all points
constexpr double kKmeans = 1.3e-8;        // a cell, type and coordinate of a k-means
constexpr double kMergedKmeans = 3e-9;
constexpr double kGaussian = 1.9e-9;
constexpr double kLeidenEdge = 1.8e-5;      // an edge of the graph, over all resolutions tried
constexpr double kCountedCell = 6e-7;       // a cell and coordinate of a count of types
constexpr double kCountedFrom = 50;         // coordinates whose work every count has
constexpr double kDrawn = 0.632;            // share of the landmarks that a bootstrap draws
constexpr double kTrainingProduct = 5e-11;  // a product of a step, forwards and backwards
constexpr double kTrainingStep = 3.5e-3;    // what a step takes besides

constexpr double kDirectionsBeside = 10;  // as cluster/pca.cpp
constexpr double kPasses = 6;
constexpr double kPartsVisited = 16;           // as cluster/part_search.cpp
constexpr double kMostConsensusPoints = 4000;  // as cluster/consensus_clustering.cpp

constexpr double kCalibration = 0.0155;  // seconds of the reference machine for the timed distances

double number(Index count) { return static_cast<double>(count); }

double clusters_of_cells(const StageSizes& sizes) {
  return number(sizes.cells) * number(sizes.types) * number(sizes.coordinates);
}

double consensus_work(const StageSizes& sizes) {
  const double points = std::min(number(sizes.cells) / kMostConsensusPoints, 1.0);
  return kMemberOfConsensus * clusters_of_cells(sizes) + kConsensusPoints * points * points;
}

/// Seconds per epoch of a model of these sizes.
double epoch_work(models::Model& model, double cells, double batch) {
  return cells * kTrainingProduct * model.products_per_cell() + cells / batch * kTrainingStep;
}

double partition_work(const StageSizes& sizes) {
  using Kind = models::StartKind;
  switch (sizes.start) {
    case Kind::kmeans:
      return kKmeans * clusters_of_cells(sizes);
    case Kind::merged:
      return kMergedKmeans * clusters_of_cells(sizes);
    case Kind::gaussian:
      return kGaussian * clusters_of_cells(sizes) * number(sizes.coordinates);
    case Kind::leiden:
      return kLeidenEdge * number(sizes.cells) * number(sizes.neighbours);
    case Kind::consensus:
      return consensus_work(sizes);
    case Kind::none:
      break;
  }
  return 0;
}

/// Numbers without meaning, the same on every machine.
DenseMatrix some_points(Index rows, Index columns) {
  DenseMatrix points(rows, columns);
  std::uint32_t state = 1;
  for (float& value : points.values) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>(state >> 8U) / 16777216.0F;
  }
  return points;
}

}  // namespace

double component_work(const StageSizes& sizes) {
  const double directions = number(sizes.components) + kDirectionsBeside;
  const double krylov = kPasses * directions;
  return kStoredTimesDirection * number(sizes.stored) * krylov +
         kDirectionProduct * number(sizes.features) * krylov * krylov;
}

double neighbour_work(const StageSizes& sizes) {
  const double cells = number(sizes.cells);
  const double umap = sizes.umap ? kUmapNeighbour * cells * number(sizes.neighbours) : 0.0;
  const double again = sizes.straighten ? component_work(sizes) : 0.0;
  const bool exact = cluster::searches_exactly(sizes.cells, sizes.cells, sizes.coordinates, {});
  const double search = exact ? kPairTimesCoordinate * cells * cells * number(sizes.coordinates)
                              : kVisitTimesCoordinate * cells * kPartsVisited * std::sqrt(cells) *
                                    number(sizes.coordinates);
  return search + umap + again;
}

double start_work(const StageSizes& sizes) {
  const double counted =
      std::min(number(sizes.cells), number(cluster::TypeCountOptions().most_cells));
  const double counting =
      sizes.counted ? kCountedCell * counted * (kCountedFrom + number(sizes.coordinates)) : 0.0;
  return counting + partition_work(sizes);
}

double confidence_work(const StageSizes& sizes) {
  const Index landmarks = std::min(sizes.cells, ConfidenceOptions().landmarks);
  StageSizes drawn = sizes;
  drawn.cells = static_cast<Index>(kDrawn * number(landmarks));
  const double distances = kPairTimesCoordinate * number(landmarks) * number(sizes.coordinates);
  const double rounds = number(StartOptions().rounds);
  return number(sizes.replicates) *
             (partition_work(drawn) / rounds + distances * number(landmarks)) +
         distances * number(sizes.cells);
}

TrainingWork training_work(const FitOptions& options, const Source& source,
                           const Preprocessing& preprocessing, const StageSizes& sizes,
                           std::uint64_t seed) {
  FitOptions complete = options;
  const models::Recipe recipe = options.spec().recipe(options.model, 1);
  complete_image_width(complete, recipe, source, preprocessing);
  const auto cells = static_cast<std::int64_t>(
      std::llround((1 - options.training.validation_share) * number(sizes.cells)));
  const Index width = options.settings.space == Space::pca ? sizes.components : sizes.features;
  const auto model =
      options.spec().make({.features = width,
                           .types = sizes.types,
                           .decoded_features = recipe.likelihood->of_counts() ? sizes.features : 0},
                          complete.model, seed);
  const double epoch = epoch_work(*model, number(sizes.cells),
                                  number(training::batch_size_for(options.training, cells)));
  TrainingWork work;
  for (const models::Phase& phase :
       options.spec().recipe(options.model, training::epochs_for(options.training, cells)).phases) {
    const bool states = phase.objective == models::Objective::states;
    (states ? work.states : work.training) += epoch * number(phase.epochs);
  }
  return work;
}

double machine_seconds() {
  const DenseMatrix points = some_points(4096, 64);
  const DenseMatrix centres = some_points(256, 64);
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < 4; ++round) {
    static_cast<void>(cluster::nearest_centres(points, centres));
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return taken.count() / kCalibration;
}

}  // namespace mixvae::fit
