#include "models/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace mixvae::models {

std::vector<Phase> start_and_main(const StartOptions& start, std::int64_t epochs) {
  const double share = start.start == StartKind::none ? 0.0 : start.start_share;
  const std::int64_t start_epochs = std::llround(share * static_cast<double>(epochs));
  const std::int64_t main_epochs = std::max<std::int64_t>(epochs - start_epochs, 1);
  std::vector<Phase> phases;
  if (start_epochs > 0) {
    phases.push_back({.name = "start",
                      .epochs = start_epochs,
                      .starting_types = true,
                      .scheduled_after = main_epochs});
  }
  phases.push_back({.name = "main",
                    .epochs = main_epochs,
                    .scheduled_before = start_epochs,
                    .then_prune = true});
  return phases;
}

std::vector<Phase> rivals(const RestartOptions& restarts, std::int64_t epochs) {
  const std::int64_t length =
      std::max<std::int64_t>(1, std::llround(restarts.restart_share * static_cast<double>(epochs)));
  std::vector<Phase> phases;
  for (std::int64_t number = 0; restarts.restarts > 1 && number < restarts.restarts; ++number) {
    phases.push_back({.name = "beginning " + std::to_string(number + 1),
                      .epochs = length,
                      .fresh_optimiser = true,
                      .rival = number});
  }
  return phases;
}

}  // namespace mixvae::models
