#pragma once

#include "base/philox.hpp"
#include "data/matrix.hpp"

namespace mixvae::support {

/// Random sparse rows of the given density, values in (0, 2); every fifth row is empty.
inline CsrMatrix sparse_example(Index rows, Index columns, double density, std::uint64_t seed = 1) {
  const Philox random(seed, Purpose::test);
  CsrMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      const auto block = random.block(static_cast<std::uint64_t>(r * columns + c));
      if (r % 5 != 4 && static_cast<double>(Philox::open_unit(block[0])) < density) {
        matrix.column_numbers.push_back(static_cast<std::int32_t>(c));
        matrix.values.push_back(2 * Philox::open_unit(block[1]));
      }
    }
    matrix.offsets.push_back(static_cast<Index>(matrix.values.size()));
  }
  return matrix;
}

}  // namespace mixvae::support
