#include "models/parts/type_head.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/visited.hpp"

namespace mixvae::models {
namespace type_head_test {

constexpr TypeHead::Shape kShape{.arms = 2, .inputs = 5, .types = 4};

TypeHead head_of(const TypeHead::Settings& settings) {
  LayerKeys keys{.seed = 7};
  return {kShape, settings, keys};
}

std::vector<nn::NamedTensor> layer_of(TypeHead& head) {
  std::vector<nn::NamedTensor> tensors;
  head.visit_layer("type_head", [&](const std::string& name, torch::Tensor& tensor, TensorKind) {
    tensors.push_back({name, tensor});
  });
  return tensors;
}

torch::Tensor some_code(std::int64_t cells = 30) {
  return nn::normal({2, cells, 5}, {1, Purpose::test, 0}, {});
}

TEST(TypeHead, ThePosteriorIsThatOfItsAffineLayer) {
  for (const nn::TypeHead kind : {nn::TypeHead::once, nn::TypeHead::twice}) {
    for (const nn::LogKind log : {nn::LogKind::floored, nn::LogKind::exact}) {
      TypeHead head = head_of({.head = {0.3}, .posterior = {kind, log}, .sample = {}});
      const auto layer = layer_of(head);
      const torch::Tensor code = some_code();
      torch::Tensor logits = torch::matmul(code, layer[0].tensor) + layer[1].tensor;
      logits = kind == nn::TypeHead::twice ? torch::softmax(logits, -1) : logits;
      const torch::Tensor q = torch::softmax(logits / 0.3, -1);
      const nn::TypePosterior found = head.posterior(code);
      EXPECT_TRUE(torch::allclose(found.q, q, 1e-4, 1e-6));
      EXPECT_TRUE(torch::allclose(
          found.log_q, log == nn::LogKind::exact ? q.log() : (q + 1e-8).log(), 1e-3, 1e-3));
    }
  }
}

TEST(TypeHead, KernelsDrawTheSameTypes) {
  for (const nn::TypeHead kind : {nn::TypeHead::once, nn::TypeHead::twice}) {
    for (const nn::LogKind log : {nn::LogKind::floored, nn::LogKind::exact}) {
      TypeHead head = head_of({.head = {0.5}, .posterior = {kind, log}, .sample = {0.7}});
      head.prune(1);
      const auto run = [&](bool fused) {
        for (const nn::NamedTensor& each : layer_of(head)) {
          each.tensor.mutable_grad() = torch::Tensor();
        }
        const torch::Tensor code = some_code().requires_grad_();
        const DrawnTypes drawn = head.draw(code, {1, Purpose::gumbel, 3}, {.fused = fused});
        const torch::Tensor slope = nn::normal({2, 30, 4}, {1, Purpose::test, 9}, {});
        ((drawn.type + drawn.posterior.q) * slope).sum().backward();
        return std::vector<torch::Tensor>{drawn.type.detach(), drawn.posterior.q.detach(),
                                          drawn.posterior.log_q.detach(), code.grad(),
                                          layer_of(head)[0].tensor.grad().clone()};
      };
      const auto fused = run(true);
      const auto plain = run(false);
      for (std::size_t i = 0; i < fused.size(); ++i) {
        EXPECT_TRUE(torch::allclose(fused[i], plain[i], 1e-3, 1e-4)) << i;
      }
    }
  }
}

TEST(TypeHead, HardSamplesAreOneHotAndPassTheGradientOfTheRelaxedOnes) {
  TypeHead head =
      head_of({.head = {}, .posterior = {}, .sample = {.temperature = 0.5, .hard = true}});
  TypeHead relaxed = head_of({.head = {}, .posterior = {}, .sample = {.temperature = 0.5}});
  const auto gradient = [](TypeHead& which, torch::Tensor& type) {
    const torch::Tensor code = some_code().requires_grad_();
    type = which.draw(code, {1, Purpose::gumbel, 3}, {}).type;
    (type * nn::normal({2, 30, 4}, {1, Purpose::test, 9}, {})).sum().backward();
    return code.grad();
  };
  torch::Tensor one_hot;
  torch::Tensor soft;
  const torch::Tensor of_hard = gradient(head, one_hot);
  const torch::Tensor of_relaxed = gradient(relaxed, soft);
  EXPECT_TRUE((one_hot.eq(0) | (one_hot - 1).abs().lt(1e-6)).all().item<bool>());
  EXPECT_TRUE(torch::equal(one_hot.argmax(-1), soft.argmax(-1)));
  EXPECT_TRUE(torch::allclose(of_hard, of_relaxed, 1e-3, 1e-5));
}

TEST(TypeHead, SamplesFollowThePosterior) {
  TypeHead head =
      head_of({.head = {}, .posterior = {}, .sample = {.temperature = 0.5, .hard = true}});
  const torch::Tensor code = some_code(1).expand({2, 20000, 5}).contiguous();
  const DrawnTypes drawn = head.draw(code, {1, Purpose::gumbel, 3}, {});
  EXPECT_TRUE(torch::allclose(drawn.type.mean(1), drawn.posterior.q.mean(1), 0.0, 0.02));
  EXPECT_FALSE(torch::equal(drawn.type, head.draw(code, {1, Purpose::gumbel, 4}, {}).type));
}

TEST(TypeHead, APrunedTypeIsNeitherProbableNorDrawn) {
  for (const bool hard : {false, true}) {
    for (const bool fused : {false, true}) {
      TypeHead head = head_of({.head = {}, .posterior = {}, .sample = {.hard = hard}});
      head.prune(2);
      EXPECT_TRUE(torch::equal(head.kept(), torch::tensor({1, 1, 0, 1}).to(torch::kBool)));
      EXPECT_EQ(layer_of(head)[0].tensor.select(2, 2).abs().max().item<float>(), 0);
      EXPECT_EQ(layer_of(head)[1].tensor.select(2, 2).abs().max().item<float>(), 0);
      const DrawnTypes drawn = head.draw(some_code(), {1, Purpose::gumbel, 3}, {.fused = fused});
      EXPECT_EQ(drawn.type.select(-1, 2).abs().max().item<float>(), 0);
      EXPECT_EQ(drawn.posterior.q.select(-1, 2).abs().max().item<float>(), 0);
      EXPECT_TRUE(torch::allclose(drawn.posterior.q.sum(-1), torch::ones({2, 30})));
    }
  }
  TypeHead head = head_of({});
  EXPECT_THROW(head.prune(4), Bug);
  EXPECT_THROW(head.prune(-1), Bug);
}

}  // namespace type_head_test
}  // namespace mixvae::models
