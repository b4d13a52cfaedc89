#include "training/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace mixvae::training {
namespace {

/// From `start` to `end` along half a cosine, as t goes from 0 to 1.
double cosine_between(double start, double end, double t) {
  return end + (start - end) * (1 + std::cos(std::numbers::pi * t)) / 2;
}

double one_cycle(double t) {
  constexpr double kRise = 0.3;
  return t < kRise ? cosine_between(1.0 / 25, 1, t / kRise)
                   : cosine_between(1, 1e-4, (t - kRise) / (1 - kRise));
}

}  // namespace

double schedule_factor(const std::string& schedule, double warm_up, std::int64_t step,
                       std::int64_t total) {
  const auto steps = static_cast<double>(std::max<std::int64_t>(total, 1));
  const double t = static_cast<double>(step) / steps;
  const double rise =
      warm_up > 0 ? std::min(1.0, static_cast<double>(step + 1) / (warm_up * steps)) : 1;
  if (schedule == "constant") {
    return rise;
  }
  MIXVAE_ASSERT(schedule == "cosine" || schedule == "one-cycle", "the schedule is a known one");
  return rise * (schedule == "cosine" ? cosine_between(1, 0, t) : one_cycle(t));
}

}  // namespace mixvae::training
