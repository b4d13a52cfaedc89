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
  bool unknown = false;   // cells unlike those of the fit have the type "unknown"
  bool all_arms = false;  // types, states and latents of every arm too
  AssignmentArrays arrays = {};
};

/// An assignment as what is added to a file, for prefix p: obs[p_type],
/// obs[p_type_prob], obs[p_consensus], obs[p_confidence], obs[p_novelty], obsm[p_type_probs],
/// obsm[X_p_state], obsm[X_p_latent], uns[p_type_colors] and uns[p]: "arm" (from 1, whose states
/// these are), "types" (the columns of p_type_probs). Of a run whose types have names also
/// obs[p_label] with uns[p_label_colors], and "labels" (of each type) in uns[p]. With all arms also
/// obs[p_type_arm1], obsm[X_p_state_arm1], obsm[X_p_latent_arm1], ... Arrays
/// that were not chosen or have no columns are left out, and obs[p_consensus] for one arm.
Additions assignment_additions(const analysis::Assignment& assignment,
                               const AssignmentNames& names);

/// The types as they are written: with `unknown`, those of cells whose novelty is above 1 are
/// "unknown", the last category.
Categorical written_types(const analysis::Assignment& assignment, bool unknown);

/// The names of the cells' types, "unknown" as in written_types.
Categorical written_labels(const analysis::Assignment& assignment, bool unknown);

/// The confidence as it is written: with `unknown`, unknown cells have none (NaN).
std::vector<float> written_confidence(const analysis::Assignment& assignment, bool unknown);

/// One row per type, "unknown" the last (where there are such cells): name (where there are names),
/// cells, share, mean probability, mean consensus (where there is one), confidence and support.
report::TablePrinter type_table(const analysis::Assignment& assignment, bool unknown = false);

/// The same as JSON, with the number of cells left out and of unknown ones.
std::string type_json(const analysis::Assignment& assignment, bool unknown = false);

}  // namespace mixvae::app
