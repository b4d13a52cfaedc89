#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"
#include "data/prepare/similarity.hpp"

namespace mixvae::fit {

/// What is told to a model about pairs of cells.
struct SimilarityOptions {
  std::string similarity = "none";
  std::optional<std::int64_t> neighbours = {};
  double different = 0.25;
  std::string scope = "batch";
  double distance = 2.0;
  std::string pairs = {};
};

Options options(SimilarityOptions& similarity);

/// The rule behind `--similarity-neighbours auto`, as a share of the batch. Where all other cells
/// are different: 0.8 / K, most of a type of mean size (10 of a batch of 128 with 10 types), at
/// most a half. Where only the farthest ones are, neighbours need not be many: 1 / 100.
double similar_share_of_batch(std::int64_t types, double different = 1);

/// What similarities are computed from. N kept cells of the data set.
struct SimilarityData {
  const DenseMatrix& coordinates;          // [N, d] where neighbours are found
  const std::vector<std::string>& names;   // of all cells of the data set
  const std::vector<Index>& kept;          // [N] rows of the data set
  const std::vector<std::int32_t>& known;  // [N] known types, -1 for none; or empty
};

/// The similarities that the options name, of the kept cells, or null for none. Given pairs
/// overrule known types, which overrule neighbours. Throws UsageError for numbers that do not fit
/// the data, InputError for a file that does not.
std::unique_ptr<Similarity> make_similarity(const SimilarityOptions& options,
                                            const SimilarityData& data, std::int64_t types,
                                            std::int64_t batch_size);

}  // namespace mixvae::fit
