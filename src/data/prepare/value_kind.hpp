#pragma once

#include <array>

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Cells on which judge_matrix looks.
inline constexpr Index kJudgedCells = 2000;
/// Share of whole numbers among the non-zero values from which on they are taken for counts.
inline constexpr double kWholeShare = 0.999;
/// Largest value that a logarithm of expression reaches: ln(1 + 1e6) = 13.8, log2(1e6) = 20.
inline constexpr float kLargestLog = 25.0F;

/// All kinds, in the order of their declaration.
inline constexpr std::array kValueKinds = {
    ValueKind::counts, ValueKind::fractional_counts, ValueKind::linear, ValueKind::log_normalised,
    ValueKind::scaled, ValueKind::transformed,       ValueKind::image};

/// The word for a kind in files ("counts", "fractional-counts", "linear", "log-normalised",
/// "scaled", "transformed", "image"), and back (InputError).
std::string kind_word(ValueKind kind);
ValueKind kind_from_word(const std::string& word);

/// The normalisation that suits values of this kind; `smallest` is the smallest value of the whole
/// matrix, zeros included: counts, whole or not -> library-log; other linear values -> log, or log2
/// where nothing is below 1 ("expression + 1"); others -> none.
std::string suitable_normalisation(ValueKind kind, float smallest);

/// Whether this normalisation is what one does with values of this kind; others are done when asked
/// for, with a word about it.
bool is_usual(const std::string& normalise, ValueKind kind);

/// Throws InputError when new data are on another scale than the training data (linear against
/// logarithmic, scaled or transformed). Images go with everything.
void require_same_scale(const Preprocessing& fitted, const ValueJudgement& found,
                        const std::string& where);

}  // namespace mixvae
