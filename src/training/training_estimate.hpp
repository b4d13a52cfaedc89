#pragma once

#include <cstdint>
#include <string>

#include "models/model.hpp"
#include "training/batch_source.hpp"

namespace mixvae::training {

/// What a training will take.
struct TrainingEstimate {
  std::int64_t data_bytes = 0;  // the data, already in memory
  std::int64_t parameter_bytes =
      0;                         // values, gradients, moments, and the copies kept to go back to
  std::int64_t batch_bytes = 0;  // the widest tensors of a step or of a validation pass
  double seconds_per_step = 0;
  double seconds = 0;  // of the whole training

  std::int64_t new_bytes() const { return parameter_bytes + batch_bytes; }
  /// "about 4 min 10 s; 1.2 GB of memory besides 0.8 GB of data".
  std::string text() const;
};

/// Memory that training the model takes in batches of `batch` and validation passes of `validation`
/// cells: 4 bytes times values, gradients, both moments and up to four kept copies per parameter;
/// eight tensors [A, B, D] per step (copies, masks, reconstructions and their gradients) and four
/// per validation pass; the model's values per cell four times per step (two passes and their
/// gradients) and twice per validation; and eight tensors [B, B] where pairs of cells are told of.
/// Activations of other layers are small beside those.
TrainingEstimate memory_estimate(models::Model& model, const BatchSource& source,
                                 std::int64_t batch, std::int64_t validation);

/// Memory that the system can still give, in bytes; 0 when it does not say.
std::int64_t available_memory();

/// The most memory that this process has held at once so far, in bytes; 0 when the system does not
/// say.
std::int64_t peak_memory();

/// "812 MB", "1.2 GB".
std::string size_text(std::int64_t bytes);

/// Throws SystemError when the estimate's new memory exceeds `available` bytes (0: not known, not
/// checked).
void require_memory(const TrainingEstimate& estimate, std::int64_t available);

}  // namespace mixvae::training
