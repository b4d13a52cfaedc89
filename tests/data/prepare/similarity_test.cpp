#include "data/prepare/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace similarity_test {

using ::testing::HasSubstr;

struct Pairs {
  std::vector<float> similarity;
  std::vector<float> weight;
};

Pairs pairs_of(const Similarity& source, const std::vector<Index>& rows) {
  const std::size_t count = rows.size() * rows.size();
  Pairs pairs{std::vector<float>(count, 7.0F), std::vector<float>(count, 7.0F)};
  source.fill(rows, pairs.similarity, pairs.weight);
  return pairs;
}

DenseMatrix line(std::vector<float> places) {
  DenseMatrix coordinates(static_cast<Index>(places.size()), 1);
  coordinates.values = std::move(places);
  return coordinates;
}

/// Symmetric: 0-1 similar by 1, 1-2 by 0.25.
CsrMatrix chain() {
  return {.rows = 3,
          .columns = 3,
          .offsets = {0, 1, 3, 4},
          .column_numbers = {1, 0, 2, 1},
          .values = {1, 1, 0.25F, 0.25F}};
}

template <class Error, class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(BatchNeighbours, AreTheNearestWithinTheBatchEitherWay) {
  const auto source = batch_neighbours(line({0, 1, 2.5F, 100, 101.5F, 7}), 0.25);
  const Pairs pairs = pairs_of(*source, {0, 3, 1, 4});  // k = 1: 0-1 and 3-4
  EXPECT_THAT(pairs.similarity,
              ::testing::ElementsAre(1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1));
  EXPECT_THAT(pairs.weight, ::testing::Each(1.0F));
  // 1 is the nearest of 2.5, though its own nearest is 0.
  const Pairs asymmetric = pairs_of(*source, {0, 1, 2});
  EXPECT_THAT(asymmetric.similarity, ::testing::ElementsAre(1, 1, 0, 1, 1, 1, 0, 1, 1));
}

TEST(BatchNeighbours, GrowWithTheBatchAndStayBelowIt) {
  const auto source = batch_neighbours(line({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), 0.9);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2}).similarity, ::testing::Each(1.0F));
  EXPECT_THAT(pairs_of(*source, {4}).similarity, ::testing::ElementsAre(1.0F));
}

TEST(BatchNeighbours, EquallyNearCellsComeByTheirPlace) {
  const auto source = batch_neighbours(line({0, 1, -1, 1}), 0.25);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2, 3}).similarity,
              ::testing::ElementsAre(1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1));
}

/// Each place's others from near to far by sorting, equally near ones by place.
std::vector<std::vector<std::size_t>> others_by_distance(const DenseMatrix& points) {
  std::vector<std::vector<std::size_t>> sorted;
  for (Index i = 0; i < points.rows; ++i) {
    const auto distance = [&](std::size_t j) {
      float sum = 0;
      for (std::size_t d = 0; d < points.row(i).size(); ++d) {
        const float off = points.row(i)[d] - points.row(static_cast<Index>(j))[d];
        sum += off * off;
      }
      return sum;
    };
    std::vector<std::size_t>& others = sorted.emplace_back();
    for (Index j = 0; j < points.rows; ++j) {
      if (j != i) {
        others.push_back(static_cast<std::size_t>(j));
      }
    }
    std::ranges::stable_sort(others, {}, distance);
  }
  return sorted;
}

/// All pairs `start`, those with the first k others `value` either way.
std::vector<float> with_nearest(const std::vector<std::vector<std::size_t>>& others, std::size_t k,
                                float start, float value) {
  const std::size_t count = others.size();
  std::vector<float> pairs(count * count, start);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t n = 0; n < k; ++n) {
      pairs[i * count + others[i][n]] = value;
      pairs[others[i][n] * count + i] = value;
    }
  }
  return pairs;
}

std::size_t share_of(double share, std::size_t count) {
  const auto wanted = std::llround(share * static_cast<double>(count));
  return std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, count - 1);
}

// Coordinates are small whole numbers, so that many cells are equally near.
TEST(BatchNeighbours, EqualThoseFoundBySortingForAnyNumberOfThreads) {
  const Philox random(7, Purpose::test, 0);
  for (const Index count : {2, 5, 17, 100, 333}) {
    for (const Index dimensions : {1, 3}) {
      DenseMatrix points(count, dimensions);
      for (std::size_t i = 0; i < points.values.size(); ++i) {
        points.values[i] = static_cast<float>(random.integer(i, 20));
      }
      std::vector<Index> rows(static_cast<std::size_t>(count));
      std::iota(rows.begin(), rows.end(), 0);
      const auto others = others_by_distance(points);
      std::vector<float> similarity = with_nearest(others, share_of(0.2, rows.size()), 0, 1);
      std::vector<float> weight =
          with_nearest(others, rows.size() - 1 - share_of(0.5, rows.size()), 1, 0);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        similarity[i * rows.size() + i] = 1;
      }
      std::ranges::transform(similarity, weight, weight.begin(), std::ranges::max);
      const auto source = batch_neighbours(points, 0.2, 0.5);
      for (const int threads : {1, 3}) {
        set_thread_count(threads);
        const Pairs pairs = pairs_of(*source, rows);
        EXPECT_EQ(pairs.similarity, similarity) << count << " x " << dimensions;
        EXPECT_EQ(pairs.weight, weight) << count << " x " << dimensions;
      }
    }
  }
  set_thread_count(0);
}

TEST(BatchNeighbours, SaysNothingOfPairsThatAreNeitherNearNorFar) {
  // Two groups of three: one nearest cell is similar, the three farthest are different.
  const auto source = batch_neighbours(line({0, 1, 2, 10, 11, 12}), 0.17, 0.5);
  const Pairs pairs = pairs_of(*source, {0, 1, 2, 3, 4, 5});
  EXPECT_THAT(pairs.similarity,
              ::testing::ElementsAre(1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0,  //
                                     0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1));
  EXPECT_THAT(pairs.weight,
              ::testing::ElementsAre(1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1,  //
                                     1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1));
}

TEST(BatchNeighbours, CallsCellsDifferentThatAreFarFromEachOther) {
  // 9 is the farthest of 1, but 0 is the farthest of 9.
  const auto source = batch_neighbours(line({0, 1, 4, 9}), 0.25, 0.25);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2, 3}).weight,
              ::testing::ElementsAre(1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1));
}

TEST(WithinDistance, IsStrictlyBelowTheThreshold) {
  const auto source = within_distance(line({0, 2, 1.9F}), 2);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2}).similarity,
              ::testing::ElementsAre(1, 0, 1, 0, 1, 1, 1, 1, 1));
}

TEST(GivenSimilarity, TakesTheEntriesOfTheBatch) {
  const Pairs pairs = pairs_of(*given_similarity(chain()), {2, 1});
  EXPECT_THAT(pairs.similarity, ::testing::ElementsAre(1, 0.25F, 0.25F, 1));
  EXPECT_THAT(pairs.weight, ::testing::Each(1.0F));
  const Pairs only = pairs_of(*given_similarity(chain(), true), {0, 2, 1});
  EXPECT_THAT(only.weight, ::testing::ElementsAre(1, 0, 1, 0, 1, 1, 1, 1, 1));
}

TEST(KnownTypes, SayNothingOfCellsWithoutOne) {
  const Pairs pairs = pairs_of(*similarity_of_known_types({4, -1, 4, 2}), {0, 1, 2, 3});
  EXPECT_THAT(pairs.similarity,
              ::testing::ElementsAre(1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1));
  EXPECT_THAT(pairs.weight, ::testing::ElementsAre(1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1));
}

TEST(OverruledBy, TheFirstSpeaksWhereItKnows) {
  const auto both =
      overruled_by(similarity_of_known_types({0, 1, -1}), within_distance(line({0, 1, 2}), 1.5));
  const Pairs pairs = pairs_of(*both, {0, 1, 2});
  EXPECT_THAT(pairs.similarity, ::testing::ElementsAre(1, 0, 0, 0, 1, 1, 0, 1, 1));
  EXPECT_THAT(pairs.weight, ::testing::Each(1.0F));
}

TEST(NeighbourMatrix, IsSymmetricWithoutRepetition) {
  const std::vector<std::int32_t> table{1, 2, 0, 2, 1, 0};
  const CsrMatrix full = neighbour_matrix(table, 3);
  EXPECT_TRUE(support::is_valid(full));
  EXPECT_EQ(full.nonzeros(), 6);
  const CsrMatrix path = neighbour_matrix(std::vector<std::int32_t>{1, 2, 1}, 3);
  EXPECT_THAT(path.offsets, ::testing::ElementsAre(0, 1, 3, 4));
  EXPECT_NO_THROW(given_similarity(path));
}

TEST(Similarity, RefusesWhatIsNoSimilarity) {
  CsrMatrix wide = chain();
  wide.columns = 4;
  EXPECT_THAT(refusal<InputError>([&] { given_similarity(wide); }), HasSubstr("not square"));
  CsrMatrix crooked = chain();
  crooked.values[3] = 0.5F;
  EXPECT_THAT(refusal<InputError>([&] { given_similarity(crooked); }), HasSubstr("not symmetric"));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(), -0.1F, 1.1F}) {
    CsrMatrix wild = chain();
    wild.values[0] = bad;
    EXPECT_THAT(refusal<InputError>([&] { given_similarity(wild); }), HasSubstr("out of range"));
  }
  EXPECT_THAT(refusal<UsageError>([] {
                batch_neighbours(line({0, 1}), 1);
              }),
              HasSubstr("wrong share of similar cells"));
  for (const double bad : {0.0, -1.0, 1.5, std::nan("")}) {
    EXPECT_THAT(refusal<UsageError>([&] {
                  batch_neighbours(line({0, 1}), 0.5, bad);
                }),
                HasSubstr("wrong share of different cells"));
  }
  EXPECT_THAT(refusal<UsageError>([] {
                within_distance(line({0, 1}), 0);
              }),
              HasSubstr("wrong distance"));
  const auto not_finite = [] { within_distance(line({0, std::nanf("")}), 1); };
  EXPECT_THAT(refusal<InputError>(not_finite), HasSubstr("not finite"));
}

}  // namespace similarity_test
}  // namespace mixvae
