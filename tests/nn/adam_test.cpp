#include "nn/adam.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae::nn {
namespace adam_test {

torch::Tensor noise(std::int64_t count, std::uint64_t step) {
  torch::Tensor values = torch::empty({count});
  const Philox philox(11, Purpose::test, step);
  for (std::int64_t i = 0; i < count; ++i) {
    values.data_ptr<float>()[i] = philox.normal(static_cast<std::uint64_t>(i));
  }
  return values;
}

/// Adam as in the paper, in double and one element at a time.
struct ScalarAdam {
  double m = 0;
  double v = 0;
  void step(double& p, double g, double lr, int t, const AdamSettings& s) {
    m = s.beta1 * m + (1 - s.beta1) * g;
    v = s.beta2 * v + (1 - s.beta2) * g * g;
    const double m_hat = m / (1 - std::pow(s.beta1, t));
    const double v_hat = v / (1 - std::pow(s.beta2, t));
    p -= lr * s.weight_decay * p + lr * m_hat / (std::sqrt(v_hat) + s.epsilon);
  }
};

class AdamTest : public testing::TestWithParam<torch::ScalarType> {};

TEST_P(AdamTest, FollowsThePaperStepByStep) {
  for (const double decay : {0.0, 0.1}) {
    const AdamSettings settings{.weight_decay = decay};
    const std::int64_t count = 37;
    torch::Tensor p = noise(count, 0).to(GetParam()).requires_grad_();
    ParameterBank bank({p});
    Adam adam(bank, settings);
    std::vector<ScalarAdam> reference(static_cast<std::size_t>(count));
    std::vector<double> expected;
    for (std::int64_t i = 0; i < count; ++i) {
      expected.push_back(noise(count, 0).data_ptr<float>()[i]);
    }
    for (int t = 1; t <= 50; ++t) {
      const torch::Tensor g = noise(count, static_cast<std::uint64_t>(t));
      const double lr = 0.01 / t;
      (p * g.to(GetParam())).sum().backward();
      adam.step(lr);
      for (std::int64_t i = 0; i < count; ++i) {
        const auto k = static_cast<std::size_t>(i);
        reference[k].step(expected[k], g.data_ptr<float>()[i], lr, t, settings);
        EXPECT_NEAR(p.detach()[i].item<double>(), expected[k], 2e-6) << "step " << t;
      }
      EXPECT_EQ(bank.gradients().abs().sum().item<double>(), 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, AdamTest, testing::Values(torch::kFloat32, torch::kFloat64));

torch::Tensor trained(int threads, double clip) {
  set_thread_count(threads);
  const std::int64_t count = 200001;
  torch::Tensor p = noise(count, 0).requires_grad_();
  ParameterBank bank({p});
  Adam adam(bank, {.gradient_clip = clip});
  for (std::uint64_t t = 1; t <= 3; ++t) {
    bank.gradients().narrow(0, 0, count).copy_(noise(count, t));
    adam.step(0.01);
  }
  set_thread_count(0);
  return p.detach().clone();
}

TEST(Adam, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const double clip : {0.0, 1.5}) {
    const torch::Tensor one = trained(1, clip);
    EXPECT_TRUE(torch::equal(one, trained(2, clip)));
    EXPECT_TRUE(torch::equal(one, trained(5, clip)));
  }
}

TEST(Adam, ClipsTheNormOfTheWholeGradient) {
  torch::Tensor a = torch::zeros({3}).requires_grad_();
  torch::Tensor b = torch::zeros({2}).requires_grad_();
  ParameterBank bank({a, b});
  Adam adam(bank, {.beta1 = 0.0, .gradient_clip = 1.0});
  ((a * 3).sum() + (b * 4).sum()).backward();
  adam.step(0.1);
  const double norm = std::sqrt(3 * 9 + 2 * 16);
  EXPECT_NEAR(adam.first_moment()[0].item<double>(), 3 / norm, 1e-6);
  EXPECT_NEAR(adam.first_moment()[16].item<double>(), 4 / norm, 1e-6);
}

TEST(OrderedNorm, EqualsThePlainNorm) {
  const torch::Tensor values = noise(10000, 4);
  EXPECT_NEAR(ordered_norm(values), values.to(torch::kFloat64).norm().item<double>(), 1e-9);
}

TEST(Adam, ContinuesFromSavedMoments) {
  torch::Tensor p = noise(20, 0).requires_grad_();
  ParameterBank bank({p});
  Adam adam(bank, {});
  bank.gradients().fill_(0.5);
  adam.step(0.01);
  torch::Tensor q = p.detach().clone().requires_grad_();
  ParameterBank other_bank({q});
  Adam other(other_bank, {});
  other.first_moment().copy_(adam.first_moment());
  other.second_moment().copy_(adam.second_moment());
  other.set_steps(adam.steps());
  bank.gradients().fill_(-2);
  other_bank.gradients().fill_(-2);
  adam.step(0.01);
  other.step(0.01);
  EXPECT_TRUE(torch::equal(p, q));
}

}  // namespace adam_test
}  // namespace mixvae::nn
