#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/io/fcs/keywords.hpp"

namespace mixvae::fcs {

enum class ValueType { integer, single_precision, double_precision, characters };

/// One parameter of an FCS data set.
struct Channel {
  std::string name;    // $PnN, in UTF-8
  std::string marker;  // $PnS, in UTF-8; may be empty
  unsigned bits = 0;   // $PnB; characters per value for ASCII data, 0 when these are delimited
  double range = 0;    // $PnR; 0: absent or no number
  double decades = 0;  // $PnE; 0: linear
  double first = 1;    // $PnE: what a stored 0 stands for on a logarithmic scale
  double gain = 1;     // $PnG

  /// Bits of a stored integer that count: below the next power of two of $PnR; all without one.
  std::uint64_t mask() const;

  /// What a stored value stands for on a linear scale: first * 10^(decades * x / range), or x /
  /// gain (FCS 3.1, sections 3.2.20 $PnE and $PnG).
  double linear(double stored) const;
};

/// Type of the values by $DATATYPE. Throws InputError for an absent or unknown one.
ValueType value_type(const Keywords& keywords, const std::string& where);

/// The channels by $PAR and $PnB, $PnN, $PnS, $PnR, $PnE, $PnG. Throws InputError for a missing
/// $PAR, for a channel without $PnB, for a $PnDATATYPE other than $DATATYPE, for widths that do not
/// go with the type, and for a logarithmic scale without a range. What had to be guessed goes to
/// `notes`.
std::vector<Channel> channels(const Keywords& keywords, ValueType type, const std::string& where,
                              std::vector<std::string>& notes);

}  // namespace mixvae::fcs
