#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/index.hpp"
#include "base/options.hpp"
#include "data/dataset.hpp"

namespace mixvae::analysis {

/// Which annotations say where cells come from.
struct AbundanceOptions {
  std::string sample = {};     // empty: 'sample' of data from a folder, else none
  std::string condition = {};  // of each sample; or empty
};

Options options(AbundanceOptions& abundance);

/// Whether the share of a type differs between conditions. NaN where nothing varies, and for a type
/// without cells.
struct ConditionTest {
  double f = 0;
  double p = 0;
  double adjusted = 0;  // for the number of types (Benjamini and Hochberg)
};

/// How many cells of each type each sample has. Letters: M samples with a cell that has a type, T
/// types, C conditions.
struct Abundances {
  std::vector<std::string> samples;            // [M] by condition
  std::vector<std::string> conditions;         // [C]; empty: none were named
  std::vector<std::int32_t> condition;         // [M] of each sample; or empty
  std::vector<std::vector<Index>> cells;       // [M][T]
  std::vector<Index> totals;                   // [M] cells with a type
  std::vector<ConditionTest> tests;            // [T]; empty where none was made
  std::string untested;                        // why none was made; or empty
  std::vector<std::string> without_condition;  // samples that are left out of all this

  double fraction(std::size_t sample, std::size_t type) const;
  /// Mean over the samples of a condition.
  double mean_fraction(std::int32_t condition, std::size_t type) const;
};

/// Checks, before the long work, what abundances() refuses. Throws InputError for annotations that
/// are not there or are no labels (data/label_column.hpp), and for a sample whose cells have two
/// conditions; UsageError for conditions without samples.
void require_abundances(const Dataset& dataset, const AbundanceOptions& options);

/// Cells of each type [N, -1: none] in each sample; nothing where no annotation says which samples
/// there are. With at least two conditions, and two samples of each, every type is tested: analysis
/// of variance of the logit of its share, ln((c + 0.5) / (n - c + 0.5)) with c of the sample's n
/// cells (docs/equations.md). The unit is the sample, not the cell. Throws what require_abundances
/// throws.
std::optional<Abundances> abundances(const Dataset& dataset, const std::vector<std::int32_t>& types,
                                     Index type_count, const AbundanceOptions& options);

}  // namespace mixvae::analysis
