#pragma once

#include <cstdint>

#include "base/philox.hpp"

namespace mixvae {

/// Random words of one element: as many as a rejection method needs, all functions of (generator,
/// element). `element` must be below 2^48; the number of the block stands in the bits above.
class ElementStream {
 public:
  ElementStream(const Philox& random, std::uint64_t element) : random_(random), element_(element) {}

  /// Uniform in (0, 1) with 53 bits.
  double uniform() {
    if (next_ == 2) {
      block_ = random_.block(element_ | (blocks_++ << 48));
      next_ = 0;
    }
    const unsigned first = 2 * next_++;
    const std::uint64_t word = (std::uint64_t{block_[first]} << 32) | block_[first + 1];
    return (static_cast<double>(word >> 11) + 0.5) / 9007199254740992.0;
  }

 private:
  const Philox& random_;
  std::uint64_t element_;
  std::uint64_t blocks_ = 0;
  Philox::Block block_{};
  unsigned next_ = 2;
};

/// Number of successes in n trials of probability p, exact up to double rounding: inversion while n
/// min(p, 1-p) < 10, else the transformed rejection BTRS (Hoermann, "The generation of binomial
/// random variates", J. Statist. Comput. Simul. 46, 1993). n >= 0, p in [0, 1].
std::int64_t binomial(std::int64_t n, double p, ElementStream& random);

}  // namespace mixvae
