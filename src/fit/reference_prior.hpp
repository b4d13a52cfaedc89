#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae::fit {

/// Probabilities of types that are held of each cell before training (reference-prior mode of
/// cpl-mixVAE; docs/equations.md, known types): [N, K] for N kept cells, from any matrix file with
/// one row for each cell of the data set and one column for each of at most K types; further types
/// have probability 0. Rows are joined by the cells' names, or stand in the data's order where the
/// file has none. Without a path: [0, 0]. Throws InputError for cells that the file lacks, another
/// number of rows, values outside [0, 1] and rows that do not sum to 1 (within 0.01), UsageError
/// for more than K columns.
DenseMatrix reference_prior(const std::string& path, const Dataset& dataset,
                            const std::vector<Index>& kept, std::int64_t types);

/// [N] the type that the prior holds to be more probable than all others together, -1 where there
/// is none.
std::vector<std::int32_t> prior_types(const DenseMatrix& prior);

}  // namespace mixvae::fit
