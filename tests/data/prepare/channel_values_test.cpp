#include "data/prepare/channel_values.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"

namespace mixvae {
namespace channel_values_test {

using ::testing::HasSubstr;

/// Five populations in four markers, as a flow cytometer measures them.
DenseMatrix fluorescence() {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  DenseMatrix x(500, 4);
  for (Index event = 0; event < x.rows; ++event) {
    for (Index marker = 0; marker < 4; ++marker) {
      const double level = event % 5 == marker ? 4000 : 110;
      x(event, marker) =
          static_cast<float>(level * std::exp(0.4 * normal(random)) + 60 * normal(random));
    }
  }
  return x;
}

template <class Function>
ValueJudgement judged(Function function, bool metal = false) {
  DenseMatrix x = fluorescence();
  for (float& value : x.values) {
    value = static_cast<float>(function(static_cast<double>(value)));
  }
  return judge_channel_values(x, metal);
}

double biexponential(double x) { return std::clamp(250 + 80 * std::asinh(x / 60), 0.0, 1023.0); }

TEST(ChannelValues, MeasuredOnesAreLinear) {
  EXPECT_EQ(judged([](double x) { return x; }).kind, ValueKind::linear);
  EXPECT_EQ(judged([](double x) { return std::round(std::max(x, 0.0)); }).kind, ValueKind::linear);
  EXPECT_EQ(judged([](double x) { return std::round(std::max(x, 0.0) / 10); }).kind,
            ValueKind::linear)
      << "few bits";
}

TEST(ChannelValues, TransformedOnesAreRecognised) {
  const auto kind = [](auto function) { return judged(function).kind; };
  EXPECT_EQ(kind([](double x) { return std::asinh(x / 150); }), ValueKind::transformed);
  EXPECT_EQ(kind([](double x) { return std::log10(std::max(x, 1.0)); }), ValueKind::transformed);
  EXPECT_EQ(kind([](double x) { return 4 * biexponential(x); }), ValueKind::transformed);
  EXPECT_THAT(judged([](double x) { return std::round(biexponential(x)); }).reason,
              HasSubstr("whole numbers from 0 to 1023"));
}

TEST(ChannelValues, OneOutlierChangesNothing) {
  DenseMatrix x = fluorescence();
  for (float& value : x.values) {
    value = std::asinh(value / 150);
  }
  x(3, 1) = 1e6F;
  x(4, 1) = NAN;
  EXPECT_EQ(judge_channel_values(x, false).kind, ValueKind::transformed);
}

TEST(ChannelValues, MassCytometryHasNoChannelScale) {
  EXPECT_EQ(judged([](double x) { return std::round(biexponential(x)); }, true).kind,
            ValueKind::linear);
}

}  // namespace channel_values_test
}  // namespace mixvae
