#pragma once

#include <string>
#include <vector>

#include "app/output_format.hpp"

namespace mixvae::app {

/// Arrays of an assignment that are written beside types, their probability and their consensus.
struct AssignmentArrays {
  bool latent = true;
  bool state = true;
  bool probs = true;
};

/// What the words of --arrays choose for an output: latent, state, probs, all, none, or auto alone,
/// which is all of them in .h5ad and .npz, states and probabilities in .csv, states in FCS files
/// and the latent codes in .npy. `of_fcs`: the data are FCS files, which a folder of results
/// repeats. Throws UsageError for other words, for other than one array in .npy, and for others
/// than states in FCS files.
AssignmentArrays chosen_arrays(const std::vector<std::string>& words, OutputFormat format,
                               bool of_fcs);

}  // namespace mixvae::app
