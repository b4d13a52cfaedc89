#include "nn/kernels/matrix_product.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "nn/kernels/keep_bits_avx512.hpp"
#include "nn/kernels/matrix_product_avx512.hpp"
#include "nn/random.hpp"

namespace mixvae::nn::kernels {
namespace {

using Product = void (*)(std::int64_t, std::int64_t, std::int64_t, float, Factor, Factor, float,
                         float*, std::int64_t);

/// A factor [rows, columns] whose rows are three floats longer than they need be.
struct Stored {
  torch::Tensor values;
  torch::Tensor room;
  bool transposed;

  Stored(std::int64_t rows, std::int64_t columns, bool turned, std::uint64_t step)
      : values(normal({rows, columns}, {1, Purpose::test, step}, {})), transposed(turned) {
    const torch::Tensor lying = turned ? values.t() : values;
    room = torch::full({lying.size(0), lying.size(1) + 3}, NAN);
    room.narrow(1, 0, lying.size(1)).copy_(lying);
    room = room.flatten().narrow(0, 0, room.numel() - 3).clone();  // nothing behind the last row
  }

  Factor factor() const {
    return {room.data_ptr<float>(), (transposed ? values.size(0) : values.size(1)) + 3, transposed};
  }
};

void expect_product(Product product, std::int64_t m, std::int64_t n, std::int64_t k) {
  for (const bool a_turned : {false, true}) {
    for (const bool b_turned : {false, true}) {
      for (const float beta : {0.0F, 1.0F, -0.5F}) {
        const Stored a(m, k, a_turned, 1);
        const Stored b(k, n, b_turned, 2);
        const torch::Tensor before = normal({m, n + 5}, {1, Purpose::test, 3}, {});
        torch::Tensor c = before.clone();
        if (beta == 0) {
          c.narrow(1, 0, n).fill_(NAN);  // not read
        }
        product(m, n, k, 1.5F, a.factor(), b.factor(), beta, c.data_ptr<float>(), n + 5);
        const torch::Tensor expected =
            1.5 * a.values.to(torch::kFloat64).mm(b.values.to(torch::kFloat64)) +
            static_cast<double>(beta) * before.narrow(1, 0, n).to(torch::kFloat64);
        EXPECT_TRUE(torch::allclose(c.narrow(1, 0, n).to(torch::kFloat64), expected, 1e-5, 1e-4))
            << m << " x " << n << " x " << k << " " << a_turned << b_turned << " " << beta;
        EXPECT_TRUE(torch::equal(c.narrow(1, n, 5), before.narrow(1, n, 5)));
      }
    }
  }
}

void expect_products(Product product) {
  for (const std::int64_t n : {1, 2, 15, 16, 17, 48, 65, 80, 100, 115, 130, 512}) {
    for (const std::int64_t m : {1, 3, 25}) {
      expect_product(product, m, n, 9);
    }
  }
  expect_product(product, 192, 100, 512);
  expect_product(product, 37, 33, 1);
}

TEST(MatrixProduct, EqualsThatOfDoublesOverAwkwardSizes) { expect_products(multiply); }

TEST(MatrixProduct, WithAvx512EqualsThatOfDoublesOverAwkwardSizes) {
  if (!has_avx512_kernels()) {
    GTEST_SKIP() << "no AVX-512 here";
  }
  expect_products(multiply_avx512);
}

TEST(MatrixProduct, OfTheBlasEqualsThatOfDoublesOverAwkwardSizes) {
  expect_products(multiply_blas);
}

}  // namespace
}  // namespace mixvae::nn::kernels
