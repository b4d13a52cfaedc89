#pragma once

#include <string>
#include <vector>

#include "app/benchmark/task.hpp"
#include "report/table_printer.hpp"

namespace mixvae::app {

/// Mean and standard deviation (n - 1) of a metric over the seeds of a row.
struct Summary {
  double mean = 0;
  double deviation = 0;
  std::size_t count = 0;

  /// "0.713 ± 0.012"; without deviation for one seed; "-" for none.
  std::string text(int decimals = 3) const;
};

Summary summarise(const std::vector<double>& values);

/// One row per data set and method: cells of the table, with numbers published for the same cell
/// beside; where there are several data sets, one more row per method that is complete: the mean
/// over them. `results` runs parallel to `tasks`.
report::TablePrinter benchmark_table(const BenchmarkPlan& plan,
                                     const std::vector<BenchmarkTask>& tasks,
                                     const std::vector<TaskResult>& results);

/// The same as JSON: {"title", "rows": [{"data", "method", "seeds", "failed", "metrics": {name:
/// {"mean", "sd"}}}]}.
std::string benchmark_json(const BenchmarkPlan& plan, const std::vector<BenchmarkTask>& tasks,
                           const std::vector<TaskResult>& results);

}  // namespace mixvae::app
