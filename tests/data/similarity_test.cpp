#include "data/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae {
namespace {

using testing::HasSubstr;

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
              testing::ElementsAre(1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1));
  EXPECT_THAT(pairs.weight, testing::Each(1.0F));
  // 1 is the nearest of 2.5, though its own nearest is 0.
  const Pairs asymmetric = pairs_of(*source, {0, 1, 2});
  EXPECT_THAT(asymmetric.similarity, testing::ElementsAre(1, 1, 0, 1, 1, 1, 0, 1, 1));
}

TEST(BatchNeighbours, GrowWithTheBatchAndStayBelowIt) {
  const auto source = batch_neighbours(line({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}), 0.9);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2}).similarity, testing::Each(1.0F));
  EXPECT_THAT(pairs_of(*source, {4}).similarity, testing::ElementsAre(1.0F));
}

TEST(BatchNeighbours, EquallyNearCellsComeByTheirPlace) {
  const auto source = batch_neighbours(line({0, 1, -1, 1}), 0.25);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2, 3}).similarity,
              testing::ElementsAre(1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1));
}

/// Pairs with the k nearest of the others either way, by sorting, on whole numbers (many ties).
std::vector<float> sorted_neighbours(const std::vector<float>& values, std::size_t k) {
  const std::size_t count = values.size();
  std::vector<float> similarity(count * count, 0.0F);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::size_t> others;
    for (std::size_t j = 0; j < count; ++j) {
      if (j != i) {
        others.push_back(j);
      }
    }
    std::ranges::stable_sort(others, {},
                             [&](std::size_t j) { return std::abs(values[j] - values[i]); });
    similarity[i * count + i] = 1;
    for (std::size_t n = 0; n < k; ++n) {
      similarity[i * count + others[n]] = 1;
      similarity[others[n] * count + i] = 1;
    }
  }
  return similarity;
}

TEST(BatchNeighbours, EqualThoseFoundBySortingForAnyNumberOfThreads) {
  const Philox random(7, Purpose::test, 0);
  for (const Index count : {2, 5, 17, 100, 333}) {
    std::vector<float> values;
    std::vector<Index> rows;
    for (Index i = 0; i < count; ++i) {
      values.push_back(static_cast<float>(random.integer(static_cast<std::uint64_t>(i), 20)));
      rows.push_back(i);
    }
    const auto source = batch_neighbours(line(values), 0.2);
    const auto k = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::llround(0.2 * static_cast<double>(count))));
    for (const int threads : {1, 3}) {
      set_thread_count(threads);
      EXPECT_EQ(pairs_of(*source, rows).similarity, sorted_neighbours(values, k)) << count;
    }
  }
  set_thread_count(0);
}

TEST(BatchNeighbours, SaysNothingOfPairsThatAreNeitherNearNorFar) {
  // Two groups of three: one nearest cell is similar, the three farthest are different.
  const auto source = batch_neighbours(line({0, 1, 2, 10, 11, 12}), 0.17, 0.5);
  const Pairs pairs = pairs_of(*source, {0, 1, 2, 3, 4, 5});
  EXPECT_THAT(pairs.similarity,
              testing::ElementsAre(1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0,  //
                                   0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1));
  EXPECT_THAT(pairs.weight,
              testing::ElementsAre(1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1,  //
                                   1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1));
}

TEST(BatchNeighbours, CallsCellsDifferentThatAreFarFromEachOther) {
  // 9 is the farthest of 1, but 0 is the farthest of 9.
  const auto source = batch_neighbours(line({0, 1, 4, 9}), 0.25, 0.25);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2, 3}).weight,
              testing::ElementsAre(1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1));
}

TEST(WithinDistance, IsStrictlyBelowTheThreshold) {
  const auto source = within_distance(line({0, 2, 1.9F}), 2);
  EXPECT_THAT(pairs_of(*source, {0, 1, 2}).similarity,
              testing::ElementsAre(1, 0, 1, 0, 1, 1, 1, 1, 1));
}

TEST(GivenSimilarity, TakesTheEntriesOfTheBatch) {
  const Pairs pairs = pairs_of(*given_similarity(chain()), {2, 1});
  EXPECT_THAT(pairs.similarity, testing::ElementsAre(1, 0.25F, 0.25F, 1));
  EXPECT_THAT(pairs.weight, testing::Each(1.0F));
  const Pairs only = pairs_of(*given_similarity(chain(), true), {0, 2, 1});
  EXPECT_THAT(only.weight, testing::ElementsAre(1, 0, 1, 0, 1, 1, 1, 1, 1));
}

TEST(KnownTypes, SayNothingOfCellsWithoutOne) {
  const Pairs pairs = pairs_of(*known_types({4, -1, 4, 2}), {0, 1, 2, 3});
  EXPECT_THAT(pairs.similarity,
              testing::ElementsAre(1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1));
  EXPECT_THAT(pairs.weight, testing::ElementsAre(1, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1));
}

TEST(OverruledBy, TheFirstSpeaksWhereItKnows) {
  const auto both = overruled_by(known_types({0, 1, -1}), within_distance(line({0, 1, 2}), 1.5));
  const Pairs pairs = pairs_of(*both, {0, 1, 2});
  EXPECT_THAT(pairs.similarity, testing::ElementsAre(1, 0, 0, 0, 1, 1, 0, 1, 1));
  EXPECT_THAT(pairs.weight, testing::Each(1.0F));
}

TEST(NeighbourMatrix, IsSymmetricWithoutRepetition) {
  const std::vector<std::int32_t> table{1, 2, 0, 2, 1, 0};
  const CsrMatrix full = neighbour_matrix(table, 3);
  assert_valid(full);
  EXPECT_EQ(full.nonzeros(), 6);
  const CsrMatrix path = neighbour_matrix(std::vector<std::int32_t>{1, 2, 1}, 3);
  EXPECT_THAT(path.offsets, testing::ElementsAre(0, 1, 3, 4));
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

}  // namespace
}  // namespace mixvae
