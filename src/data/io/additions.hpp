#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "data/matrix.hpp"
#include "data/table.hpp"

namespace mixvae {

/// A value among the unstructured annotations.
using Unstructured =
    std::variant<std::string, double, std::int64_t, std::vector<std::string>, std::vector<double>>;

/// What is added to a data set: results, under the names that the caller chose.
struct Additions {
  std::vector<Column> cells;                         // obs columns, one value per cell
  std::map<std::string, DenseMatrix> arrays;         // obsm, each [N, *]
  std::map<std::string, Unstructured> unstructured;  // uns; '/' in a key separates nested groups
  std::string record;  // what keeps the names of these results in the file, so that the next ones
                       // of the same record replace all of them; empty: nothing is kept
  std::map<std::string, DenseMatrix> feature_arrays = {};  // varm, each [D, *]; .h5ad alone
};

}  // namespace mixvae
