#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "analysis/found_markers.hpp"
#include "analysis/marker_values.hpp"
#include "base/options.hpp"

namespace mixvae::analysis {

/// When a name is proposed.
struct ProposalOptions {
  double least_score = 0.5;
  double least_margin = 0.1;
  double least_share = 0.5;
  std::int64_t permutations = 1000;
};

/// --min-score, --min-margin and --permutations of markers, and --min-share of a reference.
Options options(ProposalOptions& proposals);

/// A name for a type, or why there is none. Numbers that do not exist are NaN.
struct Proposal {
  std::string type;
  Index cells = 0;
  std::string name = {};    // empty: none is proposed
  std::string reason = {};  // why not; empty where a name is proposed
  std::string best = {};    // what suits best, proposed or not
  std::string second = {};
  double score = 0;         // of the best; of a reference: share of the type's labelled cells
  double margin = 0;        // how far the second lies below
  double p = 0;             // of markers: chance of such a score with random features
  double of_label = 0;      // of a reference: share of the label's cells that are in the type
  bool one_to_one = false;  // of a reference: this type is also where most of the label's cells are
  std::vector<std::string> markers = {};  // that spoke most for the best: "CD3D", "LYZ low"
};

/// The best cell type of a table for each type, by signature_scores of the types' means. A name is
/// proposed where its score and its margin are large enough and p is at most 0.05. Throws
/// InputError where fewer than two types have cells: there is nothing to compare.
std::vector<Proposal> propose_from_markers(const MarkerValues& values,
                                           const std::vector<std::string>& types,
                                           const FoundMarkers& markers,
                                           const ProposalOptions& options, std::uint64_t seed);

/// The label that most cells of each type have. A name is proposed where more than the least share
/// of the type's labelled cells have it. `types` [n]: -1 for none. Throws InputError where no cell
/// has both.
std::vector<Proposal> propose_from_labels(const std::vector<std::int32_t>& types,
                                          const std::vector<std::string>& names,
                                          const Categorical& labels,
                                          const ProposalOptions& options);

}  // namespace mixvae::analysis
