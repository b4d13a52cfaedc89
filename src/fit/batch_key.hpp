#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "cluster/batch_correction.hpp"
#include "data/dataset.hpp"

namespace mixvae::fit {

/// Which annotations say from which batch a cell comes.
struct BatchOptions {
  std::vector<std::string> batch_key = {};
};

Options options(BatchOptions& batch);

/// The batch of each cell: a combination of the annotations' values ("b1 / day 2").
struct Batches {
  std::vector<std::string> names;     // [J] in natural order
  std::vector<std::int32_t> of_cell;  // [N] in [0, J)
};

/// The batches of the kept cells of training data. Throws InputError for a column that there is
/// not, for one whose values can hardly be labels, for a cell without a batch (naming it), for a
/// single batch and for batches of a single cell.
Batches training_batches(const BatchOptions& options, const Dataset& dataset,
                         const std::vector<Index>& kept);

/// How principal components are freed of the batches that were known in training.
struct BatchEffects {
  std::vector<std::string> key;    // columns; empty: batches were not told
  std::vector<std::string> names;  // [J]
  cluster::BatchCorrection correction;

  bool present() const { return correction.present(); }
  /// Components [M, d] of any cells (rows `kept` of a data set with these annotations) without
  /// their batch. Batches that training did not have are mapped each by its own cells, all cells
  /// without a batch as one; `notes` says so.
  DenseMatrix remove(const DenseMatrix& components, const Table& cells,
                     const std::vector<Index>& kept, std::vector<std::string>& notes) const;
};

}  // namespace mixvae::fit
