#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/safetensors.hpp"

namespace mixvae::training {

/// One finished epoch.
struct EpochRecord {
  std::int64_t epoch = 0;  // counted from 1 over all phases
  std::string phase;
  std::int64_t step = 0;         // steps taken so far
  double seconds = 0;            // of training so far, earlier runs of a resumed training included
  double learning_rate = 0;      // of the epoch's last step
  std::vector<double> training;  // mean of each training term over the epoch's steps
  std::vector<double>
      validation;  // each validation term at the epoch's end; empty without validation cells
};

/// All finished epochs; the first term of each list is "loss".
struct History {
  std::vector<std::string> training_terms;
  std::vector<std::string> validation_terms;
  std::vector<EpochRecord> epochs;
};

/// As CSV: epoch, phase, step, seconds, learning_rate, train_<term>..., validation_<term>...
std::string csv_text(const History& history);

/// The history in a text that csv_text wrote. Throws InputError naming `path` and the line that is
/// not whole.
History history_of_csv(const std::string& text, const std::string& path);

/// Adds the history to a file's content, and takes it from there; throws InputError when it is not
/// there or not whole.
void store_history(const History& history, TensorFile& file);
History load_history(const TensorFile& file, const std::string& path);

}  // namespace mixvae::training
