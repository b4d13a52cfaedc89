#include "report/state_chapter.hpp"

#include <cmath>

#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

std::string correlation_text(double value) { return std::isfinite(value) ? fixed(value, 2) : "–"; }

PageTable property_table(const analysis::Overview& seen) {
  PageTable table{.name = "properties", .header = {"property of the cells", "types"}, .rows = {}};
  for (Index s = 0; s < seen.assignment.state.columns; ++s) {
    table.header.push_back("state " + std::to_string(s + 1));
  }
  for (const analysis::CellProperty& property : seen.properties) {
    std::vector<std::string> row{property.name, correlation_text(property.types)};
    for (const double state : property.states) {
      row.push_back(correlation_text(state));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

PageTable state_table(const analysis::Overview& seen) {
  PageTable table{.name = "states",
                  .header = {"state", "feature", "correlation within types"},
                  .rows = {},
                  .searchable = true};
  for (std::size_t s = 0; s < seen.states.size(); ++s) {
    for (const analysis::StateFeature& feature : seen.states[s]) {
      table.rows.push_back({"state " + std::to_string(s + 1),
                            seen.values.names[at(feature.feature)], fixed(feature.correlation, 2)});
    }
  }
  return table;
}

}  // namespace

Section state_chapter(const RunView& view) {
  const analysis::Overview& seen = view.seen;
  Section section("states", "What do the states do?");
  if (seen.states.empty()) {
    section.say("The model has no states.");
  } else {
    section.say(
        "States vary within types. The features that go with each most, by correlation "
        "within types:");
    section.add(state_table(seen));
  }
  if (has_figure(view, "traversal")) {
    const std::size_t walked = seen.traversal->types.size();
    section.say((walked < seen.types.size()
                     ? "What the decoder gives along the states of the " + std::to_string(walked) +
                           " largest types"
                     : std::string("What the decoder gives along the states of each type")) +
                " (mixvae traverse tells it of any type or cell):");
    section.add(figure_of(view, "traversal"));
  }
  if (!seen.properties.empty()) {
    section.say(
        "What is known of the cells beside their types, and how far types tell it (0: not at "
        "all, 1: wholly; the correlation ratio of numbers, Cramér's V of labels) and states go "
        "with it within types. A batch, a sample or a depth that types or states tell "
        "is rarely what was looked for.");
    for (const std::string& suspicion : analysis::suspicions(seen.properties)) {
      section.warn(suspicion);
    }
    section.add(property_table(seen));
  }
  return section;
}

}  // namespace mixvae::report
