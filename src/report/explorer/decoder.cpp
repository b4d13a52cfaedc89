#include "report/explorer/decoder.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/traversal.hpp"
#include "base/error.hpp"
#include "base/index.hpp"

namespace mixvae::report::explorer {
namespace {

constexpr double kLeastChange = 1e-3;  // s.d.

}  // namespace

std::vector<FeatureChange> strongest_changes(std::span<const float> values,
                                             std::span<const float> others,
                                             const std::vector<double>& deviation, Index most) {
  std::vector<FeatureChange> changes;
  for (std::size_t d = 0; d < values.size(); ++d) {
    const auto value = static_cast<double>(values[d]);
    const auto other = static_cast<double>(others[d]);
    const double in_sd = deviation[d] > 0 ? (value - other) / deviation[d] : 0;
    if (std::abs(in_sd) >= kLeastChange) {
      changes.push_back({static_cast<Index>(d), value, other, in_sd});
    }
  }
  std::ranges::stable_sort(changes, std::ranges::greater(),
                           [](const FeatureChange& change) { return std::abs(change.in_sd); });
  changes.resize(std::min(changes.size(), at(most)));
  return changes;
}

Decoder::Decoder(fit::TrainedModel model, analysis::FeatureSpread spread,
                 std::vector<std::vector<analysis::StateRange>> ranges, Index arm,
                 std::optional<Index> row)
    : model_(std::move(model)),
      spread_(std::move(spread)),
      ranges_(std::move(ranges)),
      arm_(arm),
      row_(row) {}

const std::vector<analysis::StateRange>& Decoder::ranges(std::int32_t type) const {
  return ranges_[at(type)];
}

std::string Decoder::no_states() const {
  try {
    analysis::require_states(model_);
  } catch (const UsageError& error) {
    return error.fault().what;
  }
  return "";
}

Place Decoder::middle(std::int32_t type) const {
  Place place{.type = type, .states = std::vector<double>(at(model_.network->states()), 0.0)};
  std::ranges::transform(ranges(type), place.states.begin(),
                         [](const analysis::StateRange& range) { return range.middle; });
  return place;
}

std::vector<float> Decoder::values(const Place& place) {
  return std::move(analysis::typical_values(model_, arm_, place.type, place.states).values);
}

}  // namespace mixvae::report::explorer
