#include "data/io/similarity_file.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "data/io/csv.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/read.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

using Pairs = std::map<std::pair<Index, Index>, float>;

class PairReader {
 public:
  PairReader(const std::string& path, std::span<const std::string> names) : path_(path) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      numbers_[names[i]] = static_cast<Index>(i);
    }
  }

  Pairs read() const {
    const TextTable table = read_text_table(path_);
    if (table.columns.size() != 2 && table.columns.size() != 3) {
      throw InputError({.what = "this is no list of pairs",
                        .where = path_,
                        .found = std::to_string(table.columns.size()) + " columns",
                        .expected = "two columns of cell names, and perhaps one of similarities"});
    }
    Pairs pairs;
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows()); ++row) {
      const std::string where = path_ + ", pair " + std::to_string(row + 1);
      const Index a = cell_number(table.columns[0][row], where);
      const Index b = cell_number(table.columns[1][row], where);
      if (a == b) {
        throw InputError({.what = "a cell is paired with itself",
                          .where = where,
                          .found = table.columns[0][row]});
      }
      const float value = table.columns.size() == 3 ? value_of(table.columns[2][row], where) : 1.0F;
      for (const auto& pair : {std::pair(a, b), std::pair(b, a)}) {
        if (!pairs.emplace(pair, value).second && pairs[pair] != value) {
          throw InputError(
              {.what = "a pair is listed twice with different similarities", .where = where});
        }
      }
    }
    return pairs;
  }

 private:
  Index cell_number(const std::string& name, const std::string& where) const {
    const auto found = numbers_.find(name);
    if (found == numbers_.end()) {
      throw InputError(
          {.what = "the data have no cell of this name", .where = where, .found = name});
    }
    return found->second;
  }

  static float value_of(const std::string& text, const std::string& where) {
    const std::optional<double> value = mixvae::number_of(text);
    const bool valid = value && *value >= 0 && *value <= 1;
    if (!valid) {
      throw InputError({.what = "a similarity is out of range",
                        .where = where,
                        .found = text,
                        .expected = "a number in [0, 1]"});
    }
    return static_cast<float>(*value);
  }

  std::string path_;
  std::unordered_map<std::string, Index> numbers_;
};

CsrMatrix matrix_of(const Pairs& pairs, Index cells) {
  CsrMatrix matrix;
  matrix.rows = cells;
  matrix.columns = cells;
  matrix.offsets.assign(static_cast<std::size_t>(cells) + 1, 0);
  for (const auto& [pair, value] : pairs) {
    ++matrix.offsets[static_cast<std::size_t>(pair.first) + 1];
    matrix.column_numbers.push_back(static_cast<std::int32_t>(pair.second));
    matrix.values.push_back(value);
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(cells); ++i) {
    matrix.offsets[i + 1] += matrix.offsets[i];
  }
  return matrix;
}

CsrMatrix sparse(const Matrix& matrix) {
  if (const auto* csr = std::get_if<CsrMatrix>(&matrix)) {
    return *csr;
  }
  const auto& dense = std::get<DenseMatrix>(matrix);
  CsrMatrix out;
  out.rows = dense.rows;
  out.columns = dense.columns;
  for (Index i = 0; i < dense.rows; ++i) {
    for (Index j = 0; j < dense.columns; ++j) {
      if (dense(i, j) != 0) {
        out.column_numbers.push_back(static_cast<std::int32_t>(j));
        out.values.push_back(dense(i, j));
      }
    }
    out.offsets.push_back(static_cast<Index>(out.values.size()));
  }
  return out;
}

/// Names that tell nothing: 0, 1, 2, ..., as some programs write where there are none.
bool are_numbers(const std::vector<std::string>& names) {
  for (std::size_t n = 0; n < names.size(); ++n) {
    if (names[n] != std::to_string(n)) {
      return false;
    }
  }
  return true;
}

[[noreturn]] void refuse_cell_names(const std::string& path, const std::string& found) {
  throw InputError(
      {.what = "the similarity matrix is of other cells than the data",
       .where = path,
       .found = found,
       .expected = "each cell of the data once, in any order",
       .hint = "a matrix without names (.mtx, .npz, .npy) is joined by the cells' order"});
}

/// Where each cell stands among the names, each of which must be a cell's.
std::vector<Index> places_of(std::span<const std::string> cells,
                             const std::vector<std::string>& names, const std::string& path) {
  std::unordered_map<std::string, Index> place;
  for (const std::string& name : names) {
    if (!place.emplace(name, static_cast<Index>(place.size())).second) {
      refuse_cell_names(path, "'" + name + "' twice");
    }
  }
  std::vector<Index> order;
  for (const std::string& name : cells) {
    const auto found = place.find(name);
    if (found == place.end() || found->second < 0) {
      refuse_cell_names(path, found == place.end() ? "no '" + name + "'"
                                                   : "two cells of the data named '" + name + "'");
    }
    order.push_back(std::exchange(found->second, -1));
  }
  return order;
}

/// The matrix with rows and columns in the order of the cells; as it is where it names no cells.
/// Columns that are not named by cells follow the rows.
CsrMatrix in_order_of(std::span<const std::string> cells, const Dataset& dataset,
                      const std::string& path) {
  if (dataset.source.cells_unnamed || are_numbers(dataset.cells.names)) {
    return sparse(dataset.x);
  }
  const std::vector<Index> rows = places_of(cells, dataset.cells.names, path);
  const std::unordered_set<std::string> known(cells.begin(), cells.end());
  const bool named = std::ranges::any_of(
      dataset.features.names, [&](const std::string& name) { return known.contains(name); });
  return sparse(select_columns(select_rows(dataset.x, rows),
                               named ? places_of(cells, dataset.features.names, path) : rows));
}

}  // namespace

CsrMatrix read_similarity(const std::string& path, std::span<const std::string> cell_names) {
  const auto cells = static_cast<Index>(cell_names.size());
  if (file_kind(path) == FileKind::text) {
    return matrix_of(PairReader(path, cell_names).read(), cells);
  }
  // A Matrix Market file without names: its rows and columns are the cells alike.
  const Dataset dataset = read_dataset(path, {.orientation = "cells-in-columns"});
  if (dataset.cell_count() != cells || dataset.feature_count() != cells) {
    throw InputError({.what = "the similarity matrix is of another size than the data",
                      .where = path,
                      .found = std::to_string(dataset.cell_count()) + " x " +
                               std::to_string(dataset.feature_count()),
                      .expected = std::to_string(cells) + " x " + std::to_string(cells)});
  }
  return in_order_of(cell_names, dataset, path);
}

}  // namespace mixvae
