#include "data/io/read.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/annotations.hpp"
#include "data/io/csv.hpp"
#include "data/io/fcs/read_fcs.hpp"
#include "data/io/feature_types.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/file_kind.hpp"
#include "data/io/folder.hpp"
#include "data/io/folder_data.hpp"
#include "data/io/foreign_files.hpp"
#include "data/io/gzip.hpp"
#include "data/io/hdf5/formats.hpp"
#include "data/io/idx.hpp"
#include "data/io/mtx.hpp"
#include "data/io/npy.hpp"
#include "data/io/npz.hpp"
#include "data/io/png_folder.hpp"
#include "data/io/store/mudata.hpp"
#include "data/io/table_channels.hpp"
#include "data/io/zarr/zarr.hpp"

namespace mixvae {
namespace {

constexpr std::string_view kReadable =
    "HDF5 (.h5ad, .h5mu, 10x, loom, X/Y), Zarr, FCS, a text table (CSV/TSV), Matrix Market (a "
    "file, or a folder "
    "that holds one), a folder of FCS, CSV or PNG files, numpy's .npy or .npz, or IDX images; text "
    "and "
    "IDX also in gzip";

[[noreturn]] void refuse_reading(const std::string& path, const std::string& what,
                                 const std::string& hint) {
  throw InputError({.what = what,
                    .where = path,
                    .found = "first bytes: " + printable(first_bytes(path, 16)),
                    .expected = std::string(kReadable),
                    .hint = hint});
}

/// For formats whose files hold one matrix.
void require_one_matrix(const std::string& path, const ReadOptions& read) {
  store::require_no_modality(read.modality, path);
  if (read.layer != "X") {
    throw InputError({.what = "there is no layer '" + read.layer + "'",
                      .where = path,
                      .expected = "no --layer: a file of this format holds one matrix"});
  }
}

/// For formats that are read by place, not from beginning to end.
void require_not_packed(const std::string& path) {
  if (begins_like_gzip(first_bytes(path, 2))) {
    refuse_reading(path, "a file of this format cannot be read while it is packed with gzip",
                   "unpack it: gunzip " + shell_quoted(path));
  }
}

char decimal_mark(const ReadOptions& read) { return read.decimal == "," ? ',' : '.'; }

CsvOptions csv_options(const ReadOptions& read) {
  return {.orientation = read.orientation, .decimal = decimal_mark(read)};
}

Dataset read_one_matrix(FileKind kind, const std::string& path, const ReadOptions& read) {
  require_one_matrix(path, read);
  switch (kind) {
    case FileKind::text: {
      Dataset dataset = read_csv(path, csv_options(read));
      mark_channels(dataset);
      return dataset;
    }
    case FileKind::matrix_market:
      return read_mtx(path, read.orientation);
    case FileKind::npy:
      require_not_packed(path);
      return read_npy(path);
    case FileKind::fcs:
      require_not_packed(path);
      return read_fcs(path, read.compensate == "auto");
    default:
      return read_idx(path);
  }
}

Dataset read_by_content(const std::string& path, const ReadOptions& read);

/// A folder: the one data set that it holds.
Dataset read_directory(const std::string& path, const ReadOptions& read) {
  if (is_png_folder(path)) {
    require_one_matrix(path, read);
    return read_png_folder(path);
  }
  const FolderData found = find_data(path);
  Dataset dataset;
  switch (found.kind) {
    case FolderData::Kind::file:
      dataset = read_by_content(found.path, read);
      break;
    case FolderData::Kind::matrix_market:
      require_one_matrix(path, read);
      dataset = read_mtx(found.path, read.orientation);
      break;
    case FolderData::Kind::several:
      require_one_matrix(path, read);
      dataset = read_folder(path, read);
      break;
  }
  if (!found.annotations.empty()) {
    join_annotation_file(dataset, found.annotations, decimal_mark(read));
  }
  dataset.source.notes.insert(dataset.source.notes.begin(), found.notes.begin(), found.notes.end());
  return dataset;
}

Dataset read_by_content(const std::string& path, const ReadOptions& read) {
  const FileKind kind = file_kind(path);
  switch (kind) {
    case FileKind::directory:
      return read_directory(path, read);
    case FileKind::hdf5:
      require_not_packed(path);
      return read_hdf5(path, read.layer, read.modality);
    case FileKind::zarr:
      return read_zarr(path, read.layer, read.modality);
    case FileKind::zip:
      require_not_packed(path);
      if (is_zarr(path)) {
        return read_zarr(path, read.layer, read.modality);
      }
      store::require_no_modality(read.modality, path);
      require_no_foreign_zip(path);
      return read_npz(path, read.layer);
    case FileKind::idx_labels:
      refuse_reading(path, "this IDX file holds labels, not images", "give the file of the images");
    case FileKind::empty:
      throw InputError({.what = "the file is empty", .where = path});
    case FileKind::unknown:
      require_no_foreign_file(path);
      refuse_reading(path, "the format of this file is not known", "");
    case FileKind::text:
      require_no_foreign_file(path);
      [[fallthrough]];
    default:
      return read_one_matrix(kind, path, read);
  }
}

}  // namespace

Options options(ReadOptions& read) {
  return {
      {.name = "layer",
       .target = &read.layer,
       .meaning = "matrix to read from the file: X, raw, or the name of a layer"},
      {.name = "modality",
       .target = &read.modality,
       .meaning = "which modality of a file of MuData (.h5mu, .zarr) is read: the only one where "
                  "there is no other, else one must be named (mixvae inspect lists them)",
       .placeholder = "NAME"},
      {.name = "annotations",
       .target = &read.annotations,
       .meaning = "second file with annotations of the cells, FILE or FILE:KEY; joined by the "
                  "names in column KEY, else in the column that holds the cells' names; by row "
                  "where cells or rows have no names, and with FILE:row"},
      {.name = "orientation",
       .target = &read.orientation,
       .meaning = "what the rows of a text table or Matrix Market file are; auto judges by the "
                  "names of rows and columns and says what it found",
       .choices = {"auto", "cells-in-rows", "cells-in-columns"}},
      {.name = "decimal",
       .target = &read.decimal,
       .meaning = "what separates the decimals of numbers in text tables: . or ,",
       .choices = {".", ","}},
      {.name = "compensate",
       .target = &read.compensate,
       .meaning = "FCS files: auto compensates the fluorescence channels by the spillover matrix "
                  "in the file, unless the file says that this was done; no takes them as measured",
       .choices = {"auto", "no"}},
      {.name = "feature-types",
       .target = &read.feature_types,
       .meaning = "which types of features are read where a file holds several (genes, antibodies, "
                  "peaks): auto takes gene expression alone, all takes everything, else types with "
                  "commas between them ('Gene Expression,Antibody Capture'); each type has its own "
                  "library size"},
      {.name = "join-by",
       .target = &read.join_by,
       .meaning = "how channels of the files of a folder are matched (cytometry): by name, which "
                  "is the marker's where there is one, or by detector",
       .choices = {"name", "detector"}},
      {.name = "feature-names",
       .target = &read.feature_names,
       .meaning = "what features are called by: own, the names that the file gives them, or an "
                  "annotation of the features, such as gene_ids or symbol (mixvae inspect lists "
                  "them)",
       .placeholder = "COLUMN"},
  };
}

void finish_reading(Dataset& dataset, const ReadOptions& read) {
  choose_feature_types(dataset, read.feature_types);
  name_features(dataset, read.feature_names);
  if (!read.annotations.empty()) {
    join_annotation_file(dataset, read.annotations, decimal_mark(read));
  }
}

Dataset read_dataset(const std::string& path, const ReadOptions& read) {
  Dataset dataset = read_by_content(path, read);
  finish_reading(dataset, read);
  return dataset;
}

std::vector<std::string> stored_layers(const std::string& path, const std::string& modality) {
  switch (file_kind(path)) {
    case FileKind::directory: {
      if (is_png_folder(path)) {
        return {};
      }
      const FolderData found = find_data(path);
      return found.kind == FolderData::Kind::file ? stored_layers(found.path, modality)
                                                  : std::vector<std::string>();
    }
    case FileKind::hdf5:
      require_not_packed(path);
      return hdf5_layers(path, modality);
    case FileKind::zarr:
      return zarr_layers(path, modality);
    case FileKind::zip:
      require_not_packed(path);
      if (is_zarr(path)) {
        return zarr_layers(path, modality);
      }
      require_no_foreign_zip(path);
      return npz_layers(path);
    default:
      return {};
  }
}

std::vector<Modality> stored_modalities(const std::string& path) {
  switch (file_kind(path)) {
    case FileKind::directory: {
      if (is_png_folder(path)) {
        return {};
      }
      const FolderData found = find_data(path);
      return found.kind == FolderData::Kind::file ? stored_modalities(found.path)
                                                  : std::vector<Modality>();
    }
    case FileKind::hdf5:
      require_not_packed(path);
      return hdf5_modalities(path);
    case FileKind::zarr:
      return zarr_modalities(path);
    case FileKind::zip:
      require_not_packed(path);
      return is_zarr(path) ? zarr_modalities(path) : std::vector<Modality>();
    default:
      return {};
  }
}

}  // namespace mixvae
