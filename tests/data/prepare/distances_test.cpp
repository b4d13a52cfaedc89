#include "data/prepare/distances.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace mixvae {
namespace distances_test {

DenseMatrix random_rows(Index rows, Index columns, std::uint64_t seed) {
  DenseMatrix x(rows, columns);
  PhiloxStream random(seed, Purpose::test);
  for (float& value : x.values) {
    value = static_cast<float>(random.normal() + 100);
  }
  return x;
}

float plain_distance(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (std::size_t c = 0; c < a.size(); ++c) {
    const float difference = a[c] - b[c];
    sum += difference * difference;
  }
  return sum;
}

TEST(Distances, AreTheSumsInOrderForEveryBlocking) {
  const DenseMatrix x = random_rows(11, 7, 1);
  const DenseMatrix others = random_rows(37, 7, 2);
  const PackedRows packed(others);
  ASSERT_EQ(packed.panels(), 3);
  for (const auto& [begin, end] :
       std::vector<std::pair<Index, Index>>{{0, 11}, {0, 4}, {3, 5}, {10, 11}}) {
    for (Index first = 0; first < 3; ++first) {
      const Index width = (3 - first) * PackedRows::kLanes;
      std::vector<float> out((end - begin) * width);
      squared_distances(x, begin, end, packed, first, 3, out);
      for (Index i = begin; i < end; ++i) {
        for (Index j = first * PackedRows::kLanes; j < 37; ++j) {
          EXPECT_EQ(out[(i - begin) * width + j - first * PackedRows::kLanes],
                    plain_distance(x.row(i), others.row(j)));
        }
      }
    }
  }
}

TEST(Distances, AreZeroBetweenEqualRows) {
  const DenseMatrix x = random_rows(5, 50, 3);
  std::vector<float> out(5 * 16);
  squared_distances(x, 0, 5, PackedRows(x), 0, 1, out);
  for (Index i = 0; i < 5; ++i) {
    EXPECT_EQ(out[i * 16 + i], 0.0F);
  }
}

TEST(Distances, AssertTheirSizes) {
  const DenseMatrix x = random_rows(3, 2, 4);
  std::vector<float> out(16);
  EXPECT_THROW(squared_distances(x, 0, 3, PackedRows(x), 0, 1, out), Bug);
  EXPECT_THROW(squared_distances(x, 0, 1, PackedRows(random_rows(3, 4, 5)), 0, 1, out), Bug);
}

}  // namespace distances_test
}  // namespace mixvae
