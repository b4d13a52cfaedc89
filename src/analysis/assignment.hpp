#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "fit/inference.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::analysis {

/// Types and states of every cell of a data set. Letters: N cells of the data set (all of them), T
/// kept types, S state dimensions, L latent width. Cells that the preprocessing left out have type
/// -1 and NaN elsewhere.
struct Assignment {
  std::vector<std::string> type_names;  // [T] "T1", "T2", ... by falling size in the training data
  std::vector<std::string> labels;      // [T] the names that people gave them, merged types one
                                        // and the same; their own where they have none
  std::vector<std::int32_t> types;      // [N] argmax of type_probs
  DenseMatrix type_probs;               // [N, T] q(c|x) averaged over arms
  std::vector<float> type_prob;         // [N] probability of the assigned type
  std::vector<float> consensus;         // [N] share of arm pairs that agree on the cell; empty for
                                        // a model of one arm
  std::vector<float> confidence;        // [N] fit/confidence.hpp; empty where the model has none
  std::vector<float> novelty;           // [N] how unlike the cells of the fit, above 1: unlike any
                                        // (fit/confidence.hpp); empty without confidence
  std::vector<float> support;           // [T] share of replicates that have the type; or empty
  std::vector<std::vector<std::int32_t>>
      arm_types;               // [A][N] most probable type in each arm, in the order of type_names
  Index arm = 0;               // whose states and latents these are
  DenseMatrix state;           // [N, S]
  DenseMatrix state_variance;  // [N, S]
  DenseMatrix latent;          // [N, L]
  std::vector<DenseMatrix> arm_states;   // [A] of [N, S]
  std::vector<DenseMatrix> arm_latents;  // [A] of [N, L]
  std::vector<std::string> notes;        // what the preprocessing noticed in these data
  Index left_out = 0;                    // cells that the preprocessing left out
};

/// Whether a type has a name of its own or is merged with another.
bool has_labels(const Assignment& assignment);

/// "T1", "T2 B cell", ...: types with the names that they have.
std::vector<std::string> shown_types(const Assignment& assignment);

/// The label of each cell: categories in the order of the types, each once.
Categorical cell_labels(const Assignment& assignment);

/// Takes the types of cells unlike those of the fit (novelty above 1); how many there were.
Index forget_unknown(Assignment& assignment);

/// Runs a trained model on a data set, aligned by feature name. Throws InputError for data that the
/// preprocessing refuses.
Assignment assign(fit::TrainedModel& trained, const Dataset& dataset, double minimum_found = 0.8,
                  bool trust_values = false);

}  // namespace mixvae::analysis
