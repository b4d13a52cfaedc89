#pragma once

#include <cstdint>
#include <utility>

#include "base/philox.hpp"
#include "nn/kernels/keep_bits.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {

/// The number of a training step. A step that a device repeats by itself (nn::StepGraph) reads it
/// from a tensor, whose value then counts in place of `here`.
struct StepNumber {
  // NOLINTNEXTLINE(google-explicit-constructor): a number is a step number
  StepNumber(std::uint64_t number = 0, torch::Tensor counter = {})
      : here(number), on_device(std::move(counter)) {}

  std::uint64_t here;
  torch::Tensor on_device;  // [] int64, or undefined
};
StepNumber operator*(const StepNumber& step, std::uint64_t factor);
StepNumber operator+(const StepNumber& step, std::uint64_t more);

/// Which random numbers are meant: the tensor's element i holds a pure function of (seed, purpose,
/// step, i), the same on every device and for any number of threads.
struct NoiseKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::test;
  StepNumber step = {};
};

/// Uniform in the open interval (0, 1), shape as given.
torch::Tensor uniform(at::IntArrayRef shape, const NoiseKey& key,
                      const torch::TensorOptions& options);

/// Standard normal.
torch::Tensor normal(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options);

/// Standard Gumbel noise -log(-log u).
torch::Tensor gumbel(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options);

/// [N, 4 M] standard normals, four of each block of the key's Philox stream: those of row i come
/// from block first[i] on. first: [N] int64; the result is on its device. By tensor operations.
torch::Tensor normals_of_blocks(const torch::Tensor& first, std::int64_t blocks,
                                const NoiseKey& key);

/// Inverted dropout mask: 1 / keep with probability keep (rounded to 1/65536), else 0. Keep lies in
/// (0, 1].
torch::Tensor dropout_mask(at::IntArrayRef shape, double keep, const NoiseKey& key,
                           const torch::TensorOptions& options);

/// The words of the key's Philox stream, for the kernels; of a step that is known here.
kernels::StreamWords stream_words(const NoiseKey& key);

/// Of 65536, the number of 16-bit values for which a mask of this `keep` in (0, 1] keeps its
/// element.
std::uint32_t keep_threshold(double keep);

/// The same numbers computed by tensor operations alone: what devices without our loops and steps
/// known to the device alone run, and the reference the loops are tested against.
namespace tensor_path {
torch::Tensor uniform(at::IntArrayRef shape, const NoiseKey& key,
                      const torch::TensorOptions& options);
torch::Tensor normal(at::IntArrayRef shape, const NoiseKey& key,
                     const torch::TensorOptions& options);
torch::Tensor dropout_mask(at::IntArrayRef shape, double keep, const NoiseKey& key,
                           const torch::TensorOptions& options);
}  // namespace tensor_path

}  // namespace mixvae::nn
