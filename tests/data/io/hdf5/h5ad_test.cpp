#include "data/io/hdf5/h5ad.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/dump.hpp"
#include "data/io/hdf5/python.hpp"
#include "data/io/hdf5/scripts.hpp"

namespace mixvae {
namespace h5ad_test {

using ::testing::ElementsAre;

const std::string kShared = MIXVAE_SHARED_DATA "/";

const std::string kCompareH5ad = testing::kCompareFunctions + R"py(
import anndata
for i in range(1, len(sys.argv), 3):
    path, layer, folder = sys.argv[i:i + 3]
    print(path, layer)
    ours, theirs = load(folder), anndata.read_h5ad(path)
    if layer == "X":
        x, var = theirs.X, theirs.var
    elif layer == "raw":
        x, var = theirs.raw.X, theirs.raw.var
    else:
        x, var = theirs.layers[layer], theirs.var
    same_matrix(ours["x"], x, "x")
    same_frame(ours["cells"], theirs.obs, "obs")
    same_frame(ours["features"], var, "var")
    plain = {k: v for k, v in theirs.obsm.items() if isinstance(v, np.ndarray)}
    assert set(plain) == set(ours["arrays"]), (set(plain), set(ours["arrays"]))
    for k, v in plain.items():
        same_matrix(ours["arrays"][k]["values"], v, k)
)py";

TEST(H5ad, RealFilesReadAsAnndataReadsThem) {
  MIXVAE_NEED_PYTHON("anndata");
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "no real data at " << kShared;
  const testing::TemporaryFolder folder;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"conformance/h5ad/TM_droplet_mat.h5ad", "X"},
      {"conformance/h5ad/anndata_v0.5.0.h5ad", "X"},
      {"conformance/h5ad/anndata_v0.5.0.h5ad", "raw"},
      {"conformance/h5ad/anndata_v0.7.0.h5ad", "X"},
      {"conformance/h5ad/anndata_v0.7.0.h5ad", "raw"},
      {"conformance/h5ad/anndata_v0.7.0.h5ad", "array"},
      {"conformance/h5ad/anndata_v0.7.0.h5ad", "sparse"},
      {"conformance/h5ad/cellxgene_nan.h5ad", "X"},
      {"conformance/h5ad/pbmc68k_reduced_modern.h5ad", "X"},
      {"conformance/h5ad/pbmc68k_reduced_modern.h5ad", "raw"},
      {"merfish_poa/merfish_mousePOA.h5ad", "X"},
      {"zheng_facs_pbmc/zheng_facs_pbmc.h5ad", "X"},
  };
  std::string arguments;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& [file, layer] = cases[i];
    const std::string dump = folder / std::to_string(i);
    testing::dump_dataset(read_h5ad(kShared + file, layer), dump);
    arguments += join(std::vector{kShared + file, layer, dump}, " ") + " ";
  }
  const auto result = testing::run_python(kCompareH5ad, arguments);
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(H5ad, ProvenanceFactsOfTheOldFiles) {
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "no real data at " << kShared;
  const Dataset old = read_h5ad(kShared + "conformance/h5ad/anndata_v0.5.0.h5ad");
  EXPECT_EQ(old.cell_count(), 700);
  EXPECT_EQ(old.feature_count(), 765);
  EXPECT_EQ(
      std::get<Categorical>(require_column(old.cells, "bulk_labels", "").values).categories.size(),
      10U);
  EXPECT_THAT(old.source.layers, ElementsAre("X", "raw"));
  EXPECT_EQ(old.texts.at("neighbors/params/method"), "umap");
  const Dataset seven = read_h5ad(kShared + "conformance/h5ad/anndata_v0.7.0.h5ad", "raw");
  EXPECT_EQ(seven.feature_count(), 40);
  EXPECT_THAT(seven.source.layers, ElementsAre("X", "raw", "array", "sparse"));
}

}  // namespace h5ad_test
}  // namespace mixvae
