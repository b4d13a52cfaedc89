#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "base/error.hpp"

// What the kernels share: vectors of 16 lanes in GCC's notation, which the compiler maps to the
// registers there are, and functions that exist once per instruction set (AVX-512, AVX2, the
// baseline), of which the loader picks the processor's best. Kernels are compiled with
// -ffp-contract=fast (cmake/Rooms.cmake): products and sums may become fused multiply-adds.

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 12
// GCC 11 does not know the levels by name.
#define MIXVAE_CLONES [[gnu::target_clones("arch=skylake-avx512", "arch=haswell", "default")]]
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MIXVAE_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
#else
#define MIXVAE_CLONES
#endif

namespace mixvae::nn::kernels {

constexpr std::int64_t kLanes = 16;

using Floats = float __attribute__((vector_size(64), aligned(4), may_alias));
using Words = std::uint32_t __attribute__((vector_size(64)));
using LongWords = std::uint64_t __attribute__((vector_size(64)));
using Bytes = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

[[gnu::always_inline]] inline Floats& lanes(float* values) {
  return *reinterpret_cast<Floats*>(values);
}
[[gnu::always_inline]] inline const Floats& lanes(const float* values) {
  return *reinterpret_cast<const Floats*>(values);
}

/// The width rounded up to whole vectors.
constexpr std::int64_t padded(std::int64_t width) { return (width + kLanes - 1) / kLanes * kLanes; }

/// Uninitialised floats on a 64-byte boundary.
class Scratch {
 public:
  explicit Scratch(std::int64_t count)
      : values_(static_cast<float*>(
            std::aligned_alloc(64, static_cast<std::size_t>(padded(count > 0 ? count : 1)) * 4))) {
    if (values_ == nullptr) {
      throw SystemError({.what = "there is not enough memory for a training step"});
    }
  }
  float* data() { return values_.get(); }
  const float* data() const { return values_.get(); }

 private:
  struct Free {
    void operator()(float* values) const { std::free(values); }
  };
  std::unique_ptr<float, Free> values_;
};

}  // namespace mixvae::nn::kernels
