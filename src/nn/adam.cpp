#include "nn/adam.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "nn/kernels/adam_update.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kUpdateGrain = std::int64_t{1} << 15;

bool runs_as_loop(const torch::Tensor& values) {
  return values.device().is_cpu() && values.scalar_type() == torch::kFloat32;
}

constexpr double kNormEpsilon = 1e-6;

}  // namespace

Adam::Adam(ParameterBank& bank, AdamSettings settings)
    : bank_(bank),
      settings_(settings),
      first_moment_(torch::zeros_like(bank.values())),
      second_moment_(torch::zeros_like(bank.values())) {
  if (!runs_as_loop(bank.values())) {
    numbers_ = torch::zeros({3}, bank.values().options().dtype(torch::kFloat64));
  }
}

void Adam::step(double learning_rate) {
  advance(learning_rate);
  update();
}

void Adam::advance(double learning_rate) {
  ++steps_;
  const auto t = static_cast<double>(steps_);
  step_size_ = learning_rate / (1 - std::pow(settings_.beta1, t));
  correction_ = std::sqrt(1 - std::pow(settings_.beta2, t));
  keep_ = 1 - learning_rate * settings_.weight_decay;
  if (numbers_.defined()) {
    numbers_[0].fill_(step_size_);
    numbers_[1].fill_(correction_);
    numbers_[2].fill_(keep_);
  }
}

void Adam::update() {
  const torch::NoGradGuard no_grad;
  if (numbers_.defined()) {
    update_by_tensors();
  } else {
    update_by_loop();
  }
}

void Adam::update_by_loop() const {
  const torch::Tensor& values = bank_.values();
  const torch::Tensor& gradients = bank_.gradients();
  double scale = 1;
  if (settings_.gradient_clip > 0) {
    scale = std::min(1.0, settings_.gradient_clip / (ordered_norm(gradients) + kNormEpsilon));
  }
  const kernels::AdamArrays arrays{values.data_ptr<float>(), gradients.data_ptr<float>(),
                                   first_moment_.data_ptr<float>(),
                                   second_moment_.data_ptr<float>()};
  const auto single = [](double x) { return static_cast<float>(x); };
  const kernels::AdamFactors factors{
      single(settings_.beta1), single(settings_.beta2), single(settings_.epsilon), single(scale),
      single(keep_),           single(step_size_),      single(correction_)};
  parallel_for(values.numel(), kUpdateGrain, [&](std::int64_t begin, std::int64_t end) {
    kernels::adam_update(arrays, factors, begin, end);
  });
}

void Adam::update_by_tensors() {
  const torch::Tensor& values = bank_.values();
  const torch::Tensor& gradients = bank_.gradients();
  if (settings_.gradient_clip > 0) {
    gradients.mul_((settings_.gradient_clip / (gradients.norm() + kNormEpsilon)).clamp_max(1));
  }
  first_moment_.mul_(settings_.beta1).add_(gradients, 1 - settings_.beta1);
  second_moment_.mul_(settings_.beta2).addcmul_(gradients, gradients, 1 - settings_.beta2);
  const torch::Tensor size = second_moment_.sqrt().div_(numbers_[1]).add_(settings_.epsilon);
  values.mul_(numbers_[2]).sub_(first_moment_ / size * numbers_[0]);
  gradients.zero_();
}

double ordered_norm(const torch::Tensor& tensor) {
  constexpr std::int64_t kBlock = 4096;
  const float* values = tensor.data_ptr<float>();
  const std::int64_t count = tensor.numel();
  std::vector<double> sums(static_cast<std::size_t>((count + kBlock - 1) / kBlock));
  parallel_for(static_cast<std::int64_t>(sums.size()), kUpdateGrain / kBlock,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t b = begin; b < end; ++b) {
                   double sum = 0;
                   for (std::int64_t i = b * kBlock; i < std::min(count, (b + 1) * kBlock); ++i) {
                     sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
                   }
                   sums[static_cast<std::size_t>(b)] = sum;
                 }
               });
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return std::sqrt(total);
}

}  // namespace mixvae::nn
