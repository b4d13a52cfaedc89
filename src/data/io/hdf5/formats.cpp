#include "data/io/hdf5/formats.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/loom.hpp"
#include "data/io/hdf5/tenx_h5.hpp"
#include "data/io/hdf5/xy_h5.hpp"

namespace mixvae {
namespace {

using hdf5::Group;
using hdf5::Member;

bool is_h5ad(const Group& root) {
  return root.encoding() == "anndata" ||
         (root.member("obs") != Member::absent && root.member("var") != Member::absent);
}

[[noreturn]] void refuse_unknown(const std::string& path) {
  const Group root = hdf5::open_file(path);
  const auto names = root.names();
  const bool multimodal = root.has_group("mod");
  throw InputError(
      {.what = "this HDF5 file has none of the layouts that are read",
       .where = path,
       .found = names.empty() ? "nothing at all" : "members: " + join(first_n(names, 12), ", "),
       .expected = "an .h5ad, 10x .h5 or .loom file, or one with X and Y",
       .hint = multimodal ? "this looks like .h5mu: write the modality wanted as an "
                            ".h5ad file, e.g. mdata.mod[\"rna\"].write_h5ad(...)"
                          : ""});
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
  if (is_h5ad(root)) {
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

Dataset read_hdf5(const std::string& path, const std::string& layer) {
  switch (hdf5_kind(path)) {
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

}  // namespace mixvae
