#include "nn/threads.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/parallel.hpp"

namespace mixvae::nn {
namespace {

TEST(SetThreads, FlushesDenormalsOnEveryThread) {
  set_threads(3);
  std::vector<float> products(300000, -1);
  const volatile float small = 1e-30F;
  parallel_for(static_cast<std::int64_t>(products.size()), 1,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   products[static_cast<std::size_t>(i)] = small * 1e-10F;
                 }
               });
  for (const float product : products) {
    ASSERT_EQ(product, 0.0F);
  }
  set_threads(0);
}

}  // namespace
}  // namespace mixvae::nn
