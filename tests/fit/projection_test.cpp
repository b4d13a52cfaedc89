#include "fit/projection.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/philox.hpp"

namespace mixvae::fit {
namespace {

/// Cells on a plane in five dimensions, plus an offset.
DenseMatrix plane(Index cells) {
  DenseMatrix x(cells, 5);
  const Philox philox(8, Purpose::test);
  for (Index n = 0; n < cells; ++n) {
    const float a = 3.0F * philox.normal(static_cast<std::uint64_t>(2 * n));
    const float b = philox.normal(static_cast<std::uint64_t>(2 * n + 1));
    for (Index d = 0; d < 5; ++d) {
      x(n, d) = a * static_cast<float>(d) + b * static_cast<float>(d % 2) + 7.0F;
    }
  }
  return x;
}

TEST(Projection, BringsTheMeanVarianceOfTheComponentsToOne) {
  const DenseMatrix scores = Projection::fit(plane(50), 2, 1).apply(plane(50));
  ASSERT_EQ(scores.columns, 2);
  double squares = 0;
  for (const float value : scores.values) {
    squares += static_cast<double>(value) * value;
  }
  EXPECT_NEAR(squares / 49.0 / 2.0, 1.0, 1e-3);
}

TEST(Projection, WayBackRestoresWhatTheComponentsHold) {
  const DenseMatrix x = plane(50);
  const Projection projection = Projection::fit(x, 2, 1);
  const DenseMatrix back = projection.invert(projection.apply(x));
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    EXPECT_NEAR(back.values[i], x.values[i], 1e-3);
  }
}

TEST(Projection, HasFewerComponentsWhereTheDataHaveFewerCellsOrFeatures) {
  EXPECT_EQ(Projection::fit(plane(50), 50, 1).width(), 5);
  EXPECT_EQ(Projection::fit(plane(4), 50, 1).width(), 3);
  EXPECT_FALSE(Projection().present());
}

}  // namespace
}  // namespace mixvae::fit
