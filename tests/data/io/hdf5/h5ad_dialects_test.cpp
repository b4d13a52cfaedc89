#include <cmath>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/made_files.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace h5ad_dialects_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class H5adDialects : public testing::MadeFilesTest<H5adDialects> {
 public:
  static std::string script() {
    return R"py(
with base("csr64.h5ad") as f:
    del f["X"]
    csr(f, "X", [1, 2, 3], [0, 2, 2], [0, 2, 3], (2, 3), index=np.int64)
with base("unsorted.h5ad") as f:
    del f["X"]
    csr(f, "X", [2, 0.25, 0.75, 3], [2, 0, 0, 2], [0, 3, 4], (2, 3))
with base("csc.h5ad") as f:
    del f["X"]
    csr(f, "X", [1, 3, 2], [0, 1, 0], [0, 1, 1, 3], (2, 3), "csc_matrix")
with base("dense.h5ad", None) as f:
    enc(f.create_dataset("X", data=np.array([[1, 0, 2], [0, 0, 3]], np.int64)), "array")
with base("dense_plain.h5ad", None) as f:
    f["X"] = np.array([[1, 0, 2], [0, 0, 3]], np.float64)
with base("big_endian.h5ad", None) as f:
    f["X"] = np.array([[1, 0, 2], [0, 0, 3]], ">f8")
with base("one_gene.h5ad", None, var=("g1",)) as f:
    f["X"] = np.array([1.0, 3.0])
with base("no_values.h5ad") as f:
    del f["X"]
    csr(f, "X", [], [], [0, 0, 0], (2, 3))
with base("no_encoding.h5ad") as f:
    for o in (f, f["obs"], f["var"], f["obs/_index"], f["X"]):
        if o.name != "/X":
            del o.attrs["encoding-type"], o.attrs["encoding-version"]
with base("h5sparse.h5ad") as f:
    g = f["X"]
    del g.attrs["encoding-type"], g.attrs["shape"]
    g.attrs["h5sparse_format"] = "csr"
    g.attrs["h5sparse_shape"] = (2, 3)

with base("columns.h5ad", i8=np.array([-1, 2], np.int8), u16=np.array([1, 65535], np.uint16),
          f32=np.array([0.5, np.nan], np.float32), truth=np.array([True, False]),
          two=np.zeros((2, 2))) as f:
    g = f["obs"]
    more = []
    def group(name, kind, version="0.1.0"):
        more.append(name)
        return enc(g.create_group(name), kind, version)
    c = group("cat", "categorical", "0.2.0")
    c.attrs["ordered"] = True
    c["codes"] = np.array([-1, 1], np.int8)
    strings(c, "categories", ["low", "h\u00f6her"])
    c = group("cat_numbers", "categorical", "0.2.0")
    c.attrs["ordered"] = False
    c["codes"] = np.array([1, 0], np.int16)
    c["categories"] = np.array([10, 20])
    c = group("cat_nullable", "categorical", "0.2.0")
    c.attrs["ordered"] = False
    c["codes"] = np.array([0, 0], np.int8)
    n = enc(c.create_group("categories"), "nullable-string-array", "0.1.0")
    strings(n, "values", ["only"])
    n["mask"] = np.array([False])
    for name, kind, values, mask in (
            ("int_full", "nullable-integer", np.array([4, 5]), [False, False]),
            ("int_gap", "nullable-integer", np.array([4, 5]), [False, True]),
            ("bool_full", "nullable-boolean", np.array([True, False]), [False, False]),
            ("bool_gap", "nullable-boolean", np.array([True, False]), [True, False])):
        n = group(name, kind)
        n["values"], n["mask"] = values, np.array(mask)
    for name, mask in (("str_full", [False, False]), ("str_gap", [True, False])):
        n = group(name, "nullable-string-array")
        strings(n, "values", ["a", "b"])
        n["mask"] = np.array(mask)
    group("wild", "awkward-array")
    g.create_dataset("fixed", data=np.array([b"ab", b"c"]))
    g.create_dataset("latin", data=np.array([b"ab  ", b"c   "], "S4"))
    more += ["fixed"]
    g.attrs.create("column-order", list(g.attrs["column-order"]) + more, dtype=text)

with base("legacy_categories.h5ad", by_reference=np.array([1, -1], np.int8),
          by_name=np.array([0, 1], np.int8)) as f:
    g = f["obs"]
    enc(g, "dataframe", "0.1.0")
    k = g.create_group("__categories")
    d = strings(k, "by_reference", ["x", "y"])
    d.attrs["ordered"] = True
    g["by_reference"].attrs["categories"] = d.ref
    strings(k, "by_name", ["p", "q"])
    g["by_name"].attrs["categories"] = "__categories/by_name"

with base("index_of_numbers.h5ad") as f:
    del f["obs/_index"]
    f["obs/_index"] = np.array([10, 11])
with base("nullable_index.h5ad") as f:
    del f["obs/_index"]
    n = enc(f.create_group("obs/_index"), "nullable-string-array", "0.1.0")
    strings(n, "values", ["c1", "c2"])
    n["mask"] = np.array([False, False])
with base("no_index.h5ad", n=np.array([7, 8])) as f:
    del f["obs"].attrs["_index"], f["obs/_index"]
with base("duplicates.h5ad", obs=("c", "c"), var=("g", "h", "g")) as f:
    pass

with base("layers.h5ad", None) as f:
    enc(f.create_dataset("X", data=h5py.Empty("f4")), "null", "0.1.0")
    enc(f.create_group("layers"), "dict", "0.1.0")
    csr(f, "layers/counts", [1, 2, 3], [0, 2, 2], [0, 2, 3], (2, 3))
    f["layers/log"] = np.array([[1, 0, 2], [0, 0, 3]], np.float32)
    r = enc(f.create_group("raw"), "raw", "0.1.0")
    frame(r, "var", ["r1"])
    r["X"] = np.array([[5.0], [6.0]])
with base("old_raw.h5ad") as f:
    f["raw.X"] = np.array([[5.0], [6.0]])
    f.create_dataset("raw.var", data=np.array([(b"r1",)], [("index", "S2")]))

with base("obsm.h5ad") as f:
    o = enc(f.create_group("obsm"), "dict", "0.1.0")
    o["X_pca"] = np.arange(6.0).reshape(2, 3)
    o["flat"] = np.arange(2.0)
    csr(o, "sparse", [1], [0], [0, 1, 1], (2, 4))
    enc(o.create_group("wild"), "awkward-array", "0.1.0")

with base("uns.h5ad") as f:
    u = enc(f.create_group("uns"), "dict", "0.1.0")
    strings(u, "tree", "(a,b);", "string")
    u.create_dataset("fixed", data=np.bytes_("short"))
    u.create_dataset("deep/one", data=np.array([b"single"]))
    u["number"] = 3
    strings(u, "many", ["a", "b"])
    u["deep/self"] = u["deep"]

vl = h5py.string_dtype("utf-8")
records = np.array([(b"c1", 1, 2.5, True, "\u00fc", 0), (b"c2", 2, np.nan, False, "v", 1)],
                   [("index", "S2"), ("n", "i4"), ("x", "f4"), ("t", "?"), ("s", vl), ("kind", "i1")])
with base("records.h5ad") as f:
    del f["obs"]
    f["obs"] = records
    f.create_dataset("uns/kind_categories", data=np.array([b"A", b"B"]))
    f.create_dataset("uns/n_categories", data=np.array([b"A", b"B"]))
    f.create_dataset("obsm", data=np.array([([1, 2],), ([3, 4],)], [("X_umap", "f8", (2,))]))
with base("lzf.h5ad", None, obs=["c%d" % i for i in range(500)]) as f:
    x = np.zeros((500, 3)); x[7, 1] = 5; x[499, 2] = -1
    f.create_dataset("X", data=x, compression="lzf", shuffle=True)
)py";
  }

  static void expect_matrix(const std::string& name, bool sparse, const std::string& layer = "X") {
    const Dataset read = read_h5ad(file(name), layer);
    EXPECT_EQ(std::holds_alternative<CsrMatrix>(read.x), sparse) << name;
    if (sparse) {
      EXPECT_TRUE(support::is_valid(std::get<CsrMatrix>(read.x)));
    }
    EXPECT_THAT(to_dense(read.x).values, ElementsAre(1, 0, 2, 0, 0, 3)) << name;
    EXPECT_THAT(read.cells.names, ElementsAre("c1", "c2")) << name;
    EXPECT_THAT(read.features.names, ElementsAre("g1", "g2", "g3")) << name;
  }

  template <class Values>
  static Values values(const Dataset& data, const std::string& name) {
    return std::get<Values>(require_column(data.cells, name, "test").values);
  }
};

TEST_F(H5adDialects, MatricesInEveryEncoding) {
  for (const std::string name :
       {"csr64.h5ad", "unsorted.h5ad", "csc.h5ad", "no_encoding.h5ad", "h5sparse.h5ad"}) {
    expect_matrix(name, true);
  }
  for (const std::string name : {"dense.h5ad", "dense_plain.h5ad", "big_endian.h5ad"}) {
    expect_matrix(name, false);
  }
  EXPECT_THAT(to_dense(read_h5ad(file("one_gene.h5ad")).x).values, ElementsAre(1, 3));
  EXPECT_EQ(count_nonzeros(read_h5ad(file("no_values.h5ad")).x), 0);
}

TEST_F(H5adDialects, PlainColumns) {
  const Dataset data = read_h5ad(file("columns.h5ad"));
  EXPECT_THAT(values<std::vector<std::int64_t>>(data, "i8"), ElementsAre(-1, 2));
  EXPECT_THAT(values<std::vector<std::int64_t>>(data, "u16"), ElementsAre(1, 65535));
  EXPECT_TRUE(std::isnan(values<std::vector<double>>(data, "f32")[1]));
  EXPECT_THAT(values<std::vector<bool>>(data, "truth"), ElementsAre(true, false));
  EXPECT_THAT(values<std::vector<std::string>>(data, "fixed"), ElementsAre("ab", "c"));
  EXPECT_EQ(data.cells.find("two"), nullptr);
  EXPECT_EQ(data.cells.find("wild"), nullptr);
  EXPECT_THAT(data.source.notes, Contains(HasSubstr("awkward-array")));
  EXPECT_THAT(data.source.notes, Contains(HasSubstr("2 x 2")));
}

TEST_F(H5adDialects, CategoricalsAndNullables) {
  const Dataset data = read_h5ad(file("columns.h5ad"));
  const auto labels = values<Categorical>(data, "cat");
  EXPECT_THAT(labels.codes, ElementsAre(-1, 1));
  EXPECT_THAT(labels.categories, ElementsAre("low", "h\xC3\xB6her"));
  EXPECT_TRUE(labels.ordered);
  EXPECT_THAT(values<Categorical>(data, "cat_numbers").categories, ElementsAre("10", "20"));
  EXPECT_THAT(values<Categorical>(data, "cat_nullable").categories, ElementsAre("only"));
  EXPECT_THAT(values<std::vector<std::int64_t>>(data, "int_full"), ElementsAre(4, 5));
  EXPECT_EQ(values<std::vector<double>>(data, "int_gap")[0], 4);
  EXPECT_TRUE(std::isnan(values<std::vector<double>>(data, "int_gap")[1]));
  EXPECT_THAT(values<std::vector<bool>>(data, "bool_full"), ElementsAre(true, false));
  EXPECT_TRUE(std::isnan(values<std::vector<double>>(data, "bool_gap")[0]));
  EXPECT_THAT(values<std::vector<std::string>>(data, "str_full"), ElementsAre("a", "b"));
  EXPECT_THAT(values<Categorical>(data, "str_gap").codes, ElementsAre(-1, 0));
  EXPECT_THAT(values<Categorical>(data, "str_gap").categories, ElementsAre("b"));
}

TEST_F(H5adDialects, CategoriesByReferenceAndByName) {
  const Dataset data = read_h5ad(file("legacy_categories.h5ad"));
  const auto referred = values<Categorical>(data, "by_reference");
  EXPECT_THAT(referred.categories, ElementsAre("x", "y"));
  EXPECT_THAT(referred.codes, ElementsAre(1, -1));
  EXPECT_TRUE(referred.ordered);
  EXPECT_THAT(values<Categorical>(data, "by_name").categories, ElementsAre("p", "q"));
  EXPECT_EQ(data.cells.columns.size(), 2U);
}

TEST_F(H5adDialects, NamesOfRows) {
  EXPECT_THAT(read_h5ad(file("index_of_numbers.h5ad")).cells.names, ElementsAre("10", "11"));
  EXPECT_THAT(read_h5ad(file("nullable_index.h5ad")).cells.names, ElementsAre("c1", "c2"));
  const Dataset unnamed = read_h5ad(file("no_index.h5ad"));
  EXPECT_THAT(unnamed.cells.names, ElementsAre("C1", "C2"));
  EXPECT_TRUE(unnamed.source.cells_unnamed);
  EXPECT_FALSE(unnamed.source.features_unnamed);
  const Dataset repeated = read_h5ad(file("duplicates.h5ad"));
  EXPECT_THAT(repeated.features.names, ElementsAre("g", "h", "g"));
  EXPECT_THAT(repeated.source.notes, Contains(HasSubstr("names in 'var' repeat")));
}

TEST_F(H5adDialects, LayersAndRaw) {
  expect_matrix("layers.h5ad", true, "counts");
  expect_matrix("layers.h5ad", false, "log");
  const Dataset raw = read_h5ad(file("layers.h5ad"), "raw");
  EXPECT_THAT(raw.features.names, ElementsAre("r1"));
  EXPECT_THAT(to_dense(raw.x).values, ElementsAre(5, 6));
  EXPECT_THAT(raw.source.layers, ElementsAre("raw", "counts", "log"));
  EXPECT_THAT(raw.source.notes, Contains("the file has no matrix X"));
  EXPECT_THAT(read_h5ad(file("old_raw.h5ad"), "raw").features.names, ElementsAre("r1"));
}

TEST_F(H5adDialects, ArraysAndTexts) {
  const Dataset data = read_h5ad(file("obsm.h5ad"));
  ASSERT_EQ(data.arrays.size(), 1U);
  EXPECT_THAT(data.arrays.at("X_pca").values, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(data.source.notes, Contains(HasSubstr("obsm/wild")));
  const Dataset texts = read_h5ad(file("uns.h5ad"));
  EXPECT_EQ(texts.texts.at("tree"), "(a,b);");
  EXPECT_EQ(texts.texts.at("fixed"), "short");
  EXPECT_EQ(texts.texts.at("deep/one"), "single");
  EXPECT_EQ(texts.texts.count("number"), 0U);
  EXPECT_EQ(texts.texts.count("many"), 0U);
}

TEST_F(H5adDialects, RecordsOfOldFiles) {
  const Dataset data = read_h5ad(file("records.h5ad"));
  EXPECT_THAT(data.cells.names, ElementsAre("c1", "c2"));
  EXPECT_THAT(values<Categorical>(data, "kind").categories, ElementsAre("A", "B"));
  EXPECT_THAT(values<std::vector<std::int64_t>>(data, "n"), ElementsAre(1, 2))
      << "code 2 has no category, so the column is no categorical";
  EXPECT_EQ(values<std::vector<double>>(data, "x")[0], 2.5);
  EXPECT_THAT(values<std::vector<bool>>(data, "t"), ElementsAre(true, false));
  EXPECT_THAT(values<std::vector<std::string>>(data, "s"), ElementsAre("\xC3\xBC", "v"));
  EXPECT_THAT(data.arrays.at("X_umap").values, ElementsAre(1, 2, 3, 4));
}

TEST_F(H5adDialects, LzfCompression) {
  const DenseMatrix x = to_dense(read_h5ad(file("lzf.h5ad")).x);
  EXPECT_EQ(x(7, 1), 5.0F);
  EXPECT_EQ(x(499, 2), -1.0F);
  EXPECT_EQ(count_nonzeros(x), 2);
}

}  // namespace h5ad_dialects_test
}  // namespace mixvae
