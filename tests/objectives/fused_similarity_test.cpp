#include "objectives/fused_similarity.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/random.hpp"

namespace mixvae::objectives {
namespace fused_similarity_test {

/// Posteriors from those that are certain to those that are even.
torch::Tensor posterior(std::int64_t arms, std::int64_t cells, std::int64_t types) {
  return torch::softmax(6 * nn::normal({arms, cells, types}, {4, Purpose::test, 0}, {}), -1);
}

torch::Tensor pairs(std::int64_t cells, std::uint64_t step) {
  return nn::uniform({cells, cells}, {5, Purpose::test, step}, {});  // not symmetric
}

void expect_close(const torch::Tensor& value, const torch::Tensor& expected, const char* what) {
  const double scale = expected.abs().max().item<double>();
  EXPECT_LE((value.to(torch::kFloat64) - expected).abs().max().item<double>(), 2e-4 * scale)
      << what;
}

/// Values and gradients against the tensor operations in double precision.
void expect_equal_to_plain(const torch::Tensor& q, const torch::Tensor& similarity,
                           const torch::Tensor& weight, std::optional<double> share,
                           SimilarityParts parts) {
  const torch::Tensor x = q.clone().requires_grad_();
  const torch::Tensor reference = q.to(torch::kFloat64).requires_grad_();
  const torch::Tensor out_gradient = torch::arange(1, q.size(0) + 1);
  const torch::Tensor term = fused_similarity_term(x, similarity, weight, share, parts);
  const torch::Tensor expected =
      similarity_term(reference, similarity.to(torch::kFloat64),
                      weight.defined() ? weight.to(torch::kFloat64) : weight, share, parts);
  expect_close(term, expected, "value");
  (term * out_gradient).sum().backward();
  (expected * out_gradient).sum().backward();
  expect_close(x.grad(), reference.grad(), "gradient");
}

TEST(FusedSimilarity, EqualsTheTensorOperationsOverAwkwardSizes) {
  for (const std::int64_t cells : {1, 15, 64, 65, 300}) {
    for (const std::int64_t types : {1, 10, 17}) {
      const torch::Tensor q =
          types == 1 ? torch::full({2, cells, 1}, 0.7F) : posterior(2, cells, types);
      const torch::Tensor s = pairs(cells, 1);
      const torch::Tensor w = pairs(cells, 2);
      for (const SimilarityParts parts : {SimilarityParts::both, SimilarityParts::positive}) {
        expect_equal_to_plain(q, s, {}, {}, parts);
        expect_equal_to_plain(q, s.round(), {}, 0.5, parts);
        expect_equal_to_plain(q, s, w, {}, parts);
        expect_equal_to_plain(q, s, w, 0.3, parts);
      }
    }
  }
}

TEST(FusedSimilarity, PairsThatNothingIsKnownOfCountNothing) {
  const torch::Tensor q = posterior(1, 20, 3).requires_grad_();
  const torch::Tensor term =
      fused_similarity_term(q, pairs(20, 1), torch::zeros({20, 20}), 0.5, SimilarityParts::both);
  EXPECT_EQ(term.item<float>(), 0);
  term.sum().backward();
  EXPECT_EQ(q.grad().abs().sum().item<float>(), 0);
}

// Beyond the bounds of the probabilities the term is flat.
TEST(FusedSimilarity, CertainPosteriorsGiveFiniteNumbers) {
  torch::Tensor q = torch::zeros({1, 40, 2});
  q.slice(1, 0, 20).select(2, 0).fill_(1);
  q.slice(1, 20, 40).select(2, 1).fill_(1);
  const torch::Tensor reference = q.clone().requires_grad_();
  q.requires_grad_();
  const torch::Tensor s = pairs(40, 1).round();
  const torch::Tensor term = fused_similarity_term(q, s, {}, {}, SimilarityParts::both);
  const torch::Tensor expected = similarity_term(reference, s);
  EXPECT_NEAR(term.item<float>(), expected.item<float>(), 1e-4);
  term.sum().backward();
  expected.sum().backward();
  EXPECT_TRUE(torch::allclose(q.grad(), reference.grad()));
}

TEST(FusedSimilarity, TheTermIsTheSameWithoutGradients) {
  const torch::Tensor q = posterior(2, 100, 5);
  const torch::Tensor s = pairs(100, 1);
  const torch::Tensor with =
      fused_similarity_term(q.clone().requires_grad_(), s, {}, 0.5, SimilarityParts::both);
  EXPECT_TRUE(torch::equal(fused_similarity_term(q, s, {}, 0.5, SimilarityParts::both), with));
}

// Hardly any pair is different: their weight is a sum of small numbers, not a difference of large
// ones.
TEST(FusedSimilarity, PairsThatAreNearlyAllSimilarKeepTheirWeights) {
  const torch::Tensor q = posterior(1, 300, 5);
  const torch::Tensor s = 1 - 1e-4 * pairs(300, 1);
  expect_equal_to_plain(q, s, {}, 0.5, SimilarityParts::both);
}

TEST(FusedSimilarity, NumbersDoNotDependOnTheNumberOfThreads) {
  const auto run = [](int threads) {
    set_thread_count(threads);
    const torch::Tensor q = posterior(2, 333, 20).requires_grad_();
    const torch::Tensor term =
        fused_similarity_term(q, pairs(333, 1), pairs(333, 2), 0.4, SimilarityParts::both);
    term.sum().backward();
    return std::pair(term.detach(), q.grad());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(0);
  EXPECT_TRUE(torch::equal(one.first, three.first));
  EXPECT_TRUE(torch::equal(one.second, three.second));
}

TEST(FusedSimilarity, WhatDoesNotFitIsABug) {
  const torch::Tensor q = posterior(1, 20, 3);
  EXPECT_THROW(fused_similarity_term(q, pairs(19, 1), {}, {}, SimilarityParts::both), Bug);
  EXPECT_THROW(fused_similarity_term(q, pairs(20, 1), pairs(19, 1), {}, SimilarityParts::both),
               Bug);
  EXPECT_THROW(
      fused_similarity_term(q.to(torch::kFloat64), pairs(20, 1), {}, {}, SimilarityParts::both),
      Bug);
}

}  // namespace fused_similarity_test
}  // namespace mixvae::objectives
