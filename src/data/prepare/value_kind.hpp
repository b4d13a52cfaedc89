#pragma once

#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Cells on which judge_values looks.
inline constexpr Index kJudgedCells = 2000;
/// Share of whole numbers among the non-zero values from which on they are taken for counts.
inline constexpr double kWholeShare = 0.999;
/// Largest value that a logarithm of expression reaches: ln(1 + 1e6) = 13.8, log2(1e6) = 20.
inline constexpr float kLargestLog = 25.0F;

/// The word for a kind in files ("counts", "fractional-counts", "log-normalised", "scaled"), and
/// back (InputError).
std::string kind_word(ValueKind kind);
ValueKind kind_from_word(const std::string& word);

/// The normalisation that suits values of this kind; `smallest` is the smallest value of the whole
/// matrix, zeros included: counts -> library-log; linear values -> log, or log2 where nothing is
/// below 1 ("expression + 1"); others -> none.
std::string suitable_normalisation(ValueKind kind, float smallest);

/// Throws InputError with advice when `normalise` does not suit values of this kind.
void require_suitable(const std::string& normalise, ValueKind kind, const std::string& where);

/// Throws InputError when new data are on another scale than the training data (linear against
/// logarithmic or scaled).
void require_same_scale(ValueKind expected, ValueKind found, const std::string& where);

}  // namespace mixvae
