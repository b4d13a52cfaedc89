#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/csv_layout.hpp"

namespace mixvae {

/// Columns of a table with one row for every cell and gene that was counted in it.
struct LongTable {
  std::size_t cell = 0;
  std::size_t gene = 0;
  std::size_t value = 0;
};

/// Recognises such a table: one column called like cells (Cell_Index, barcode, ...), one like genes
/// whose names repeat or whose cells do, and at most 8 columns, one of which is called like counts:
/// BD Rhapsody's RSEC_Adjusted_Molecules before others, count, value, umis, ..., or the only one of
/// numbers. Throws InputError when the counts could stand in several columns.
std::optional<LongTable> long_table(const CsvLayout& layout,
                                    const std::vector<TextRecord>& records);

/// Spreads the rows of such a table out into a matrix; cells and genes in the order in which they
/// come first; values at the same place are added.
class LongTableCollector {
 public:
  LongTableCollector(LongTable columns, const std::vector<std::string>& header)
      : columns_(columns), header_(header) {}

  /// Throws InputError for a value that is no number.
  void consume(const std::vector<std::string_view>& fields, const std::string& where);
  Dataset finish();

 private:
  struct Side {
    std::int32_t number_of(std::string_view name);

    std::unordered_map<std::string, std::int32_t> numbers;
    std::vector<std::string> names;
  };

  LongTable columns_;
  const std::vector<std::string>& header_;
  Side cells_;
  Side genes_;
  std::vector<std::map<std::int32_t, float>> rows_;  // of each cell: gene, value
};

}  // namespace mixvae
