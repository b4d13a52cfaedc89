#include "data/io/orientation.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_set>

#include "base/text.hpp"

namespace mixvae {
namespace {

using NameSpan = std::span<const std::string>;

constexpr std::array<std::string_view, 20> kGeneHeaders = {
    "gene",   "genes",      "gene_id",    "gene_name", "gene_symbol", "geneid",         "genename",
    "symbol", "symbols",    "ensembl_id", "feature",   "features",    "feature_id",     "protein",
    "marker", "gene_names", "genenames",  "var_names", "peak",        "gene_short_name"};
constexpr std::array<std::string_view, 17> kCellHeaders = {
    "cell",     "cells",        "cell_id",    "cell_name",  "cellid",  "barcode",
    "barcodes", "sample",       "sample_id",  "samples",    "obs",     "obs_names",
    "well",     "cell_barcode", "cell_index", "cell_names", "bc_wells"};
constexpr std::array<std::string_view, 12> kCommonGenes = {"actb",   "gapdh", "malat1", "b2m",
                                                           "rpl3",   "rps6",  "eef1a1", "mt-co1",
                                                           "mt-nd1", "ubc",   "tmsb4x", "ptprc"};

constexpr double kVaried = 0.25;

bool is_name_digit(char c) { return c >= '0' && c <= '9'; }

bool is_ensembl_gene(std::string_view name) {
  const std::size_t digits = name.find_first_of("0123456789");
  return name.starts_with("ENS") && digits != std::string_view::npos && digits > 3 &&
         name[digits - 1] == 'G' && name.size() >= digits + 6;
}

bool is_barcode(std::string_view name) {
  const std::size_t length = std::min(name.find_first_not_of("ACGT"), name.size());
  return length >= 10 &&
         (length == name.size() || !std::isalpha(static_cast<unsigned char>(name[length])));
}

bool is_common_gene(std::string_view name) {
  return std::ranges::find(kCommonGenes, lower(name)) != kCommonGenes.end();
}

template <class Test>
double share_of_names(NameSpan names, Test test) {
  return names.empty() ? 0
                       : static_cast<double>(std::ranges::count_if(names, test)) /
                             static_cast<double>(names.size());
}

/// Distinct texts that remain of the names without their digits, per name.
double variety_of_names(NameSpan names) {
  std::unordered_set<std::string> stems;
  for (const std::string& name : names) {
    std::string stem = name;
    std::erase_if(stem, is_name_digit);
    stems.insert(std::move(stem));
  }
  stems.erase("");
  return names.empty() ? 0 : static_cast<double>(stems.size()) / static_cast<double>(names.size());
}

template <class Words>
bool contains(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool is_gene_header(std::string_view text) { return contains(kGeneHeaders, lower(trimmed(text))); }

bool is_cell_header(std::string_view text) { return contains(kCellHeaders, lower(trimmed(text))); }

Orientation guess_orientation(std::string_view corner, NameSpan row_names, NameSpan column_names) {
  if (row_names.empty()) {
    return {true, "the rows have no names"};
  }
  const bool gene_corner = is_gene_header(corner);
  if (gene_corner || is_cell_header(corner)) {
    return {!gene_corner, "the first column is called '" + std::string(trimmed(corner)) + "'"};
  }
  const bool ensembl_rows = share_of_names(row_names, is_ensembl_gene) > 0.5;
  if (ensembl_rows != (share_of_names(column_names, is_ensembl_gene) > 0.5)) {
    return {!ensembl_rows,
            std::string(ensembl_rows ? "row" : "column") + " names are Ensembl gene ids"};
  }
  const bool gene_rows = share_of_names(row_names, is_common_gene) > 0;
  if (gene_rows != (share_of_names(column_names, is_common_gene) > 0)) {
    return {!gene_rows,
            std::string("well-known genes are among the ") + (gene_rows ? "rows" : "columns")};
  }
  const bool barcode_rows = share_of_names(row_names, is_barcode) > 0.5;
  if (barcode_rows != (share_of_names(column_names, is_barcode) > 0.5)) {
    return {barcode_rows, std::string(barcode_rows ? "row" : "column") + " names are barcodes"};
  }
  const double row_variety = variety_of_names(row_names);
  const double column_variety = variety_of_names(column_names);
  const auto [low, high] = std::minmax(row_variety, column_variety);
  if (high > kVaried && high >= 2 * low) {
    const bool cells_in_rows = column_variety > row_variety;
    return {cells_in_rows, std::string("the names of the ") + (cells_in_rows ? "columns" : "rows") +
                               " vary like gene names"};
  }
  const bool cells_in_rows = row_names.size() <= column_names.size();
  return {cells_in_rows,
          std::string("there are more ") + (cells_in_rows ? "columns" : "rows") +
              ", taken as the genes",
          true};
}

}  // namespace mixvae
