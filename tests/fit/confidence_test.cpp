#include "fit/confidence.hpp"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/philox.hpp"
#include "cluster/knn.hpp"
#include "data/prepare/bootstrap.hpp"
#include "metrics/reliability.hpp"
#include "support/python.hpp"

namespace mixvae::fit {
namespace confidence_test {

using ::testing::Each;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::HasSubstr;

constexpr Index kTypes = 4;

/// Normal clouds of 150 cells each, so far from each other, in 3 dimensions.
DenseMatrix clouds(Index count, float apart, std::uint64_t seed = 2) {
  DenseMatrix x(150 * count, 3);
  const Philox random(seed, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    for (Index d = 0; d < x.columns; ++d) {
      x(n, d) = random.normal(static_cast<std::uint64_t>(n * x.columns + d));
    }
    x(n, 0) += apart * static_cast<float>(n / 150);
  }
  return x;
}

/// A fit whose types are its start.
std::vector<std::int32_t> start_of(const DenseMatrix& points, std::uint64_t seed) {
  return starting_partition(points, cluster::nearest_neighbours(points, 15),
                            {.types = kTypes, .seed = seed})
      .types;
}

struct Fitted {
  DenseMatrix points;
  std::vector<std::int32_t> types;
  std::vector<float> probs;
  Confidence confidence;

  TypedCells cells() const { return {points, types, probs}; }
};

Fitted fitted(DenseMatrix points) {
  Fitted fitted{std::move(points), {}, {}, {}};
  fitted.types = start_of(fitted.points, 5);
  fitted.probs.assign(fitted.types.size(), 0.9F);
  fitted.confidence = Confidence::learn(fitted.cells(), kTypes,
                                        {.replicates = {.replicates = 8, .start = {.seed = 5}}});
  return fitted;
}

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Confidence, NoveltyTellsCellsUnlikeAnyOfTheFit) {
  const Fitted apart = fitted(clouds(kTypes, 20));
  const auto beyond = [&](const DenseMatrix& points) {
    const std::vector<float> novelty = apart.confidence.novelty(points);
    return static_cast<double>(std::ranges::count_if(novelty, [](float n) { return n > 1; })) /
           static_cast<double>(novelty.size());
  };
  EXPECT_LT(beyond(clouds(kTypes, 20, 9)), 0.03);
  DenseMatrix between = clouds(kTypes, 20, 10);
  for (Index n = 0; n < between.rows; ++n) {
    between(n, 0) += 10;
  }
  EXPECT_GT(beyond(between), 0.97);
}

TEST(Confidence, NoveltyIsThatOfPlainNumpy) {
  const Fitted some = fitted(clouds(2, 5));
  const DenseMatrix others = clouds(1, 0, 12);
  const auto run = test::run_python(
      "import numpy as np\nx, y = np.loadtxt('x'), np.loadtxt('y')\n"
      "d = lambda a, b: np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))\n"
      "def ratio(m, k):\n  i = np.argsort(m, 1)[:, :k]\n"
      "  return np.take_along_axis(m, i, 1).mean(1), i\n"
      "own = d(x, x); np.fill_diagonal(own, np.inf); r, i = ratio(own, 15)\n"
      "usual = np.sort(r / r[i].mean(1)); limit = usual[int(0.99 * (len(x) - 1))]\n"
      "q, j = ratio(d(y, x), 15); print(*(q / r[j].mean(1) / limit))\n",
      {{"x", test::number_text(some.points.values, 3)},
       {"y", test::number_text(others.values, 3)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const std::vector<float> found = some.confidence.novelty(others);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t n = 0; n < found.size(); ++n) {
    EXPECT_NEAR(found[n], expected[n], 1e-4 * expected[n]) << "cell " << n;
  }
  EXPECT_THROW(static_cast<void>(Confidence().novelty(others)), Bug);
}

TEST(Confidence, OfTypesApartIsHighAndTheyAreSupported) {
  const Fitted apart = fitted(clouds(kTypes, 20));
  EXPECT_THAT(apart.confidence.of(apart.cells()), Each(Gt(0.97F)));
  EXPECT_THAT(apart.confidence.support(), Each(Ge(0.999F)));
}

TEST(Confidence, OfPiecesOfOneCloudIsLow) {
  const Fitted one = fitted(clouds(1, 0));
  EXPECT_LT(mean(one.confidence.of(one.cells())), 0.8);
}

/// What other fits of other samples say, as in the definition.
TEST(Confidence, IsTheShareOfIndependentFitsThatAgree) {
  const Fitted near = fitted(clouds(kTypes, 2.5F));
  const std::vector<float> found = near.confidence.of(near.cells());
  const std::vector<double> score(found.begin(), found.end());
  std::vector<double> agreeing(score.size(), 0.0);
  constexpr int kFits = 12;
  for (int b = 1; b <= kFits; ++b) {
    const std::vector<Index> rows =
        bootstrap_rows(near.points.rows, 1000U + static_cast<std::uint64_t>(b));
    const auto drawn = std::get<DenseMatrix>(select_rows(Matrix(near.points), rows));
    const auto types = start_of(drawn, 100U + static_cast<std::uint64_t>(b));
    const auto nearest = cluster::neighbours_among(near.points, drawn, {.neighbours = 15});
    std::vector<std::int32_t> told;
    for (Index n = 0; n < near.points.rows; ++n) {
      told.push_back(majority(nearest.of(n), types));
    }
    const std::vector<double> agrees = metrics::agreement(near.types, told);
    std::ranges::transform(agrees, agreeing, agreeing.begin(),
                           [](double one, double sum) { return sum + one / kFits; });
  }
  EXPECT_LT(metrics::calibration_error(agreeing, score), 0.08);
  std::vector<double> usual(agreeing.size());
  std::ranges::transform(agreeing, usual.begin(),
                         [](double share) { return share > 0.5 ? 1.0 : 0.0; });
  EXPECT_GT(metrics::auroc(usual, score), 0.9);
}

TEST(Confidence, OfCellsBetweenTypesIsLower) {
  const Fitted near = fitted(clouds(2, 6));
  DenseMatrix asked(2, 3);
  asked(1, 0) = 3;  // half-way
  const std::vector<std::int32_t> types(2, near.types[0]);
  const std::vector<float> probs = {0.9F, 0.9F};
  const std::vector<float> found = near.confidence.of({asked, types, probs});
  EXPECT_LT(found[1], found[0]);
}

TEST(Confidence, DoesNotKnowCellsWhereNothingWasLearnt) {
  const Confidence none;
  EXPECT_FALSE(none.present());
  const DenseMatrix points(1, 1);
  EXPECT_THROW(static_cast<void>(none.of({points, {0}, {1.0F}})), Bug);
  EXPECT_FALSE(Confidence::can_learn({points, {0}, {1.0F}}, 1));
}

TEST(Confidence, PartsThatDoNotBelongTogetherAreRefused) {
  Fitted good = fitted(clouds(kTypes, 8));
  good.confidence.require_whole("m", 3, kTypes);
  const auto refusal = [&](const std::string& wanted, const auto& change) {
    Confidence bad = good.confidence;
    bad.visit([&](const std::string& name, auto& part) {
      if (name == wanted) {
        change(part);
      }
    });
    try {
      bad.require_whole("m.safetensors", 3, kTypes);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto shorter = [](auto& part) {
    if constexpr (requires { part.pop_back(); }) {
      part.pop_back();
    } else {
      part = DenseMatrix(part.rows, part.columns - 1);
    }
  };
  for (const char* name :
       {"landmarks", "labels", "replicates", "weights", "agreement", "support"}) {
    EXPECT_THAT(refusal(name, shorter), HasSubstr("parts of its confidence do not belong together"))
        << name;
  }
  EXPECT_THAT(refusal("labels",
                      [](auto& part) {
                        if constexpr (requires { part.values; }) {
                          part.values[0] = kTypes;
                        }
                      }),
              HasSubstr("m.safetensors"));
  EXPECT_THAT(refusal("replicates",
                      [](auto& part) {
                        if constexpr (!requires { part.values; }) {
                          part.back() += 1;
                        }
                      }),
              HasSubstr("contradicts itself"));
}

}  // namespace confidence_test
}  // namespace mixvae::fit
