#pragma once

#include <cstdint>

#include "base/options.hpp"

namespace mixvae::models {

enum class StartKind { none, kmeans, merged, gaussian, leiden, consensus };

/// The partition that a model's types start from, and how it is learned.
struct StartOptions {
  StartKind start = StartKind::consensus;
  double start_balance = 1.0;
  double start_share = 0.5;
  std::int64_t replicates = 10;
};

/// Rival beginnings from random weights.
struct RestartOptions {
  std::int64_t restarts = 1;
  double restart_share = 0.2;
};

enum class Prune { automatic, yes, no };

/// How types that the arms do not agree on are taken away.
struct PruningOptions {
  Prune prune = Prune::automatic;
  double min_consensus = 0.5;
  double prune_share = 0.1;
  std::int64_t prune_rounds = 50;
  double prune_epochs = 0.1;
};

/// The last phase, in which states are learned alone.
struct StatePhaseOptions {
  double state_epochs = 0.5;
};

enum class Target { copy, original };

/// What an autoencoder that reads copies of a cell reconstructs.
struct TargetOptions {
  Target target = Target::copy;
};

Options options(StartOptions& start);
Options options(RestartOptions& restarts);
Options options(PruningOptions& pruning);
Options options(StatePhaseOptions& states);
Options options(TargetOptions& target);

}  // namespace mixvae::models
