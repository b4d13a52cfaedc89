#include "data/io/foreign_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/gzip.hpp"
#include "data/io/zip.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::size_t kForeignLooked = 512;

/// A format by the bytes at its start.
struct ForeignFormat {
  std::string_view signature;
  std::size_t at;  // where the signature stands
  std::string_view what;
  std::string_view hint;
};

constexpr std::string_view kUnpack = "unpack it and give what is inside";
constexpr std::string_view kFromR =
    "in R: library(Seurat); library(Matrix); x <- readRDS(\"FILE\"); m <- GetAssayData(x, layer = "
    "\"counts\"); writeMM(m, \"matrix.mtx\"); writeLines(colnames(m), \"barcodes.tsv\"); "
    "writeLines(rownames(m), \"genes.tsv\"); then give the folder";
constexpr std::string_view kFromRData =
    "in R: load(\"FILE\") and look at ls(); then, for a matrix m: library(Matrix); "
    "writeMM(as(m, \"CsparseMatrix\"), \"matrix.mtx\"); writeLines(colnames(m), \"barcodes.tsv\"); "
    "writeLines(rownames(m), \"genes.tsv\"); then give the folder";
constexpr std::string_view kFromPandas =
    "in Python: import pandas as pd; pd.read_parquet(\"FILE\").to_csv(\"table.csv\")";
constexpr std::string_view kFromMatlab =
    "in MATLAB or Octave: writematrix(x, \"table.csv\") or dlmwrite(\"table.csv\", x)";

constexpr std::array<ForeignFormat, 31> kForeignFormats = {{
    {"\xd0\xcf\x11\xe0"sv, 0, "this is an old Excel workbook (.xls)",
     "save the sheet as CSV (UTF-8) and give that file"},
    {"ustar"sv, 257, "this is an archive (.tar)",
     "unpack it: tar xf FILE; then give what is inside"},
    {"BZh"sv, 0, "this file is compressed with bzip2 (.bz2)", "unpack it: bunzip2 FILE"},
    {"\xfd"
     "7zXZ\0"sv,
     0, "this file is compressed with xz (.xz)", "unpack it: unxz FILE"},
    {"\x28\xb5\x2f\xfd"sv, 0, "this file is compressed with zstd (.zst)", "unpack it: unzstd FILE"},
    {"\x04\x22\x4d\x18"sv, 0, "this file is compressed with lz4 (.lz4)", "unpack it: unlz4 FILE"},
    {"\x1f\x9d"sv, 0, "this file is compressed with compress (.Z)", "unpack it: uncompress FILE"},
    {"7z\xbc\xaf\x27\x1c"sv, 0, "this is an archive (.7z)", "unpack it: 7z x FILE"},
    {"Rar!"sv, 0, "this is an archive (.rar)", kUnpack},
    {"X\n\0\0\0"sv, 0, "this is an R object (.rds)", kFromR},
    {"B\n\0\0\0"sv, 0, "this is an R object (.rds)", kFromR},
    {"A\n2\n"sv, 0, "this is an R object (.rds)", kFromR},
    {"A\n3\n"sv, 0, "this is an R object (.rds)", kFromR},
    {"RDX"sv, 0, "this is an R workspace (.RData)", kFromRData},
    {"RDA"sv, 0, "this is an R workspace (.RData)", kFromRData},
    {"\x0b\x0e\x0a\xc1"sv, 0, "this is an R object (.qs)",
     "in R: qs::qread(\"FILE\"), then as for .rds: "
     "Matrix::writeMM, and the names of cells and genes as barcodes.tsv and genes.tsv"},
    {"PAR1"sv, 0, "this is a Parquet table (.parquet)", kFromPandas},
    {"ARROW1"sv, 0, "this is an Arrow or Feather table",
     "in Python: import pandas as pd; pd.read_feather(\"FILE\").to_csv(\"table.csv\")"},
    {"FEA1"sv, 0, "this is a Feather table (.feather)",
     "in Python: import pandas as pd; pd.read_feather(\"FILE\").to_csv(\"table.csv\")"},
    {"MATLAB 5.0"sv, 0, "this is a MATLAB file (.mat)", kFromMatlab},
    {"MATLAB 7.3"sv, 0, "this is a MATLAB file (.mat)", kFromMatlab},
    {"SQLite format 3"sv, 0, "this is an SQLite database", "export the table as CSV"},
    {"%PDF"sv, 0, "this is a PDF document", "give the data themselves"},
    {"\x89PNG"sv, 0, "this is a PNG image", "give a table of values per cell, or images as .npy"},
    {"\xff\xd8\xff"sv, 0, "this is a JPEG image",
     "give a table of values per cell, or images as .npy"},
    {"II*\0"sv, 0, "this is a TIFF image", "segment it first, and give a table of values per cell"},
    {"MM\0*"sv, 0, "this is a TIFF image", "segment it first, and give a table of values per cell"},
    {"BAM\1"sv, 0, "these are aligned reads (.bam)", "count them per cell and gene first"},
    {"CRAM"sv, 0, "these are aligned reads (.cram)", "count them per cell and gene first"},
    {"\x80\x04\x95"sv, 0, "this is a Python object (.pkl)",
     "in Python: write it as .h5ad, .npz or CSV"},
    {"\x80\x05\x95"sv, 0, "this is a Python object (.pkl)",
     "in Python: write it as .h5ad, .npz or CSV"},
}};

/// Texts that are no tables.
constexpr std::array<ForeignFormat, 9> kForeignTexts = {{
    {"<!doctype html"sv, 0, "this is a web page, not data",
     "the download gave a page of the site; fetch the file itself"},
    {"<html"sv, 0, "this is a web page, not data",
     "the download gave a page of the site; fetch the file itself"},
    {"<?xml"sv, 0, "this is an XML file", "give the data that it belongs to (FCS, CSV)"},
    {"version https://git-lfs"sv, 0, "this is a pointer of Git LFS, not the file itself",
     "fetch the file: git lfs pull"},
    {"%pdf"sv, 0, "this is a PDF document", "give the data themselves"},
    {"matlab "sv, 0, "this is a MATLAB file (.mat)", kFromMatlab},
    {"{\""sv, 0, "this is a JSON file", "write the table as CSV"},
    {"#1.2\n"sv, 0, "this is a GCT table (.gct)",
     "take off its first two lines and the column Description: tail -n +3 FILE | cut -f 1,3- > "
     "table.tsv"},
    {"#1.2\r\n"sv, 0, "this is a GCT table (.gct)",
     "take off its first two lines and the column Description: tail -n +3 FILE | cut -f 1,3- > "
     "table.tsv"},
}};

[[noreturn]] void refuse_foreign(const std::string& path, std::string_view what,
                                 std::string_view hint_for_file) {
  std::string hint(hint_for_file);
  const std::size_t at = hint.find("FILE");
  if (at != std::string::npos) {
    const std::string name = fs::path(path).filename().string();
    const bool in_quotes = at > 0 && hint[at - 1] == '"';  // of Python or R
    hint.replace(at, 4, in_quotes ? name : shell_quoted(name));
  }
  throw InputError(
      {.what = std::string(what),
       .where = path,
       .expected = "HDF5 (.h5ad, .h5mu, 10x, loom), .zarr, FCS, CSV or TSV, Matrix Market, .npy or "
                   ".npz, IDX, or a folder of such files",
       .hint = hint});
}

template <class Formats>
void refuse_when_begun_by(const Formats& formats, const std::string& path, std::string_view bytes) {
  for (const ForeignFormat& format : formats) {
    if (bytes.size() > format.at && bytes.substr(format.at).starts_with(format.signature)) {
      refuse_foreign(path, format.what, format.hint);
    }
  }
}

}  // namespace

void require_no_foreign_file(const std::string& path) {
  const std::string bytes = read_content(path, kForeignLooked);
  refuse_when_begun_by(kForeignFormats, path, bytes);
  const std::string_view text = trimmed(bytes);
  refuse_when_begun_by(kForeignTexts, path, lower(text));
}

void require_no_foreign_zip(const std::string& path) {
  std::vector<std::string> names;
  for (const ZipMember& member : zip_members(read_bytes(path), path)) {
    names.push_back(member.name);
  }
  const auto any = [&](auto test) { return std::ranges::any_of(names, test); };
  const auto called = [&](std::string_view name) {
    return any([&](const std::string& member) {
      return member == name || member.ends_with("/" + std::string(name));
    });
  };
  if (names.empty() || lower(path).ends_with(".npz") ||
      any([](const std::string& name) { return name.ends_with(".npy"); })) {
    return;
  }
  if (any([](const std::string& name) { return name.starts_with("xl/"); })) {
    refuse_foreign(path, "this is an Excel workbook (.xlsx)",
                   "save the sheet as CSV (UTF-8) and give that file; in Python: import pandas as "
                   "pd; pd.read_excel(\"FILE\", index_col=0).to_csv(\"table.csv\")");
  }
  if (called("content.xml") && called("mimetype")) {
    refuse_foreign(path, "this is an OpenDocument file (.ods)",
                   "save the sheet as CSV (UTF-8) and give that file");
  }
  throw InputError({.what = "this is an archive (.zip)",
                    .where = path,
                    .found = "members: " + join(first_n(names, 6), ", "),
                    .hint = "unpack it: unzip " + shell_quoted(fs::path(path).filename().string()) +
                            "; then give what is inside"});
}

void require_no_foreign_folder(const std::string& path) {
  const auto holds = [&](const char* name) { return fs::exists(fs::path(path) / name); };
  if (holds("config.toml") && holds("model.safetensors")) {
    throw InputError({.what = "this folder is a run of mixvae, not data",
                      .where = path,
                      .found = "config.toml and model.safetensors",
                      .expected = "data: a file, or a folder that holds one",
                      .hint = "a run goes before the data: mixvae assign RUN DATA --out FILE"});
  }
  for (const char* name : {"__tiledb_group.tdb", "__group", "__schema"}) {
    if (holds(name)) {
      refuse_foreign(path, "this is a TileDB store",
                     "in Python: tiledbsoma.io.to_h5ad(...) writes it as .h5ad");
    }
  }
}

}  // namespace mixvae
