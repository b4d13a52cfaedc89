#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/matrix.hpp"
#include "fit/starting_types.hpp"

namespace mixvae::fit {

/// Nearest cells that tell a cell's label.
inline constexpr Index kVoters = 15;

/// Cells that stand for all others where these are many: all cells, or of more than `most` a
/// random sample of so many, and of each type of types [N] at least `of_each` or all that it has.
/// In rising order; cells without a type (-1) may be among them.
std::vector<Index> landmark_cells(const std::vector<std::int32_t>& types, Index most, Index of_each,
                                  std::uint64_t seed);

/// The label that most of the given cells have, of equally common ones that of the first cell; -1
/// counts as a label. There is at least one cell.
std::int32_t majority(std::span<const std::int32_t> cells, const std::vector<std::int32_t>& labels);

/// The types of L cells as another sample of them tells.
struct Replicate {
  std::vector<std::int32_t> types;                 // [L] the rule's partition
  std::vector<std::vector<std::int32_t>> members;  // those that it was made of
};

struct ReplicateOptions {
  Index replicates = 10;  // B
  StartOptions start;     // its seed gives those of the replicates
};

/// Whether so many cells can be drawn again and parted into so many types.
bool can_replicate(Index cells, Index types);

/// B partitions of L cells, each found from a bootstrap of its own: of the cells at points [L, d]
/// as many are drawn with replacement, those drawn are parted by the rule of starting_partition
/// with a seed of their own, and the others take the label that most of their 15 nearest among
/// them have. The same for any number of threads. Throws UsageError unless
/// can_replicate(L, types).
std::vector<Replicate> replicates(const DenseMatrix& points, const ReplicateOptions& options);

}  // namespace mixvae::fit
