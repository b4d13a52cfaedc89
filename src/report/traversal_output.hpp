#pragma once

#include <string>
#include <vector>

#include "analysis/feature_sets.hpp"
#include "analysis/state_following.hpp"
#include "analysis/traversal.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {

/// What is told of a traversal.
struct TraversalList {
  const analysis::Traversal& traversal;
  const analysis::FeatureSets& sets;
  const std::vector<std::vector<analysis::StateFollowing>>& following;
};

/// The first n features of a walk that change and vary over cells.
std::vector<Index> moved_features(const analysis::StateWalk& walk, Index n);

/// The n features that move most along each walk: of (type or cell), along, feature, effect, in
/// s.d., monotone.
TablePrinter traversal_table(const TraversalList& list, Index n);

/// How the states of each type go with what is known of the measurement: of, state, and a column
/// for each property; no rows where nothing is known.
TablePrinter following_table(const TraversalList& list);

/// How sets of features move along each walk: of, along, set, genes, mean rank, in s.d., size,
/// monotone; no rows without sets.
TablePrinter set_table(const TraversalList& list);

/// All features of all walks, by rank, as CSV: of, type, along, feature, rank, start, end, effect,
/// in_sd, monotone. Six digits; empty where there is no number.
std::string traversal_csv(const analysis::Traversal& traversal);

/// The same of the first n features of each walk.
std::string traversal_csv(const analysis::Traversal& traversal, Index n);

/// The same as the three tables as JSON (docs/file-formats.md, traversal).
std::string traversal_json(const TraversalList& list, Index n);

}  // namespace mixvae::report
