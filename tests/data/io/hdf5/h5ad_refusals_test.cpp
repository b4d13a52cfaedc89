#include <gmock/gmock.h>

#include "base/error.hpp"
#include "data/io/hdf5/formats.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/made_files.hpp"

namespace mixvae {
namespace h5ad_refusals_test {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Hdf5Refusals : public testing::MadeFilesTest<Hdf5Refusals> {
 public:
  static std::string script() {
    return R"py(
with base("good.h5ad") as f:
    f["obs"].create_dataset("padding", data=np.arange(5000))
data = open(os.path.join(folder, "good.h5ad"), "rb").read()
open(os.path.join(folder, "truncated.h5ad"), "wb").write(data[:len(data) - 3000])
open(os.path.join(folder, "text.h5ad"), "w").write("gene,c1,c2\n")
open(os.path.join(folder, "empty.h5ad"), "w")
open(os.path.join(folder, "rubbish.h5ad"), "wb").write(data[:512] + b"\x5a" * (len(data) - 512))

def changed(name, change):
    with base(name) as f:
        change(f)

def set_x(**arrays):
    def change(f):
        for k, v in arrays.items():
            replace(f["X"], k, data=v)
    return change
i32 = lambda *v: np.array(v, np.int32)
changed("overflown.h5ad", set_x(indptr=i32(0, 2, -2147483646)))
changed("falling.h5ad", set_x(indptr=i32(0, 3, 2)))
changed("not_from_zero.h5ad", set_x(indptr=i32(1, 2, 3)))
changed("short_indptr.h5ad", set_x(indptr=i32(0, 3)))
changed("short_data.h5ad", set_x(data=np.ones(2, np.float32)))
changed("short_indices.h5ad", set_x(indices=i32(0, 1)))
changed("index_high.h5ad", set_x(indices=i32(0, 2, 3)))
changed("index_negative.h5ad", set_x(indices=i32(0, -1, 2)))
changed("index_huge.h5ad", set_x(indices=np.array([0, 1, 2**40])))
changed("texts_as_data.h5ad", set_x(data=np.array([b"a", b"b", b"c"])))

def shape(f): f["X"].attrs["shape"] = (2, 4)
changed("shape.h5ad", shape)
def x_encoding(f): f["X"].attrs["encoding-type"] = "blocked_matrix"
changed("x_encoding.h5ad", x_encoding)
def array_encoding(f):
    del f["X"]
    enc(f.create_dataset("X", data=np.zeros((2, 3))), "tiled-array")
changed("array_encoding.h5ad", array_encoding)
def obs_encoding(f): f["obs"].attrs["encoding-type"] = "arrow-table"
changed("obs_encoding.h5ad", obs_encoding)
def file_encoding(f): f.attrs["encoding-type"] = "MuData"
changed("mudata.h5ad", file_encoding)
def no_parts(f): del f["X/indices"]
changed("no_indices.h5ad", no_parts)
def no_obs(f): del f["obs"]
changed("no_obs.h5ad", no_obs)
def no_x(f):
    f.move("X", "layers/counts")
changed("no_x.h5ad", no_x)
def nothing(f): del f["X"]
changed("no_matrix.h5ad", nothing)
def column_length(f):
    f["obs/n"] = np.arange(3)
    f["obs"].attrs.create("column-order", ["n"], dtype=text)
changed("column_length.h5ad", column_length)
def column_missing(f): f["obs"].attrs.create("column-order", ["ghost"], dtype=text)
changed("column_missing.h5ad", column_missing)
def code(f):
    g = enc(f["obs"].create_group("kind"), "categorical")
    g.attrs["ordered"] = False
    g["codes"] = np.array([0, 5], np.int8)
    strings(g, "categories", ["a"])
    f["obs"].attrs.create("column-order", ["kind"], dtype=text)
changed("code.h5ad", code)
def no_names(f):
    del f["obs"]
    enc(f.create_group("obs"), "dataframe").attrs.create("column-order", [], dtype=text)
changed("no_names.h5ad", no_names)
def strange_names(f):
    del f["obs/_index"]
    f["obs/_index"] = np.zeros((2, 2))
changed("strange_names.h5ad", strange_names)
def categories(f):
    f["obs/kind"] = np.array([0, 1], np.int8)
    f["obs/kind"].attrs["categories"] = f["obs"].ref
    f["obs"].attrs.create("column-order", ["kind"], dtype=text)
changed("categories.h5ad", categories)
def grid_of_categories(f):
    code(f)
    replace(f["obs/kind"], "categories", data=np.zeros((2, 2)))
changed("grid_of_categories.h5ad", grid_of_categories)
def referred_grid(f):
    f["obs/kind"] = np.array([0, 1], np.int8)
    f["obs/grid"] = np.zeros((2, 2))
    f["obs/kind"].attrs["categories"] = f["obs/grid"].ref
    f["obs"].attrs.create("column-order", ["kind"], dtype=text)
changed("referred_grid.h5ad", referred_grid)
def plain_obs(f):
    del f["obs"]
    f["obs"] = np.arange(2)
changed("plain_obs.h5ad", plain_obs)
def mask(f):
    g = enc(f["obs"].create_group("n"), "nullable-integer", "0.1.0")
    g["values"], g["mask"] = np.arange(2), np.zeros(3, bool)
    f["obs"].attrs.create("column-order", ["n"], dtype=text)
changed("mask.h5ad", mask)
def obsm(f): f["obsm/X_pca"] = np.zeros((3, 2))
changed("obsm.h5ad", obsm)
def claims(f):
    del f["X"]
    f.create_dataset("X", shape=(2, 2**50), dtype="f4", chunks=(1, 1024))
    f["Y"] = np.zeros(2)
    del f["obs"], f["var"], f.attrs["encoding-type"]
changed("claims_xy.h5", claims)
def claims_obsm(f): f.create_dataset("obsm/X_big", shape=(2, 2**50), dtype="f4", chunks=(1, 1024))
changed("claims.h5ad", claims_obsm)
def unknown_filter(number):
    def change(f):
        del f["X"]
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((2, 3))
        plist.set_filter(number, h5py.h5z.FLAG_OPTIONAL, ())
        h5py.h5d.create(f.id, b"X", h5py.h5t.NATIVE_FLOAT, h5py.h5s.create_simple((2, 3)), plist).close()
    return change
changed("blosc.h5ad", unknown_filter(32001))
changed("zstd.h5ad", unknown_filter(32015))
changed("number_only.h5ad", unknown_filter(31999))

with base("no_cells.h5ad", None, obs=()) as f: csr(f, "X", [], [], [0], (0, 3))
with base("no_genes.h5ad", None, var=()) as f: csr(f, "X", [], [], [0, 0, 0], (2, 0))
with base("no_cells_dense.h5ad", None, obs=()) as f: f["X"] = np.zeros((0, 3))
with h5py.File(os.path.join(folder, "other.h5"), "w") as f:
    f["alpha"], f["beta"] = 1, 2
with h5py.File(os.path.join(folder, "multi.h5mu"), "w") as f: f.create_group("mod/rna")
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

TEST_F(Hdf5Refusals, FilesThatAreDamaged) {
  EXPECT_THAT(message("truncated.h5ad"), AllOf(HasSubstr("truncated"), HasSubstr("expected: ")));
  EXPECT_THAT(message("text.h5ad"), HasSubstr("not an HDF5 file"));
  EXPECT_THAT(message("empty.h5ad"), HasSubstr("not an HDF5 file"));
  EXPECT_THAT(message("rubbish.h5ad"), HasSubstr("HDF5 says"));
  EXPECT_THAT(message("missing.h5ad"), HasSubstr("cannot open the file"));
  EXPECT_THAT(message(""), HasSubstr("a folder"));
  EXPECT_THAT(message("claims_xy.h5"), HasSubstr("larger than 32-bit"));
  EXPECT_THAT(message("claims.h5ad"),
              AllOf(HasSubstr("claims more values"), HasSubstr("2 x 11258")));
}

TEST_F(Hdf5Refusals, SparseMatricesThatDoNotFit) {
  EXPECT_THAT(message("overflown.h5ad"),
              AllOf(HasSubstr("overflown 32 bits"), HasSubstr("position 2"),
                    HasSubstr("-2147483646"), HasSubstr("64-bit offsets")));
  EXPECT_THAT(message("falling.h5ad"), AllOf(HasSubstr("do not rise"), HasSubstr("at least 3")));
  EXPECT_THAT(message("not_from_zero.h5ad"), HasSubstr("do not rise"));
  EXPECT_THAT(message("short_indptr.h5ad"), AllOf(HasSubstr("X/indptr"), HasSubstr("expected: 3")));
  EXPECT_THAT(message("short_data.h5ad"), AllOf(HasSubstr("X/data"), HasSubstr("expected: 3")));
  EXPECT_THAT(message("short_indices.h5ad"), HasSubstr("X/indices"));
  EXPECT_THAT(message("index_high.h5ad"), AllOf(HasSubstr("out of range"), HasSubstr("line 2"),
                                                HasSubstr("found: 3"), HasSubstr("0 to 2")));
  EXPECT_THAT(message("index_negative.h5ad"), AllOf(HasSubstr("line 1"), HasSubstr("found: -1")));
  EXPECT_THAT(message("index_huge.h5ad"), HasSubstr("out of range"));
  EXPECT_THAT(message("texts_as_data.h5ad"), HasSubstr("found: texts"));
  EXPECT_THAT(message("shape.h5ad"), AllOf(HasSubstr("2 x 4"), HasSubstr("2 x 3")));
  EXPECT_THAT(message("no_indices.h5ad"), HasSubstr("lacks an array 'X/indices'"));
}

TEST_F(Hdf5Refusals, UnknownEncodingsAreNamed) {
  EXPECT_THAT(message("x_encoding.h5ad"), HasSubstr("'blocked_matrix'"));
  EXPECT_THAT(message("array_encoding.h5ad"), HasSubstr("'tiled-array'"));
  EXPECT_THAT(message("obs_encoding.h5ad"), HasSubstr("'arrow-table'"));
  EXPECT_THAT(message("mudata.h5ad"), HasSubstr("lacks a group 'mod'"));
}

TEST_F(Hdf5Refusals, MissingParts) {
  EXPECT_THAT(message("no_obs.h5ad"), HasSubstr("obs"));
  EXPECT_THAT(message("no_x.h5ad"),
              AllOf(HasSubstr("no matrix X"), HasSubstr("layers: counts"), HasSubstr("--layer")));
  EXPECT_THAT(message("no_matrix.h5ad"), HasSubstr("no matrix at all"));
  EXPECT_THAT(message("no_x.h5ad", "count"),
              AllOf(HasSubstr("no layer 'count'"), HasSubstr("did you mean --layer counts?")));
  EXPECT_THAT(message("column_missing.h5ad"), HasSubstr("obs/ghost"));
}

TEST_F(Hdf5Refusals, TablesThatDoNotFit) {
  EXPECT_THAT(message("column_length.h5ad"),
              AllOf(HasSubstr("column 'n'"), HasSubstr("3 values"), HasSubstr("expected: 2")));
  EXPECT_THAT(message("code.h5ad"),
              AllOf(HasSubstr("obs/kind"), HasSubstr("row 2"), HasSubstr("code 5")));
  EXPECT_THAT(message("no_names.h5ad"), AllOf(HasSubstr("neither names of rows nor columns"),
                                              HasSubstr("obs"), HasSubstr("'_index'")));
  EXPECT_THAT(message("strange_names.h5ad"),
              AllOf(HasSubstr("names of the rows"), HasSubstr("2 x 2")));
  EXPECT_THAT(message("categories.h5ad"),
              AllOf(HasSubstr("categories leads to no array"), HasSubstr("obs/kind")));
  EXPECT_THAT(message("grid_of_categories.h5ad"),
              AllOf(HasSubstr("categories of a kind that is not read"),
                    HasSubstr("obs/kind/categories"), HasSubstr("2 x 2")));
  EXPECT_THAT(message("referred_grid.h5ad"), AllOf(HasSubstr("categories of a kind that is not"),
                                                   HasSubstr("obs/kind (categories)")));
  EXPECT_THAT(message("plain_obs.h5ad"), AllOf(HasSubstr("a table of a kind that is not read"),
                                               HasSubstr("obs"), HasSubstr("array of records")));
  EXPECT_THAT(message("mask.h5ad"), HasSubstr("values and mask"));
  EXPECT_THAT(message("obsm.h5ad"), AllOf(HasSubstr("obsm/X_pca"), HasSubstr("3 rows")));
}

TEST_F(Hdf5Refusals, EmptyMatrices) {
  EXPECT_THAT(message("no_cells.h5ad"), HasSubstr("0 cells x 3 features"));
  EXPECT_THAT(message("no_genes.h5ad"), HasSubstr("2 cells x 0 features"));
  EXPECT_THAT(message("no_cells_dense.h5ad"), HasSubstr("empty"));
}

TEST_F(Hdf5Refusals, FiltersThatAreNotInstalled) {
  EXPECT_THAT(message("blosc.h5ad"),
              AllOf(HasSubstr("'blosc'"), HasSubstr("hdf5-filter-plugin-blosc-serial")));
  EXPECT_THAT(message("zstd.h5ad"), AllOf(HasSubstr("'zstd'"), HasSubstr("gzip")));
  EXPECT_THAT(message("number_only.h5ad"), HasSubstr("31999"));
}

TEST_F(Hdf5Refusals, LayoutsThatAreNotRead) {
  EXPECT_THAT(message("other.h5"),
              AllOf(HasSubstr("none of the layouts"), HasSubstr("alpha, beta")));
  EXPECT_THAT(message("multi.h5mu"), HasSubstr("lacks an array 'mod/rna/obs'"));
}

}  // namespace h5ad_refusals_test
}  // namespace mixvae
