#pragma once

#include <string>
#include <vector>

#include "app/benchmark/plan.hpp"
#include "data/dataset.hpp"

namespace mixvae::app {

/// A data set of a benchmark as every method gets it.
struct BenchmarkInput {
  std::string cells;     // .h5ad with the chosen cells and raw values, labels in obs["label"]: what
                         // mixvae fit reads
  std::string prepared;  // .h5ad with the preprocessed matrix, the same that mixvae fit trains on,
                         // and no labels
  std::vector<Index> kept_cells;  // rows of `cells` that are in `prepared`
  Categorical labels;             // of the rows of `cells`
  std::int64_t types = 0;         // K
};

/// Cells for which every "COLUMN == VALUE" and "COLUMN != VALUE" holds; values are compared as
/// texts. Throws InputError for another form, an unknown column, and when no cell is left.
std::vector<Index> filtered_rows(const Dataset& dataset, const std::vector<std::string>& filter);

/// Labels with some of them joined under new names; labels named nowhere stay. Throws InputError
/// for a label that does not occur.
Categorical merged_labels(const Categorical& labels,
                          const std::map<std::string, std::vector<std::string>>& merge);

/// Reads, filters and relabels a data set, preprocesses it with those of the plan's and the data
/// set's options that say how, and writes both forms into the folder, under names that hold their
/// checksum: other data have other names.
BenchmarkInput prepare_benchmark_input(const BenchmarkPlan& plan, const BenchmarkData& data,
                                       const std::string& folder);

}  // namespace mixvae::app
