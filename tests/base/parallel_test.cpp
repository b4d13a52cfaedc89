#include "base/parallel.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mixvae {
namespace {

class Parallel : public ::testing::Test {
 protected:
  ~Parallel() override { set_thread_count(0); }

  static std::set<std::pair<std::int64_t, std::int64_t>> ranges(std::int64_t count,
                                                                std::int64_t grain) {
    std::mutex mutex;
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
      const std::lock_guard lock(mutex);
      seen.emplace(begin, end);
    });
    return seen;
  }
};

TEST_F(Parallel, VisitsEveryIndexOnce) {
  for (const int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    EXPECT_EQ(thread_count(), threads);
    for (const std::int64_t count : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
      parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          ++visits[static_cast<std::size_t>(i)];
        }
      });
      for (const auto& visited : visits) {
        EXPECT_EQ(visited.load(), 1);
      }
    }
  }
}

TEST_F(Parallel, RangesFollowFromCountGrainAndThreads) {
  set_thread_count(4);
  using Ranges = std::set<std::pair<std::int64_t, std::int64_t>>;
  EXPECT_EQ(ranges(10, 1), (Ranges{{0, 2}, {2, 5}, {5, 7}, {7, 10}}));
  EXPECT_EQ(ranges(10, 5), (Ranges{{0, 5}, {5, 10}}));
  EXPECT_EQ(ranges(10, 6), (Ranges{{0, 10}}));
  EXPECT_EQ(ranges(-3, 1), Ranges{});
}

TEST_F(Parallel, EveryTaskRunsOnceAndTheLowestExceptionArrives) {
  for (const int threads : {1, 2, 8}) {
    set_thread_count(threads);
    for (const std::int64_t count : {0, 1, 2, 7, 100}) {
      std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
      parallel_tasks(count, [&](std::int64_t task) { ++visits[static_cast<std::size_t>(task)]; });
      for (const auto& visited : visits) {
        EXPECT_EQ(visited.load(), 1);
      }
    }
    try {
      parallel_tasks(20, [](std::int64_t task) {
        if (task >= 3) {
          throw std::runtime_error(std::to_string(task));
        }
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "3");
    }
  }
}

TEST_F(Parallel, PassesOnTheExceptionOfTheLowestRange) {
  set_thread_count(4);
  for (int repetition = 0; repetition < 20; ++repetition) {
    try {
      parallel_for(4, 1, [](std::int64_t begin, std::int64_t) {
        if (begin > 0) {
          throw std::runtime_error(std::to_string(begin));
        }
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "1");
    }
  }
}

TEST_F(Parallel, RunsNestedLoopsOnOneThread) {
  set_thread_count(4);
  std::atomic<int> inner_calls = 0;
  parallel_for(4, 1, [&](std::int64_t, std::int64_t) {
    parallel_for(100, 1, [&](std::int64_t begin, std::int64_t end) {
      EXPECT_EQ(begin, 0);
      EXPECT_EQ(end, 100);
      ++inner_calls;
    });
  });
  EXPECT_EQ(inner_calls.load(), 4);
}

TEST_F(Parallel, UsesAllCoresWhenAskedForNone) {
  set_thread_count(-1);
  EXPECT_GE(thread_count(), 1);
}

}  // namespace
}  // namespace mixvae
