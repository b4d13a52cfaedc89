#pragma once

#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "analysis/traversal.hpp"
#include "data/dataset.hpp"

namespace mixvae::analysis {

/// How a state goes with what is known of how cells were measured, in the cells of one type.
struct StateFollowing {
  std::string property = {};  // "molecules", "mitochondrial share", an annotation ("batch")
  bool numeric = true;
  std::vector<double> states = {};  // [S] Spearman's correlation of a number, in [-1, 1]; the
                                    // correlation ratio of labels, in [0, 1]; NaN: nothing varies
};

/// That of every traversed type [types], in their order, for the states of the traversal's arm; a
/// property that varies in no type is left out.
std::vector<std::vector<StateFollowing>> state_following(const Dataset& dataset,
                                                         const Assignment& assignment,
                                                         const Traversal& traversal);

}  // namespace mixvae::analysis
