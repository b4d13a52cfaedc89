#pragma once

#include <string>
#include <vector>

#include "analysis/assignment.hpp"

namespace mixvae::analysis {

/// A type in short. NaN where the run has no such number, or the type no cells.
struct TypeSummary {
  std::string name;
  Index cells = 0;
  double confidence = 0;   // mean over its cells
  double support = 0;      // share of replicates that have the type
  double probability = 0;  // mean over its cells
  double consensus = 0;    // mean over its cells
};

/// Mean of those that are numbers; NaN without any.
double mean_of_numbers(const std::vector<float>& values);

/// The types of an assignment [T] in short.
std::vector<TypeSummary> type_summaries(const Assignment& assignment);

/// Names of the types with cells whose confidence or support is below 0.5: which another fit would
/// hardly find.
std::vector<std::string> weak_types(const std::vector<TypeSummary>& types);

}  // namespace mixvae::analysis
