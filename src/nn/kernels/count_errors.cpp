#include "nn/kernels/count_errors.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

/// Features of a task, which goes through all cells of an arm.
constexpr std::int64_t kBlock = 128;

/// Whole counts up to this one are sums over their units, and those up to kTabled, most of all, are
/// looked up.
constexpr int kSmallCount = 16;
constexpr std::size_t kTabled = 4;

/// log(1 + x) of x in [0, 1], to the precision of x where x is small.
[[gnu::always_inline]] inline Floats log_of_one_and(const Floats& x) {
  const Floats sum = x + 1.0F;
  const Floats rounded = sum - 1.0F;
  return rounded > 0.0F ? logarithm(sum) * (x / rounded) : x;
}

[[gnu::always_inline]] inline Floats magnitude(const Floats& z) {
  return reinterpret_cast<Floats>(reinterpret_cast<Integers>(z) & 0x7FFFFFFF);
}

/// What 16 features of a cell add.
struct LaneCounts {
  Floats error;
  Floats by_output;
  Floats by_log_size;
};

/// Without the gamma functions, which are 0 where x is. ln(1 + exp(z)) is multiplied by the size,
/// so that it needs the precision that ln(mu) does not.
[[gnu::always_inline]] inline LaneCounts lane_counts(const Floats& y, const Floats& log_size,
                                                     const Floats& size, const Floats& x,
                                                     float log_library) {
  const Floats y_size = magnitude(y);
  const Floats e_y = exponential(-y_size);
  const Floats log_share = 0.5F * (y - y_size) - logarithm(e_y + 1.0F);
  const Floats remainder = (y < 0.0F ? Floats{} + 1.0F : e_y) / (e_y + 1.0F);
  const Floats z = log_library + log_share - log_size;  // ln(mu / theta)
  const Floats z_size = magnitude(z);
  const Floats e_z = exponential(-z_size);
  const Floats log_of_one = log_of_one_and(e_z);
  const Floats softplus = 0.5F * (z + z_size) + log_of_one;
  const Floats sigmoid = (z < 0.0F ? e_z : Floats{} + 1.0F) / (e_z + 1.0F);
  const Floats by_log_mean = (size + x) * sigmoid - x;
  const Floats other = 0.5F * (z_size - z) + log_of_one;  // ln(1 + theta / mu)
  return {size * softplus + x * other, by_log_mean * remainder, size * softplus - by_log_mean};
}

/// Derivative of ln Gamma: recurrence up to 6, then the asymptotic series.
double digamma(double z) {
  double sum = 0;
  for (; z < 6; z += 1) {
    sum -= 1 / z;
  }
  const double square = 1 / (z * z);
  return sum + std::log(z) - 0.5 / z -
         square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square / 240)));
}

double log_gamma(double z) {
  int sign = 0;
  return lgamma_r(z, &sign);
}

/// What the gamma functions add for a count x > 0.
struct GammaTerms {
  double error;        // ln Gamma(theta) - ln Gamma(x + theta) + ln Gamma(x + 1)
  double by_log_size;  // theta (digamma(theta) - digamma(x + theta))
};

GammaTerms gamma_terms(double size, double x) {
  if (x > kSmallCount || x != std::floor(x)) {
    return {log_gamma(size) - log_gamma(x + size) + log_gamma(x + 1),
            size * (digamma(size) - digamma(x + size))};
  }
  double ratio = 1;
  double slope = 0;
  for (int i = 0; i < static_cast<int>(x); ++i) {
    const double inverse = 1 / (size + i);
    ratio *= (i + 1) * inverse;
    slope += inverse;
  }
  return {std::log(ratio), -size * slope};
}

/// One arm's features from `first` on, at most kBlock of them.
struct Block {
  const CountRows& rows;
  std::int64_t arm;
  std::int64_t first;
  std::int64_t width;
  alignas(64) std::array<float, kBlock> log_size = {};
  alignas(64) std::array<float, kBlock> size = {};
  std::array<std::array<GammaTerms, kTabled>, kBlock> terms = {};  // of counts 1, 2, ...

  Block(const CountRows& all, std::int64_t a, std::int64_t begin)
      : rows(all), arm(a), first(begin), width(std::min(kBlock, all.features - begin)) {
    const float* from = all.log_size + a * all.log_size_stride + begin;
    for (std::size_t j = 0; j < static_cast<std::size_t>(width); ++j) {
      log_size[j] = from[j];
      size[j] = std::exp(from[j]);
      for (std::size_t x = 0; x < kTabled; ++x) {
        terms[j][x] = gamma_terms(static_cast<double>(size[j]), static_cast<double>(x + 1));
      }
    }
  }
  GammaTerms terms_of(std::size_t j, float count) const {
    const auto place = static_cast<std::size_t>(count);
    return place >= 1 && place <= kTabled && static_cast<float>(place) == count
               ? terms[j][place - 1]
               : gamma_terms(static_cast<double>(size[j]), static_cast<double>(count));
  }
  std::int64_t place(std::int64_t cell) const {
    return (arm * rows.cells + cell) * rows.features + first;
  }
};

/// Rows of a block's width with zeros behind, and what comes of them.
struct BlockRow {
  alignas(64) std::array<float, kBlock> outputs = {};
  alignas(64) std::array<float, kBlock> counts = {};
  alignas(64) std::array<float, kBlock> by_output = {};
};

/// The error of one cell in a block; derivatives by the sizes are added to `by_log_size`.
MIXVAE_CLONES
double cell_error(const Block& block, std::int64_t cell, BlockRow& row, float* by_log_size) {
  const CountRows& rows = block.rows;
  std::copy_n(rows.outputs + block.place(cell), block.width, row.outputs.data());
  std::copy_n(rows.counts + cell * rows.features + block.first, block.width, row.counts.data());
  const float log_library = rows.log_library[cell];
  Floats errors = {};
  for (std::int64_t j = 0; j < block.width; j += kLanes) {
    const LaneCounts found =
        lane_counts(lanes(row.outputs.data() + j), lanes(block.log_size.data() + j),
                    lanes(block.size.data() + j), lanes(row.counts.data() + j), log_library);
    lanes(row.by_output.data() + j) = found.by_output;
    lanes(by_log_size + j) += found.by_log_size;
    errors += found.error;  // lanes beyond the width have size and count 0: nothing
  }
  auto error = static_cast<double>(lane_sum(errors));
  for (std::size_t j = 0; j < static_cast<std::size_t>(block.width); ++j) {
    if (row.counts[j] > 0) {
      const GammaTerms terms = block.terms_of(j, row.counts[j]);
      error += terms.error;
      by_log_size[j] += static_cast<float>(terms.by_log_size);
    }
  }
  return error;
}

/// All cells of a block; `errors` [B] is that of the block alone.
void block_errors(const Block& block, double* errors, const CountGradients* gradients) {
  BlockRow row;
  alignas(64) std::array<float, kBlock> by_log_size = {};
  const auto scale = 1.0F / static_cast<float>(block.rows.cells);
  for (std::int64_t n = 0; n < block.rows.cells; ++n) {
    errors[n] = cell_error(block, n, row, by_log_size.data());
    if (gradients != nullptr) {
      float* out = gradients->outputs + block.place(n);
      for (std::int64_t j = 0; j < block.width; ++j) {
        out[j] = scale * row.by_output[static_cast<std::size_t>(j)];
      }
    }
  }
  if (gradients != nullptr) {
    float* out = gradients->log_size + block.arm * block.rows.features + block.first;
    for (std::int64_t j = 0; j < block.width; ++j) {
      out[j] = scale * by_log_size[static_cast<std::size_t>(j)];
    }
  }
}

}  // namespace

void negative_binomial_errors(const CountRows& rows, float* errors,
                              const CountGradients* gradients) {
  const std::int64_t blocks = (rows.features + kBlock - 1) / kBlock;
  std::vector<double> parts(static_cast<std::size_t>(rows.arms * blocks * rows.cells));
  parallel_tasks(rows.arms * blocks, [&](std::int64_t task) {
    const Block block(rows, task / blocks, task % blocks * kBlock);
    block_errors(block, parts.data() + task * rows.cells, gradients);
  });
  for (std::int64_t a = 0; a < rows.arms; ++a) {
    for (std::int64_t n = 0; n < rows.cells; ++n) {
      double sum = 0;
      for (std::int64_t b = 0; b < blocks; ++b) {
        sum += parts[static_cast<std::size_t>((a * blocks + b) * rows.cells + n)];
      }
      errors[a * rows.cells + n] = static_cast<float>(sum);
    }
  }
}

}  // namespace mixvae::nn::kernels
