#include "objectives/fused_coupling.hpp"

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/coupling.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::objectives {
namespace {

using nn::kernels::CouplingRows;

constexpr std::int64_t kRows = 64;  // of a task

std::int64_t tasks_of(std::int64_t cells) { return (cells + kRows - 1) / kRows; }

/// The rows of a task; `scale` may be null.
CouplingRows rows_of(const torch::Tensor& q, const torch::Tensor& log_q, const float* scale,
                     std::int64_t task) {
  const std::int64_t types = q.size(2);
  const std::int64_t place = task * kRows * types;
  return {q.size(0),
          types,
          std::min(kRows, q.size(1) - task * kRows),
          q.size(1) * types,
          q.data_ptr<float>() + place,
          log_q.data_ptr<float>() + place,
          scale};
}

/// Means and inverse standard deviations of q over the cells.
struct Moments {
  std::vector<float> mean;   // [A, K]
  std::vector<float> scale;  // [A, K] (unbiased variance + epsilon)^(-1/2)
};

Moments moments_of(const torch::Tensor& q, double variance_floor) {
  const std::int64_t arms = q.size(0);
  const std::int64_t cells = q.size(1);
  const std::int64_t types = q.size(2);
  const std::int64_t tasks = tasks_of(cells);
  std::vector<float> parts(static_cast<std::size_t>(arms * tasks * 2 * types));
  parallel_tasks(arms * tasks, [&](std::int64_t task) {
    const CouplingRows rows = rows_of(q, q, nullptr, task % tasks);
    nn::kernels::column_moments(rows.rows, types, rows.q + task / tasks * rows.arm_stride,
                                parts.data() + task * 2 * types);
  });
  Moments moments;
  for (std::int64_t unit = 0; unit < arms * types; ++unit) {
    const float* sums = parts.data() + unit / types * tasks * 2 * types + unit % types;
    double total = 0;
    for (std::int64_t t = 0; t < tasks; ++t) {
      total += static_cast<double>(sums[2 * t * types]);
    }
    const double mean = total / static_cast<double>(cells);
    double squares = 0;
    for (std::int64_t t = 0; t < tasks; ++t) {
      const auto rows = static_cast<double>(std::min(kRows, cells - t * kRows));
      const double off = static_cast<double>(sums[2 * t * types]) / rows - mean;
      squares += static_cast<double>(sums[(2 * t + 1) * types]) + rows * off * off;
    }
    const double variance = squares / static_cast<double>(cells - 1);
    moments.mean.push_back(static_cast<float>(mean));
    moments.scale.push_back(
        static_cast<float>(1 / std::sqrt(variance + nn::kTypeEpsilon + variance_floor)));
  }
  return moments;
}

class CouplingTerms : public torch::autograd::Function<CouplingTerms> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const torch::Tensor& q, const torch::Tensor& log_q,
                                                double variance_floor) {
    const std::int64_t arms = q.size(0);
    const std::int64_t tasks = tasks_of(q.size(1));
    const std::int64_t units = arms * q.size(2);
    const auto cells = static_cast<double>(q.size(1));
    const Moments moments = moments_of(q, variance_floor);
    std::vector<double> sums(static_cast<std::size_t>(tasks * (1 + arms)));
    std::vector<float> parts(static_cast<std::size_t>(tasks * units));
    parallel_tasks(tasks, [&](std::int64_t task) {
      double* own = sums.data() + task * (1 + arms);
      nn::kernels::coupling_sums(rows_of(q, log_q, moments.scale.data(), task), own, own + 1,
                                 parts.data() + task * units);
    });
    std::vector<double> totals(static_cast<std::size_t>(1 + arms));
    for (std::size_t i = 0; i < sums.size(); ++i) {
      totals[i % totals.size()] += sums[i];
    }
    const torch::Tensor distance = torch::full({}, static_cast<double>(arms) * totals[0] / cells);
    const torch::Tensor entropy = torch::empty({arms});
    for (std::int64_t a = 0; a < arms; ++a) {
      entropy.data_ptr<float>()[a] =
          static_cast<float>(totals[static_cast<std::size_t>(1 + a)] / cells);
    }
    context->save_for_backward({q, log_q, saved_units(moments, parts, q)});
    return {distance, entropy};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& q = saved[0];
    const auto cells = static_cast<float>(q.size(1));
    const auto distance = gradients[0].item<float>();
    const torch::Tensor entropy = (gradients[1] / cells).contiguous();
    const torch::Tensor variance = saved[2][2] * distance;
    const torch::Tensor by_q = torch::empty_like(q);
    const torch::Tensor by_log_q = torch::empty_like(q);
    const nn::kernels::CouplingFactors factors{
        distance * 2 * static_cast<float>(q.size(0)) / cells, entropy.data_ptr<float>(),
        variance.data_ptr<float>(), saved[2].data_ptr<float>()};
    const float* scale = saved[2][1].data_ptr<float>();
    parallel_tasks(tasks_of(q.size(1)), [&](std::int64_t task) {
      const std::int64_t place = task * kRows * q.size(2);
      nn::kernels::coupling_slopes(rows_of(q, saved[1], scale, task), factors,
                                   by_q.data_ptr<float>() + place,
                                   by_log_q.data_ptr<float>() + place);
    });
    return {by_q, by_log_q, {}};
  }

 private:
  /// [3, A, K]: mean, scale w, and what q - mean is multiplied by in the derivative of the distance
  /// by q: from d distance / dw = 2 A / B sum (u - mean u) log q, dw / dvariance = -w^3 / 2 and
  /// dvariance / dq = 2 (q - mean) / (B - 1).
  static torch::Tensor saved_units(const Moments& moments, const std::vector<float>& parts,
                                   const torch::Tensor& q) {
    const std::size_t units = moments.mean.size();
    torch::Tensor out = torch::empty({3, q.size(0), q.size(2)});
    float* values = out.data_ptr<float>();
    std::copy(moments.mean.begin(), moments.mean.end(), values);
    std::copy(moments.scale.begin(), moments.scale.end(), values + units);
    const auto cells = static_cast<double>(q.size(1));
    const double factor = -2 * static_cast<double>(q.size(0)) / cells / (cells - 1);
    for (std::size_t unit = 0; unit < units; ++unit) {
      double sum = 0;
      for (std::size_t i = unit; i < parts.size(); i += units) {
        sum += static_cast<double>(parts[i]);
      }
      values[2 * units + unit] =
          static_cast<float>(factor * std::pow(static_cast<double>(moments.scale[unit]), 3) * sum);
    }
    return out;
  }
};

}  // namespace

Coupling fused_coupling(const nn::TypePosterior& posterior, double variance_floor) {
  const torch::Tensor q = posterior.q.contiguous();
  const torch::Tensor log_q = posterior.log_q.contiguous();
  MIXVAE_ASSERT(
      nn::suits_kernels(q) && q.size(0) > 1 && q.size(1) > 1 && q.sizes() == log_q.sizes(),
      "the kernels read floats of several arms and cells on the CPU");
  const auto out = CouplingTerms::apply(q, log_q, variance_floor);
  return {out[0], out[1]};
}

}  // namespace mixvae::objectives
