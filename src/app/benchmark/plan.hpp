#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/io/read.hpp"

namespace mixvae::app {

/// Options of mixvae fit by name, as texts.
using OptionTexts = std::map<std::string, std::string>;

/// A labelled data set of a benchmark.
struct BenchmarkData {
  std::string name = {};
  std::string path = {};
  ReadOptions read = {};
  std::string labels = {};               // column of the true labels
  std::vector<std::string> filter = {};  // "COLUMN == VALUE" or "COLUMN != VALUE": cells that stay
  std::map<std::string, std::vector<std::string>> merge =
      {};                                  // new label: the labels it stands for
  std::optional<std::int64_t> types = {};  // K; else the number of labels
  bool optional = false;                   // left out where `path` does not exist
  OptionTexts options = {};
};

/// A way to find types: mixvae fit, mixvae cluster, or another program.
struct BenchmarkMethod {
  std::string name = {};
  std::string method = {};  // of mixvae cluster; empty: mixvae fit or the command
  std::vector<std::string> command =
      {};  // empty: mixvae fit; else words with {data}, {types}, {seed}, {here}
  std::vector<std::string> data = {};  // names of the data sets it runs on; empty: all
  OptionTexts options = {};            // of mixvae fit or cluster
};

/// A number that somebody else printed.
struct PublishedValue {
  std::string data;
  std::string method;
  std::string metric;
  std::string text;  // "0.62 ± 0.01"
};

/// Models x data x settings x seeds, as a TOML file gives them.
struct BenchmarkPlan {
  std::string title;
  std::string here;  // folder of the file; its relative paths start there
  std::vector<std::int64_t> seeds = {0};
  std::vector<std::string> metrics = {"accuracy", "nmi", "ari"};
  OptionTexts options;  // of every mixvae method
  std::vector<BenchmarkData> data;
  std::vector<BenchmarkMethod> methods;
  std::vector<PublishedValue> published;
};

/// Reads a plan. Throws InputError naming file and line for anything that is missing, unknown,
/// doubled or of the wrong kind.
BenchmarkPlan read_benchmark_plan(const std::string& path);

/// Those options of a mixvae method that hold for one data set: the plan's, then the data set's,
/// then the method's own.
OptionTexts merged_options(const BenchmarkPlan& plan, const BenchmarkData& data,
                           const BenchmarkMethod& method);

}  // namespace mixvae::app
