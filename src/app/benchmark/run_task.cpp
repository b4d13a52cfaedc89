// How a task is carried out: mixvae fit and evaluate, mixvae cluster, or the method's own command,
// as processes of their own.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "analysis/clustering_options.hpp"
#include "analysis/evaluation.hpp"
#include "app/benchmark/task.hpp"
#include "app/run_directory.hpp"
#include "app/subprocess.hpp"
#include "base/error.hpp"
#include "base/file_lock.hpp"
#include "base/text.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/ari.hpp"
#include "metrics/f_measure.hpp"
#include "metrics/nmi.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Metrics = std::map<std::string, double>;

void collect_numbers(const json& object, const std::string& prefix, Metrics& metrics) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_number()) {
      metrics[prefix + name] = value.get<double>();
    } else if (value.is_object()) {
      collect_numbers(value, prefix + name + ".", metrics);
    }
  }
}

std::vector<std::int32_t> predicted_codes(const json& labels) {
  std::vector<std::string> texts;
  for (const json& label : labels) {
    texts.push_back(label.is_string() ? label.get<std::string>() : label.dump());
  }
  return Categorical::from_labels(texts).codes;
}

/// Codes with -1 for cells that the method calls noise (label -1).
std::vector<std::int32_t> noise_apart(const json& labels, std::vector<std::int32_t> codes) {
  for (std::size_t cell = 0; cell < codes.size(); ++cell) {
    if (labels[cell].is_number_integer() && labels[cell].get<std::int64_t>() < 0) {
      codes[cell] = -1;
    }
  }
  return codes;
}

void compare_labels(const json& labels, const BenchmarkInput& input, Metrics& metrics) {
  if (!labels.is_array() || labels.size() != input.kept_cells.size()) {
    throw InputError({.what = "the method printed labels for another number of cells",
                      .found = std::to_string(labels.size()),
                      .expected = std::to_string(input.kept_cells.size())});
  }
  std::vector<std::int32_t> truth;
  truth.reserve(input.kept_cells.size());
  for (const Index row : input.kept_cells) {
    truth.push_back(input.labels.codes[static_cast<std::size_t>(row)]);
  }
  const std::vector<std::int32_t> found = predicted_codes(labels);
  const metrics::Contingency table = metrics::contingency(truth, found);
  metrics["nmi"] = metrics::nmi(table);
  metrics["ari"] = metrics::ari(table);
  const metrics::Contingency noisy =
      metrics::contingency_with_noise(truth, noise_apart(labels, found));
  metrics["accuracy"] = metrics::accuracy(noisy);
  metrics["f_weighted"] = metrics::f_weighted(noisy);
  metrics["f_matched"] = metrics::f_matched(noisy);
  metrics["k_used"] = static_cast<double>(
      std::ranges::count_if(noisy.column_totals, [](Index cells) { return cells > 0; }));
  if (const auto rare = metrics::f_matched_rare(noisy, analysis::kRareCells)) {
    metrics["f_rare"] = *rare;
  }
}

/// The last lines of a log, for the message of a failure.
std::string log_tail(const std::string& log) {
  std::ifstream file(log, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string_view tail = trimmed(text);
  return std::string(tail.substr(tail.size() - std::min<std::size_t>(tail.size(), 1500)));
}

ProcessResult run_or_throw(const std::vector<std::string>& command, const std::string& log) {
  ProcessResult result = run_process(command, log);
  if (result.exit_code != 0) {
    throw SystemError(
        {.what = "exit code " + std::to_string(result.exit_code) + " of " + join(command, " "),
         .found = log_tail(log)});
  }
  return result;
}

void add_options(const OptionTexts& options, std::vector<std::string>& command) {
  for (const auto& [name, text] : options) {
    command.emplace_back("--").append(name).append("=").append(text);
  }
}

Metrics run_mixvae(const BenchmarkPlan& plan, const BenchmarkTask& task,
                   const BenchmarkInput& input, const std::string& run,
                   const std::vector<std::string>& extra) {
  const std::string log = run + ".log";
  const std::string seed = std::to_string(task.seed);
  Metrics found;
  if (!fs::exists(fs::path(run) / kModelName)) {
    OptionTexts options = merged_options(plan, *task.data, *task.method);
    options.emplace("types", std::to_string(input.types));
    std::vector<std::string> command = {own_program(), "fit", input.cells, "--out=" + run,
                                        "--seed=" + seed};
    add_options(options, command);
    command.insert(command.end(), extra.begin(), extra.end());
    found["seconds"] = run_or_throw(command, log).seconds;
  }
  std::vector<std::string> command = {own_program(), "evaluate",       run,
                                      input.cells,   "--labels=label", "--json"};
  command.insert(command.end(), extra.begin(), extra.end());
  found.merge(metrics_from_json(run_or_throw(command, log).output, input));
  return found;
}

/// Options of mixvae cluster: the method's own, and those of plan and data that are about the data.
OptionTexts clustering_texts(const BenchmarkPlan& plan, const BenchmarkTask& task,
                             const BenchmarkInput& input) {
  analysis::ClusteringOptions settings;
  const Options of_data = options(settings.preprocessing);
  OptionTexts texts = task.method->options;
  for (const auto& [name, text] : merged_options(plan, *task.data, {})) {
    const bool about_data = name == "components" || name == "space" ||
                            std::ranges::find(of_data, name, &Option::name) != of_data.end();
    if (about_data) {
      texts.emplace(name, text);
    }
  }
  if (texts.contains("space") && texts.at("space") == "features" &&
      !task.method->options.contains("components")) {
    texts.erase("components");
  }
  const auto types = analysis::clustering_method(task.method->method).types;
  if (types == analysis::ClusteringMethod::Types::needed ||
      (types == analysis::ClusteringMethod::Types::possible && !texts.contains("resolution"))) {
    texts.emplace("types", std::to_string(input.types));
  }
  return texts;
}

Metrics run_clustering(const BenchmarkPlan& plan, const BenchmarkTask& task,
                       const BenchmarkInput& input, const std::string& log,
                       const std::vector<std::string>& extra) {
  std::vector<std::string> command = {own_program(),    "cluster",
                                      input.cells,      "--method=" + task.method->method,
                                      "--labels=label", "--seed=" + std::to_string(task.seed),
                                      "--json"};
  add_options(clustering_texts(plan, task, input), command);
  command.insert(command.end(), extra.begin(), extra.end());
  const ProcessResult result = run_or_throw(command, log);
  Metrics found = metrics_from_json(result.output, input);
  found["seconds"] = result.seconds;
  return found;
}

std::string filled(std::string word, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    for (std::size_t at = 0; (at = word.find(name, at)) != std::string::npos; at += value.size()) {
      word.replace(at, name.size(), value);
    }
  }
  return word;
}

Metrics run_other(const BenchmarkPlan& plan, const BenchmarkTask& task, const BenchmarkInput& input,
                  const std::string& log) {
  const std::map<std::string, std::string> values = {{"{data}", input.prepared},
                                                     {"{types}", std::to_string(input.types)},
                                                     {"{seed}", std::to_string(task.seed)},
                                                     {"{here}", plan.here}};
  std::vector<std::string> command;
  command.reserve(task.method->command.size());
  for (const std::string& word : task.method->command) {
    command.push_back(filled(word, values));
  }
  const ProcessResult result = run_or_throw(command, log);
  Metrics found = metrics_from_json(result.output, input);
  found["seconds"] = result.seconds;
  return found;
}

/// What run_task does once no other program is at the task. Throws UsageError when one is after
/// all.
TaskResult run_claimed_task(const BenchmarkPlan& plan, const BenchmarkTask& task,
                            const BenchmarkInput& input, const std::string& folder,
                            const std::string& run, const std::vector<std::string>& extra_options) {
  const std::string settings = task_settings(plan, task);
  TaskResult result = load_result(folder, task, settings);
  if (result.status == TaskStatus::done) {  // by another benchmark, since ours began
    return result;
  }
  if (result.status == TaskStatus::missing) {
    fs::remove_all(run);
    fs::remove(run + ".log");
  }
  result = {TaskStatus::started, {}, "", settings};
  store_result(folder, task, result);
  try {
    if (!task.method->method.empty()) {
      result.metrics = run_clustering(plan, task, input, run + ".log", extra_options);
    } else if (!task.method->command.empty()) {
      result.metrics = run_other(plan, task, input, run + ".log");
    } else {
      result.metrics = run_mixvae(plan, task, input, run, extra_options);
    }
    result.status = TaskStatus::done;
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    require_unlocked(run);  // which a fit of a killed benchmark may have claimed before ours
    result.status = TaskStatus::failed;
    result.message = error.what();
  }
  store_result(folder, task, result);
  return result;
}

}  // namespace

std::map<std::string, double> metrics_from_json(const std::string& text,
                                                const BenchmarkInput& input) {
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) {
    throw InputError({.what = "the method did not print a JSON object",
                      .found = text.substr(0, 200),
                      .expected = "{\"labels\": [...]} or {\"accuracy\": ..., ...}"});
  }
  Metrics metrics;
  collect_numbers(parsed, "", metrics);
  if (parsed.contains("labels")) {
    compare_labels(parsed["labels"], input, metrics);
  }
  return metrics;
}

TaskResult run_task(const BenchmarkPlan& plan, const BenchmarkTask& task,
                    const BenchmarkInput& input, const std::string& folder,
                    const std::vector<std::string>& extra_options) {
  const std::string run = result_file(folder, task).substr(0, result_file(folder, task).rfind('.'));
  fs::create_directories(fs::path(run).parent_path());
  try {
    const FileLock claim(run + ".lock",
                         {.what = "another mixvae benchmark is at this task", .where = folder});
    require_unlocked(run);
    return run_claimed_task(plan, task, input, folder, run, extra_options);
  } catch (const UsageError& error) {
    return {TaskStatus::busy, {}, error.what(), task_settings(plan, task)};
  }
}

}  // namespace mixvae::app
