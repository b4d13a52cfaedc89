#include "data/io/hdf5/modernise.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/h5ad_writing.hpp"
#include "data/io/hdf5/made_files.hpp"

namespace mixvae {
namespace modernise_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NewerFiles : public testing::MadeFilesTest<NewerFiles> {
 public:
  static std::string script() {
    return R"py(
def nullable(parent, name, values, mask):
    n = enc(parent.create_group(name), "nullable-string-array", "0.1.0")
    strings(n, "values", values)
    n["mask"] = np.array(mask)
with base("newer.h5ad", None) as f:
    del f["obs/_index"]
    nullable(f["obs"], "_index", ["c1", "c2"], [False, False])
    nullable(f["obs"], "full", ["a", "b"], [False, False])
    nullable(f["obs"], "gap", ["a", "b"], [False, True])
    c = enc(f["obs"].create_group("kind"), "categorical")
    c.attrs["ordered"] = False
    enc(c.create_dataset("codes", data=np.array([1, 0], np.int8)), "array")
    nullable(c, "categories", ["x", "y"], [False, False])
    f["obs"].attrs.create("column-order", ["full", "gap", "kind"], dtype=text)
    enc(f.create_dataset("X", data=h5py.Empty("f4")), "null", "0.1.0")
    enc(f.create_group("layers"), "dict", "0.1.0")
    csr(f, "layers/counts", [1, 2, 3], [0, 2, 2], [0, 2, 3], (2, 3))
    u = enc(f.create_group("uns"), "dict", "0.1.0")
    enc(u.create_dataset("nothing", data=h5py.Empty("f4")), "null", "0.1.0")
    strings(u, "kept", "yes", "string")
with base("plain.h5ad") as f: pass
with base("unnamed.h5ad", n=np.array([7, 8])) as f:
    del f["obs/_index"], f["obs"].attrs["_index"]
with base("wild_records.h5ad") as f:
    del f["obs"]
    f["obs"] = np.array([(b"c1", 1j), (b"c2", 2j)], [("index", "S2"), ("wave", "c16")])
)py";
  }
};

TEST_F(NewerFiles, CompatibleCopiesOpenInAnndata08) {
  MIXVAE_NEED_PYTHON("anndata");
  const testing::TemporaryFolder folder;
  annotate_h5ad(file("newer.h5ad"), {}, folder / "a.h5ad", Compatibility::anndata_0_8);
  const auto result = testing::run_python(R"py(
import sys, anndata
a = anndata.read_h5ad(sys.argv[1])
assert a.X is None and a.layers["counts"].toarray().tolist() == [[1, 0, 2], [0, 0, 3]]
assert a.obs_names.tolist() == ["c1", "c2"] and list(a.obs.columns) == ["full", "gap", "kind"]
assert a.obs["full"].tolist() == ["a", "b"]
assert a.obs["gap"].isna().tolist() == [False, True] and a.obs["gap"][0] == "a"
assert a.obs["kind"].tolist() == ["y", "x"]
assert a.uns["kept"] == "yes" and "nothing" not in a.uns
)py",
                                          folder / "a.h5ad");
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST_F(NewerFiles, WithoutCompatibilityEncodingsStay) {
  const testing::TemporaryFolder folder;
  Additions additions;
  additions.cells = {{"new", std::vector<double>{1, 2}}};
  annotate_h5ad(file("newer.h5ad"), additions, folder / "a.h5ad");
  const hdf5::Group root = hdf5::open_file(folder / "a.h5ad");
  EXPECT_EQ(root.group("obs/_index").encoding(), "nullable-string-array");
  EXPECT_EQ(root.array("X").encoding(), "null");
  EXPECT_THAT(root.group("obs").texts_attribute("column-order"),
              ElementsAre("full", "gap", "kind", "new"));
}

TEST_F(NewerFiles, OldTablesThatCannotBeRewrittenAreRefusedByName) {
  const testing::TemporaryFolder folder;
  try {
    annotate_h5ad(file("wild_records.h5ad"), {}, folder / "a.h5ad");
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("column 'wave'"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5ad"));
}

TEST_F(NewerFiles, CellsWithoutNamesCannotBeAnnotated) {
  const testing::TemporaryFolder folder;
  EXPECT_TRUE(read_h5ad(file("unnamed.h5ad")).source.cells_unnamed);
  try {
    annotate_h5ad(file("unnamed.h5ad"), {}, folder / "a.h5ad");
    FAIL() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("the table has no names of rows"), HasSubstr("obs")));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5ad"));
}

TEST_F(NewerFiles, FilesOpenInAnotherProgramAreRefused) {
  const int descriptor = ::open(file("plain.h5ad").c_str(), O_RDWR);
  ASSERT_EQ(::flock(descriptor, LOCK_EX | LOCK_NB), 0);
  try {
    read_h5ad(file("plain.h5ad"));
    ADD_FAILURE() << "not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("open in another program"));
  }
  ::close(descriptor);
  EXPECT_EQ(read_h5ad(file("plain.h5ad")).cell_count(), 2);
}

}  // namespace modernise_test
}  // namespace mixvae
