#include "data/io/hdf5/h5ad_writing.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/python.hpp"
#include "data/io/hdf5/scripts.hpp"

namespace mixvae {
namespace h5ad_writing_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kShared = MIXVAE_SHARED_DATA "/";

/// What `assign` adds, for any number of cells: the label of cell i is T(i mod 3 + 1).
Additions example_additions(Index cells) {
  Categorical types{{"T1", "T2", "T3"}, {}, false};
  std::vector<double> probability;
  DenseMatrix states(cells, 2);
  for (Index i = 0; i < cells; ++i) {
    types.codes.push_back(static_cast<std::int32_t>(i % 3));
    probability.push_back(1.0 / static_cast<double>(i + 1));
    states(i, 0) = static_cast<float>(i);
    states(i, 1) = -0.5F;
  }
  Additions additions;
  additions.cells = {{"mixvae_type", types}, {"mixvae_type_prob", probability}};
  additions.arrays["X_mixvae_state"] = states;
  additions.unstructured = {
      {"mixvae/arm", std::int64_t{1}},
      {"mixvae/version", std::string("0.1.0 \xC3\xA9")},
      {"mixvae/params/rate", 0.001},
      {"mixvae/curve", std::vector<double>{3, 2, 1}},
      {"mixvae_type_colors", std::vector<std::string>{"#ff0000", "#00ff00", "#0000ff"}}};
  return additions;
}

const std::string kCheckAnnotated = testing::kCompareFunctions + R"py(
import anndata

def same(a, b, where):
    """Equal content and types, however deep."""
    assert type(a) == type(b), (where, type(a), type(b))
    if isinstance(a, pd.DataFrame):
        pd.testing.assert_frame_equal(a, b, obj=where)
    elif sp.issparse(a):
        assert a.shape == b.shape and a.dtype == b.dtype, where
        for part in ("data", "indices", "indptr"):
            same(getattr(a, part), getattr(b, part), where + "." + part)
    elif isinstance(a, np.ndarray) and a.dtype.names:
        assert a.dtype == b.dtype, where
        for name in a.dtype.names:
            same(a[name], b[name], where + "." + name)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and a.shape == b.shape, (where, a.dtype, b.dtype)
        assert ((a == b) | ((a != a) & (b != b))).all(), where
    elif hasattr(a, "keys"):
        assert set(a.keys()) == set(b.keys()), (where, a.keys(), b.keys())
        for key in a.keys():
            same(a[key], b[key], where + "/" + key)
    else:
        assert a == b or (a != a and b != b), where

def same_anndata(a, b):
    for part in ("X", "obs", "var", "uns", "obsm", "varm", "obsp", "varp", "layers"):
        same(getattr(a, part), getattr(b, part), part)
    assert (a.raw is None) == (b.raw is None)
    if a.raw is not None:
        for part in ("X", "var", "varm"):
            same(getattr(a.raw, part), getattr(b.raw, part), "raw." + part)

def check_additions(b):
    n = b.n_obs
    assert b.obs["mixvae_type"].tolist() == ["T%d" % (i % 3 + 1) for i in range(n)]
    assert list(b.obs["mixvae_type"].cat.categories) == ["T1", "T2", "T3"]
    assert b.obs["mixvae_type_prob"].tolist() == [1.0 / (i + 1) for i in range(n)]
    assert np.array_equal(b.obsm["X_mixvae_state"], np.array([[i, -0.5] for i in range(n)], np.float32))
    assert b.uns["mixvae"]["arm"] == 1 and b.uns["mixvae"]["version"] == "0.1.0 \u00e9"
    assert b.uns["mixvae"]["params"]["rate"] == 0.001
    assert b.uns["mixvae"]["curve"].tolist() == [3, 2, 1]
    assert set(b.uns["mixvae"]) == {"arm", "version", "params", "curve"}
    assert b.uns["mixvae_type_colors"].tolist() == ["#ff0000", "#00ff00", "#0000ff"]

def remove_additions(b):
    b.obs = b.obs.drop(columns=["mixvae_type", "mixvae_type_prob"])
    del b.obsm["X_mixvae_state"], b.uns["mixvae"], b.uns["mixvae_type_colors"]

if __name__ == "__main__":
    for i in range(1, len(sys.argv), 2):
        print(sys.argv[i])
        a, b = anndata.read_h5ad(sys.argv[i]), anndata.read_h5ad(sys.argv[i + 1])
        check_additions(b)
        assert list(b.obs.columns)[:len(a.obs.columns)] == list(a.obs.columns)
        remove_additions(b)
        assert a.obs.index.name == b.obs.index.name and a.var.index.name == b.var.index.name
        same_anndata(a, b)
)py";

TEST(AnnotateH5ad, RealFilesKeepTheirContentInAnndata) {
  MIXVAE_NEED_PYTHON("anndata");
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "no real data at " << kShared;
  const testing::TemporaryFolder folder;
  std::string arguments;
  int number = 0;
  for (const std::string file :
       {"conformance/h5ad/TM_droplet_mat.h5ad", "conformance/h5ad/anndata_v0.5.0.h5ad",
        "conformance/h5ad/anndata_v0.7.0.h5ad", "conformance/h5ad/cellxgene_nan.h5ad",
        "conformance/h5ad/pbmc68k_reduced_modern.h5ad", "merfish_poa/merfish_mousePOA.h5ad"}) {
    const std::string output = folder / (std::to_string(number++) + ".h5ad");
    annotate_h5ad(kShared + file, example_additions(read_h5ad(kShared + file).cell_count()),
                  output);
    arguments += join(std::vector{kShared + file, output}, " ") + " ";
  }
  const auto result = testing::run_python(kCheckAnnotated, arguments);
  EXPECT_EQ(result.status, 0) << result.output;
}

Dataset small_dataset() {
  Dataset dataset;
  CsrMatrix x;
  x.rows = 3;
  x.columns = 4;
  x.offsets = {0, 2, 2, 3};
  x.column_numbers = {0, 3, 1};
  x.values = {1.5F, 2, 7};
  dataset.x = x;
  dataset.cells.names = {"c1", "c2", "c3"};
  dataset.cells.columns = {{"type", Categorical{{"A", "B"}, {0, -1, 1}, true}},
                           {"n", std::vector<std::int64_t>{1, 2, 3}},
                           {"ok", std::vector<bool>{true, false, true}},
                           {"note", std::vector<std::string>{"x", "", "\xC3\xBC"}},
                           {"score", std::vector<double>{0.5, 1, -2}}};
  dataset.features.names = {"g1", "g2", "g3", "g4"};
  dataset.arrays["X_pca"] = DenseMatrix(3, 2);
  dataset.arrays["X_pca"].values = {1, 2, 3, 4, 5, 6};
  dataset.texts = {{"tree", "(A,B);"}, {"simulation/seed", "7"}};
  return dataset;
}

void expect_equal(const Dataset& a, const Dataset& b) {
  EXPECT_EQ(to_dense(a.x).values, to_dense(b.x).values);
  EXPECT_EQ(a.cells.names, b.cells.names);
  EXPECT_EQ(a.features.names, b.features.names);
  ASSERT_EQ(a.cells.columns.size(), b.cells.columns.size());
  for (std::size_t i = 0; i < a.cells.columns.size(); ++i) {
    EXPECT_EQ(a.cells.columns[i].name, b.cells.columns[i].name);
    if (const auto* labels = std::get_if<Categorical>(&a.cells.columns[i].values)) {
      const auto& others = std::get<Categorical>(b.cells.columns[i].values);
      EXPECT_EQ(labels->categories, others.categories);
      EXPECT_EQ(labels->codes, others.codes);
      EXPECT_EQ(labels->ordered, others.ordered);
    } else {
      std::visit(
          [&](const auto& values) {
            using Values = std::decay_t<decltype(values)>;
            if constexpr (!std::is_same_v<Values, Categorical>) {
              EXPECT_EQ(values, std::get<Values>(b.cells.columns[i].values));
            }
          },
          a.cells.columns[i].values);
    }
  }
  EXPECT_EQ(a.texts, b.texts);
  ASSERT_EQ(a.arrays.size(), b.arrays.size());
  for (const auto& [name, array] : a.arrays) EXPECT_EQ(array.values, b.arrays.at(name).values);
}

TEST(WriteH5ad, RoundTripsSparseAndDense) {
  const testing::TemporaryFolder folder;
  Dataset dataset = small_dataset();
  write_h5ad(dataset, {}, folder / "sparse.h5ad");
  const Dataset sparse = read_h5ad(folder / "sparse.h5ad");
  EXPECT_TRUE(std::holds_alternative<CsrMatrix>(sparse.x));
  expect_equal(dataset, sparse);
  dataset.x = to_dense(dataset.x);
  write_h5ad(dataset, {}, folder / "dense.h5ad");
  const Dataset dense = read_h5ad(folder / "dense.h5ad");
  EXPECT_TRUE(std::holds_alternative<DenseMatrix>(dense.x));
  expect_equal(dataset, dense);
}

TEST(WriteH5ad, AnndataReadsDataAndAdditions) {
  MIXVAE_NEED_PYTHON("anndata");
  const testing::TemporaryFolder folder;
  const Additions additions = example_additions(3);
  write_h5ad(small_dataset(), additions, folder / "a.h5ad");
  const auto result =
      testing::run_python(kCheckAnnotated.substr(0, kCheckAnnotated.find("if __name__")) + R"py(
a = anndata.read_h5ad(sys.argv[1])
check_additions(a)
assert a.X.toarray().tolist() == [[1.5, 0, 0, 2], [0, 0, 0, 0], [0, 7, 0, 0]] and a.X.dtype == np.float32
assert a.obs_names.tolist() == ["c1", "c2", "c3"] and a.var_names.tolist() == ["g1", "g2", "g3", "g4"]
assert a.obs["type"].cat.ordered and a.obs["type"].cat.codes.tolist() == [0, -1, 1]
assert a.obs["n"].dtype == np.int64 and a.obs["n"].tolist() == [1, 2, 3]
assert a.obs["ok"].dtype == bool and a.obs["ok"].tolist() == [True, False, True]
assert a.obs["note"].tolist() == ["x", "", "\u00fc"] and a.obs["score"].tolist() == [0.5, 1, -2]
assert a.obsm["X_pca"].tolist() == [[1, 2], [3, 4], [5, 6]]
assert a.uns["tree"] == "(A,B);" and a.uns["simulation"]["seed"] == "7"
a.write_h5ad(sys.argv[1] + ".again")
)py",
                          folder / "a.h5ad");
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(WriteH5ad, LargeMatricesAreCompressedInChunks) {
  const testing::TemporaryFolder folder;
  Dataset dataset;
  dataset.x = DenseMatrix(700, 500);
  dataset.cells.names = numbered_names("c", 700);
  dataset.features.names = numbered_names("g", 500);
  std::get<DenseMatrix>(dataset.x)(699, 499) = 3;
  write_h5ad(dataset, {}, folder / "a.h5ad");
  EXPECT_LT(std::filesystem::file_size(folder / "a.h5ad"), 100'000U);
  EXPECT_EQ(to_dense(read_h5ad(folder / "a.h5ad").x)(699, 499), 3.0F);
}

TEST(AnnotateH5ad, SecondAnnotationReplacesTheFirst) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "a.h5ad";
  write_h5ad(small_dataset(), {}, path);
  annotate_h5ad(path, example_additions(3), path);
  Additions second = example_additions(3);
  second.cells[1].values = std::vector<double>{9, 8, 7};
  second.unstructured = {{"mixvae/stage", std::string("two")}};
  annotate_h5ad(path, second, path);
  const Dataset read = read_h5ad(path);
  ASSERT_EQ(read.cells.columns.size(), 7U);
  EXPECT_EQ(read.cells.columns[6].name, "mixvae_type_prob");
  EXPECT_THAT(std::get<std::vector<double>>(read.cells.columns[6].values), ElementsAre(9, 8, 7));
  EXPECT_EQ(read.texts.at("mixvae/stage"), "two");
  EXPECT_EQ(read.texts.count("mixvae/version"), 0U)
      << "the former uns entry is replaced as a whole";
  EXPECT_EQ(read.texts.at("tree"), "(A,B);");
}

std::vector<std::string> column_names(const Dataset& dataset) {
  std::vector<std::string> names;
  names.reserve(dataset.cells.columns.size());
  for (const Column& column : dataset.cells.columns) {
    names.push_back(column.name);
  }
  return names;
}

TEST(AnnotateH5ad, AllResultsOfTheSameRecordAreReplaced) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "a.h5ad";
  write_h5ad(small_dataset(), {}, path);
  const std::vector<std::string> own = column_names(read_h5ad(path));
  const std::size_t own_arrays = read_h5ad(path).arrays.size();
  Additions other;
  other.cells = {{"other_type", std::vector<double>{1, 2, 3}}};
  other.record = "other";
  annotate_h5ad(path, other, path);
  Additions first = example_additions(3);
  first.record = "mixvae";
  annotate_h5ad(path, first, path);
  Additions second;
  second.cells = {first.cells[0]};
  second.record = "mixvae";
  annotate_h5ad(path, second, path);
  const Dataset read = read_h5ad(path);
  std::vector<std::string> expected = own;
  expected.insert(expected.end(), {"other_type", "mixvae_type"});
  EXPECT_EQ(column_names(read), expected);
  EXPECT_EQ(read.arrays.size(), own_arrays);
  EXPECT_EQ(read.texts.count("mixvae/version"), 0U);
}

TEST(AnnotateH5ad, ARecordNeverRemovesTheNamesOfTheCells) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "a.h5ad";
  Additions forged;
  forged.unstructured = {{"m/obs", std::vector<std::string>{"_index", "none"}},
                         {"m/obsm", std::vector<std::string>{"none"}}};
  write_h5ad(small_dataset(), forged, path);
  Additions next;
  next.cells = {{"m_type", std::vector<double>{1, 2, 3}}};
  next.record = "m";
  annotate_h5ad(path, next, path);
  EXPECT_EQ(read_h5ad(path).cells.names, small_dataset().cells.names);
}

TEST(AnnotateH5ad, RefusesToOverwriteTheNamesOfTheCells) {
  const testing::TemporaryFolder folder;
  write_h5ad(small_dataset(), {}, folder / "a.h5ad");
  Additions additions;
  additions.cells = {{"_index", std::vector<double>{1, 2, 3}}};
  try {
    annotate_h5ad(folder / "a.h5ad", additions, folder / "b.h5ad");
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("names of the cells"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "b.h5ad"));
}

TEST(WriteH5ad, RefusesRepeatedColumnNames) {
  const testing::TemporaryFolder folder;
  Dataset dataset = small_dataset();
  dataset.cells.columns.push_back(dataset.cells.columns.front());
  EXPECT_THROW(write_h5ad(dataset, {}, folder / "a.h5ad"), InputError);
}

TEST(WriteH5ad, NamesTheSystemsReason) {
  try {
    write_h5ad(small_dataset(), {}, "/nowhere/at/all.h5ad");
    FAIL() << "not refused";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/at/all.h5ad"));
  }
}

}  // namespace h5ad_writing_test
}  // namespace mixvae
