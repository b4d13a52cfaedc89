#include "app/benchmark/report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace mixvae::app {
namespace {

/// Scores have three decimals, times one.
int decimals(const std::string& metric) { return metric == "seconds" ? 1 : 3; }

/// The results of one method on one data set over its seeds.
struct Row {
  const BenchmarkData* data = nullptr;
  const BenchmarkMethod* method = nullptr;
  std::size_t tasks = 0;
  std::vector<const TaskResult*> done;
  std::size_t failed = 0;

  Summary summary(const std::string& metric) const {
    std::vector<double> values;
    for (const TaskResult* result : done) {
      if (const auto found = result->metrics.find(metric); found != result->metrics.end()) {
        values.push_back(found->second);
      }
    }
    return summarise(values);
  }
};

std::vector<Row> rows_of(const std::vector<BenchmarkTask>& tasks,
                         const std::vector<TaskResult>& results) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (rows.empty() || rows.back().data != tasks[i].data ||
        rows.back().method != tasks[i].method) {
      rows.push_back({tasks[i].data, tasks[i].method, 0, {}, 0});
    }
    rows.back().tasks += 1;
    rows.back().failed += results[i].status == TaskStatus::failed ? 1 : 0;
    if (results[i].status == TaskStatus::done) {
      rows.back().done.push_back(&results[i]);
    }
  }
  return rows;
}

std::string seeds_text(const Row& row) {
  const std::string count = std::to_string(row.done.size());
  const std::string text =
      row.done.size() == row.tasks ? count : count + " of " + std::to_string(row.tasks);
  return row.failed == 0 ? text : text + " (" + std::to_string(row.failed) + " failed)";
}

std::string published_text(const BenchmarkPlan& plan, const std::string& data,
                           const std::string& method, const std::string& metric) {
  for (const PublishedValue& value : plan.published) {
    if (value.data == data && value.method == method && value.metric == metric) {
      return value.text;
    }
  }
  return "";
}

std::vector<std::string> header_of(const BenchmarkPlan& plan) {
  std::vector<std::string> header = {"data", "method", "seeds"};
  for (const std::string& metric : plan.metrics) {
    header.push_back(metric);
    if (std::ranges::find(plan.published, metric, &PublishedValue::metric) !=
        plan.published.end()) {
      header.push_back(metric + " published");
    }
  }
  header.push_back("seconds");
  return header;
}

template <class TextOf>
std::vector<std::string> cells_of(const BenchmarkPlan& plan, const std::string& data,
                                  const std::string& method, const std::string& seeds,
                                  TextOf&& text_of) {
  std::vector<std::string> cells = {data, method, seeds};
  for (const std::string& metric : plan.metrics) {
    cells.push_back(text_of(metric));
    if (std::ranges::find(plan.published, metric, &PublishedValue::metric) !=
        plan.published.end()) {
      cells.push_back(published_text(plan, data, method, metric));
    }
  }
  cells.push_back(text_of("seconds"));
  return cells;
}

/// The mean of a metric's means over data sets; NaN unless each of them has one.
double mean_over_data(const std::vector<Row>& rows, const BenchmarkMethod& method,
                      const std::string& metric, std::size_t data_sets) {
  std::vector<double> means;
  for (const Row& row : rows) {
    if (row.method == &method && row.summary(metric).count > 0) {
      means.push_back(row.summary(metric).mean);
    }
  }
  return means.size() == data_sets ? summarise(means).mean : std::nan("");
}

}  // namespace

std::string Summary::text(int decimals) const {
  if (count == 0) {
    return "-";
  }
  return count == 1 ? report::fixed(mean, decimals)
                    : report::fixed(mean, decimals) + " ± " + report::fixed(deviation, decimals);
}

Summary summarise(const std::vector<double>& values) {
  Summary summary;
  for (const double value : values) {
    summary.count += std::isfinite(value) ? 1 : 0;
    summary.mean += std::isfinite(value) ? value : 0;
  }
  summary.mean /= static_cast<double>(std::max<std::size_t>(summary.count, 1));
  for (const double value : values) {
    summary.deviation += std::isfinite(value) ? (value - summary.mean) * (value - summary.mean) : 0;
  }
  summary.deviation =
      summary.count < 2 ? 0 : std::sqrt(summary.deviation / static_cast<double>(summary.count - 1));
  return summary;
}

report::TablePrinter benchmark_table(const BenchmarkPlan& plan,
                                     const std::vector<BenchmarkTask>& tasks,
                                     const std::vector<TaskResult>& results) {
  const std::vector<Row> rows = rows_of(tasks, results);
  report::TablePrinter table(header_of(plan));
  for (const Row& row : rows) {
    table.add(cells_of(
        plan, row.data->name, row.method->name, seeds_text(row),
        [&row](const std::string& metric) { return row.summary(metric).text(decimals(metric)); }));
  }
  for (const BenchmarkMethod& method : plan.methods) {
    const auto mean = [&](const std::string& metric) {
      return mean_over_data(rows, method, metric, plan.data.size());
    };
    if (plan.data.size() > 1 && !std::isnan(mean(plan.metrics.front()))) {
      table.add(cells_of(plan, "mean", method.name, "", [&mean](const std::string& metric) {
        return report::fixed(mean(metric), decimals(metric));
      }));
    }
  }
  return table;
}

std::string benchmark_json(const BenchmarkPlan& plan, const std::vector<BenchmarkTask>& tasks,
                           const std::vector<TaskResult>& results) {
  using nlohmann::json;
  json rows = json::array();
  for (const Row& row : rows_of(tasks, results)) {
    json metrics = json::object();
    std::vector<std::string> names = plan.metrics;
    names.emplace_back("seconds");
    for (const std::string& metric : names) {
      const Summary summary = row.summary(metric);
      if (summary.count > 0) {
        metrics[metric] = {{"mean", summary.mean}, {"sd", summary.deviation}};
      }
    }
    rows.push_back({{"data", row.data->name},
                    {"method", row.method->name},
                    {"seeds", row.done.size()},
                    {"failed", row.failed},
                    {"metrics", metrics}});
  }
  return json{{"title", plan.title}, {"rows", rows}}.dump(2) + "\n";
}

}  // namespace mixvae::app
