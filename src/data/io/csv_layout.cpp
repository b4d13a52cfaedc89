#include "data/io/csv_layout.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "data/io/text_values.hpp"
#include "data/table.hpp"

namespace mixvae {
namespace {

using Records = std::vector<TextRecord>;

constexpr std::array<std::string_view, 26> kNameHeaders = {
    "",          "gene",    "genes",     "gene_id",      "gene_name", "gene_symbol", "geneid",
    "genename",  "symbol",  "symbols",   "ensembl_id",   "feature",   "features",    "cell",
    "cells",     "cell_id", "cell_name", "cellid",       "barcode",   "barcodes",    "sample_id",
    "obs_names", "index",   "id",        "cell_barcode", "unnamed: 0"};

bool is_number(const std::string& text) { return !is_missing(text) && number_of(text).has_value(); }

/// 0, 1, 2, ... or 1, 2, 3, ...: column numbers that some programs write as a header.
bool counts_up(const TextRecord& record, std::size_t from) {
  if (record.size() < from + 4) {
    return false;
  }
  const double start = number_of(record[from]).value_or(-1);
  if (start != 0 && start != 1) {
    return false;
  }
  for (std::size_t i = from; i < record.size(); ++i) {
    if (number_of(record[i]) != start + static_cast<double>(i - from)) {
      return false;
    }
  }
  return true;
}

bool is_name_header(const std::string& text) {
  return std::ranges::find(kNameHeaders, lower(trimmed(text))) != kNameHeaders.end();
}

bool is_header(const TextRecord& first, const Records& following) {
  if (!following.empty() && first.size() + 1 == following.front().size()) {
    return true;
  }
  const bool one = first.size() == 1;
  if (!one && is_name_header(first.front())) {
    return true;
  }
  const auto values = first.begin() + (one ? 0 : 1);
  const bool numbers = std::all_of(values, first.end(), is_number);
  return !numbers || counts_up(first, 0) || counts_up(first, 1);
}

bool differs_in_every_record(const Records& records) {
  std::unordered_set<std::string_view> seen;
  return std::ranges::all_of(records,
                             [&](const TextRecord& r) { return seen.insert(r.front()).second; });
}

/// Text wherever something stands, and something stands.
bool holds_text(const Records& records, std::size_t field) {
  bool any = false;
  for (const TextRecord& record : records) {
    if (field < record.size() && !is_missing(record[field])) {
      if (number_of(record[field])) {
        return false;
      }
      any = true;
    }
  }
  return any;
}

bool first_is_names(const CsvLayout& layout, const Records& records) {
  if (layout.header.size() < 2) {
    return false;
  }
  return (layout.has_header && is_name_header(layout.corner)) ||
         (holds_text(records, 0) && differs_in_every_record(records));
}

}  // namespace

CsvLayout recognise_layout(const TextRecord& first, const Records& following) {
  CsvLayout layout;
  layout.has_header = is_header(first, following);
  Records records = following;
  if (layout.has_header) {
    layout.header = first;
    if (!following.empty() && first.size() + 1 == following.front().size()) {
      layout.header.insert(layout.header.begin(), "");
    }
    layout.corner = layout.header.front();
  } else {
    layout.header = numbered_names("F", static_cast<Index>(first.size()));
    records.insert(records.begin(), first);
  }
  layout.fields.assign(layout.header.size(), CsvLayout::Field::number);
  for (std::size_t i = 0; i < layout.fields.size(); ++i) {
    if (holds_text(records, i)) {
      layout.fields[i] = CsvLayout::Field::text;
    }
  }
  if (first_is_names(layout, records)) {
    layout.fields.front() = CsvLayout::Field::row_name;
  }
  return layout;
}

}  // namespace mixvae
