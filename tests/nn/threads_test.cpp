#include "nn/threads.hpp"

#include <omp.h>
#include <thread>

#include <gtest/gtest.h>

#include "base/parallel.hpp"
#include "nn/torch.hpp"

namespace mixvae::nn {
namespace {

TEST(ThreadLimit, HoldsForItsLifetimeAndNeverRaisesTheNumber) {
  set_threads(2);
  {
    const ThreadLimit limit(1);
    EXPECT_EQ(thread_count(), 1);
    EXPECT_EQ(at::get_num_threads(), 1);
    const ThreadLimit more(8);
    EXPECT_EQ(thread_count(), 1);
  }
  EXPECT_EQ(thread_count(), 2);
  EXPECT_EQ(at::get_num_threads(), 2);
  set_threads(0);
}

TEST(ThreadSettings, GivesBackWhatWasThere) {
  omp_set_num_threads(3);
  at::set_num_threads(3);
  volatile float tiny = 1e-40F;
  {
    const ThreadSettings settings;
    set_threads(1);
    EXPECT_EQ(omp_get_max_threads(), 1);
    EXPECT_EQ(tiny * 0.5F, 0.0F);
  }
  EXPECT_EQ(omp_get_max_threads(), 3);
  EXPECT_EQ(at::get_num_threads(), 3);
  EXPECT_GT(tiny * 0.5F, 0.0F);
  set_threads(0);
}

TEST(SetThreads, LeavesNothingThatLibtorchWouldSetLater) {
  std::thread fresh([] {  // one that never asked libtorch for anything
    set_threads(3);
    parallel_tasks(1, [](std::int64_t) { EXPECT_EQ(at::get_num_threads(), 1); });
    EXPECT_EQ(at::get_num_threads(), 3);
  });
  fresh.join();
  set_threads(0);
}

}  // namespace
}  // namespace mixvae::nn
