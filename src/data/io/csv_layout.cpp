#include "data/io/csv_layout.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

#include "base/text.hpp"
#include "data/io/orientation.hpp"
#include "data/io/text_values.hpp"
#include "data/table.hpp"

namespace mixvae {
namespace {

using Records = std::vector<TextRecord>;

constexpr std::array<std::string_view, 34> kNameHeaders = {"",
                                                           "gene",
                                                           "genes",
                                                           "gene_id",
                                                           "gene_name",
                                                           "gene_symbol",
                                                           "geneid",
                                                           "genename",
                                                           "symbol",
                                                           "symbols",
                                                           "ensembl_id",
                                                           "feature",
                                                           "features",
                                                           "cell",
                                                           "cells",
                                                           "cell_id",
                                                           "cell_name",
                                                           "cellid",
                                                           "barcode",
                                                           "barcodes",
                                                           "sample_id",
                                                           "obs_names",
                                                           "index",
                                                           "id",
                                                           "cell_barcode",
                                                           "unnamed: 0",
                                                           "cell_index",
                                                           "cell_names",
                                                           "barcode_id",
                                                           "bc_wells",
                                                           "gene_names",
                                                           "genenames",
                                                           "var_names",
                                                           "feature_id"};

/// Headers of columns of row numbers; the names stand in the column after them.
constexpr std::array<std::string_view, 10> kNumberHeaders = {
    "", "x", "x1", "unnamed: 0", "index", "row", "rowid", "no", "nr", "#"};

/// Headers of columns that describe genes (featureCounts, biomaRt, annotation tables).
constexpr std::array<std::string_view, 35> kGeneAnnotations = {"chr",
                                                               "chrom",
                                                               "chromosome",
                                                               "chromosome_name",
                                                               "seqname",
                                                               "seqnames",
                                                               "start",
                                                               "end",
                                                               "start_position",
                                                               "end_position",
                                                               "txstart",
                                                               "txend",
                                                               "strand",
                                                               "length",
                                                               "gene_length",
                                                               "genelength",
                                                               "effective_length",
                                                               "effectivelength",
                                                               "transcript_length",
                                                               "width",
                                                               "tss",
                                                               "gene_name",
                                                               "gene_symbol",
                                                               "symbol",
                                                               "gene_biotype",
                                                               "gene_type",
                                                               "biotype",
                                                               "description",
                                                               "entrezid",
                                                               "entrez_id",
                                                               "entrez",
                                                               "entrezgene",
                                                               "entrezgene_id",
                                                               "percentage_gene_gc_content",
                                                               "gc_content"};

/// Those of them that nothing but genes has.
constexpr std::array<std::string_view, 13> kGenomeHeaders = {
    "chr",      "chrom",        "chromosome", "chromosome_name", "seqname",
    "seqnames", "start",        "end",        "start_position",  "end_position",
    "strand",   "gene_biotype", "gene_length"};

constexpr double kHardlyRepeats = 0.9;

template <class Words>
bool among(const Words& words, const std::string& text) {
  return std::ranges::find(words, lower(trimmed(text))) != words.end();
}

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

bool is_name_header(const std::string& text) { return among(kNameHeaders, text); }

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

/// Most of the column's values stand in one record only.
bool hardly_repeats(const Records& records, std::size_t field) {
  std::unordered_set<std::string_view> seen;
  for (const TextRecord& record : records) {
    seen.insert(field < record.size() ? std::string_view(record[field]) : std::string_view{});
  }
  return static_cast<double>(seen.size()) >= kHardlyRepeats * static_cast<double>(records.size());
}

/// 0, 1, 2, ... or 1, 2, 3, ... down the records.
bool counts_down(const Records& records, std::size_t field) {
  if (records.empty() || field >= records.front().size()) {
    return false;
  }
  const double start = number_of(records.front()[field]).value_or(-1);
  for (std::size_t r = 0; r < records.size(); ++r) {
    if (field >= records[r].size() ||
        number_of(records[r][field]) != start + static_cast<double>(r)) {
      return false;
    }
  }
  return start == 0 || start == 1;
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
         (holds_text(records, 0) && hardly_repeats(records, 0));
}

bool first_is_row_numbers(const CsvLayout& layout, const Records& records) {
  return layout.header.size() > 2 && records.size() > 1 && layout.has_header &&
         among(kNumberHeaders, layout.header.front()) && counts_down(records, 0) &&
         holds_text(records, 1) && hardly_repeats(records, 1);
}

/// The last field that is not empty, and one more.
std::size_t filled_width(const TextRecord& record) {
  std::size_t width = record.size();
  while (width > 0 && trimmed(record[width - 1]).empty()) {
    --width;
  }
  return width;
}

/// Takes delimiters at the ends of lines off the header and the records.
void trim_ends(TextRecord& first, Records& following) {
  if (following.empty()) {
    return;
  }
  const std::size_t width = following.front().size();
  std::size_t filled = 0;
  for (const TextRecord& record : following) {
    filled = std::max(filled, filled_width(record));
  }
  const std::size_t named = filled_width(first);
  // Unnamed on top and empty below; or one delimiter more at the end of all records than on top.
  const std::size_t kept = std::max<std::size_t>(
      first.size() < width && filled <= first.size() ? first.size() : std::max(named, filled), 1);
  const auto trim = [kept](TextRecord& record) {
    if (record.size() > kept && filled_width(record) <= kept) {
      record.resize(kept);
    }
  };
  trim(first);
  std::ranges::for_each(following, trim);
}

/// Marks the columns behind the names that describe genes.
void find_gene_annotations(CsvLayout& layout) {
  std::vector<std::size_t> found;
  if (!layout.has_header || !layout.has_row_names()) {
    return;
  }
  for (std::size_t i = layout.names + 1; i < layout.header.size(); ++i) {
    const bool known = among(kGeneAnnotations, layout.header[i]);
    if (known) {
      found.push_back(i);
    } else if (layout.fields[i] != CsvLayout::Field::text) {
      break;
    }
  }
  const bool all = found.size() + layout.names + 1 == layout.header.size();
  const auto of_a_genome = std::ranges::count_if(
      found, [&](std::size_t i) { return among(kGenomeHeaders, layout.header[i]); });
  if (!all && !found.empty() && (is_gene_header(layout.corner) || of_a_genome > 1)) {
    for (const std::size_t i : found) {
      if (layout.fields[i] == CsvLayout::Field::number || among(kGenomeHeaders, layout.header[i])) {
        layout.gene_annotations.push_back(layout.header[i]);
      }
      layout.fields[i] = CsvLayout::Field::text;
    }
  }
}

}  // namespace

CsvLayout recognise_layout(const TextRecord& first_record, const Records& following_records) {
  CsvLayout layout;
  TextRecord first = first_record;
  Records records = following_records;
  trim_ends(first, records);
  layout.has_header = is_header(first, records);
  if (layout.has_header) {
    layout.header = first;
    if (!records.empty() && first.size() + 1 == records.front().size()) {
      layout.header.insert(layout.header.begin(), "");
    }
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
  layout.names = first_is_row_numbers(layout, records) ? 1 : 0;
  layout.corner = layout.has_header ? layout.header[layout.names] : "";
  if (layout.names == 1) {
    layout.fields.front() = CsvLayout::Field::row_number;
  }
  if (layout.names == 1 || first_is_names(layout, records)) {
    layout.fields[layout.names] = CsvLayout::Field::row_name;
  }
  find_gene_annotations(layout);
  return layout;
}

std::optional<DecimalComma> find_decimal_comma(const CsvLayout& layout, const Records& records) {
  for (std::size_t i = 0; i < layout.fields.size(); ++i) {
    const bool named = layout.has_header && is_name_header(layout.header[i]);
    if (layout.fields[i] == CsvLayout::Field::row_name && named) {
      continue;
    }
    DecimalComma found{layout.header[i], "", true};
    bool numbers = true;
    for (const TextRecord& record : records) {
      const std::string_view text = i < record.size() ? record[i] : std::string_view{};
      const bool comma = with_decimal_point(text).has_value() || has_thousands_commas(text);
      numbers = numbers && (comma || number_of(text).has_value());
      if (comma) {
        found.value = found.value.empty() ? trimmed(text) : std::string_view(found.value);
        found.thousands = found.thousands && has_thousands_commas(text);
      }
    }
    if (numbers && !found.value.empty()) {
      return found;
    }
  }
  return std::nullopt;
}

}  // namespace mixvae
