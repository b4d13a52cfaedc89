#include "data/io/hdf5/formats.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/loom.hpp"
#include "data/io/hdf5/tenx_h5.hpp"
#include "data/io/hdf5/xy_h5.hpp"
#include "data/io/store/anndata.hpp"
#include "data/io/store/mudata.hpp"

namespace mixvae {
namespace {

using hdf5::Group;

/// What an HDF5 file of another format is, and the way out; empty where it is not known.
struct ForeignHdf5 {
  std::string what = "this HDF5 file has none of the layouts that are read";
  std::string hint = {};
};

ForeignHdf5 judge_foreign(const Group& root) {
  if (root.has_group("assays") || root.has_group("meta.data")) {
    return {
        "this is a Seurat object (.h5Seurat)",
        "in R: library(SeuratDisk); Convert(\"FILE\", dest = \"h5ad\"); then give the .h5ad file"};
  }
  if (root.has_array("barcode_idx") && root.has_array("feature_idx")) {
    return {"this is Cell Ranger's molecule_info.h5: molecules, not a matrix",
            "give filtered_feature_bc_matrix.h5 from the same folder"};
  }
  if (root.has_group("model_weights") || root.has_group("optimizer_weights")) {
    return {"this is a model of Keras, not data", ""};
  }
  for (const std::string& name : root.names()) {
    if (root.has_group(name) && root.group(name).has_attribute("pandas_type")) {
      return {"this is a pandas store (HDFStore)",
              "in Python: import pandas as pd; pd.read_hdf(\"FILE\", \"" + name +
                  "\").to_csv(\"table.csv\")"};
    }
  }
  return {};
}

[[noreturn]] void refuse_unknown(const std::string& path) {
  const Group root = hdf5::open_file(path);
  const auto names = root.names();
  ForeignHdf5 foreign = judge_foreign(root);
  const std::size_t at = foreign.hint.find("FILE");
  if (at != std::string::npos) {
    foreign.hint.replace(at, 4, std::filesystem::path(path).filename().string());
  }
  throw InputError(
      {.what = foreign.what,
       .where = path,
       .found = names.empty() ? "nothing at all" : "members: " + join(first_n(names, 12), ", "),
       .expected = "an .h5ad, .h5mu, 10x .h5 or .loom file, or one with X and Y",
       .hint = foreign.hint});
}

}  // namespace

std::vector<std::string> hdf5::tenx_groups(const Group& root) {
  std::vector<std::string> found;
  for (const std::string& name : root.names()) {
    if (root.has_group(name)) {
      const Group group = root.group(name);
      if (group.has_array("barcodes") && group.has_array("indptr")) {
        found.push_back(name);
      }
    }
  }
  return found;
}

Hdf5Kind hdf5_kind(const std::string& path) {
  const Group root = hdf5::open_file(path);
  if (store::is_mudata(root)) {
    return Hdf5Kind::h5mu;
  }
  if (store::is_anndata(root)) {
    return Hdf5Kind::h5ad;
  }
  if (root.has_array("matrix") && (root.has_group("row_attrs") || root.has_group("col_attrs"))) {
    return Hdf5Kind::loom;
  }
  if (!hdf5::tenx_groups(root).empty()) {
    return Hdf5Kind::tenx;
  }
  return root.has_array("X") && root.has_array("Y") ? Hdf5Kind::xy : Hdf5Kind::unknown;
}

Dataset read_hdf5(const std::string& path, const std::string& layer, const std::string& modality) {
  const Hdf5Kind kind = hdf5_kind(path);
  if (kind != Hdf5Kind::h5mu) {
    store::require_no_modality(modality, path);
  }
  switch (kind) {
    case Hdf5Kind::h5mu:
      return read_h5mu(path, modality, layer);
    case Hdf5Kind::h5ad:
      return read_h5ad(path, layer);
    case Hdf5Kind::tenx:
      return read_tenx_h5(path, layer);
    case Hdf5Kind::loom:
      return read_loom(path, layer);
    case Hdf5Kind::xy:
      return read_xy_h5(path, layer);
    case Hdf5Kind::unknown:
      break;
  }
  refuse_unknown(path);
}

std::vector<std::string> hdf5_layers(const std::string& path, const std::string& modality) {
  switch (hdf5_kind(path)) {
    case Hdf5Kind::h5ad:
      return store::anndata_layers(hdf5::open_file(path));
    case Hdf5Kind::h5mu:
      return store::mudata_layers(hdf5::open_file(path), modality);
    case Hdf5Kind::loom:
      return loom_layers(path);
    case Hdf5Kind::tenx: {
      std::vector<std::string> genomes = hdf5::tenx_groups(hdf5::open_file(path));
      return genomes.size() > 1 ? genomes : std::vector<std::string>();
    }
    default:
      return {};
  }
}

std::vector<Modality> hdf5_modalities(const std::string& path) {
  return hdf5_kind(path) == Hdf5Kind::h5mu ? store::modalities(hdf5::open_file(path))
                                           : std::vector<Modality>();
}

}  // namespace mixvae
