#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "fit/fit_options.hpp"

namespace mixvae::fit {

/// What the length of the stages before training depends on.
struct StageSizes {
  Index cells = 0;        // N
  Index features = 0;     // D
  Index stored = 0;       // values that the prepared matrix stores
  Index components = 0;   // principal components
  Index coordinates = 0;  // d, where neighbours and starting types are found
  Index neighbours = 0;
  Index types = 0;  // K
  models::StartKind start = models::StartKind::none;
  Index replicates = 0;     // of the confidence
  bool counted = false;     // the number of types is counted
  bool umap = false;        // the coordinates are a UMAP
  bool straighten = false;  // components are computed twice
};

// The rules below count operations and turn them into seconds of a reference machine: two idle
// cores of an x86 server of 2026. Their constants come from processor times of the stages on
// simulated cells (mixvae simulate cells) of which there were 2,000, 10,000 and 30,000; of starts
// other than consensus and of UMAP, 2,000. They are meant to hold within a factor of two. Multiply
// by machine_seconds().

/// Principal components and scores.
double component_work(const StageSizes& sizes);
/// Coordinates and the neighbour graph.
double neighbour_work(const StageSizes& sizes);
/// The number of types, where it is counted, and the starting partition.
double start_work(const StageSizes& sizes);
/// The replicates of a confidence, and what they say of all cells.
double confidence_work(const StageSizes& sizes);

/// Training before the model has been timed.
struct TrainingWork {
  double training = 0;
  double states = 0;
};
/// Makes the model to count its products. Throws as complete_image_width does.
TrainingWork training_work(const FitOptions& options, const Source& source,
                           const Preprocessing& preprocessing, const StageSizes& sizes,
                           std::uint64_t seed);

/// Seconds that this machine takes, with its present load and the threads of this process, for what
/// the reference machine does in one: times distances for some hundredths of a second.
double machine_seconds();

}  // namespace mixvae::fit
