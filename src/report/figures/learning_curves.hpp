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

/// How much of the whole fall of the held-out loss (of the training's, without held-out cells) in
/// the longest phase happened in that phase's last tenth: near 0 when it has converged. Nothing
/// for fewer than 10 epochs, or where the loss did not fall.
std::optional<double> fall_at_the_end(const training::History& history);

}  // namespace mixvae::report
