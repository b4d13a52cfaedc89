#include "data/io/hdf5/formats.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/dump.hpp"
#include "data/io/hdf5/loom.hpp"
#include "data/io/hdf5/made_files.hpp"
#include "data/io/hdf5/scripts.hpp"
#include "data/io/hdf5/tenx_h5.hpp"
#include "data/io/hdf5/xy_h5.hpp"

namespace mixvae {
namespace formats_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kShared = MIXVAE_SHARED_DATA "/";

TEST(Hdf5Formats, RealFilesReadAsH5pyReadsThem) {
  MIXVAE_NEED_PYTHON("h5py");
  if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "no real data at " << kShared;
  const testing::TemporaryFolder folder;
  std::string arguments;
  for (const std::string file : {"conformance/tenx/10x_1.2.0_filtered_gene_bc_matrices.h5",
                                 "conformance/tenx/10x_3.0.0_filtered_feature_bc_matrix.h5",
                                 "osmfish_cortex/osmFISH_SScortex_mouse_all_cells.loom",
                                 "worm_neuron/worm_neuron_cell.h5"}) {
    const std::string dump = folder / std::to_string(arguments.size());
    testing::dump_dataset(read_hdf5(kShared + file), dump);
    arguments += join(std::vector{kShared + file, dump}, " ") + " ";
  }
  const auto result = testing::run_python(testing::kCompareFunctions + R"py(
import h5py
def texts(d): return [v.decode() if isinstance(v, bytes) else v for v in d[()]]
def tenx(g, names, ids):
    m = sp.csc_matrix((g["data"][()], g["indices"][()], g["indptr"][()]), shape=g["shape"][()])
    return m.T, texts(g["barcodes"]), texts(names), {"gene_ids": texts(ids)}, {}
def read(path):
    f = h5py.File(path)
    if "hg19_chr21" in f:
        g = f["hg19_chr21"]
        return tenx(g, g["gene_names"], g["genes"])
    if "barcodes" in f.get("matrix", []):
        g = f["matrix/features"]
        m, c, v, a, b = tenx(f["matrix"], g["name"], g["id"])
        a["feature_types"], a["genome"] = texts(g["feature_type"]), texts(g["genome"])
        return m, c, v, a, b
    if "matrix" in f:
        c, r = f["col_attrs"], f["row_attrs"]
        return (f["matrix"][()].T, texts(c["CellID"]), texts(r["Gene"]),
                {k: texts(r[k]) for k in r if k != "Gene"}, {k: texts(c[k]) for k in c if k != "CellID"})
    x = f["X"][()]
    return (x, ["C%d" % (i + 1) for i in range(len(x))], ["F%d" % (i + 1) for i in range(x.shape[1])],
            {}, {"Y": f["Y"][()].astype(int).tolist()})
for i in range(1, len(sys.argv), 2):
    print(sys.argv[i])
    ours = load(sys.argv[i + 1])
    x, cells, features, var, obs = read(sys.argv[i])
    assert ours["sparse"] and (ours["x"] != sp.csr_matrix(x)).nnz == 0
    assert ours["x"].nnz == np.count_nonzero(dense(x))
    assert ours["cells"]["names"] == cells and ours["features"]["names"] == features
    for table, theirs in (("cells", obs), ("features", var)):
        mine = {c["name"]: c["values"] for c in ours[table]["columns"]}
        assert mine == theirs, (table, mine.keys(), theirs.keys())
)py",
                                          arguments);
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(Hdf5Formats, WormNeuronKeepsItsWholeLabels) {
  const std::string path = kShared + "worm_neuron/worm_neuron_cell.h5";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real data at " << path;
  const Dataset worm = read_xy_h5(path);
  EXPECT_EQ(worm.cell_count(), 4186);
  EXPECT_EQ(worm.feature_count(), 13488);
  EXPECT_TRUE(worm.source.features_unnamed);
  EXPECT_EQ(as_labels(require_column(worm.cells, "Y", path)).categories.size(), 10U);
}

class MadeFormats : public testing::MadeFilesTest<MadeFormats> {
 public:
  static std::string script() {
    return R"py(
def group(f, name, genes=("ENSG1", "ENSG2", "ENSG3"), symbols=("A", "B", "A")):
    g = f.create_group(name)
    g["data"], g["indices"], g["indptr"] = [1, 2, 3], [2, 0, 2], np.array([0, 2, 3], np.int64)
    g["shape"] = np.array([3, 2])
    g["barcodes"] = np.array([b"c1-1", b"c2-1"])
    g["genes"], g["gene_names"] = np.array(genes, "S"), np.array(symbols, "S")
    return g
def opened(name): return h5py.File(os.path.join(folder, name), "w")
with opened("two_genomes.h5") as f:
    group(f, "hg19")
    group(f, "mm10", symbols=("a", "b", "c"))
with opened("short_barcodes.h5") as f:
    replace(group(f, "hg19"), "barcodes", data=np.array([b"c1-1"]))
with opened("numbered_barcodes.h5") as f:
    replace(group(f, "hg19"), "barcodes", data=np.array([1, 2]))
with opened("bad_shape.h5") as f:
    replace(group(f, "hg19"), "shape", data=np.array([3]))
def loom(name):
    f = opened(name)
    f.create_dataset("matrix", data=np.array([[1, 0], [0, 0], [2, 3]]), chunks=(2, 1))
    strings(f.create_group("row_attrs"), "Gene", ["g1", "g2", "g3"])
    strings(f.create_group("col_attrs"), "CellID", ["c1", "c2"])
    f["col_attrs/ClusterID"] = np.array([4, 5])
    f["col_attrs/tSNE"] = np.array([[1.0, 2.0], [3.0, 4.0]])
    f["layers/spliced"] = np.array([[0, 9], [0, 0], [0, 0]], np.float32)
    return f
with loom("good.loom") as f: pass
with loom("unnamed.loom") as f: del f["row_attrs/Gene"], f["col_attrs/CellID"]
with loom("short.loom") as f: replace(f["col_attrs"], "ClusterID", data=np.arange(3))
with loom("flat.loom") as f: replace(f, "matrix", data=np.arange(3))
with loom("empty.loom") as f: replace(f, "matrix", data=np.zeros((3, 0)))
def xy(name, x, y):
    with opened(name) as f: f["X"], f["Y"] = x, y
xy("texts.h5", np.eye(2), np.array([b"a", b"b"]))
xy("fractions.h5", np.eye(2), np.array([0.5, 1]))
xy("short.h5", np.eye(2), np.array([1.0]))
)py";
  }

  static std::string message(const std::string& name, const std::string& layer = "X") {
    try {
      read_hdf5(file(name), layer);
    } catch (const InputError& error) {
      return error.what();
    }
    return "not refused";
  }
};

TEST_F(MadeFormats, KindsAreToldByContent) {
  EXPECT_EQ(hdf5_kind(file("two_genomes.h5")), Hdf5Kind::tenx);
  EXPECT_EQ(hdf5_kind(file("good.loom")), Hdf5Kind::loom);
  EXPECT_EQ(hdf5_kind(file("texts.h5")), Hdf5Kind::xy);
}

TEST_F(MadeFormats, OneOfSeveralGenomesIsChosenByLayer) {
  EXPECT_THAT(message("two_genomes.h5"),
              AllOf(HasSubstr("several genomes"), HasSubstr("hg19, mm10"), HasSubstr("--layer")));
  EXPECT_THAT(message("two_genomes.h5", "mm9"), HasSubstr("no layer 'mm9'"));
  const Dataset mouse = read_hdf5(file("two_genomes.h5"), "mm10");
  EXPECT_THAT(mouse.features.names, ElementsAre("a", "b", "c"));
  EXPECT_THAT(to_dense(mouse.x).values, ElementsAre(2, 0, 1, 0, 0, 3));
  EXPECT_THAT(mouse.source.layers, ElementsAre("hg19", "mm10"));
  EXPECT_THAT(read_hdf5(file("two_genomes.h5"), "hg19").source.notes,
              Contains(HasSubstr("names of features repeat")));
}

TEST_F(MadeFormats, TenxRefusals) {
  EXPECT_THAT(message("short_barcodes.h5"),
              AllOf(HasSubstr("hg19/barcodes"), HasSubstr("1 values"), HasSubstr("one per cell")));
  EXPECT_THAT(message("numbered_barcodes.h5"),
              AllOf(HasSubstr("texts are needed here"), HasSubstr("hg19/barcodes")));
  EXPECT_THAT(message("bad_shape.h5"), HasSubstr("not two numbers"));
}

TEST_F(MadeFormats, LoomIsTransposed) {
  const Dataset data = read_loom(file("good.loom"));
  EXPECT_THAT(to_dense(data.x).values, ElementsAre(1, 0, 2, 0, 0, 3));
  EXPECT_TRUE(std::holds_alternative<CsrMatrix>(data.x));
  EXPECT_THAT(data.cells.names, ElementsAre("c1", "c2"));
  EXPECT_THAT(data.arrays.at("tSNE").values, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(data.source.layers, ElementsAre("X", "spliced"));
  EXPECT_THAT(to_dense(read_loom(file("good.loom"), "spliced").x).values,
              ElementsAre(0, 0, 0, 9, 0, 0));
  const Dataset unnamed = read_loom(file("unnamed.loom"));
  EXPECT_THAT(unnamed.features.names, ElementsAre("F1", "F2", "F3"));
  EXPECT_TRUE(unnamed.source.features_unnamed && unnamed.source.cells_unnamed);
}

TEST_F(MadeFormats, LoomRefusals) {
  EXPECT_THAT(message("good.loom", "unspliced"), HasSubstr("did you mean --layer spliced?"));
  EXPECT_THAT(message("short.loom"), AllOf(HasSubstr("ClusterID"), HasSubstr("2 values")));
  EXPECT_THAT(message("flat.loom"), HasSubstr("not two-dimensional"));
  EXPECT_THAT(message("empty.loom"), HasSubstr("0 cells x 3 features"));
}

TEST_F(MadeFormats, XyLabels) {
  const Dataset texts = read_xy_h5(file("texts.h5"));
  EXPECT_THAT(std::get<std::vector<std::string>>(texts.cells.find("Y")->values),
              ElementsAre("a", "b"));
  const Dataset fractions = read_xy_h5(file("fractions.h5"));
  EXPECT_THAT(std::get<std::vector<double>>(fractions.cells.find("Y")->values),
              ElementsAre(0.5, 1));
  EXPECT_THAT(message("short.h5"), HasSubstr("labels do not fit"));
  EXPECT_THAT(message("texts.h5", "counts"), HasSubstr("no layer 'counts'"));
}

}  // namespace formats_test
}  // namespace mixvae
