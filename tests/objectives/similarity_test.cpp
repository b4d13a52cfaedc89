#include "objectives/similarity.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/random.hpp"

namespace mixvae::objectives {
namespace similarity_test {

torch::Tensor posterior(std::int64_t arms, std::int64_t cells, std::int64_t types) {
  return torch::softmax(
      1.5 * nn::normal({arms, cells, types}, {4, Purpose::test, 0}, torch::kFloat64), -1);
}

/// A symmetric matrix of values in [0, 1].
torch::Tensor symmetric(std::int64_t cells, std::uint64_t step) {
  const torch::Tensor u = nn::uniform({cells, cells}, {5, Purpose::test, step}, torch::kFloat64);
  return 0.5 * (u + u.t());
}

double at2(const torch::Tensor& t, std::int64_t i, std::int64_t j) {
  return t[i][j].item<double>();
}

double probability(const torch::Tensor& q, std::int64_t i, std::int64_t j) {
  double p = 0;
  for (std::int64_t k = 0; k < q.size(1); ++k) {
    p += at2(q, i, k) * at2(q, j, k);
  }
  return std::min(std::max(p, 1e-7), 1 - 1e-7);
}

TEST(SimilarityTerm, IsTheMeanOverPairsOfBothParts) {
  const torch::Tensor q = posterior(2, 5, 3);
  const torch::Tensor s = symmetric(5, 1);
  const torch::Tensor w = symmetric(5, 2);
  const torch::Tensor even = similarity_term(q, s);
  const torch::Tensor weighted = similarity_term(q, s, w);
  const torch::Tensor shared = similarity_term(q, s, w, 0.3);
  for (std::int64_t a = 0; a < 2; ++a) {
    double sum = 0;
    double weighted_sum = 0;
    double weight = 0;
    double similar = 0, similar_weight = 0, different = 0, different_weight = 0;
    for (std::int64_t i = 0; i < 5; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        const double p = probability(q[a], i, j);
        const double each = -at2(s, i, j) * std::log(p) - (1 - at2(s, i, j)) * std::log(1 - p);
        sum += each;
        weighted_sum += at2(w, i, j) * each;
        weight += at2(w, i, j);
        similar -= at2(w, i, j) * at2(s, i, j) * std::log(p);
        similar_weight += at2(w, i, j) * at2(s, i, j);
        different -= at2(w, i, j) * (1 - at2(s, i, j)) * std::log(1 - p);
        different_weight += at2(w, i, j) * (1 - at2(s, i, j));
      }
    }
    EXPECT_NEAR(even[a].item<double>(), sum / 25, 1e-12);
    EXPECT_NEAR(weighted[a].item<double>(), weighted_sum / weight, 1e-12);
    EXPECT_NEAR(shared[a].item<double>(),
                0.3 * similar / similar_weight + 0.7 * different / different_weight, 1e-12);
  }
}

TEST(SimilarityTerm, HasTheGradientOfFiniteDifferences) {
  const torch::Tensor s = symmetric(4, 1).gt(0.5).to(torch::kFloat64);
  torch::Tensor logits = nn::normal({1, 4, 3}, {9, Purpose::test, 0}, torch::kFloat64);
  logits.requires_grad_(true);
  similarity_term(torch::softmax(logits, -1), s).sum().backward();
  const torch::NoGradGuard no_grad;
  const torch::Tensor flat = logits.detach().flatten();
  const torch::Tensor gradient = logits.grad().flatten();
  const auto value = [&] {
    return similarity_term(torch::softmax(logits.detach(), -1), s).sum().item<double>();
  };
  for (std::int64_t i = 0; i < flat.numel(); ++i) {
    const double old = flat[i].item<double>();
    flat[i] = old + 1e-6;
    const double above = value();
    flat[i] = old - 1e-6;
    const double below = value();
    flat[i] = old;
    EXPECT_NEAR(gradient[i].item<double>(), (above - below) / 2e-6, 1e-7);
  }
}

TEST(SimilarityTerm, CertainPosteriorsStayFinite) {
  const torch::Tensor q = torch::eye(3, torch::kFloat32).unsqueeze(0);
  const torch::Tensor all = torch::ones({3, 3});
  EXPECT_NEAR(similarity_term(q, torch::eye(3)).item<double>(), 0, 1e-6);
  EXPECT_NEAR(similarity_term(q, all).item<double>(), -6.0 / 9 * std::log(1e-7), 1e-3);
}

TEST(SimilarityTerm, IsZeroWhereNothingIsKnown) {
  const torch::Tensor q = posterior(1, 4, 2);
  const torch::Tensor none = torch::zeros({4, 4}, torch::kFloat64);
  EXPECT_EQ(similarity_term(q, symmetric(4, 1), none).item<double>(), 0);
  EXPECT_EQ(similarity_term(q, symmetric(4, 1), none, 0.5).item<double>(), 0);
}

TEST(SimilarityTerm, ThePositivePartIsThatOfSimilarPairsAlone) {
  const torch::Tensor q = posterior(2, 5, 3);
  const torch::Tensor s = symmetric(5, 1);
  const torch::Tensor w = symmetric(5, 2);
  const torch::Tensor even = similarity_term(q, s, {}, {}, SimilarityParts::positive);
  const torch::Tensor weighted = similarity_term(q, s, w, {}, SimilarityParts::positive);
  for (std::int64_t a = 0; a < 2; ++a) {
    double sum = 0, weighted_sum = 0, weight = 0;
    for (std::int64_t i = 0; i < 5; ++i) {
      for (std::int64_t j = 0; j < 5; ++j) {
        const double each = -at2(s, i, j) * std::log(probability(q[a], i, j));
        sum += each;
        weighted_sum += at2(w, i, j) * each;
        weight += at2(w, i, j);
      }
    }
    EXPECT_NEAR(even[a].item<double>(), sum / 25, 1e-12);
    EXPECT_NEAR(weighted[a].item<double>(), weighted_sum / weight, 1e-12);
  }
}

}  // namespace similarity_test
}  // namespace mixvae::objectives
