#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace mixvae {

/// What a random number is for. Streams of different purposes never overlap.
enum class Purpose : std::uint32_t {
  initial_weights = 1,
  split,
  shuffle,
  input_dropout,
  state_dropout,
  gumbel,
  state_noise,
  copy_noise,
  copy_thinning,
  copy_neighbour,
  simulation,
  cluster_start,
  permutation_test,
  subsample,
  test,
  layout_start,
  layout_negatives,
  noisy_pass,
  code_noise,
  copy_affine,
  generation,
  noisy_gating,
  generated_values,
  bootstrap,
};

namespace detail {
__extension__ using Wide = unsigned __int128;

/// floor(word * bound / 2^64): a 64-bit word mapped to [0, bound).
inline std::uint64_t scale_word(std::uint64_t word, std::uint64_t bound) {
  return static_cast<std::uint64_t>((static_cast<Wide>(word) * bound) >> 64);
}
}  // namespace detail

/// Counter-based random numbers (Philox 4x32-10; Salmon et al., "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011). The value is a pure function of (seed, purpose, step, element): nothing
/// to save, equal for any number of threads.
class Philox {
 public:
  using Block = std::array<std::uint32_t, 4>;

  Philox(std::uint64_t seed, Purpose purpose, std::uint64_t step = 0)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        step_low_(static_cast<std::uint32_t>(step)),
        purpose_and_step_((static_cast<std::uint32_t>(purpose) << 16) ^
                          static_cast<std::uint32_t>(step >> 32)) {}

  /// Four independent 32-bit words for one element.
  Block block(std::uint64_t element) const {
    Block x{static_cast<std::uint32_t>(element), static_cast<std::uint32_t>(element >> 32),
            step_low_, purpose_and_step_};
    std::uint32_t k0 = key_[0];
    std::uint32_t k1 = key_[1];
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * x[2];
      x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
           static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    return x;
  }

  /// Key and upper counter of every block of this stream: seed (low, high), step (low), purpose
  /// with step (high). For vectorised loops that make the same blocks.
  std::array<std::uint32_t, 4> words() const {
    return {key_[0], key_[1], step_low_, purpose_and_step_};
  }

  /// Uniform in the open interval (0, 1), 23 bits.
  float uniform(std::uint64_t element) const { return open_unit(block(element)[0]); }

  /// Standard normal (Box-Muller on one block).
  float normal(std::uint64_t element) const { return normal_pair(block(element))[0]; }

  /// Uniform integer in [0, bound); bound > 0. Bias below bound / 2^64.
  std::uint64_t integer(std::uint64_t element, std::uint64_t bound) const {
    const Block x = block(element);
    const std::uint64_t word = (std::uint64_t{x[0]} << 32) | x[1];
    return detail::scale_word(word, bound);
  }

  /// Maps 32 random bits to the centre of one of 2^23 cells of (0, 1): centres that float
  /// represents exactly, so that neither 0 nor 1 is ever returned.
  static float open_unit(std::uint32_t word) {
    return (static_cast<float>(word >> 9) + 0.5F) * (1.0F / 8388608.0F);
  }

  /// Two independent standard normals from one block.
  static std::array<float, 2> normal_pair(const Block& x) {
    const double u = (static_cast<double>(x[0]) + 0.5) / 4294967296.0;
    const double v = (static_cast<double>(x[1]) + 0.5) / 4294967296.0;
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * v;
    return {static_cast<float>(radius * std::cos(angle)),
            static_cast<float>(radius * std::sin(angle))};
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t step_low_;
  std::uint32_t purpose_and_step_;
};

/// Philox as a standard uniform random bit generator: a sequence for one element, for use with the
/// standard library's distributions where their exact stream need not be portable, and for
/// sequential algorithms.
class PhiloxStream {
 public:
  using result_type = std::uint32_t;
  PhiloxStream(std::uint64_t seed, Purpose purpose, std::uint64_t step = 0)
      : philox_(seed, purpose, step) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xFFFFFFFFU; }

  result_type operator()() {
    if (next_ == 4) {
      block_ = philox_.block(counter_++);
      next_ = 0;
    }
    return block_[next_++];
  }

  /// Uniform in (0, 1) with 53 bits.
  double uniform() {
    const std::uint64_t high = (*this)();
    const std::uint64_t word = (high << 32) | (*this)();
    return (static_cast<double>(word >> 11) + 0.5) / 9007199254740992.0;
  }

  /// Uniform integer in [0, bound); bound > 0.
  std::uint64_t integer(std::uint64_t bound) {
    const std::uint64_t high = (*this)();
    const std::uint64_t word = (high << 32) | (*this)();
    return detail::scale_word(word, bound);
  }

  /// Standard normal.
  double normal() {
    return std::sqrt(-2.0 * std::log(uniform())) * std::cos(2.0 * std::numbers::pi * uniform());
  }

 private:
  Philox philox_;
  Philox::Block block_{};
  std::uint64_t counter_ = 0;
  unsigned next_ = 4;
};

}  // namespace mixvae
