#include "nn/fused_types.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"

namespace mixvae::nn {
namespace fused_types_test {

const NoiseKey kKey{5, Purpose::gumbel, 3};

torch::Tensor kept_types(std::int64_t types, bool prune) {
  torch::Tensor kept = torch::ones({types}, torch::TensorOptions().dtype(torch::kBool));
  if (prune) {
    kept[types / 2] = false;
  }
  return kept;
}

torch::Tensor random(at::IntArrayRef shape, std::uint64_t step) {
  return normal(shape, {7, Purpose::test, step}, {});
}

TypeSample plain(const torch::Tensor& logits, const torch::Tensor& kept, const TypeDraw& draw) {
  const TypePosterior posterior = type_posterior(logits, kept, draw.head, draw.tau, draw.log_kind);
  const torch::Tensor noise = gumbel(logits.sizes(), kKey, {}).to(logits.scalar_type());
  return {posterior, gumbel_softmax(posterior, kept, noise, draw.temperature, false)};
}

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  const torch::Tensor wide = value.to(torch::kFloat64);
  EXPECT_TRUE(torch::allclose(wide, expected, 1e-4, 1e-5))
      << what << ": " << (wide - expected).abs().max().item<double>();
}

/// Values and gradients against the tensor operations in double precision.
void expect_equal_to_plain(std::int64_t types, bool prune, const TypeDraw& draw) {
  const torch::Tensor kept = kept_types(types, prune);
  const torch::Tensor x = 3 * random({2, 67, types}, 1);
  const torch::Tensor logits = x.clone().requires_grad_();
  const torch::Tensor reference = x.to(torch::kFloat64).requires_grad_();
  const TypeSample sample = fused_types(logits, kept, draw, kKey);
  const TypeSample expected = plain(reference, kept, draw);
  expect_close(sample.posterior.q, expected.posterior.q, "q");
  expect_close(sample.posterior.log_q, expected.posterior.log_q, "log q");
  expect_close(sample.relaxed, expected.relaxed, "sample");
  const auto weighted = [&](const TypeSample& s) {
    const auto out_gradient = [&](std::uint64_t step) {
      return random(x.sizes(), step).to(s.relaxed);
    };
    return (s.posterior.q * out_gradient(2) + 0.01 * s.posterior.log_q * out_gradient(3) +
            s.relaxed * out_gradient(4))
        .sum();
  };
  weighted(sample).backward();
  weighted(expected).backward();
  expect_close(logits.grad(), reference.grad(), "gradient");
}

TEST(FusedTypes, EqualsTheTensorOperationsForEveryHeadAndNumberOfTypes) {
  for (const std::int64_t types : {1, 2, 15, 16, 17, 115}) {
    for (const TypeHead head : {TypeHead::once, TypeHead::twice}) {
      for (const LogKind log_kind : {LogKind::floored, LogKind::exact}) {
        expect_equal_to_plain(types, types > 2, {head, log_kind, 0.5, 0.7});
        expect_equal_to_plain(types, false, {head, log_kind, 1.0, 1.0});
      }
    }
  }
}

TEST(FusedTypes, ExtremeLogitsStayFinite) {
  const torch::Tensor logits = torch::tensor({{{0.0F, 500.0F, -500.0F}}}).requires_grad_();
  const TypeSample sample =
      fused_types(logits, kept_types(3, false), {TypeHead::once, LogKind::floored, 0.5, 1.0}, kKey);
  EXPECT_NEAR(sample.posterior.log_q[0][0][2].item<double>(), std::log(kTypeEpsilon), 1e-4);
  EXPECT_EQ(sample.posterior.q[0][0][1].item<float>(), 1);
  (sample.posterior.log_q.sum() + sample.relaxed.square().sum()).backward();
  EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
}

TEST(FusedTypes, NotANumberStaysOne) {
  for (const LogKind log_kind : {LogKind::floored, LogKind::exact}) {
    torch::Tensor logits = random({1, 2, 20}, 1);
    logits[0][0][7] = std::numeric_limits<float>::quiet_NaN();
    const TypeSample sample =
        fused_types(logits, kept_types(20, false), {TypeHead::once, log_kind, 0.5, 1.0}, kKey);
    for (const torch::Tensor& rows : {sample.posterior.q, sample.posterior.log_q, sample.relaxed}) {
      EXPECT_TRUE(rows[0][0].isnan().all().item<bool>());
      EXPECT_TRUE(rows[0][1].isfinite().all().item<bool>());
    }
  }
}

TEST(FusedTypes, NumbersDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    const torch::Tensor logits = random({2, 300, 20}, 1).requires_grad_();
    const TypeSample sample =
        fused_types(logits, kept_types(20, true), {TypeHead::twice, LogKind::floored, 0.1}, kKey);
    (sample.relaxed * sample.posterior.log_q).sum().backward();
    return std::pair(sample.relaxed.detach(), logits.grad());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

TEST(FusedTypes, WhatDoesNotFitIsABug) {
  EXPECT_THROW(fused_types(random({1, 2, 3}, 1), kept_types(4, false), {}, kKey), Bug);
  EXPECT_THROW(
      fused_types(random({1, 2, 3}, 1).to(torch::kFloat64), kept_types(3, false), {}, kKey), Bug);
}

}  // namespace fused_types_test
}  // namespace mixvae::nn
