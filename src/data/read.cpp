#include "data/read.hpp"

#include "base/error.hpp"
#include "data/annotations.hpp"
#include "data/csv.hpp"
#include "data/file_bytes.hpp"
#include "data/file_kind.hpp"
#include "data/idx.hpp"
#include "data/mtx.hpp"
#include "data/npy.hpp"
#include "data/npz.hpp"

namespace mixvae {
namespace {

constexpr std::string_view kReadable =
    "a text table (CSV/TSV) or Matrix Market file, plain or gzip, or a folder with a Matrix Market "
    "file";

[[noreturn]] void refuse(const std::string& path, const std::string& what,
                         const std::string& hint) {
  throw InputError({.what = what,
                    .where = path,
                    .found = "first bytes: " + printable(first_bytes(path, 16)),
                    .expected = std::string(kReadable),
                    .hint = hint});
}

Dataset read_by_content(const std::string& path, const ReadOptions& read) {
  switch (file_kind(path)) {
    case FileKind::text:
      return read_csv(path, read.orientation);
    case FileKind::directory:
    case FileKind::matrix_market:
      return read_mtx(path, read.orientation);
    case FileKind::npy:
      return read_npy(path);
    case FileKind::zip:
      return read_npz(path, read.layer);
    case FileKind::idx_images:
      return read_idx(path);
    case FileKind::idx_labels:
      refuse(path, "this IDX file holds labels, not images", "give the file of the images");
    case FileKind::fcs:
      refuse(path, "FCS files are not supported yet", "export the events as CSV");
    case FileKind::empty:
      throw InputError({.what = "the file is empty", .where = path});
    default:
      refuse(path, "the format of this file is not known", "");
  }
}

}  // namespace

Options options(ReadOptions& read) {
  return {
      {.name = "layer",
       .target = &read.layer,
       .meaning = "matrix to read from the file: X, raw, or the name of a layer"},
      {.name = "annotations",
       .target = &read.annotations,
       .meaning = "second file with annotations of the cells, FILE or FILE:KEY; joined by the "
                  "names in column KEY, else by "
                  "those in its first column, else by row"},
      {.name = "orientation",
       .target = &read.orientation,
       .meaning = "what the rows of a text table are; auto judges by the names of rows and columns "
                  "and says what it found",
       .choices = {"auto", "cells-in-rows", "cells-in-columns"}},
  };
}

Dataset read_dataset(const std::string& path, const ReadOptions& read) {
  Dataset dataset = read_by_content(path, read);
  if (!read.annotations.empty()) {
    join_annotation_file(dataset, read.annotations);
  }
  return dataset;
}

}  // namespace mixvae
