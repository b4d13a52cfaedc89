#include "nn/kernels/bf16.hpp"

#include <algorithm>
#include <array>

#include "nn/kernels/bf16_lanes.hpp"

namespace mixvae::nn::kernels {

MIXVAE_CLONES
void round_rows(const float* values, std::int64_t rows, std::int64_t columns, std::int64_t stride,
                std::int64_t width, Bf16* out) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* row = values + r * stride;
    Bf16* rounded = out + r * width;
    std::int64_t j = 0;
    for (; j + kLanes <= columns; j += kLanes) {
      *reinterpret_cast<Bf16s*>(rounded + j) = to_bf16(lanes(row + j));
    }
    if (j < columns) {
      std::array<float, kLanes> rest = {};
      std::copy(row + j, row + columns, rest.begin());
      const Bf16s last = to_bf16(lanes(rest.data()));
      for (std::int64_t i = j; i < columns; ++i) {
        rounded[i] = last[i - j];
      }
    }
    std::fill(rounded + columns, rounded + width, Bf16{0});
  }
}

}  // namespace mixvae::nn::kernels
