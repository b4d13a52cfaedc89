#include "metrics/disentanglement.hpp"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "data/small_datasets.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {
namespace disentanglement_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// All combinations of 3 x 4 x 5 values and one of one value, each `copies` times.
std::vector<std::vector<std::int32_t>> some_factors(Index copies) {
  std::vector<std::vector<std::int32_t>> factors(4);
  for (Index n = 0; n < 60 * copies; ++n) {
    const auto place = static_cast<std::int32_t>(n % 60);
    factors[0].push_back(place / 20);
    factors[1].push_back(place / 5 % 4);
    factors[2].push_back(0);
    factors[3].push_back(place % 5);
  }
  return factors;
}

/// States that mix the factors with noise; the last says nothing.
LatentCode some_code(const std::vector<std::vector<std::int32_t>>& factors, double noise) {
  const auto images = static_cast<Index>(factors[0].size());
  LatentCode code{DenseMatrix(images, 4), DenseMatrix(images, 4), {}};
  const Philox random(1, Purpose::test);
  for (Index n = 0; n < images; ++n) {
    const auto draw = [&](int i) {
      return noise * random.normal(static_cast<std::uint64_t>(8 * n + i));
    };
    code.mean(n, 0) = static_cast<float>(factors[1][at(n)] + draw(0));
    code.mean(n, 1) = static_cast<float>(factors[3][at(n)] + draw(1));
    code.mean(n, 2) = static_cast<float>(0.5 * factors[1][at(n)] + factors[0][at(n)] + draw(2));
    code.mean(n, 3) = 0.01F;
    for (Index s = 0; s < 4; ++s) {
      code.variance(n, s) = s == 3 ? 1.0F : 0.1F;
    }
    const bool wrong = random.uniform(static_cast<std::uint64_t>(8 * n + 5)) < noise / 4;
    code.types.push_back(wrong ? 2 : factors[0][at(n)]);
  }
  return code;
}

/// Lines "factor image image ..." of votes.
std::string vote_text(const std::vector<FactorVote>& votes) {
  std::string text;
  for (const FactorVote& vote : votes) {
    text += std::to_string(vote.factor);
    for (const Index image : vote.images) {
      text += " " + std::to_string(image);
    }
    text += "\n";
  }
  return text;
}

const char* const kNumpy = R"(
import numpy as np
mean, variance = np.loadtxt("mean"), np.loadtxt("variance")
types = np.loadtxt("types").astype(int)
votes, others = np.loadtxt("votes").astype(int), np.loadtxt("others").astype(int)
deviation = np.sqrt(variance)
kl = 0.5 * (mean**2 + deviation**2 - 2 * np.log(deviation + 1e-10) - 1)
active = kl.mean(0) > 0.1
def gini(labels):
    n = len(labels)
    return (n * n - (np.bincount(labels) ** 2).sum()) / (2 * n * (n - 1))
spread = np.append(mean.var(0, ddof=1), gini(types))
def counts_of(votes):
    counts = np.zeros((mean.shape[1] + 1, 4), int)
    for vote in votes:
        images = vote[1:]
        within = np.append(mean[images].var(0, ddof=1), gini(types[images]))
        share = within / (spread + 1e-10)
        share[:-1][~active] = np.inf
        counts[share.argmin(), vote[0]] += 1
    return counts
counts, held_out = counts_of(votes), counts_of(others)
right = sum(held_out[l, counts[l].argmax()] for l in range(len(counts)) if counts[l].any())
print(counts.max(1).sum() / len(votes), right / len(others), *active.astype(int), *kl.mean(0),
      *counts.ravel())
)";

TEST(Disentanglement, IsThatOfAPlainNumpyProgram) {
  const auto factors = some_factors(20);
  for (const double noise : {0.3, 2.0}) {
    const LatentCode code = some_code(factors, noise);
    const DisentanglementOptions options{.votes = 301, .images = 40, .seed = 3};
    const Disentanglement found = disentanglement(code, factors, options);
    const test::PythonRun run =
        test::run_python(kNumpy, {{"mean", test::number_text(code.mean.values, 4)},
                                  {"variance", test::number_text(code.variance.values, 4)},
                                  {"types", test::number_text(code.types)},
                                  {"votes", vote_text(factor_votes(factors, options, 0))},
                                  {"others", vote_text(factor_votes(factors, options, 1))}});
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    ASSERT_EQ(expected.size(), 2U + 4 + 4 + 20);
    EXPECT_NEAR(found.score, expected[0], 1e-12);
    EXPECT_NEAR(found.held_out, expected[1], 1e-12);
    for (std::size_t s = 0; s < 4; ++s) {
      EXPECT_EQ(found.active[s], expected[2 + s] == 1) << s;
      EXPECT_NEAR(found.state_kl[s], expected[6 + s], 1e-5) << s;
    }
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(static_cast<double>(found.counts[i]), expected[10 + i]) << i;
    }
    EXPECT_EQ(found.votes, 300) << "three factors vary";
  }
}

TEST(Disentanglement, IsOneForALatentPerFactor) {
  const auto factors = some_factors(20);
  LatentCode code = some_code(factors, 0.05);
  const Disentanglement found = disentanglement(code, factors);
  EXPECT_EQ(found.score, 1);
  EXPECT_EQ(found.held_out, 1);
  EXPECT_EQ(found.votes, 798);
  EXPECT_THAT(found.active, ElementsAre(true, true, true, false));
  // Without the type, the third state, which mixes two factors, has to tell the first.
  code.types.clear();
  EXPECT_LE(disentanglement(code, factors).score, 1);
}

TEST(Disentanglement, VotesFixOneFactorAndLeaveTheOthersUniform) {
  const auto factors = some_factors(3);
  const DisentanglementOptions options{.votes = 900, .images = 50, .seed = 1};
  const std::vector<FactorVote> votes = factor_votes(factors, options, 0);
  ASSERT_EQ(votes.size(), 900U);
  std::vector<double> values(4, 0.0);
  double other = 0;
  for (const FactorVote& vote : votes) {
    EXPECT_NE(vote.factor, 2U);
    ASSERT_EQ(vote.images.size(), 50U);
    std::set<std::int32_t> own;
    for (const Index image : vote.images) {
      own.insert(factors[vote.factor][at(image)]);
      if (vote.factor == 1) {
        other += factors[3][at(image)] / (300.0 * 50);
      }
    }
    EXPECT_EQ(own.size(), 1U);
    if (vote.factor == 1) {
      values[static_cast<std::size_t>(*own.begin())] += 1;
    }
  }
  for (const double count : values) {
    EXPECT_NEAR(count, 75, 4 * std::sqrt(75));
  }
  EXPECT_NEAR(other, 2, 0.05);
  EXPECT_EQ(vote_text(votes), vote_text(factor_votes(factors, options, 0)));
  EXPECT_NE(vote_text(votes), vote_text(factor_votes(factors, options, 1)));
}

TEST(Disentanglement, IsChanceWhereNothingVotes) {
  auto factors = some_factors(2);
  const LatentCode silent{DenseMatrix(120, 0), DenseMatrix(120, 0), {}};
  EXPECT_DOUBLE_EQ(disentanglement(silent, factors).score, 1.0 / 3);
  EXPECT_DOUBLE_EQ(disentanglement(silent, factors).held_out, 1.0 / 3);
}

TEST(Disentanglement, RefusesFactorsThatSayNothing) {
  auto factors = some_factors(1);
  factors[1][7] = -1;
  EXPECT_THAT(mixvae::test::message_of<InputError>([&] { factor_votes(factors, {}, 0); }),
              HasSubstr("a factor has no value for some images"));
  EXPECT_THAT(mixvae::test::message_of<InputError>([&] { factor_votes({factors[2]}, {}, 0); }),
              HasSubstr("no factor has more than one value"));
}

}  // namespace disentanglement_test
}  // namespace mixvae::metrics
