#pragma once

#include <string>

#include "analysis/assignment.hpp"
#include "app/assignment_arrays.hpp"
#include "data/io/additions.hpp"
#include "report/table_printer.hpp"

namespace mixvae::app {

/// Which results are added, and under which names.
struct AssignmentNames {
  std::string prefix = "mixvae";
  bool all_arms = false;  // types, states and latents of every arm too
  AssignmentArrays arrays = {};
};

/// An assignment as what is added to a file, for prefix p: obs[p_type],
/// obs[p_type_prob], obs[p_consensus], obsm[p_type_probs], obsm[X_p_state],
/// obsm[X_p_latent], uns[p_type_colors] and uns[p]: "arm" (from 1, whose states
/// these are), "types" (the columns of p_type_probs). With all arms also
/// obs[p_type_arm1], obsm[X_p_state_arm1], obsm[X_p_latent_arm1], ... Arrays
/// that were not chosen or have no columns are left out, and obs[p_consensus] for one arm.
Additions assignment_additions(const analysis::Assignment& assignment,
                               const AssignmentNames& names);

/// One row per type: cells, share, mean probability, mean consensus (where there is one).
report::TablePrinter type_table(const analysis::Assignment& assignment);

/// The same as JSON, with the number of cells left out.
std::string type_json(const analysis::Assignment& assignment);

}  // namespace mixvae::app
