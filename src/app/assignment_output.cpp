#include "app/assignment_output.hpp"

#include <limits>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/inks.hpp"
#include "report/type_colors.hpp"

namespace mixvae::app {
namespace {

/// Size and means of one type.
struct TypeFacts {
  std::int64_t cells = 0;
  double probability = 0;
  double consensus = 0;
  double confidence = 0;
};

bool has_consensus(const analysis::Assignment& assignment) { return !assignment.consensus.empty(); }

/// Of each type, and last of unknown cells.
std::vector<TypeFacts> facts_of(const analysis::Assignment& assignment, bool unknown) {
  const std::vector<std::int32_t> types = written_types(assignment, unknown).codes;
  std::vector<TypeFacts> facts(assignment.type_names.size() + 1);
  for (std::size_t cell = 0; cell < types.size(); ++cell) {
    if (types[cell] >= 0) {
      TypeFacts& type = facts[static_cast<std::size_t>(types[cell])];
      type.cells += 1;
      type.probability += static_cast<double>(assignment.type_prob[cell]);
      if (has_consensus(assignment)) {
        type.consensus += static_cast<double>(assignment.consensus[cell]);
      }
      type.confidence +=
          assignment.confidence.empty() ? 0.0 : static_cast<double>(assignment.confidence[cell]);
    }
  }
  for (TypeFacts& type : facts) {
    const auto cells = static_cast<double>(type.cells);
    type.probability /= cells;
    type.consensus /= cells;
    type.confidence /= cells;
  }
  return facts;
}

std::vector<double> mean_confidences(const analysis::Assignment& assignment) {
  std::vector<double> means;
  for (const TypeFacts& type : facts_of(assignment, false)) {
    means.push_back(type.confidence);
  }
  means.pop_back();  // of no cells
  return means;
}

Column type_column(std::string name, const std::vector<std::string>& categories,
                   const std::vector<std::int32_t>& codes) {
  return {std::move(name), Categorical{categories, codes, false}};
}

Column number_column(std::string name, const std::vector<float>& values) {
  return {std::move(name), std::vector<double>(values.begin(), values.end())};
}

/// Gives cells whose novelty is above 1 a last category "unknown", where that is wanted.
Categorical with_unknown(Categorical labels, const analysis::Assignment& assignment, bool unknown) {
  if (!unknown || assignment.novelty.empty()) {
    return labels;
  }
  const auto code = static_cast<std::int32_t>(labels.categories.size());
  labels.categories.emplace_back("unknown");
  for (std::size_t cell = 0; cell < labels.codes.size(); ++cell) {
    labels.codes[cell] = assignment.novelty[cell] > 1 ? code : labels.codes[cell];
  }
  return labels;
}

/// The names of the types, where they have any.
void add_labels(Additions& additions, const analysis::Assignment& assignment,
                const AssignmentNames& names) {
  if (!analysis::has_labels(assignment)) {
    return;
  }
  const Categorical labels = written_labels(assignment, names.unknown);
  std::vector<std::string> colors =
      report::label_colors(assignment.labels, analysis::cell_labels(assignment).categories);
  colors.resize(labels.categories.size(), report::kMissing);
  additions.cells.push_back({names.prefix + "_label", labels});
  additions.unstructured[names.prefix + "_label_colors"] = colors;
  additions.unstructured[names.prefix + "/labels"] = assignment.labels;
}

void add_array(Additions& additions, const std::string& name, const DenseMatrix& array) {
  if (array.columns > 0) {
    additions.arrays[name] = array;
  }
}

void add_arms(Additions& additions, const analysis::Assignment& assignment,
              const AssignmentNames& names) {
  const std::string& prefix = names.prefix;
  for (std::size_t arm = 0; arm < assignment.arm_types.size(); ++arm) {
    const std::string suffix = "_arm" + std::to_string(arm + 1);
    additions.cells.push_back(
        type_column(prefix + "_type" + suffix, assignment.type_names, assignment.arm_types[arm]));
    if (names.arrays.state) {
      add_array(additions, "X_" + prefix + "_state" + suffix, assignment.arm_states[arm]);
    }
    if (names.arrays.latent) {
      add_array(additions, "X_" + prefix + "_latent" + suffix, assignment.arm_latents[arm]);
    }
  }
}

}  // namespace

Categorical written_types(const analysis::Assignment& assignment, bool unknown) {
  return with_unknown({assignment.type_names, assignment.types, false}, assignment, unknown);
}

Categorical written_labels(const analysis::Assignment& assignment, bool unknown) {
  return with_unknown(analysis::cell_labels(assignment), assignment, unknown);
}

std::vector<float> written_confidence(const analysis::Assignment& assignment, bool unknown) {
  std::vector<float> confidence = assignment.confidence;
  for (std::size_t cell = 0; unknown && cell < assignment.novelty.size(); ++cell) {
    if (assignment.novelty[cell] > 1) {
      confidence[cell] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  return confidence;
}

Additions assignment_additions(const analysis::Assignment& assignment,
                               const AssignmentNames& names) {
  const std::string& prefix = names.prefix;
  Additions additions;
  additions.record = prefix;
  const Categorical types = written_types(assignment, names.unknown);
  additions.cells.push_back({prefix + "_type", types});
  add_labels(additions, assignment, names);
  additions.cells.push_back(number_column(prefix + "_type_prob", assignment.type_prob));
  if (has_consensus(assignment)) {
    additions.cells.push_back(number_column(prefix + "_consensus", assignment.consensus));
  }
  if (!assignment.confidence.empty()) {
    additions.cells.push_back(
        number_column(prefix + "_confidence", written_confidence(assignment, names.unknown)));
    additions.cells.push_back(number_column(prefix + "_novelty", assignment.novelty));
  }
  if (names.arrays.probs) {
    additions.arrays[prefix + "_type_probs"] = assignment.type_probs;
  }
  if (names.arrays.state) {
    add_array(additions, "X_" + prefix + "_state", assignment.state);
  }
  if (names.arrays.latent) {
    add_array(additions, "X_" + prefix + "_latent", assignment.latent);
  }
  std::vector<std::string> colors = report::type_colors(assignment.type_names.size());
  colors.resize(types.categories.size(), report::kMissing);
  additions.unstructured[prefix + "_type_colors"] = colors;
  additions.unstructured[prefix + "/arm"] = static_cast<std::int64_t>(assignment.arm + 1);
  additions.unstructured[prefix + "/types"] = assignment.type_names;
  if (!assignment.confidence.empty()) {
    additions.unstructured[prefix + "/type_confidence"] = mean_confidences(assignment);
    additions.unstructured[prefix + "/type_support"] =
        std::vector<double>(assignment.support.begin(), assignment.support.end());
  }
  if (names.all_arms) {
    add_arms(additions, assignment, names);
  }
  return additions;
}

report::TablePrinter type_table(const analysis::Assignment& assignment, bool unknown) {
  std::vector<TypeFacts> facts = facts_of(assignment, unknown);
  if (facts.back().cells == 0) {
    facts.pop_back();
  }
  const auto all = static_cast<double>(std::max<std::size_t>(assignment.types.size(), 1));
  const bool confident = !assignment.confidence.empty();
  const bool named = analysis::has_labels(assignment);
  std::vector<std::string> header{"type", "cells", "share", "probability"};
  if (named) {
    header.insert(header.begin() + 1, "name");
  }
  if (has_consensus(assignment)) {
    header.emplace_back("consensus");
  }
  if (confident) {
    header.insert(header.end(), {"confidence", "support"});
  }
  report::TablePrinter table(header);
  for (std::size_t t = 0; t < facts.size(); ++t) {
    const bool is_type = t < assignment.type_names.size();
    std::vector<std::string> row{
        is_type ? assignment.type_names[t] : "unknown", with_commas(facts[t].cells),
        report::fixed(100 * static_cast<double>(facts[t].cells) / all, 1) + " %",
        report::fixed(facts[t].probability)};
    if (named) {
      row.insert(row.begin() + 1,
                 is_type && assignment.labels[t] != row.front() ? assignment.labels[t] : "-");
    }
    if (has_consensus(assignment)) {
      row.push_back(report::fixed(facts[t].consensus));
    }
    if (confident) {
      row.insert(row.end(),
                 {is_type ? report::fixed(facts[t].confidence) : "-",
                  is_type ? report::fixed(static_cast<double>(assignment.support[t]), 2) : "-"});
    }
    table.add(std::move(row));
  }
  return table;
}

std::string type_json(const analysis::Assignment& assignment, bool unknown) {
  using nlohmann::json;
  json types = json::array();
  const std::vector<TypeFacts> facts = facts_of(assignment, unknown);
  for (std::size_t t = 0; t < assignment.type_names.size(); ++t) {
    types.push_back({{"name", assignment.type_names[t]},
                     {"cells", facts[t].cells},
                     {"probability", facts[t].probability},
                     {"consensus", has_consensus(assignment) ? json(facts[t].consensus) : json()}});
    if (analysis::has_labels(assignment)) {
      types.back()["label"] = assignment.labels[t];
    }
    if (!assignment.confidence.empty()) {
      types.back()["confidence"] = facts[t].confidence;
      types.back()["support"] = assignment.support[t];
    }
  }
  return json{{"cells", assignment.types.size()},
              {"left_out", assignment.left_out},
              {"unknown", facts.back().cells},
              {"arm", assignment.arm + 1},
              {"types", types}}
             .dump(2) +
         "\n";
}

}  // namespace mixvae::app
