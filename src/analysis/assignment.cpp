#include "analysis/assignment.hpp"

#include <algorithm>
#include <limits>

#include "analysis/type_names.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "metrics/amp.hpp"
#include "metrics/consensus.hpp"

namespace mixvae::analysis {
namespace {

constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();

/// Rows put at their places among all cells; NaN elsewhere.
DenseMatrix spread_rows(const DenseMatrix& kept, const std::vector<Index>& places, Index cells) {
  DenseMatrix all(cells, kept.columns);
  std::ranges::fill(all.values, kNotANumber);
  for (Index i = 0; i < kept.rows; ++i) {
    std::ranges::copy(kept.row(i), all.row(places[at(i)]).begin());
  }
  return all;
}

template <class Value>
std::vector<Value> spread_values(const std::vector<Value>& kept, const std::vector<Index>& places,
                                 Index cells, Value missing) {
  std::vector<Value> all(at(cells), missing);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    all[at(places[i])] = kept[i];
  }
  return all;
}

/// Place of each of the model's types among the names; -1 for pruned types.
std::vector<std::int32_t> name_positions(const fit::TrainedModel& trained) {
  std::vector<std::int32_t> position(at(trained.network->types()), -1);
  for (std::size_t t = 0; t < trained.type_order.size(); ++t) {
    position[at(trained.type_order[t])] = static_cast<std::int32_t>(t);
  }
  return position;
}

std::vector<float> consensus_of(const fit::Inference& inference) {
  const std::vector<double> per_cell =
      metrics::consensus(inference.arm_types, inference.types()).per_cell;
  return {per_cell.begin(), per_cell.end()};
}

}  // namespace

bool has_labels(const Assignment& assignment) {
  return !assignment.labels.empty() && assignment.labels != assignment.type_names;
}

std::vector<std::string> shown_types(const Assignment& assignment) {
  if (!has_labels(assignment)) {
    return assignment.type_names;
  }
  std::vector<std::string> shown;
  for (std::size_t t = 0; t < assignment.type_names.size(); ++t) {
    shown.push_back(shown_type(assignment.type_names[t], assignment.labels[t]));
  }
  return shown;
}

Categorical cell_labels(const Assignment& assignment) {
  Categorical labels;
  std::vector<std::int32_t> code_of_type;
  for (const std::string& label :
       assignment.labels.empty() ? assignment.type_names : assignment.labels) {
    const auto found = std::ranges::find(labels.categories, label);
    code_of_type.push_back(static_cast<std::int32_t>(found - labels.categories.begin()));
    if (found == labels.categories.end()) {
      labels.categories.push_back(label);
    }
  }
  for (const std::int32_t type : assignment.types) {
    labels.codes.push_back(type < 0 ? -1 : code_of_type[at(type)]);
  }
  return labels;
}

Index forget_unknown(Assignment& assignment) {
  Index unknown = 0;
  for (std::size_t n = 0; n < assignment.novelty.size(); ++n) {
    if (assignment.novelty[n] > 1) {
      assignment.types[n] = -1;
      ++unknown;
    }
  }
  return unknown;
}

Assignment assign(fit::TrainedModel& trained, const Dataset& dataset, double minimum_found,
                  bool trust_values) {
  const Prepared prepared = apply_preprocessing(trained.preprocessing, dataset,
                                                {.minimum_found = minimum_found,
                                                 .trust_values = trust_values,
                                                 .keep_counts = trained.of_counts()});
  std::vector<std::string> notes = prepared.notes;
  const Matrix input = trained.network_input(prepared, dataset.cells, notes);
  fit::InferenceSettings settings;
  if (prepared.counts) {
    settings.counts.emplace(*prepared.counts, prepared.library);
  }
  const fit::Inference inference = fit::infer_cells(*trained.network, input, settings);
  const Index cells = dataset.cell_count();
  const std::vector<Index>& places = prepared.kept_cells;
  const DenseMatrix probs =
      std::get<DenseMatrix>(select_columns(inference.type_probs, trained.type_order));

  Assignment result;
  result.type_names = trained.type_names();
  result.labels = trained.labels.empty() ? result.type_names : trained.labels;
  const std::vector<std::int32_t> types = metrics::most_probable(probs);
  const std::vector<float> certainty = fit::row_maxima(probs);
  result.types = spread_values(types, places, cells, -1);
  result.type_prob = spread_values(certainty, places, cells, kNotANumber);
  if (trained.confidence.present()) {
    result.confidence =
        spread_values(trained.confidence.of({std::get<DenseMatrix>(input), types, certainty}),
                      places, cells, kNotANumber);
    result.novelty = spread_values(trained.confidence.novelty(std::get<DenseMatrix>(input)), places,
                                   cells, kNotANumber);
    result.support = trained.confidence.support();
  }
  if (inference.arms() > 1) {
    result.consensus = spread_values(consensus_of(inference), places, cells, kNotANumber);
  }
  result.type_probs = spread_rows(probs, places, cells);
  const std::vector<std::int32_t> position = name_positions(trained);
  for (std::vector<std::int32_t> arm : inference.arm_types) {
    std::ranges::transform(arm, arm.begin(), [&](std::int32_t type) { return position[at(type)]; });
    result.arm_types.push_back(spread_values(arm, places, cells, -1));
  }
  for (Index a = 0; a < inference.arms(); ++a) {
    result.arm_states.push_back(spread_rows(inference.arm_states[at(a)], places, cells));
    result.arm_latents.push_back(spread_rows(inference.arm_latents[at(a)], places, cells));
  }
  result.arm = trained.best_arm;
  result.state = result.arm_states[at(result.arm)];
  result.state_variance = spread_rows(inference.arm_state_variances[at(result.arm)], places, cells);
  result.latent = result.arm_latents[at(result.arm)];
  result.notes = std::move(notes);
  result.left_out = cells - prepared.cell_count();
  return result;
}

}  // namespace mixvae::analysis
