#include "objectives/adversarial.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace mixvae::objectives {
namespace adversarial_test {

torch::Tensor doubles(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

TEST(Adversarial, ErrorsAreCrossEntropiesAndStayFiniteWhereProbabilitiesDoNot) {
  const auto sigmoid = [](double a) { return 1 / (1 + std::exp(-a)); };
  const torch::Tensor logits = doubles({-3, 0.5, 2});
  const double real = -(std::log(sigmoid(-3)) + std::log(sigmoid(0.5)) + std::log(sigmoid(2))) / 3;
  const double generated =
      -(std::log(1 - sigmoid(-3)) + std::log(1 - sigmoid(0.5)) + std::log(1 - sigmoid(2))) / 3;
  EXPECT_NEAR(passes_for_real(logits).item<double>(), real, 1e-12);
  EXPECT_NEAR(passes_for_generated(logits).item<double>(), generated, 1e-12);
  EXPECT_DOUBLE_EQ(passes_for_real(doubles({-800})).item<double>(), 800);
  EXPECT_DOUBLE_EQ(passes_for_generated(doubles({800})).item<double>(), 800);
}

TEST(TypeInformation, IsThePriorsEntropyForAPerfectQAndZeroForAnIgnorantOne) {
  const torch::Tensor types = doubles({4}).squeeze();
  const torch::Tensor type = torch::eye(4, torch::kFloat64);
  EXPECT_NEAR(type_information(type, (type + 1e-300).log(), types).item<double>(), std::log(4),
              1e-12);
  const torch::Tensor ignorant = torch::full({4, 4}, std::log(0.25), torch::kFloat64);
  EXPECT_NEAR(type_information(type, ignorant, types).item<double>(), 0, 1e-12);
  const torch::Tensor log_q = torch::full({4, 4}, 0.25, torch::kFloat64);
  EXPECT_NEAR(type_information(type, log_q, types).item<double>(), std::log(4) + 0.25, 1e-12);
}

TEST(StateInformation, IsThePriorsEntropyLessTheGaussiansCrossEntropy) {
  const torch::Tensor state = doubles({0.5, -1, 0.2, 0.7}).view({2, 2});
  const torch::Tensor mean = doubles({0.1, -1, 0.5, 0}).view({2, 2});
  double cross_entropy = 0;
  for (const double distance : {0.4, 0.0, 0.3, 0.7}) {
    cross_entropy += (std::log(2 * M_PI) + distance * distance) / 2 / 2;
  }
  EXPECT_NEAR(state_information(state, mean).item<double>(), 2 * std::log(2) - cross_entropy,
              1e-12);
  const torch::Tensor none = torch::zeros({3, 0}, torch::kFloat64);
  EXPECT_EQ(state_information(none, none).item<double>(), 0);
}

}  // namespace adversarial_test
}  // namespace mixvae::objectives
