#include "data/io/zarr/zarr.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/store/anndata.hpp"
#include "data/io/store/mudata.hpp"
#include "data/io/zarr/node.hpp"

namespace mixvae {
namespace {

using store::Member;

/// What a store without a data set is, and the way out; empty where it is not known.
struct ForeignStore {
  std::string what = "this Zarr store holds no data set of anndata";
  std::string hint = {};
};

ForeignStore judge_store(const store::Group& root) {
  if (root.has_group("tables")) {
    const auto tables = root.open_group("tables")->names();
    return {"this is a store of SpatialData, whose tables are stores of their own",
            tables.empty() ? "" : "give the table: STORE/tables/" + tables.front()};
  }
  if (root.has_attribute("multiscales") || root.has_attribute("ome")) {
    return {"this is an image (OME-Zarr)", "segment it first, and give a table of values per cell"};
  }
  return {};
}

[[noreturn]] void refuse_store(const store::Group& root) {
  const ForeignStore foreign = judge_store(root);
  const auto names = root.names();
  throw InputError(
      {.what = foreign.what,
       .where = root.where(),
       .found = names.empty() ? "nothing at all" : "members: " + join(first_n(names, 12), ", "),
       .expected = "a store that anndata (write_zarr) or mudata wrote",
       .hint = foreign.hint});
}

zarr::Group open_store(const std::string& path) {
  const auto files = std::make_shared<const zarr::Files>(path);
  switch (zarr::node_type(*files, "")) {
    case zarr::NodeType::group:
      return {files, ""};
    case zarr::NodeType::array:
      throw InputError({.what = "this Zarr store holds one array, not a data set",
                        .where = path,
                        .expected = "a store that anndata (write_zarr) or mudata wrote",
                        .hint = "give the folder of the whole store, or write the array as .npy"});
    case zarr::NodeType::absent:
      break;
  }
  throw InputError({.what = "the metadata of the Zarr store are not complete",
                    .where = path,
                    .found = "neither .zgroup nor zarr.json",
                    .hint = "fetch or write the store again"});
}

}  // namespace

bool is_zarr(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    return zarr::is_store_folder(path);
  }
  return zarr::store_in_archive(zip_members(read_bytes(path), path)).has_value();
}

Dataset read_zarr(const std::string& path, const std::string& layer, const std::string& modality) {
  const zarr::Group root = open_store(path);
  Dataset dataset;
  if (store::is_mudata(root)) {
    dataset = store::read_mudata(root, modality, layer);
  } else if (store::is_anndata(root)) {
    store::require_no_modality(modality, path);
    dataset = store::read_anndata(root, layer);
  } else {
    refuse_store(root);
  }
  dataset.source.format = "zarr";
  return dataset;
}

std::vector<std::string> zarr_layers(const std::string& path, const std::string& modality) {
  const zarr::Group root = open_store(path);
  if (store::is_mudata(root)) {
    return store::mudata_layers(root, modality);
  }
  return store::is_anndata(root) ? store::anndata_layers(root) : std::vector<std::string>();
}

std::vector<Modality> zarr_modalities(const std::string& path) {
  const zarr::Group root = open_store(path);
  return store::is_mudata(root) ? store::modalities(root) : std::vector<Modality>();
}

}  // namespace mixvae
