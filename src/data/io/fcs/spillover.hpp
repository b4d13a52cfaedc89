#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/io/fcs/channels.hpp"

namespace mixvae::fcs {

/// How the light of each dye is taken out of the other dyes' detectors.
struct Compensation {
  std::string keyword;                // that holds the spillover matrix
  std::vector<std::size_t> channels;  // [n] positions of the detectors
  std::vector<double> inverse;        // [n, n] inverse of the spillover matrix

  /// Compensates one event: true = measured * inverse, over the detectors (Bagwell & Adams, Annals
  /// of the New York Academy of Sciences 677:167, 1993).
  void apply(std::span<double> event) const;
};

/// What a file says of spillover.
struct Spillover {
  std::optional<Compensation> compensation;  // to be taken out
  bool none_left = false;  // the file says that nothing is to be taken out, or was already
};

/// The compensation that a file asks for by $SPILLOVER, SPILL, SPILLOVER, $COMP or COMP
/// ("n,NAME1,...,NAMEn,s11,s12,...,snn", row = dye, column = detector); nothing when none is
/// stored, it is the identity, the channels are compensated already (their names begin with
/// "Comp-") or the file says not to (APPLY COMPENSATION FALSE); why not goes to `notes`. Throws
/// InputError for a matrix that cannot be read or inverted.
Spillover stored_spillover(const Keywords& keywords, std::span<const Channel> channels,
                           const std::string& where, std::vector<std::string>& notes);

/// Inverse of a matrix [n, n] by elimination with row exchange; nothing for a singular one.
std::optional<std::vector<double>> inverse_of(std::vector<double> matrix, std::size_t n);

}  // namespace mixvae::fcs
