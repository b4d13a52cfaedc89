#include "nn/type_posterior.hpp"

#include <gtest/gtest.h>

namespace mixvae::nn {
namespace {

torch::Tensor all_kept(std::int64_t types) {
  return torch::ones({types}, torch::TensorOptions().dtype(torch::kBool));
}

torch::Tensor logits() { return normal({2, 6, 5}, {3, Purpose::test, 0}, torch::kFloat64); }

TEST(TypePosterior, DoubleHeadIsTheSoftmaxOfASoftmax) {
  const auto posterior =
      type_posterior(logits(), all_kept(5), TypeHead::twice, 0.1, LogKind::floored);
  const torch::Tensor expected = torch::softmax(torch::softmax(logits(), -1) / 0.1, -1);
  EXPECT_TRUE(torch::allclose(posterior.q, expected));
  EXPECT_TRUE(torch::allclose(posterior.log_q, torch::log(expected + 1e-8)));
}

TEST(TypePosterior, FlooredLogStaysFiniteAndHasTheReferenceFloor) {
  const torch::Tensor extreme = torch::tensor({{{0.0, 500.0, -500.0}}});
  const auto posterior =
      type_posterior(extreme, all_kept(3), TypeHead::once, 0.5, LogKind::floored);
  EXPECT_NEAR(posterior.log_q[0][0][2].item<double>(), std::log(1e-8), 1e-4);
  const auto exact = type_posterior(extreme, all_kept(3), TypeHead::once, 0.5, LogKind::exact);
  EXPECT_NEAR(exact.log_q[0][0][2].item<double>(), -2000.0, 1e-2);
}

TEST(TypePosterior, PrunedTypesGetNothing) {
  torch::Tensor kept = all_kept(5);
  kept[1] = false;
  for (const TypeHead head : {TypeHead::twice, TypeHead::once}) {
    const auto posterior = type_posterior(logits(), kept, head, 0.2, LogKind::floored);
    EXPECT_EQ(posterior.q.select(-1, 1).abs().max().item<double>(), 0.0);
    EXPECT_TRUE(torch::allclose(posterior.q.sum(-1), torch::ones({2, 6}, torch::kFloat64)));
    const torch::Tensor sample =
        gumbel_softmax(posterior, kept, torch::zeros({2, 6, 5}, torch::kFloat64), 1.0, false);
    EXPECT_EQ(sample.select(-1, 1).abs().max().item<double>(), 0.0);
    EXPECT_TRUE(torch::allclose(sample.sum(-1), torch::ones({2, 6}, torch::kFloat64)));
  }
}

TEST(TypePosterior, PrunedRowsOfTheHeadGetNoGradient) {
  torch::Tensor kept = all_kept(5);
  kept[1] = false;
  const torch::Tensor a = logits().requires_grad_(true);
  const auto posterior = type_posterior(a, kept, TypeHead::twice, 0.2, LogKind::floored);
  (posterior.log_q * posterior.q).sum().backward();
  EXPECT_EQ(a.grad().select(-1, 1).abs().max().item<double>(), 0.0);
  EXPECT_TRUE(a.grad().isfinite().all().item<bool>());
  EXPECT_GT(a.grad().abs().max().item<double>(), 0.0);
}

TEST(GumbelSoftmax, HardSamplesAreOneHotWithTheRelaxedGradient) {
  const torch::Tensor a = logits().requires_grad_(true);
  const torch::Tensor weights = normal({2, 6, 5}, {4, Purpose::test, 0}, torch::kFloat64);
  const torch::Tensor noise = gumbel({2, 6, 5}, {5, Purpose::test, 0}, torch::kFloat64);
  const auto gradient = [&](bool hard) {
    a.mutable_grad() = torch::Tensor();
    const auto posterior = type_posterior(a, all_kept(5), TypeHead::once, 1.0, LogKind::floored);
    const torch::Tensor sample = gumbel_softmax(posterior, all_kept(5), noise, 0.7, hard);
    if (hard) {
      EXPECT_TRUE(torch::allclose(sample.amax(-1), torch::ones({2, 6}, torch::kFloat64)));
      EXPECT_TRUE(torch::allclose(sample.sum(-1), torch::ones({2, 6}, torch::kFloat64)));
    }
    (sample * weights).sum().backward();
    return a.grad().clone();
  };
  EXPECT_TRUE(torch::allclose(gradient(true), gradient(false)));
}

}  // namespace
}  // namespace mixvae::nn
