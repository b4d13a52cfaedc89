#pragma once

#include "data/matrix.hpp"

namespace mixvae {

/// How many of the small values of cells, from 1.5 to 8.5 units, lie near a multiple of a unit.
struct LatticeEvidence {
  Index near = 0;      // within 0.12 units of a multiple
  Index judged = 0;    // all small values
  Index nonzeros = 0;  // small or not
  Index features = 0;  // with at least one near value

  double share() const {
    return judged == 0 ? 0 : static_cast<double>(near) / static_cast<double>(judged);
  }
};

/// What is known of the values of a matrix before a kind is given to them; of at most 2,000 cells,
/// spread evenly, finite values only. Spreads are (90 % - 10 % quantile) / median over cells.
struct ValueEvidence {
  Index nonzeros = 0;
  double whole = 0;        // share of whole numbers among the non-zero values
  double negative = 0;     // share of negative ones
  double zeros = 0;        // share of zeros among all values
  float largest = 0;       // over cells; where there are 20 or more, the most extreme 1 % left out
  LatticeEvidence one;     // multiples of 1
  LatticeEvidence linear;  // multiples of a unit that each cell has of its own
  LatticeEvidence exp;     // the same of exp(x) - 1
  LatticeEvidence exp2;    // of 2^x - 1
  double unit_spread = 0;  // of these units (linear)
  double typical = 0;      // median of the non-zero values
  double at_typical = 0;   // share of the non-zero values within 2 % of it
  double few_units = 0;    // share of the non-zero values up to 1.5 units of their cell
  double sum_spread = 0;   // of the cells' sums
  double exp_sum_spread = 0;   // of the sums of exp(x) - 1
  double exp2_sum_spread = 0;  // of the sums of 2^x - 1
  double detection = 0;  // rank correlation of the cells' sums and their numbers of non-zero values
  double dispersion = 0;  // variance / mean of rarely seen features (20 % quantile of the lowest
                          // tenth with a mean above 0.05)
};

/// Everything; where all but 0.1 % of the values are whole, the fields from `one` on stay empty.
ValueEvidence value_evidence(const Matrix& matrix);

}  // namespace mixvae
