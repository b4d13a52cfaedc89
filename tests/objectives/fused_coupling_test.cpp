#include "objectives/fused_coupling.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "objectives/consensus.hpp"

namespace mixvae::objectives {
namespace fused_coupling_test {

torch::Tensor logits(at::IntArrayRef shape) { return nn::normal(shape, {7, Purpose::test, 1}, {}); }

nn::TypePosterior posterior_of(const torch::Tensor& x) {
  const torch::Tensor q = torch::softmax(x, -1);
  return {q, torch::log(q + nn::kTypeEpsilon)};
}

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  const double scale = expected.abs().max().item<double>();
  EXPECT_LT((value.to(torch::kFloat64) - expected).abs().max().item<double>(), 2e-5 * scale)
      << what;
}

/// Values and gradients against the tensor operations in double precision.
void expect_equal_to_plain(at::IntArrayRef shape, double distance_weight, double entropy_weight,
                           double floor = 1e-4) {
  const torch::Tensor x = logits(shape).requires_grad_();
  const torch::Tensor reference = x.detach().to(torch::kFloat64).requires_grad_();
  const Coupling coupling = fused_coupling(posterior_of(x), floor);
  const nn::TypePosterior posterior = posterior_of(reference);
  const torch::Tensor distance = consensus_distance(posterior, TypeDistance::d_sigma, floor);
  const torch::Tensor entropy = negative_entropy(posterior);
  expect_close(coupling.distance, distance, "distance");
  expect_close(coupling.negative_entropy, entropy, "entropy");
  const torch::Tensor slope = torch::arange(1, shape[0] + 1) * entropy_weight;
  (distance_weight * coupling.distance + (coupling.negative_entropy * slope).sum()).backward();
  (distance_weight * distance + (entropy * slope).sum()).backward();
  expect_close(x.grad(), reference.grad(), "gradient");
}

TEST(FusedCoupling, EqualsTheTensorOperationsOverAwkwardSizes) {
  for (const std::int64_t arms : {2, 3, 5}) {
    for (const std::int64_t cells : {2, 63, 64, 65, 200}) {
      for (const std::int64_t types : {2, 17, 115}) {
        expect_equal_to_plain({arms, cells, types}, 1, 0);
        expect_equal_to_plain({arms, cells, types}, 0, 1);
        expect_equal_to_plain({arms, cells, types}, 0.3, 2);
        expect_equal_to_plain({arms, std::max<std::int64_t>(cells, 63), types}, 1, 1, 0);
      }
    }
  }
}

TEST(FusedCoupling, NumbersDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    const torch::Tensor x = logits({2, 1000, 20}).requires_grad_();
    const Coupling coupling = fused_coupling(posterior_of(x), 0);
    coupling.distance.backward();
    return std::pair(coupling.distance.detach(), x.grad());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

TEST(FusedCoupling, OneArmIsABug) {
  EXPECT_THROW(fused_coupling(posterior_of(logits({1, 5, 3})), 0), Bug);
}

}  // namespace fused_coupling_test
}  // namespace mixvae::objectives
