#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/decoding.hpp"
#include "fit/trained_model.hpp"

namespace mixvae::report::explorer {

/// A type of a model, and states for its decoder [S].
struct Place {
  std::int32_t type = 0;
  std::vector<double> states;
};

/// How a feature of one decoded profile lies to that of another.
struct FeatureChange {
  Index feature = 0;
  double value = 0;  // of the one
  double other = 0;  // of the other
  double in_sd = 0;  // their difference in s.d. of the feature over cells
};

/// The features that differ most, by falling |in_sd|, at most `most`: those that differ by less
/// than 0.001 s.d., or do not vary over cells, are left out. `deviation` [D].
std::vector<FeatureChange> strongest_changes(std::span<const float> values,
                                             std::span<const float> others,
                                             const std::vector<double>& deviation, Index most);

/// The decoder of a trained model, with what is known of the cells it is looked at with. Not safe
/// to use by several threads at once.
class Decoder {
 public:
  Decoder(fit::TrainedModel model, analysis::FeatureSpread spread,
          std::vector<std::vector<analysis::StateRange>> ranges, Index arm,
          std::optional<Index> row);

  const fit::TrainedModel& model() const { return model_; }
  const analysis::FeatureSpread& spread() const { return spread_; }
  /// [S] of a type; none where its states cannot be moved.
  const std::vector<analysis::StateRange>& ranges(std::int32_t type) const;
  /// Pixels in a row where features are those of images.
  std::optional<Index> pixels_in_row() const { return row_; }
  /// Why no state can be moved; empty where they can.
  std::string no_states() const;
  /// The middle of a type: the means of its states.
  Place middle(std::int32_t type) const;
  /// Values [D] in the units of the fit, without scaling.
  std::vector<float> values(const Place& place);

 private:
  fit::TrainedModel model_;
  analysis::FeatureSpread spread_;
  std::vector<std::vector<analysis::StateRange>> ranges_;
  Index arm_ = 0;
  std::optional<Index> row_;
};

}  // namespace mixvae::report::explorer
