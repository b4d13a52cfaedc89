#include "models/cascade_stages.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::models {
namespace {

/// Epochs before stage t, of which the last stage has at least one.
std::int64_t epochs_before(std::int64_t t, double share, std::int64_t epochs) {
  const double begin = std::round(static_cast<double>(t) * share * static_cast<double>(epochs));
  return std::min(static_cast<std::int64_t>(begin), epochs - 1);
}

std::string phase_name(std::int64_t t, const CascadeStage& stage) {
  return "stage " + std::to_string(t + 1) + (stage.types ? " (types)" : " (warm-up)");
}

}  // namespace

Options options(CascadeStageOptions& stages) {
  return {
      {.name = "warm-up-stages",
       .target = &stages.warm_up_stages,
       .meaning =
           "number of first stages in which there are no types yet; each stage lets one more "
           "state tell of a cell",
       .minimum = 0,
       .maximum = 1000},
      {.name = "stage-share",
       .target = &stages.stage_share,
       .meaning =
           "length of a stage, as a share of the epochs; the last stage, with all states and "
           "types, has the rest",
       .minimum = 0,
       .maximum = 1},
  };
}

CascadeStage cascade_stage(std::int64_t t, std::int64_t states, std::int64_t warm_up) {
  if (t < warm_up) {
    return {std::min(t + 1, states), false};
  }
  return {std::min(t, states), true};
}

std::int64_t last_cascade_stage(std::int64_t states, std::int64_t warm_up) {
  return std::max(states, warm_up);
}

void require_last_stage(const CascadeStageOptions& options, std::int64_t states) {
  const auto before = static_cast<double>(last_cascade_stage(states, options.warm_up_stages));
  if (before * options.stage_share >= 1) {
    throw UsageError({.what = "the stages before the last one take all of the training",
                      .found = shortest(before) + " stages (--states " + std::to_string(states) +
                               ", --warm-up-stages " + std::to_string(options.warm_up_stages) +
                               ") of --stage-share " + shortest(options.stage_share),
                      .expected = "--stage-share below " + shortest(1 / before)});
  }
}

std::vector<Phase> cascade_phases(const CascadeStageOptions& options, std::int64_t states,
                                  std::int64_t epochs) {
  const std::int64_t last = last_cascade_stage(states, options.warm_up_stages);
  std::vector<Phase> phases;
  std::int64_t released = 0;  // in the phase before
  for (std::int64_t t = 0; t <= last; ++t) {
    const std::int64_t begin = epochs_before(t, options.stage_share, epochs);
    const std::int64_t end = t == last ? epochs : epochs_before(t + 1, options.stage_share, epochs);
    if (begin < end) {
      const CascadeStage stage = cascade_stage(t, states, options.warm_up_stages);
      phases.push_back({.name = phase_name(t, stage),
                        .epochs = end - begin,
                        .stage = t,
                        .scheduled_before = begin,
                        .scheduled_after = epochs - end,
                        .fresh_optimiser = !phases.empty() && stage.released != released});
      released = stage.released;
    }
  }
  return phases;
}

}  // namespace mixvae::models
