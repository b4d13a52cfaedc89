#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "base/index.hpp"
#include "fit/trained_model.hpp"
#include "training/history.hpp"

namespace mixvae::analysis {

/// How types agree with known labels of the same cells.
struct LabelScores {
  double accuracy = 0;
  double ari = 0;
  double nmi = 0;
};

/// A run among others that were applied to the same cells. NaN: the run has no such number.
struct ComparedRun {
  std::string name;
  std::string model;
  std::uint64_t seed = 0;
  Index begun = 0;   // types that the network had when training began
  Index found = 0;   // types with cells
  Index epochs = 0;  // 0: nothing is known of the training
  double loss = std::numeric_limits<double>::quiet_NaN();  // of held-out cells where there are any
  double seconds = std::numeric_limits<double>::quiet_NaN();     // of training
  double confidence = std::numeric_limits<double>::quiet_NaN();  // mean over cells
  double consensus = std::numeric_limits<double>::quiet_NaN();   // mean over cells
  std::vector<std::string> type_names;                           // [T] as they are shown
  std::vector<std::int32_t> types;                               // [N] -1: none
  std::optional<LabelScores> scores;                             // where labels were named
};

/// What is told of a run; `labels`: known types of the cells, or null. Throws InputError where
/// labels are given and no cell has both.
ComparedRun compared_run(const std::string& name, const fit::TrainedModel& model,
                         const Assignment& assignment, const training::History& history,
                         const Categorical* labels);

/// The type of another run that is most alike: the cells of both over the cells of either.
struct TypeMatch {
  std::int32_t type = -1;  // -1: no cell in common with any
  double jaccard = 0;
};

/// Letters: R runs, T types of the first.
struct RunComparison {
  std::vector<ComparedRun> runs;                  // [R]
  std::vector<std::vector<double>> ari;           // [R][R] over the cells with a type in both
  std::vector<std::vector<double>> nmi;           // [R][R] arithmetic
  std::vector<std::vector<TypeMatch>> matches;    // [R - 1][T] in each run after the first
  std::vector<std::vector<std::int32_t>> paired;  // [R - 1][types of that run] the type of the
                                                  // first that it is paired with, one to one, or -1
};

/// Compares runs on the same cells. Throws InputError where no cell has a type in two of them.
RunComparison compare_runs(std::vector<ComparedRun> runs);

}  // namespace mixvae::analysis
