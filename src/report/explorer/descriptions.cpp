#include "report/explorer/descriptions.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/index.hpp"
#include "cluster/type_tree.hpp"
#include "metrics/markers.hpp"
#include "report/page_data.hpp"
#include "report/table_printer.hpp"
#include "report/type_colors.hpp"

namespace mixvae::report::explorer {
namespace {

using nlohmann::json;

constexpr Index kMarkersOfType = 8;

analysis::NamedType given_name(const analysis::TypeNames& names, const std::string& type) {
  const auto found = std::ranges::find(names.types, type, &analysis::NamedType::type);
  return found == names.types.end() || found->name == type
             ? analysis::NamedType{type, "", found == names.types.end() ? "" : found->note}
             : *found;
}

std::vector<std::vector<std::string>> markers_of_types(const RunView& view) {
  std::vector<std::vector<std::string>> names(view.seen.types.size());
  if (view.seen.markers.types == 0) {
    return names;
  }
  const auto markers = metrics::top_markers(view.seen.markers, kMarkersOfType, view.level);
  for (std::size_t t = 0; t < names.size(); ++t) {
    for (const Index feature : markers[t]) {
      names[t].push_back(view.seen.values.names[at(feature)]);
    }
  }
  return names;
}

json ranges_json(const std::vector<analysis::StateRange>& ranges) {
  json all = json::array();
  for (const analysis::StateRange& range : ranges) {
    all.push_back({range.low, range.middle, range.high});
  }
  return all;
}

json tree_order(const RunView& view) {
  json order = json::array();
  if (view.seen.tree.empty()) {
    for (std::size_t t = 0; t < view.seen.types.size(); ++t) {
      order.push_back(t);
    }
    return order;
  }
  for (const Index leaf : cluster::leaf_order(view.seen.tree)) {
    order.push_back(leaf);
  }
  return order;
}

json forks_json(const RunView& view) {
  json forks = json::array();
  for (const cluster::TypeFork& fork : view.seen.tree) {
    forks.push_back(
        {{"a", fork.a}, {"b", fork.b}, {"height", fork.height}, {"support", fork.support}});
  }
  return forks;
}

/// The value of a cell in an annotation, in words.
std::string text_in_column(const Column& column, Index cell) {
  return std::visit(
      [cell](const auto& values) -> std::string {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, Categorical>) {
          return std::string(values.label(cell));
        } else if constexpr (std::is_same_v<Values, std::vector<std::string>>) {
          return values[at(cell)];
        } else if constexpr (std::is_same_v<Values, std::vector<bool>>) {
          return values[at(cell)] ? "yes" : "no";
        } else {
          const auto number = static_cast<double>(values[at(cell)]);
          return std::isfinite(number) ? fmt::format("{:.6g}", number) : "";
        }
      },
      column.values);
}

/// What the run says of a cell, in the order of the report.
std::vector<std::pair<std::string, std::string>> facts_of(const RunView& view, Index cell) {
  const analysis::Assignment& of = view.seen.assignment;
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](const char* title, const std::vector<float>& values) {
    if (!values.empty() && std::isfinite(values[at(cell)])) {
      facts.emplace_back(title, fixed(static_cast<double>(values[at(cell)]), 2));
    }
  };
  add("Confidence", of.confidence);
  add("Probability of the type", of.type_prob);
  add("Consensus of arms", of.consensus);
  add("Novelty", of.novelty);
  for (Index s = 0; s < of.state.columns; ++s) {
    facts.emplace_back("State " + std::to_string(s + 1),
                       fixed(static_cast<double>(of.state(cell, s)), 2));
  }
  for (const Column& column : view.seen.cells.columns) {
    if (const std::string text = text_in_column(column, cell); !text.empty()) {
      facts.emplace_back(column.name, text);
    }
  }
  return facts;
}

}  // namespace

json names_json(const RunView& view, const NameHistory& names,
                const std::vector<std::string>& types) {
  json all = json::array();
  const analysis::Assignment& of = view.seen.assignment;
  for (std::size_t t = 0; t < types.size(); ++t) {
    const analysis::NamedType given = given_name(names.now(), types[t]);
    all.push_back({{"type", types[t]},
                   {"label", of.labels[t]},
                   {"shown", of.type_names[t]},
                   {"name", given.name},
                   {"note", given.note}});
  }
  json merges = json::array();
  for (const analysis::TypeMerge& merge : names.now().merges) {
    merges.push_back({{"types", merge.types}, {"name", merge.name}});
  }
  return {{"types", all}, {"merges", merges}, {"undo", names.can_undo()}};
}

json run_json(const RunView& view, const Decoder& decoder, const std::vector<std::string>& types) {
  json all = json::array();
  const std::vector<std::string> palette = type_colors(types.size());
  const std::vector<std::vector<std::string>> markers = markers_of_types(view);
  for (std::size_t t = 0; t < types.size(); ++t) {
    const analysis::TypeSummary& type = view.seen.types[t];
    all.push_back({{"type", types[t]},
                   {"color", palette[t]},
                   {"cells", type.cells},
                   {"confidence", type.confidence},
                   {"support", type.support},
                   {"markers", markers[t]},
                   {"ranges", ranges_json(decoder.ranges(static_cast<std::int32_t>(t)))}});
  }
  const auto features = static_cast<Index>(decoder.model().preprocessing.features.size());
  json image = nullptr;
  if (const std::optional<Index> width = decoder.pixels_in_row()) {
    image = {{"width", *width}, {"height", features / *width}};
  }
  return {{"title", "mixvae: " + view.name},
          {"lead", lead_of(view)},
          {"model", view.model},
          {"features", features},
          {"shownFeatures", view.seen.values.names.size()},
          {"states", decoder.model().network->states()},
          {"noStates", decoder.no_states()},
          {"image", image},
          {"types", all},
          {"order", tree_order(view)},
          {"forks", forks_json(view)}};
}

json cell_json(const RunView& view, Index cell, Index place,
               const std::vector<std::string>& types) {
  const analysis::Assignment& of = view.seen.assignment;
  const std::int32_t type = of.types[at(cell)];
  json states = json::array();
  for (Index s = 0; s < of.state.columns; ++s) {
    states.push_back(of.state(cell, s));
  }
  json facts = json::array();
  for (const auto& [title, text] : facts_of(view, cell)) {
    facts.push_back({title, text});
  }
  return {{"name", view.seen.cells.names[at(cell)]},
          {"place", place < 0 ? json(nullptr) : json(place)},
          {"type", type < 0 ? json(nullptr) : json(types[at(type)])},
          {"states", states},
          {"facts", facts}};
}

json changes_json(const std::vector<FeatureChange>& changes,
                  const std::vector<std::string>& features) {
  json all = json::array();
  for (const FeatureChange& change : changes) {
    all.push_back({{"feature", features[at(change.feature)]},
                   {"value", change.value},
                   {"other", change.other},
                   {"inSd", change.in_sd}});
  }
  return all;
}

json image_json(std::span<const float> values, Index width, const analysis::FeatureSpread& spread) {
  const double span = std::max(spread.high - spread.low, 1e-12);
  std::string pixels;
  for (const float value : values) {
    const double share = (static_cast<double>(value) - spread.low) / span;
    pixels += static_cast<char>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
  }
  return {{"width", width},
          {"height", static_cast<Index>(values.size()) / width},
          {"low", spread.low},
          {"high", spread.high},
          {"pixels", base64(pixels)}};
}

}  // namespace mixvae::report::explorer
