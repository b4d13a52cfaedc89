#include "nn/random.hpp"

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernels/keep_bits.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kBlockGrain = 4096;

std::int64_t element_count(at::IntArrayRef shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    count *= size;
  }
  return count;
}

bool runs_our_loops(const NoiseKey& key, const torch::TensorOptions& options) {
  return options.device().is_cpu() && !key.step.on_device.defined();
}

/// Fills a float tensor block by block: write(block, out, n) turns one Philox block into n <=
/// per_block values.
template <class Write>
torch::Tensor fill_blocks(at::IntArrayRef shape, const NoiseKey& key, std::int64_t per_block,
                          const torch::TensorOptions& options, const Write& write) {
  const torch::Tensor out = torch::empty(shape, torch::TensorOptions().dtype(torch::kFloat32));
  float* values = out.data_ptr<float>();
  const std::int64_t count = out.numel();
  const Philox philox(key.seed, key.purpose, key.step.here);
  parallel_for((count + per_block - 1) / per_block, kBlockGrain,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t b = begin; b < end; ++b) {
                   const std::int64_t first = b * per_block;
                   write(philox.block(static_cast<std::uint64_t>(b)), values + first,
                         std::min(per_block, count - first));
                 }
               });
  return out.to(options);
}

/// The four words of the numbered blocks as int64 tensors, by tensor operations. Products of
/// 32-bit words wrap in int64 exactly as in uint64, and masking the shifted product removes the
/// sign.
std::array<torch::Tensor, 4> philox_words(const torch::Tensor& element, const NoiseKey& key) {
  constexpr std::int64_t kMask = 0xFFFFFFFF;
  const auto integers = element.options();
  const auto purpose = static_cast<std::int64_t>(key.purpose);
  const torch::Tensor step =
      key.step.on_device.defined()
          ? key.step.on_device
          : torch::full({}, static_cast<std::int64_t>(key.step.here), integers);
  std::array<torch::Tensor, 4> x{
      element.bitwise_and(kMask), torch::bitwise_right_shift(element, 32), step.bitwise_and(kMask),
      torch::bitwise_right_shift(step, 32).bitwise_and(kMask).bitwise_xor(purpose << 16)};
  std::int64_t k0 = static_cast<std::int64_t>(key.seed) & kMask;
  std::int64_t k1 = static_cast<std::int64_t>(key.seed >> 32);
  const auto high = [](const torch::Tensor& p) {
    return torch::bitwise_right_shift(p, 32).bitwise_and(kMask);
  };
  for (int round = 0; round < 10; ++round) {
    const torch::Tensor p0 = x[0] * std::int64_t{0xD2511F53};
    const torch::Tensor p1 = x[2] * std::int64_t{0xCD9E8D57};
    x = {high(p1).bitwise_xor(x[1]).bitwise_xor(k0), p1.bitwise_and(kMask),
         high(p0).bitwise_xor(x[3]).bitwise_xor(k1), p0.bitwise_and(kMask)};
    k0 = (k0 + 0x9E3779B9LL) & kMask;
    k1 = (k1 + 0xBB67AE85LL) & kMask;
  }
  return x;
}

/// Those of blocks 0 .. count - 1, [count].
std::array<torch::Tensor, 4> philox_words(std::int64_t count, const NoiseKey& key,
                                          torch::Device device) {
  const auto integers = torch::TensorOptions().dtype(torch::kInt64).device(device);
  return philox_words(torch::arange(count, integers), key);
}

/// Two standard normals of two words.
std::array<torch::Tensor, 2> normal_pair(const torch::Tensor& a, const torch::Tensor& b) {
  const auto unit = [](const torch::Tensor& word) {
    return (word.to(torch::kFloat64) + 0.5) / 4294967296.0;
  };
  const torch::Tensor radius = torch::sqrt(-2.0 * torch::log(unit(a)));
  const torch::Tensor angle = 2.0 * std::numbers::pi * unit(b);
  return {(radius * torch::cos(angle)).to(torch::kFloat32),
          (radius * torch::sin(angle)).to(torch::kFloat32)};
}

constexpr std::int64_t kMaskChunk = 1 << 14;  // elements of a mask made at a time

/// Elements first ... first + count - 1 of a dropout mask; first is a multiple of 8.
void write_mask(const kernels::StreamWords& stream, double keep, std::int64_t first,
                std::int64_t count, float* out) {
  std::array<std::uint8_t, kMaskChunk / 8> bits;
  kernels::keep_bits(stream, static_cast<std::uint64_t>(first / 8), (count + 7) / 8,
                     keep_threshold(keep), bits.data());
  const auto kept = static_cast<float>(1.0 / keep);
  for (std::int64_t i = 0; i < count; ++i) {
    const int bit = (bits[static_cast<std::size_t>(i / 8)] >> (i % 8)) & 1;
    out[i] = static_cast<float>(bit) * kept;
  }
}

torch::Tensor open_unit(const torch::Tensor& words) {
  return (torch::bitwise_right_shift(words, 9).to(torch::kFloat32) + 0.5F) * (1.0F / 8388608.0F);
}

/// The first elements of [blocks, per_block] values, in the given shape.
torch::Tensor in_shape(const std::vector<torch::Tensor>& columns, at::IntArrayRef shape,
                       const torch::TensorOptions& options) {
  return torch::stack(columns, 1)
      .flatten()
      .narrow(0, 0, element_count(shape))
      .reshape(shape)
      .to(options);
}

}  // namespace

StepNumber operator*(const StepNumber& step, std::uint64_t factor) {
  const auto number = static_cast<std::int64_t>(factor);
  return {step.here * factor, step.on_device.defined() ? step.on_device * number : torch::Tensor()};
}

StepNumber operator+(const StepNumber& step, std::uint64_t more) {
  const auto number = static_cast<std::int64_t>(more);
  return {step.here + more, step.on_device.defined() ? step.on_device + number : torch::Tensor()};
}

std::uint32_t keep_threshold(double keep) {
  MIXVAE_ASSERT(keep > 0 && keep <= 1, "the probability to keep lies in (0, 1]");
  return static_cast<std::uint32_t>(std::lround(keep * 65536.0));
}

kernels::StreamWords stream_words(const NoiseKey& key) {
  MIXVAE_ASSERT(!key.step.on_device.defined(), "kernels know their step");
  const auto words = Philox(key.seed, key.purpose, key.step.here).words();
  return {words[0], words[1], words[2], words[3]};
}

torch::Tensor uniform(at::IntArrayRef shape, const NoiseKey& key,
                      const torch::TensorOptions& options) {
  if (!runs_our_loops(key, options)) {
    return tensor_path::uniform(shape, key, options);
  }
  return fill_blocks(shape, key, 4, options,
                     [](const Philox::Block& block, float* out, std::int64_t n) {
                       for (std::int64_t i = 0; i < n; ++i) {
                         out[i] = Philox::open_unit(block[static_cast<std::size_t>(i)]);
                       }
                     });
}

torch::Tensor normal(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options) {
  if (!runs_our_loops(key, options)) {
    return tensor_path::normal(shape, key, options);
  }
  return fill_blocks(shape, key, 2, options,
                     [](const Philox::Block& block, float* out, std::int64_t n) {
                       const auto pair = Philox::normal_pair(block);
                       std::copy_n(pair.begin(), n, out);
                     });
}

torch::Tensor normals_of_blocks(const torch::Tensor& first, std::int64_t blocks,
                                const NoiseKey& key) {
  const auto words = philox_words(first.unsqueeze(1) + torch::arange(blocks, first.options()), key);
  const auto [a, b] = normal_pair(words[0], words[1]);
  const auto [c, d] = normal_pair(words[2], words[3]);
  return torch::stack({a, b, c, d}, 2).flatten(1);
}

torch::Tensor gumbel(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options) {
  return -torch::log(-torch::log(uniform(shape, key, options)));
}

torch::Tensor dropout_mask(at::IntArrayRef shape, double keep, const NoiseKey& key,
                           const torch::TensorOptions& options) {
  if (!runs_our_loops(key, options)) {
    return tensor_path::dropout_mask(shape, keep, key, options);
  }
  const torch::Tensor out = torch::empty(shape, torch::TensorOptions().dtype(torch::kFloat32));
  float* values = out.data_ptr<float>();
  const std::int64_t count = out.numel();
  const kernels::StreamWords stream = stream_words(key);
  parallel_for((count + kMaskChunk - 1) / kMaskChunk, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t c = begin; c < end; ++c) {
      write_mask(stream, keep, c * kMaskChunk, std::min(kMaskChunk, count - c * kMaskChunk),
                 values + c * kMaskChunk);
    }
  });
  return out.to(options);
}

namespace tensor_path {

torch::Tensor uniform(at::IntArrayRef shape, const NoiseKey& key,
                      const torch::TensorOptions& options) {
  const auto words = philox_words((element_count(shape) + 3) / 4, key, options.device());
  return in_shape(
      {open_unit(words[0]), open_unit(words[1]), open_unit(words[2]), open_unit(words[3])}, shape,
      options);
}

torch::Tensor normal(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options) {
  const auto words = philox_words((element_count(shape) + 1) / 2, key, options.device());
  const auto [even, odd] = normal_pair(words[0], words[1]);
  return in_shape({even, odd}, shape, options);
}

torch::Tensor dropout_mask(at::IntArrayRef shape, double keep, const NoiseKey& key,
                           const torch::TensorOptions& options) {
  const auto words = philox_words((element_count(shape) + 7) / 8, key, options.device());
  const auto threshold = static_cast<std::int64_t>(keep_threshold(keep));
  std::vector<torch::Tensor> halves;
  for (const torch::Tensor& word : words) {
    halves.push_back(word.bitwise_and(0xFFFF).lt(threshold));
    halves.push_back(torch::bitwise_right_shift(word, 16).lt(threshold));
  }
  return in_shape(halves, shape, options) * static_cast<float>(1.0 / keep);
}

}  // namespace tensor_path
}  // namespace mixvae::nn
