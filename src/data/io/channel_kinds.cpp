#include "data/io/channel_kinds.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/text.hpp"
#include "data/prepare/channel_values.hpp"
#include "data/prepare/value_kind.hpp"

namespace mixvae {
namespace {

/// The markers of at most kJudgedCells cells, spread evenly.
Matrix sampled_markers(const Dataset& dataset) {
  const Index cells = dataset.cell_count();
  const Index judged = std::min(cells, kJudgedCells);
  std::vector<Index> rows;
  for (Index i = 0; i < judged; ++i) {
    rows.push_back(i * cells / judged);
  }
  return select_columns(select_rows(dataset.x, rows), marker_features(dataset));
}

}  // namespace

std::vector<std::string> channel_kinds(const Dataset& dataset) {
  const Column* column = dataset.features.find(kChannelKind);
  if (column == nullptr) {
    return {};
  }
  const Categorical labels = as_labels(*column);
  std::vector<std::string> kinds;
  for (Index f = 0; f < dataset.feature_count(); ++f) {
    kinds.emplace_back(labels.label(f));
  }
  return kinds;
}

bool is_marker(std::string_view kind) {
  return kind == kMetalMarker || kind == kFluorescenceMarker;
}

std::vector<Index> marker_features(const Dataset& dataset) {
  const std::vector<std::string> kinds = channel_kinds(dataset);
  std::vector<Index> all(static_cast<std::size_t>(dataset.feature_count()));
  std::iota(all.begin(), all.end(), Index{0});
  if (std::ranges::none_of(kinds, is_marker)) {
    return all;
  }
  std::erase_if(all, [&](Index f) { return !is_marker(kinds[static_cast<std::size_t>(f)]); });
  return all;
}

ValueJudgement judge_dataset(const Dataset& dataset) {
  if (dataset.source.image_width) {
    return {ValueKind::image, "the file holds images"};
  }
  const std::vector<std::string> kinds = channel_kinds(dataset);
  if (kinds.empty()) {
    return judge_matrix(dataset.x);
  }
  const bool metal = std::ranges::find(kinds, kMetalMarker) != kinds.end();
  return judge_channel_values(to_dense(sampled_markers(dataset)), metal);
}

double suitable_cofactor(const Dataset& dataset) {
  constexpr double kMass = 5;
  constexpr double kFluorescence = 150;
  const std::vector<std::string> kinds = channel_kinds(dataset);
  const auto metal = std::ranges::count(kinds, kMetalMarker);
  return std::ranges::count(kinds, kFluorescenceMarker) > metal ? kFluorescence : kMass;
}

std::string left_out_by_kind(const Dataset& dataset) {
  const std::vector<std::string> kinds = channel_kinds(dataset);
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> names;
  for (std::size_t f = 0; f < kinds.size(); ++f) {
    if (!is_marker(kinds[f])) {
      if (names[kinds[f]].empty()) {
        order.push_back(kinds[f]);
      }
      names[kinds[f]].push_back(dataset.features.names[f]);
    }
  }
  std::vector<std::string> parts;
  parts.reserve(order.size());
  for (const std::string& kind : order) {
    parts.push_back(kind + ": " + join(names[kind], ", "));
  }
  return join(parts, "; ");
}

}  // namespace mixvae
