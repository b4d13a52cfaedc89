#include "app/benchmark/report.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;

struct Report : ::testing::Test {
  BenchmarkPlan plan;
  std::vector<BenchmarkTask> tasks;
  std::vector<TaskResult> results;

  Report() {
    plan.title = "t";
    plan.seeds = {0, 1};
    plan.metrics = {"accuracy"};
    plan.data = {{.name = "d1"}, {.name = "d2"}};
    plan.methods = {{.name = "ours"}, {.name = "k-means"}};
    plan.published = {{"d1", "ours", "accuracy", "0.60"}};
    tasks = benchmark_tasks(plan);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      results.push_back(
          {TaskStatus::done, {{"accuracy", 0.1 * static_cast<double>(i)}, {"seconds", 2}}, "", ""});
    }
    results[7].status = TaskStatus::failed;
    results[6].status = TaskStatus::failed;
  }
};

TEST(Summarise, IsMeanAndSampleDeviation) {
  const Summary summary = summarise({1, 2, 4, std::nan("")});
  EXPECT_EQ(summary.count, 3U);
  EXPECT_DOUBLE_EQ(summary.mean, 7.0 / 3);
  EXPECT_NEAR(summary.deviation, 1.5275252316519468, 1e-12);
  EXPECT_EQ(summary.text(), "2.333 ± 1.528");
  EXPECT_EQ(summarise({0.5}).text(), "0.500");
  EXPECT_EQ(summarise({}).text(), "-");
  EXPECT_EQ(summarise({100, 102}).text(1), "101.0 ± 1.4");
}

TEST_F(Report, ShowsMeansPublishedValuesAndFailures) {
  EXPECT_EQ(benchmark_table(plan, tasks, results).csv(),
            "data,method,seeds,accuracy,accuracy published,seconds\n"
            "d1,ours,2,0.050 ± 0.071,0.60,2.0 ± 0.0\n"
            "d1,k-means,2,0.250 ± 0.071,,2.0 ± 0.0\n"
            "d2,ours,2,0.450 ± 0.071,,2.0 ± 0.0\n"
            "d2,k-means,0 of 2 (2 failed),-,,-\n"
            "mean,ours,,0.250,,2.0\n");
}

TEST_F(Report, JsonHoldsTheNumbers) {
  const auto json = nlohmann::json::parse(benchmark_json(plan, tasks, results));
  EXPECT_EQ(json["rows"].size(), 4U);
  EXPECT_NEAR(json["rows"][2]["metrics"]["accuracy"]["mean"].get<double>(), 0.45, 1e-12);
  EXPECT_EQ(json["rows"][3]["failed"], 2);
  EXPECT_TRUE(json["rows"][3]["metrics"].empty());
}

}  // namespace
}  // namespace mixvae::app
