#include "data/io/csv_long.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/orientation.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kMostColumns = 8;

/// Headers of the counts, the best first.
constexpr std::array<std::string_view, 10> kCountHeaders = {"rsec_adjusted_molecules",
                                                            "dbec_adjusted_molecules",
                                                            "raw_molecules",
                                                            "umi_count",
                                                            "umis",
                                                            "umi",
                                                            "molecules",
                                                            "counts",
                                                            "count",
                                                            "value"};

template <class Test>
std::vector<std::size_t> columns_where(const CsvLayout& layout, Test test) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < layout.header.size(); ++i) {
    if (test(i)) {
      found.push_back(i);
    }
  }
  return found;
}

bool repeats(const std::vector<TextRecord>& records, std::size_t column) {
  std::unordered_set<std::string_view> seen;
  return !std::ranges::all_of(records, [&](const TextRecord& record) {
    return column < record.size() && seen.insert(record[column]).second;
  });
}

std::optional<std::size_t> count_column(const CsvLayout& layout) {
  for (const std::string_view wanted : kCountHeaders) {
    const auto found = columns_where(
        layout, [&](std::size_t i) { return lower(trimmed(layout.header[i])) == wanted; });
    if (!found.empty()) {
      return found.front();
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<LongTable> long_table(const CsvLayout& layout,
                                    const std::vector<TextRecord>& records) {
  const std::size_t width = layout.header.size();
  if (!layout.has_header || width < 3 || width > kMostColumns) {
    return std::nullopt;
  }
  const auto cells =
      columns_where(layout, [&](std::size_t i) { return is_cell_header(layout.header[i]); });
  const auto genes =
      columns_where(layout, [&](std::size_t i) { return is_gene_header(layout.header[i]); });
  if (cells.size() != 1 || genes.empty() || !repeats(records, cells.front()) ||
      layout.fields[genes.front()] == CsvLayout::Field::number) {
    return std::nullopt;
  }
  if (const auto named = count_column(layout)) {
    return LongTable{cells.front(), genes.front(), *named};
  }
  const auto numbers = columns_where(layout, [&](std::size_t i) {
    return i != cells.front() && layout.fields[i] == CsvLayout::Field::number;
  });
  if (numbers.size() == 1) {
    return LongTable{cells.front(), genes.front(), numbers.front()};
  }
  throw InputError({.what = "the table has a row per cell and gene, but it is not clear which "
                            "column holds the counts",
                    .found = "columns: " + join(layout.header, ", "),
                    .expected = "one column called count, or only one of numbers"});
}

std::int32_t LongTableCollector::Side::number_of(std::string_view name) {
  const auto [place, added] =
      numbers.emplace(trimmed(name), static_cast<std::int32_t>(names.size()));
  if (added) {
    names.emplace_back(trimmed(name));
  }
  return place->second;
}

void LongTableCollector::consume(const std::vector<std::string_view>& fields,
                                 const std::string& where) {
  const std::optional<double> value = number_of(fields[columns_.value]);
  if (!value) {
    throw InputError({.what = "this is not a number",
                      .where = where + ", column '" + header_[columns_.value] + "'",
                      .found = "'" + std::string(fields[columns_.value].substr(0, 40)) + "'"});
  }
  const auto cell = static_cast<std::size_t>(cells_.number_of(fields[columns_.cell]));
  rows_.resize(std::max(rows_.size(), cell + 1));
  rows_[cell][genes_.number_of(fields[columns_.gene])] += static_cast<float>(*value);
}

Dataset LongTableCollector::finish() {
  CsrMatrix x;
  x.rows = static_cast<Index>(cells_.names.size());
  x.columns = static_cast<Index>(genes_.names.size());
  x.offsets = {0};
  for (const auto& row : rows_) {
    for (const auto& [gene, value] : row) {
      if (value != 0.0F) {
        x.column_numbers.push_back(gene);
        x.values.push_back(value);
      }
    }
    x.offsets.push_back(static_cast<Index>(x.values.size()));
  }
  Dataset dataset;
  dataset.source.format = "csv";
  dataset.x = std::move(x);
  dataset.cells.names = std::move(cells_.names);
  dataset.features.names = std::move(genes_.names);
  dataset.source.notes.push_back("The table has a row per cell and gene: cells by '" +
                                 header_[columns_.cell] + "', genes by '" + header_[columns_.gene] +
                                 "', values from '" + header_[columns_.value] + "'.");
  return dataset;
}

}  // namespace mixvae
