#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// What the normalisation does, to be read after "the values are": "transformed by arcsinh(x / 5)",
/// "normalised to 2213 per cell, then ln(1 + x)", "used as they are".
std::string normalisation_text(const Preprocessing& fitted);

/// What was judged and why, what is done, and how to have it otherwise; in one line.
std::string normalisation_note(const Preprocessing& fitted, const PreprocessingOptions& wanted,
                               const ValueJudgement& judgement);

/// A matrix of counts beside the one that was read, where that one is no counts.
std::optional<std::string> counts_beside_note(const Dataset& dataset, ValueKind kind);

/// What was given for a normalisation that --normalise auto did not choose.
std::vector<std::string> unused_option_notes(const Preprocessing& fitted,
                                             const PreprocessingOptions& wanted);

}  // namespace mixvae
