#include "app/benchmark/task.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array<const char*, 4> kStatusNames = {"missing", "started", "failed", "done"};

bool matches_from(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern.front() == '*') {
    return matches_from(text, pattern.substr(1)) ||
           (!text.empty() && matches_from(text.substr(1), pattern));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_from(text.substr(1), pattern.substr(1));
}

std::map<std::string, double> numbers_of(const json& object) {
  std::map<std::string, double> numbers;
  for (const auto& [name, value] : object.items()) {
    if (value.is_number()) {
      numbers[name] = value.get<double>();
    }
  }
  return numbers;
}

}  // namespace

std::string path_part(const std::string& name) {
  std::string part = name;
  std::ranges::replace_if(
      part,
      [](unsigned char c) {
        return std::isalnum(c) == 0 &&
               std::string_view("-_.+=").find(static_cast<char>(c)) == std::string_view::npos;
      },
      '_');
  return part.empty() || part.front() == '.' ? "_" + part : part;
}

std::string BenchmarkTask::title() const {
  return data->name + " / " + method->name + " / seed " + std::to_string(seed);
}

bool matches(const std::string& text, const std::string& pattern) {
  const bool anywhere = pattern.find_first_of("*?") == std::string::npos;
  return matches_from(lower(text), anywhere ? "*" + lower(pattern) + "*" : lower(pattern));
}

std::vector<BenchmarkTask> benchmark_tasks(const BenchmarkPlan& plan, const std::string& only) {
  std::vector<BenchmarkTask> tasks;
  for (const BenchmarkData& data : plan.data) {
    for (const BenchmarkMethod& method : plan.methods) {
      const bool wanted =
          method.data.empty() || std::ranges::find(method.data, data.name) != method.data.end();
      for (const std::int64_t seed : wanted ? plan.seeds : std::vector<std::int64_t>{}) {
        const BenchmarkTask task{&data, &method, seed};
        if (matches(task.title(), only)) {
          tasks.push_back(task);
        }
      }
    }
  }
  return tasks;
}

std::string result_file(const std::string& folder, const BenchmarkTask& task) {
  return (fs::path(folder) / path_part(task.data->name) / path_part(task.method->name) /
          ("seed-" + std::to_string(task.seed) + ".json"))
      .string();
}

std::string task_settings(const BenchmarkPlan& plan, const BenchmarkTask& task) {
  const BenchmarkData& data = *task.data;
  const bool ours = task.method->command.empty();
  const OptionTexts options = merged_options(plan, data, ours ? *task.method : BenchmarkMethod{});
  json settings{{"path", fs::path(data.path).filename().string()},
                {"annotations", fs::path(data.read.annotations).filename().string()},
                {"layer", data.read.layer},
                {"labels", data.labels},
                {"filter", data.filter},
                {"merge", data.merge},
                {"types", data.types ? json(*data.types) : json("labels")},
                {"command", task.method->command},
                {"options", options}};
  if (!task.method->method.empty()) {
    settings["method"] = task.method->method;
  }
  return settings.dump();
}

TaskResult load_result(const std::string& folder, const BenchmarkTask& task,
                       const std::string& settings) {
  std::ifstream file(result_file(folder, task), std::ios::binary);
  const json stored =
      json::parse(std::string(std::istreambuf_iterator<char>(file), {}), nullptr, false);
  if (!stored.is_object() ||
      stored.value("settings", json()).dump() != json::parse(settings).dump()) {
    return {};
  }
  TaskResult result;
  const auto status = std::ranges::find(kStatusNames, stored.value("status", ""));
  result.status = status == kStatusNames.end()
                      ? TaskStatus::missing
                      : static_cast<TaskStatus>(status - kStatusNames.begin());
  result.metrics = numbers_of(stored.value("metrics", json::object()));
  result.message = stored.value("message", "");
  result.settings = settings;
  return result;
}

void store_result(const std::string& folder, const BenchmarkTask& task, const TaskResult& result) {
  MIXVAE_ASSERT(result.status != TaskStatus::busy, "who is at a task stores its result");
  const std::string path = result_file(folder, task);
  fs::create_directories(fs::path(path).parent_path());
  const json stored = {{"data", task.data->name},
                       {"method", task.method->name},
                       {"seed", task.seed},
                       {"status", kStatusNames[static_cast<std::size_t>(result.status)]},
                       {"metrics", result.metrics},
                       {"message", result.message},
                       {"settings", json::parse(result.settings)}};
  write_atomically(path, stored.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace mixvae::app
