#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/benchmark/data.hpp"

namespace mixvae::app {

/// One cell of a benchmark's table: a method on a data set with a seed.
struct BenchmarkTask {
  const BenchmarkData* data = nullptr;
  const BenchmarkMethod* method = nullptr;
  std::int64_t seed = 0;

  /// "pbmc3k / k-means / seed 3", which --only is compared with.
  std::string title() const;
};

/// Busy: another program is at it; never stored.
enum class TaskStatus { missing, started, failed, done, busy };

/// What is known of a task: its file in the results folder.
struct TaskResult {
  TaskStatus status = TaskStatus::missing;
  std::map<std::string, double> metrics;  // names of mixvae evaluate --json, and "seconds"
  std::string message;                    // of a failure, or who is at it
  std::string settings;                   // of which the result is; others make it worthless
};

/// All tasks of a plan, data by data, whose title contains `only` (or matches it with * and ?).
std::vector<BenchmarkTask> benchmark_tasks(const BenchmarkPlan& plan, const std::string& only = "");

/// Whether a text matches a pattern with * and ?, ignoring case; a pattern without them matches
/// anywhere.
bool matches(const std::string& text, const std::string& pattern);

/// A name as part of a path: letters, digits, '-', '_', '.', '+', '=' stay, all else becomes '_'.
std::string path_part(const std::string& name);

/// File of a task's result in the results folder: FOLDER/DATA/METHOD/seed-S.json, with names made
/// safe for files.
std::string result_file(const std::string& folder, const BenchmarkTask& task);

/// Everything that decides a task's result, as one text.
std::string task_settings(const BenchmarkPlan& plan, const BenchmarkTask& task);

/// The stored result; missing when there is none, it is unreadable, or it belongs to other
/// settings.
TaskResult load_result(const std::string& folder, const BenchmarkTask& task,
                       const std::string& settings);
void store_result(const std::string& folder, const BenchmarkTask& task, const TaskResult& result);

/// Numbers by name in the JSON that a method prints; nested objects give "outer.inner". When it
/// holds "labels", one per prepared cell, these are compared with the true ones: accuracy, nmi,
/// ari, k_used. Throws InputError for anything else than such an object.
std::map<std::string, double> metrics_from_json(const std::string& text,
                                                const BenchmarkInput& input);

/// Runs one task to its end; an interrupted run of the same settings goes on, and a result that
/// another program stored meanwhile is taken. Faults of the method become a failed result;
/// Interrupted is passed on. Nothing is done, and the result is busy, while another benchmark is at
/// the task or a fit of one that was killed still writes its run.
TaskResult run_task(const BenchmarkPlan& plan, const BenchmarkTask& task,
                    const BenchmarkInput& input, const std::string& folder,
                    const std::vector<std::string>& extra_options);

}  // namespace mixvae::app
