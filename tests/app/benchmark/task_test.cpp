#include "app/benchmark/task.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/file_lock.hpp"

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

BenchmarkPlan two_by_two() {
  BenchmarkPlan plan;
  plan.here = "/here";
  plan.seeds = {0, 1};
  plan.data = {{.name = "d1", .path = "/a/d1.h5ad", .labels = "l"},
               {.name = "d/2 ä", .path = "/a/d2.h5ad", .labels = "l"}};
  plan.methods = {{.name = "ours", .options = {{"arms", "2"}}},
                  {.name = "k-means", .command = {"true"}, .data = {"d1"}}};
  return plan;
}

struct Task : ::testing::Test {
  std::string folder = ::testing::TempDir() + "mixvae task " +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name();
  BenchmarkPlan plan = two_by_two();
  BenchmarkInput input;

  Task() {
    std::filesystem::remove_all(folder);
    input.prepared = "prepared file.h5ad";
    input.kept_cells = {0, 1, 2, 3};
    input.labels = {{"a", "b"}, {0, 0, 1, 1}, false};
    input.types = 2;
  }
  ~Task() override { std::filesystem::remove_all(folder); }
  BenchmarkTask other() const { return {&plan.data[0], &plan.methods[1], 7}; }
  TaskResult run(const std::string& script) {
    plan.methods[1].command = {"sh", "-c", script, "sh", "{data}", "{types}", "{seed}", "{here}"};
    return run_task(plan, other(), input, folder, {});
  }
};

TEST(Matches, FindsTextOrWholePattern) {
  EXPECT_TRUE(matches("zheng / k-means / seed 0", "K-MEANS"));
  EXPECT_TRUE(matches("zheng / k-means / seed 0", "zheng*seed ?"));
  EXPECT_FALSE(matches("zheng / k-means / seed 0", "k-means*"));
  EXPECT_TRUE(matches("anything", ""));
}

TEST_F(Task, ThereIsOneForEachCellOfTheTable) {
  EXPECT_THAT(benchmark_tasks(plan), SizeIs(6));
  EXPECT_THAT(benchmark_tasks(plan, "k-means"), SizeIs(2));
  EXPECT_THAT(benchmark_tasks(plan, "d1 / * / seed 1"), SizeIs(2));
}

TEST_F(Task, ResultFilesHaveSafeNames) {
  const BenchmarkTask task{&plan.data[1], &plan.methods[0], 3};
  EXPECT_EQ(result_file("out", task), "out/d_2___/ours/seed-3.json");
}

TEST_F(Task, ResultsAreStoredAndBelongToTheirSettings) {
  const std::string settings = task_settings(plan, other());
  EXPECT_EQ(load_result(folder, other(), settings).status, TaskStatus::missing);
  store_result(folder, other(), {TaskStatus::done, {{"nmi", 0.25}}, "", settings});
  const TaskResult back = load_result(folder, other(), settings);
  EXPECT_EQ(back.status, TaskStatus::done);
  EXPECT_EQ(back.metrics.at("nmi"), 0.25);
  plan.data[0].filter = {"x == 1"};
  EXPECT_EQ(load_result(folder, other(), task_settings(plan, other())).status, TaskStatus::missing);
  std::ofstream(result_file(folder, other())) << "{\"status\": ";
  EXPECT_EQ(load_result(folder, other(), settings).status, TaskStatus::missing);
}

TEST_F(Task, AMethodsOwnOptionsAreNoneOfAnotherCommand) {
  plan.options = {{"features", "100"}};
  EXPECT_THAT(task_settings(plan, other()), HasSubstr("features"));
  EXPECT_EQ(task_settings(plan, other()).find("arms"), std::string::npos);
}

TEST_F(Task, ScoresTheLabelsOfAnotherProgram) {
  const TaskResult result =
      run("test \"$1\" = 'prepared file.h5ad' && echo \"{\\\"labels\\\": [5,5,9,5], \\\"k\\\": $2, "
          "\\\"s\\\": $3}\"");
  EXPECT_EQ(result.status, TaskStatus::done) << result.message;
  EXPECT_DOUBLE_EQ(result.metrics.at("accuracy"), 0.75);
  EXPECT_DOUBLE_EQ(result.metrics.at("k_used"), 2);
  EXPECT_DOUBLE_EQ(result.metrics.at("k"), 2);
  EXPECT_DOUBLE_EQ(result.metrics.at("s"), 7);
  EXPECT_GE(result.metrics.at("seconds"), 0);
  EXPECT_EQ(load_result(folder, other(), task_settings(plan, other())).status, TaskStatus::done);
}

TEST_F(Task, NoiseOfAnotherProgramIsNoType) {
  const TaskResult result = run("echo '{\"labels\": [5,5,-1,-1]}'");
  EXPECT_DOUBLE_EQ(result.metrics.at("k_used"), 1);
  EXPECT_TRUE(result.metrics.contains("f_rare"));
  EXPECT_DOUBLE_EQ(run("echo '{\"labels\": [-1,-1,-1,-1]}'").metrics.at("accuracy"), 0);
}

TEST_F(Task, AFailureIsRecordedWithItsMessage) {
  const TaskResult result = run("echo no such luck >&2; exit 5");
  EXPECT_EQ(result.status, TaskStatus::failed);
  EXPECT_THAT(result.message, HasSubstr("exit code 5"));
  EXPECT_THAT(result.message, HasSubstr("no such luck"));
  EXPECT_EQ(load_result(folder, other(), task_settings(plan, other())).status, TaskStatus::failed);
}

TEST_F(Task, OneBenchmarkAtATimeIsAtIt) {
  const std::string file = result_file(folder, other());
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  {
    const FileLock of_another(file.substr(0, file.rfind('.')) + ".lock", {});
    const TaskResult refused = run("echo '{\"labels\": [5,5,9,9]}'");
    EXPECT_EQ(refused.status, TaskStatus::busy);
    EXPECT_THAT(refused.message, HasSubstr("another mixvae benchmark"));
    EXPECT_FALSE(std::filesystem::exists(file)) << "the result is the other's to store";
  }
  const TaskResult done = run("echo '{\"labels\": [5,5,9,9]}'");
  EXPECT_EQ(done.status, TaskStatus::done);
  const std::string calls = "echo x >> '" + folder + "/calls'; echo '{\"labels\": [5,5,9,9]}'";
  run(calls);
  EXPECT_EQ(run(calls).metrics, load_result(folder, other(), task_settings(plan, other())).metrics);
  EXPECT_EQ(std::filesystem::file_size(folder + "/calls"), 2) << "what another did is not repeated";
}

TEST_F(Task, AFitThatOutlivedItsBenchmarkIsAtIt) {
  const std::string file = result_file(folder, other());
  const std::filesystem::path kept = file.substr(0, file.rfind('.'));
  std::filesystem::create_directories(kept);
  std::ofstream(kept / "history.csv") << "x";
  {
    const FileLock of_fit((kept / ".mixvae.lock").string(), {});
    const TaskResult refused = run("echo '{\"labels\": [5,5,9,9]}'");
    EXPECT_EQ(refused.status, TaskStatus::busy);
    EXPECT_THAT(refused.message, HasSubstr("another program is writing a run"));
    EXPECT_TRUE(std::filesystem::exists(kept / "history.csv")) << "which the fit still writes";
  }
  EXPECT_EQ(run("echo '{\"labels\": [5,5,9,9]}'").status, TaskStatus::done);
}

TEST_F(Task, AFailureBecauseAnotherFitWasFasterIsNone) {
  const std::string file = result_file(folder, other());
  const std::string kept = file.substr(0, file.rfind('.'));
  const std::string faster = "mkdir -p '" + kept + "'; cd '" + kept +
                             "'; flock .mixvae.lock sh -c 'touch held; sleep 10' & "
                             "while ! test -e '" +
                             kept + "/held'; do sleep 0.01; done; exit 2";
  EXPECT_EQ(run(faster).status, TaskStatus::busy);
}

TEST_F(Task, RefusesOutputThatIsNoResult) {
  EXPECT_THAT(run("echo hello").message, HasSubstr("JSON object"));
  EXPECT_THAT(run("echo '{\"labels\": [1]}'").message, HasSubstr("another number of cells"));
  EXPECT_THAT(run("echo '{\"labels\": 3}'").message, HasSubstr("another number of cells"));
}

TEST_F(Task, NestedNumbersGetDottedNames) {
  const auto metrics =
      metrics_from_json(R"({"a": 1, "arms": {"nmi": 0.5}, "text": "x", "none": null})", input);
  EXPECT_EQ(metrics, (std::map<std::string, double>{{"a", 1}, {"arms.nmi", 0.5}}));
}

}  // namespace
}  // namespace mixvae::app
