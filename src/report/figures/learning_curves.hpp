#pragma once

#include <optional>
#include <string>

#include "report/figure.hpp"
#include "training/history.hpp"

namespace mixvae::report {

/// A panel for each term of the objective that is ever other than 0: its mean over each epoch in
/// training, and of the held-out cells at the epoch's end. Phases (start, main, states) have
/// objectives of their own, so lines break between them. Throws Bug for a history without epochs.
Figure learning_curves(const training::History& history);

/// How the held-out loss (the training's, without held-out cells) ended in the longest phase, of
/// equally long ones the later.
struct Ending {
  enum class Kind { converged, falling, rising, never_fell, not_finite };

  Kind kind = Kind::converged;
  double share = 0;  // of the whole fall, that of the last tenth: below 0 where it rose
};

/// Falling and rising: by more than 2 % of the whole fall in the last tenth of the epochs. Nothing
/// for fewer than 10 epochs.
std::optional<Ending> ending_of(const training::History& history);

}  // namespace mixvae::report
