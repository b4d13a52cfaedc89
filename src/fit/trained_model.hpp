#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/prepare/preprocessing.hpp"
#include "fit/batch_key.hpp"
#include "fit/confidence.hpp"
#include "fit/projection.hpp"
#include "models/registry.hpp"

namespace mixvae::fit {

/// A model with everything needed to use it on any data: preprocessing, projection, names of types.
/// What model.safetensors holds; nothing in it is executed.
struct TrainedModel {
  std::string model = models::default_model().name;
  models::ModelOptions options = models::default_model().options;
  std::uint64_t seed = 0;
  Preprocessing preprocessing;
  Projection projection;
  BatchEffects batches;
  std::unique_ptr<models::Model> network;
  std::vector<Index> type_order;    // the model's number of T1, T2, ...: kept types by falling size
                                    // in the training data
  Confidence confidence;            // in types by their place in type_order; or none
  Index best_arm = 0;               // lowest validation loss; its states and latents are reported
  std::vector<std::string> labels;  // [T] names that people gave the types, kept beside the model
                                    // file by those who load it; or empty

  /// "T1", "T2", ... in the order of type_order.
  std::vector<std::string> type_names() const;
  /// Prepared cells of a data set with these annotations in the space that the network reads,
  /// without the effect of their batch where training knew batches; `notes` tells of others.
  Matrix network_input(const Prepared& prepared, const Table& cells,
                       std::vector<std::string>& notes) const;
  /// Whether the likelihood is of raw counts.
  bool of_counts() const;
  /// Normalised values [N, D], as before the preprocessing's scaling, of what the network decodes
  /// or generates [N, W], which are components, prepared values, or shares of a library.
  DenseMatrix normalised(DenseMatrix decoded) const;
};

/// The version of the model file's layout; a reader refuses higher ones. 1: with the options of all
/// models of that time; 3: with effects of batches.
constexpr int kModelFormatVersion = 3;

/// Writes the model atomically. Throws SystemError when the system refuses.
void save_model(const std::string& path, TrainedModel& trained);

/// Reads a model. Throws InputError for a file that is no model of ours, is damaged, or was written
/// by a later version.
TrainedModel load_model(const std::string& path);

}  // namespace mixvae::fit
