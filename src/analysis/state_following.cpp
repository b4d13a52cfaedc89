#include "analysis/state_following.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/cell_properties.hpp"
#include "base/index.hpp"
#include "metrics/association.hpp"
#include "metrics/spearman.hpp"

namespace mixvae::analysis {
namespace {

std::vector<std::size_t> cells_of_type(const Assignment& assignment, std::int32_t type) {
  std::vector<std::size_t> cells;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] == type) {
      cells.push_back(n);
    }
  }
  return cells;
}

StateFollowing following(const Column& property, const DenseMatrix& states,
                         const std::vector<std::size_t>& cells) {
  const auto* numbers = std::get_if<std::vector<double>>(&property.values);
  StateFollowing found{.property = property.name, .numeric = numbers != nullptr, .states = {}};
  std::vector<double> values;
  std::vector<std::int32_t> labels;
  for (const std::size_t n : cells) {
    if (numbers != nullptr) {
      values.push_back((*numbers)[n]);
    } else {
      labels.push_back(std::get<Categorical>(property.values).codes[n]);
    }
  }
  for (Index s = 0; s < states.columns; ++s) {
    std::vector<double> state;
    for (const std::size_t n : cells) {
      state.push_back(static_cast<double>(states(static_cast<Index>(n), s)));
    }
    found.states.push_back(numbers != nullptr ? metrics::spearman(state, values)
                                              : std::sqrt(metrics::share_between(state, labels)));
  }
  return found;
}

bool says_something(const StateFollowing& of) {
  return std::ranges::any_of(of.states, [](double value) { return std::isfinite(value); });
}

}  // namespace

std::vector<std::vector<StateFollowing>> state_following(const Dataset& dataset,
                                                         const Assignment& assignment,
                                                         const Traversal& traversal) {
  const std::vector<Column> properties = measurement_of_cells(dataset);
  const DenseMatrix& states = assignment.arm_states[at(traversal.arm)];
  std::vector<std::vector<StateFollowing>> found;
  for (const TraversedType& type : traversal.types) {
    const std::vector<std::size_t> cells = cells_of_type(assignment, type.type);
    found.emplace_back();
    for (const Column& property : properties) {
      found.back().push_back(following(property, states, cells));
    }
  }
  for (std::size_t p = properties.size(); p-- > 0;) {
    if (std::ranges::none_of(found, [&](const auto& of) { return says_something(of[p]); })) {
      for (auto& of_type : found) {
        of_type.erase(of_type.begin() + static_cast<std::ptrdiff_t>(p));
      }
    }
  }
  return found;
}

}  // namespace mixvae::analysis
