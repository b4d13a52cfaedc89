#include "nn/kernels/bf16_product.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae::nn::kernels {
namespace bf16_product_test {

float widened(Bf16 value) { return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16); }

float rounded(float value) {
  Bf16 out = 0;
  round_rows(&value, 1, 1, 1, 1, &out);
  return widened(out);
}

TEST(Bf16, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(rounded(1), 1);
  EXPECT_EQ(rounded(-2.5F), -2.5F);
  const float step = std::ldexp(1.0F, -7);  // between 1 and 2
  EXPECT_EQ(rounded(1 + 0.49F * step), 1);
  EXPECT_EQ(rounded(1 + 0.51F * step), 1 + step);
  EXPECT_EQ(rounded(1 + 0.5F * step), 1);
  EXPECT_EQ(rounded(1 + 1.5F * step), 1 + 2 * step);
  EXPECT_EQ(rounded(std::numeric_limits<float>::infinity()),
            std::numeric_limits<float>::infinity());
  EXPECT_EQ(rounded(std::numeric_limits<float>::max()), std::numeric_limits<float>::infinity());
}

TEST(Bf16, NanStaysNan) {
  EXPECT_TRUE(std::isnan(rounded(std::numeric_limits<float>::quiet_NaN())));
  EXPECT_TRUE(std::isnan(rounded(std::bit_cast<float>(0x7FFFFFFFU))));
  EXPECT_TRUE(std::isnan(rounded(std::bit_cast<float>(0xFFFFFFFFU))));
}

TEST(Bf16, RowsAreFilledUpWithZeros) {
  for (const std::int64_t columns : {1, 15, 16, 17, 40}) {
    std::vector<float> values(static_cast<std::size_t>(3 * 50), 3);
    std::vector<Bf16> out(static_cast<std::size_t>(3 * 48), Bf16{7});
    round_rows(values.data(), 3, columns, 50, 48, out.data());
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(widened(out[i]), static_cast<std::int64_t>(i % 48) < columns ? 3 : 0);
    }
  }
}

struct Size {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
};

struct Example {
  Size size;
  std::int64_t a_stride;
  std::int64_t b_stride;
  bool a_transposed;
  bool b_transposed;
  std::vector<Bf16> a;
  std::vector<Bf16> b;

  Example(const Size& s, bool transposed_a, bool transposed_b)
      : size(s),
        a_stride((transposed_a ? s.m : s.k) + 3),
        b_stride((transposed_b ? s.k : s.n) + 5),
        a_transposed(transposed_a),
        b_transposed(transposed_b) {
    a = random_numbers((transposed_a ? s.k : s.m) * a_stride, 1);
    b = random_numbers((transposed_b ? s.n : s.k) * b_stride, 2);
  }

  static std::vector<Bf16> random_numbers(std::int64_t count, std::uint64_t seed) {
    const Philox random(seed, Purpose::test);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = random.uniform(i) - 0.5F;
    }
    std::vector<Bf16> out(values.size());
    round_rows(values.data(), 1, count, count, count, out.data());
    return out;
  }

  double entry(std::int64_t i, std::int64_t j) const {
    double sum = 0;
    for (std::int64_t l = 0; l < size.k; ++l) {
      sum += static_cast<double>(widened(
                 a[static_cast<std::size_t>(a_transposed ? l * a_stride + i : i * a_stride + l)])) *
             static_cast<double>(widened(
                 b[static_cast<std::size_t>(b_transposed ? j * b_stride + l : l * b_stride + j)]));
    }
    return sum;
  }

  std::vector<float> product(bool add) const {
    std::vector<float> c(static_cast<std::size_t>(size.m * (size.n + 2)), 10);
    multiply_bf16(size.m, size.n, size.k, {a.data(), a_stride, a_transposed},
                  {b.data(), b_stride, b_transposed}, add, c.data(), size.n + 2);
    return c;
  }
};

void expect_reference(const Example& example) {
  const Size& size = example.size;
  for (const bool add : {false, true}) {
    const std::vector<float> c = example.product(add);
    double worst = 0;
    for (std::int64_t i = 0; i < size.m; ++i) {
      for (std::int64_t j = 0; j < size.n + 2; ++j) {
        const double expected = j >= size.n ? 10 : example.entry(i, j) + (add ? 10 : 0);
        const auto found = static_cast<double>(c[static_cast<std::size_t>(i * (size.n + 2) + j)]);
        worst = std::max(worst, std::abs(found - expected));
      }
    }
    EXPECT_LT(worst, 2e-6 * static_cast<double>(size.k + 10))
        << size.m << " x " << size.n << " x " << size.k << (example.a_transposed ? ", a'" : "")
        << (example.b_transposed ? ", b'" : "") << (add ? ", added" : "");
  }
}

TEST(Bf16Product, EqualsThePlainSumOverAwkwardSizes) {
  if (!has_bf16_product()) {
    GTEST_SKIP() << "no products of 16-bit numbers here";
  }
  for (const std::int64_t m : {1, 17, 40}) {
    for (const std::int64_t n : {1, 31, 70}) {
      for (const std::int64_t k : {1, 2, 33, 100}) {
        for (const bool a : {false, true}) {
          for (const bool b : {false, true}) {
            expect_reference({{m, n, k}, a, b});
          }
        }
      }
    }
  }
}

TEST(Bf16Product, NumbersDoNotDependOnTheNumberOfThreads) {
  if (!has_bf16_product()) {
    GTEST_SKIP() << "no products of 16-bit numbers here";
  }
  const Example example({300, 400, 1000}, false, true);
  set_thread_count(3);  // primitives are made for this size now
  const std::vector<float> first = example.product(false);
  std::vector<std::vector<float>> in_tasks(4);
  parallel_tasks(4, [&](std::int64_t task) {
    in_tasks[static_cast<std::size_t>(task)] = example.product(false);
  });
  set_thread_count(1);
  EXPECT_EQ(example.product(false), first);
  set_thread_count(0);
  for (const std::vector<float>& other : in_tasks) {
    EXPECT_EQ(other, first);
  }
}

}  // namespace bf16_product_test
}  // namespace mixvae::nn::kernels
