#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "app/benchmark/report.hpp"
#include "app/benchmark/task.hpp"
#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

/// Runs models x data x settings x seeds and prints the table.
class BenchmarkCommand : public Command {
 public:
  std::string name() const override { return "benchmark"; }
  std::string summary() const override {
    return "run several methods on several data sets with several seeds, and print one table";
  }
  Options arguments() override {
    return {{.name = "plan",
             .target = &plan_file_,
             .meaning = "what to run: a TOML file with [[data]], [[method]] and [[published]] "
                        "(docs/benchmark.md)",
             .placeholder = "FILE.toml"}};
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "folder for the results, one file for each data set, method and seed; "
                          "what is finished is not run again, what failed is",
               .placeholder = "FOLDER"},
              {.name = "only",
               .target = &only_,
               .meaning = "run and show only what fits this pattern, such as 'pbmc3k', 'k-means' "
                          "or 'zheng / * / seed 0'",
               .placeholder = "PATTERN"},
              {.name = "list",
               .target = &list_,
               .meaning = "list what there is to run and what is finished; runs nothing"}}}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae benchmark bench/tables/labelled.toml --out results",
            "mixvae benchmark bench/tables/labelled.toml --out results --only zheng"};
  }

  void run(const GlobalOptions& global) override {
    plan_ = read_benchmark_plan(plan_file_);
    tasks_ = benchmark_tasks(plan_, only_);
    if (tasks_.empty()) {
      throw UsageError({.what = "nothing in the benchmark fits --only",
                        .found = only_,
                        .hint = "--list shows what there is"});
    }
    leave_out_absent_data();
    load_results();
    if (list_) {
      print_list();
      return;
    }
    run_pending(global);
    report(global);
    refuse_failures();
  }

 private:
  /// Optional data sets that are not there have no rows in the table.
  void leave_out_absent_data() {
    std::set<std::string> absent;
    std::vector<std::string> paths;
    for (const BenchmarkData& data : plan_.data) {
      if (data.optional && !fs::exists(data.path)) {
        absent.insert(data.name);
        paths.push_back(data.path);
        log_info(data.name + " is left out: " + data.path + " is not there");
      }
    }
    std::erase_if(tasks_,
                  [&](const BenchmarkTask& task) { return absent.contains(task.data->name); });
    if (tasks_.empty()) {
      throw InputError({.what = "none of the benchmark's data are there",
                        .where = plan_file_,
                        .expected = join(paths, ", ")});
    }
  }

  /// The table stands; who called must still learn that it has gaps.
  void refuse_failures() const {
    const auto failed = std::ranges::count(results_, TaskStatus::failed, &TaskResult::status);
    if (failed > 0) {
      flush_output();
      throw SystemError({.what = "tasks of the benchmark failed",
                         .where = out_,
                         .found = std::to_string(failed) + " of " + std::to_string(tasks_.size()),
                         .hint =
                             "their messages stand above and in their files; the next call runs "
                             "them again"});
    }
  }

  void load_results() {
    for (const BenchmarkTask& task : tasks_) {
      results_.push_back(load_result(out_, task, task_settings(plan_, task)));
    }
  }

  void print_list() const {
    static const std::map<TaskStatus, std::string> kWords = {{TaskStatus::missing, "to do"},
                                                             {TaskStatus::started, "interrupted"},
                                                             {TaskStatus::failed, "failed"},
                                                             {TaskStatus::done, "done"}};
    report::TablePrinter table({"data", "method", "seed", "state"});
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      table.add({tasks_[i].data->name, tasks_[i].method->name, std::to_string(tasks_[i].seed),
                 kWords.at(results_[i].status)});
    }
    print(table.text());
  }

  std::string data_folder(const BenchmarkData& data) const {
    const BenchmarkTask task{&data, &plan_.methods.front(), 0};
    return fs::path(result_file(out_, task)).parent_path().parent_path().string();
  }

  void run_pending(const GlobalOptions& global) {
    const InterruptGuard guard;
    extra_options_ = {"--threads=" + std::to_string(global.threads), "--device=" + global.device};
    for (const BenchmarkData& data : plan_.data) {
      std::vector<std::size_t> pending;
      for (std::size_t i = 0; i < tasks_.size(); ++i) {
        if (tasks_[i].data == &data && results_[i].status != TaskStatus::done) {
          pending.push_back(i);
        }
      }
      if (!pending.empty()) {
        run_data(data, pending);
      }
    }
    run_busy();
  }

  /// A data set that cannot be prepared fails all of its tasks and stops no others.
  void run_data(const BenchmarkData& data, const std::vector<std::size_t>& pending) {
    try {
      fs::create_directories(data_folder(data));
      inputs_[&data] = prepare_benchmark_input(plan_, data, data_folder(data));
    } catch (const Error& error) {
      for (const std::size_t i : pending) {
        results_[i] = {TaskStatus::failed, {}, error.what(), task_settings(plan_, tasks_[i])};
        store_result(out_, tasks_[i], results_[i]);
      }
      log_warning(data.name + " cannot be prepared\n" + error.what());
      return;
    }
    for (const std::size_t i : pending) {
      run_one(i);
      if (results_[i].status == TaskStatus::busy) {
        log_info(tasks_[i].title() + " comes last\n" + results_[i].message);
      }
    }
  }

  /// Tasks that other programs are at: their results are taken, what they leave undone is done.
  void run_busy() {
    constexpr auto kBetweenLooks = std::chrono::seconds(1);
    while (std::ranges::count(results_, TaskStatus::busy, &TaskResult::status) > 0) {
      std::this_thread::sleep_for(kBetweenLooks);
      for (std::size_t i = 0; i < tasks_.size(); ++i) {
        if (results_[i].status == TaskStatus::busy) {
          run_one(i);
        }
      }
    }
  }

  void run_one(std::size_t i) {
    throw_if_interrupted();
    results_[i] = run_task(plan_, tasks_[i], inputs_.at(tasks_[i].data), out_, extra_options_);
    if (results_[i].status != TaskStatus::busy) {
      log_outcome(i);
    }
  }

  void log_outcome(std::size_t i) const {
    const TaskResult& result = results_[i];
    if (result.status == TaskStatus::failed) {
      log_warning(tasks_[i].title() + " failed\n" + result.message);
      return;
    }
    std::string text = tasks_[i].title() + ":";
    for (const std::string& metric : plan_.metrics) {
      const auto found = result.metrics.find(metric);
      text +=
          " " + metric + " " + (found == result.metrics.end() ? "-" : report::fixed(found->second));
    }
    const auto seconds = result.metrics.find("seconds");
    log_info(seconds == result.metrics.end() ? text : text + ", " + duration_text(seconds->second));
  }

  void report(const GlobalOptions& global) const {
    const report::TablePrinter table = benchmark_table(plan_, tasks_, results_);
    const std::string json_text = benchmark_json(plan_, tasks_, results_);
    if (only_.empty()) {
      write_atomically((fs::path(out_) / "table.csv").string(), table.csv());
      write_atomically((fs::path(out_) / "table.md").string(), table.markdown());
      write_atomically((fs::path(out_) / "table.json").string(), json_text);
    }
    print(global.json ? json_text : table.text());
  }

  std::string plan_file_;
  std::string out_;
  std::string only_;
  bool list_ = false;
  BenchmarkPlan plan_;
  std::vector<BenchmarkTask> tasks_;
  std::vector<TaskResult> results_;
  std::map<const BenchmarkData*, BenchmarkInput> inputs_;
  std::vector<std::string> extra_options_;
};

}  // namespace

std::unique_ptr<Command> benchmark_command() { return std::make_unique<BenchmarkCommand>(); }

}  // namespace mixvae::app
