#include "nn/kernels/type_rows.hpp"

#include <algorithm>
#include <cmath>

#include "nn/kernels/vector_math.hpp"

namespace mixvae::nn::kernels {
namespace {

/// Rows of `count` values, as whole vectors.
struct Lines {
  std::int64_t count;
  std::int64_t width;

  explicit Lines(std::int64_t types) : count(types), width(padded(types)) {}

  [[gnu::always_inline]] void read(const float* from, float* to) const {
    std::copy_n(from, count, to);
    std::fill(to + count, to + width, 0.0F);
  }
};

/// out = softmax(values * scale) over the lanes of the mask, 0 elsewhere; returns the logarithm of
/// what the exponentials of values * scale sum to.
[[gnu::always_inline]] inline float softmax(std::int64_t width, float scale, const float* values,
                                            const float* mask, float* out) {
  constexpr float kLowest = -1e30F;
  Floats most = Floats{} + kLowest;
  for (std::int64_t k = 0; k < width; k += kLanes) {
    const Floats x = choose(lanes(mask + k), lanes(values + k) * scale, Floats{} + kLowest);
    most = x > most ? x : most;
  }
  const float largest = lane_max(most);
  Floats total = {};
  for (std::int64_t k = 0; k < width; k += kLanes) {
    const Floats x = exponential(lanes(values + k) * scale - largest);
    lanes(out + k) = choose(lanes(mask + k), x, Floats{});
    total += lanes(out + k);
  }
  const float sum = lane_sum(total);
  const float share = 1.0F / sum;
  for (std::int64_t k = 0; k < width; k += kLanes) {
    lanes(out + k) *= share;
  }
  return largest + std::log(sum);
}

[[gnu::always_inline]] inline float dot(std::int64_t width, const float* a, const float* b) {
  Floats total = {};
  for (std::int64_t k = 0; k < width; k += kLanes) {
    total += lanes(a + k) * lanes(b + k);
  }
  return lane_sum(total);
}

/// log q of the kept types: log(q + epsilon), which is log q itself to rounding where q is large,
/// or log q; log epsilon for the pruned ones.
[[gnu::always_inline]] inline void take_logarithms(const TypeSettings& s, std::int64_t width,
                                                   const float* scores, float normaliser,
                                                   const float* q, float* log_q) {
  const float floor = std::log(s.epsilon);
  for (std::int64_t k = 0; k < width; k += kLanes) {
    const Floats direct = lanes(scores + k) * (1.0F / s.tau) - normaliser;
    const Floats floored = direct > -1.0F ? direct : logarithm(lanes(q + k) + s.epsilon);
    lanes(log_q + k) = choose(lanes(s.kept + k), s.exact ? direct : floored, Floats{} + floor);
  }
}

}  // namespace

MIXVAE_CLONES
void type_rows(const TypeSettings& settings, std::int64_t rows, const float* logits,
               const float* uniform, const TypeRows& out) {
  const Lines lines(settings.types);
  const std::int64_t width = lines.width;
  Scratch buffer(5 * width);
  float* scores = buffer.data();
  float* first = scores + width;
  float* q = first + width;
  float* log_q = q + width;
  float* noisy = log_q + width;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t place = r * settings.types;
    lines.read(logits + place, scores);
    if (settings.twice) {
      for (std::int64_t k = 0; k < width; k += kLanes) {
        lanes(scores + k) *= lanes(settings.kept + k);
      }
      softmax(width, 1, scores, settings.inside, first);
      std::copy_n(first, settings.types, out.first + place);
      std::swap(scores, first);
    }
    const float normaliser = softmax(width, 1.0F / settings.tau, scores, settings.kept, q);
    take_logarithms(settings, width, scores, normaliser, q, log_q);
    std::copy_n(q, settings.types, out.q + place);
    std::copy_n(log_q, settings.types, out.log_q + place);
    lines.read(uniform + place, noisy);
    for (std::int64_t k = 0; k < width; k += kLanes) {
      const Floats u = choose(lanes(settings.inside + k), lanes(noisy + k), Floats{} + 0.5F);
      lanes(noisy + k) = lanes(log_q + k) - logarithm(-logarithm(u));
    }
    softmax(width, 1.0F / settings.temperature, noisy, settings.kept, q);
    std::copy_n(q, settings.types, out.sample + place);
  }
}

MIXVAE_CLONES
void type_row_gradients(const TypeSettings& settings, std::int64_t rows, const TypeRows& values,
                        const float* const gradients[3], float* out) {
  const Lines lines(settings.types);
  const std::int64_t width = lines.width;
  Scratch buffer(6 * width);
  float* value = buffer.data();
  float* q = value + width;
  float* by_sample = q + width;
  float* by_q = by_sample + width;
  float* by_log = by_q + width;
  float* gradient = by_log + width;
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t place = r * settings.types;
    lines.read(values.sample + place, value);
    lines.read(values.q + place, q);
    lines.read(gradients[0] + place, by_q);
    lines.read(gradients[1] + place, by_log);
    lines.read(gradients[2] + place, by_sample);
    const float by_row = dot(width, value, by_sample);
    Floats total = {};
    for (std::int64_t k = 0; k < width; k += kLanes) {
      const Floats noisy = lanes(value + k) * (lanes(by_sample + k) - by_row);
      const Floats by_logarithm = lanes(by_log + k) + noisy * (1.0F / settings.temperature);
      const Floats share =
          settings.exact ? Floats{} + 1.0F : lanes(q + k) / (lanes(q + k) + settings.epsilon);
      lanes(gradient + k) =
          lanes(settings.kept + k) * (lanes(by_q + k) * lanes(q + k) + by_logarithm * share);
      total += lanes(gradient + k);
    }
    const float sum = lane_sum(total);
    for (std::int64_t k = 0; k < width; k += kLanes) {
      lanes(gradient + k) = (lanes(gradient + k) - lanes(q + k) * sum) * (1.0F / settings.tau);
    }
    if (settings.twice) {
      lines.read(values.first + place, value);
      const float by_score = dot(width, value, gradient);
      for (std::int64_t k = 0; k < width; k += kLanes) {
        lanes(gradient + k) =
            lanes(settings.kept + k) * lanes(value + k) * (lanes(gradient + k) - by_score);
      }
    }
    std::copy_n(gradient, settings.types, out + place);
  }
}

}  // namespace mixvae::nn::kernels
