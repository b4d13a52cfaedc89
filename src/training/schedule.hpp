#pragma once

#include <cstdint>
#include <string>

namespace mixvae::training {

/// Learning-rate factor in [0, 1] of step 0 <= step < total, a pure function of its arguments.
///   constant:  1
///   cosine:    (1 + cos(pi t)) / 2
///   one-cycle: cosine from 1/25 up to 1 over the first 30 % of the steps, then cosine down to 1e-4
/// (Smith & Topin 2019 with torch's constants). `warm_up` in [0, 1) is the share of steps over
/// which the factor also rises linearly from 0; t in [0, 1) is the share of the steps that are
/// done.
double schedule_factor(const std::string& schedule, double warm_up, std::int64_t step,
                       std::int64_t total);

}  // namespace mixvae::training
