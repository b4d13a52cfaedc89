#include "analysis/decoding.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/index.hpp"
#include "data/prepare/feature_statistics.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kLowEnd = 0.01;
constexpr double kHighEnd = 0.99;
constexpr std::size_t kLeastCellsOfRange = 2;

DenseMatrix as_features(const fit::TrainedModel& trained, const torch::Tensor& mean) {
  const torch::Tensor prepared = mean.to(torch::kCPU, torch::kFloat32).contiguous();
  DenseMatrix values(prepared.size(0), prepared.size(1));
  std::copy_n(prepared.data_ptr<float>(), prepared.numel(), values.values.begin());
  return trained.normalised(std::move(values));
}

/// Linear between the two nearest of sorted values.
double quantile_of_sorted(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

StateRange range_of_values(std::vector<double> values) {
  std::ranges::sort(values);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return {.low = quantile_of_sorted(values, kLowEnd),
          .middle = sum / static_cast<double>(values.size()),
          .high = quantile_of_sorted(values, kHighEnd)};
}

}  // namespace

DenseMatrix decoded_values(fit::TrainedModel& trained, Index arm, std::int32_t type,
                           const torch::Tensor& states) {
  const torch::TensorOptions tensors = trained.network->parameters().front().tensor.options();
  const torch::Tensor types =
      torch::zeros({states.size(0), trained.network->types()}, tensors.requires_grad(false));
  types.select(1, trained.type_order[at(type)]).fill_(1);
  return as_features(trained, trained.network->decode(arm, types, states.to(types.options())));
}

DenseMatrix typical_values(fit::TrainedModel& trained, Index arm, std::int32_t type,
                           const std::vector<double>& states) {
  if (trained.network->states() > 0) {
    return decoded_values(trained, arm, type, torch::tensor(states, torch::kFloat64).unsqueeze(0));
  }
  return as_features(
      trained, trained.network->generate(
                   {.arm = arm, .type = trained.type_order[at(type)], .count = 1, .spread = 0}));
}

FeatureSpread feature_spread(const fit::TrainedModel& trained, const Dataset& dataset) {
  const Prepared prepared = apply_preprocessing(trained.preprocessing, dataset,
                                                {.minimum_found = 0, .trust_values = true});
  std::vector<Index> rows(at(prepared.cell_count()));
  std::iota(rows.begin(), rows.end(), Index{0});
  const FeatureStatistics found =
      feature_statistics(prepared.x, rows, [](Index, Index, float value) { return value; });
  const std::size_t features = found.variance.size();
  DenseMatrix ends(2, static_cast<Index>(features));
  std::ranges::copy(found.minimum, ends.row(0).begin());
  std::ranges::copy(found.maximum, ends.row(1).begin());
  unscale(trained.preprocessing, ends);
  const std::vector<float>& range = trained.preprocessing.range;
  FeatureSpread spread;
  for (std::size_t d = 0; d < features; ++d) {
    spread.deviation.push_back(std::sqrt(found.variance[d]) *
                               (range.empty() ? 1.0 : static_cast<double>(range[d])));
  }
  spread.low = static_cast<double>(*std::ranges::min_element(ends.row(0)));
  spread.high = static_cast<double>(*std::ranges::max_element(ends.row(1)));
  return spread;
}

std::vector<std::vector<StateRange>> state_ranges(const DenseMatrix& states,
                                                  const Assignment& assignment) {
  const std::size_t types = assignment.type_names.size();
  std::vector<std::vector<std::vector<double>>> values(
      types, std::vector<std::vector<double>>(at(states.columns)));
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    for (Index s = 0; s < states.columns && assignment.types[n] >= 0; ++s) {
      values[at(assignment.types[n])][at(s)].push_back(
          static_cast<double>(states(static_cast<Index>(n), s)));
    }
  }
  std::vector<std::vector<StateRange>> ranges(types);
  for (std::size_t t = 0; t < types; ++t) {
    for (std::vector<double>& of_state : values[t]) {
      if (of_state.size() >= kLeastCellsOfRange) {
        ranges[t].push_back(range_of_values(std::move(of_state)));
      }
    }
  }
  return ranges;
}

std::optional<Index> pixels_in_row(const Preprocessing& preprocessing, const Source& source) {
  const auto features = static_cast<Index>(preprocessing.features.size());
  if (preprocessing.expected != ValueKind::image || features != preprocessing.source_features) {
    return std::nullopt;
  }
  const Index width = source.image_width.value_or(
      static_cast<Index>(std::lround(std::sqrt(static_cast<double>(features)))));
  return width > 0 && features % width == 0 ? std::optional(width) : std::nullopt;
}

}  // namespace mixvae::analysis
