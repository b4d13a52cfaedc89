// Modalities of .h5mu files, written by h5py and anndata as mudata lays them out.

#include "data/io/store/mudata.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "data/files.hpp"
#include "data/io/files_by_python.hpp"
#include "data/io/hdf5/formats.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/python.hpp"
#include "data/io/read.hpp"
#include "data/io/zarr/same_dataset.hpp"
#include "data/io/zarr/stores.hpp"

namespace mixvae {
namespace mudata_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_files::refusal;

const std::string kFiles = testing::kZarrFunctions + R"py(
a, b = cells(23, 7), cells(23, 4, seed=5)
b = b[5:].copy()
everyone = pd.DataFrame({"rna:type": a.obs["type"], "type": ["wrong"] * 23,
                         "donor": pd.Categorical(["d%d" % (i % 2) for i in range(23)]), "row": np.arange(23),
                         "good": np.arange(23) > 10, "said": ["x%d" % i for i in range(23)]}, index=a.obs_names)[::-1]
def opened(name): return h5py.File(at(name), "w")
b.write_h5ad(at("adt.h5ad"))
with opened("two.h5mu") as f: mudata(f, everyone, rna=a, adt=b)
with opened("one.h5mu") as f: mudata(f, everyone, rna=a)
with opened("fewer.h5mu") as f: mudata(f, everyone[:15], adt=b)
with opened("strangers.h5mu") as f: mudata(f, everyone.rename(lambda n: n + "x"), adt=b)
with opened("repeated.h5mu") as f: mudata(f, pd.concat([everyone, everyone[:1]]), adt=b)
with opened("unmarked.h5mu") as f:
    mudata(f, everyone, rna=a, adt=b)
    del f.attrs["encoding-type"], f["mod"].attrs["mod-order"]
with opened("none.h5mu") as f:
    mudata(f, everyone, rna=a)
    del f["mod/rna"]
)py";

struct Script {
  static const std::string& text() { return kFiles; }
};
using MuData = testing::FilesByPython<Script>;

std::vector<std::string> names_of(const std::vector<Modality>& modalities) {
  std::vector<std::string> names;
  for (const Modality& one : modalities) {
    names.push_back(one.name + " " + std::to_string(one.cells) + " " +
                    std::to_string(one.features));
  }
  return names;
}

TEST_F(MuData, ModalitiesAreToldInTheOrderOfTheFile) {
  EXPECT_THAT(names_of(stored_modalities(file("two.h5mu"))), ElementsAre("adt 18 4", "rna 23 7"));
  EXPECT_THAT(names_of(stored_modalities(file("unmarked.h5mu"))),
              ElementsAre("adt 18 4", "rna 23 7"));
  EXPECT_THAT(stored_modalities(file("adt.h5ad")), IsEmpty());
  EXPECT_EQ(hdf5_kind(file("two.h5mu")), Hdf5Kind::h5mu);
}

TEST_F(MuData, AModalityIsTheDataSetThatItWas) {
  for (const char* layer : {"X", "raw", "dense"}) {
    Dataset found = read_dataset(file("two.h5mu"), {.layer = layer, .modality = "adt"});
    EXPECT_EQ(found.source.format, "h5mu");
    EXPECT_EQ(found.source.path, file("two.h5mu"));
    EXPECT_EQ(found.source.modality, "adt");
    const Dataset alone = read_h5ad(file("adt.h5ad"), layer);
    ASSERT_GT(found.cells.columns.size(), alone.cells.columns.size());
    found.cells.columns.resize(alone.cells.columns.size());
    found.source.notes = alone.source.notes;
    testing::expect_same_dataset(alone, found);
  }
}

TEST_F(MuData, AnnotationsOfAllModalitiesAreJoinedByName) {
  const Dataset rna = read_dataset(file("two.h5mu"), {.modality = "rna"});
  EXPECT_EQ(rna.cells.find("rna:type"), nullptr);  // its own once more
  EXPECT_THAT(testing::column_texts(rna.cells),
              AllOf(Contains(HasSubstr("type: labels of 'T0'")),
                    Contains(HasSubstr("donor: labels of 'd0' 'd1': 0 1 0 1")),
                    Contains(HasSubstr("row: whole numbers: 0 1 2 3")),
                    Contains(HasSubstr("good: truth values: false")),
                    Contains(HasSubstr("said: texts: 'x0' 'x1'"))));
  EXPECT_THAT(rna.source.notes,
              Contains(AllOf(HasSubstr("'donor', 'row'"), HasSubstr("joined by name"))));
  const Dataset adt = read_dataset(file("two.h5mu"), {.modality = "adt"});
  EXPECT_THAT(testing::column_texts(adt.cells),
              AllOf(Contains(HasSubstr("row: whole numbers: 5 6 7")),
                    Contains(HasSubstr("rna:type: labels of"))));
}

TEST_F(MuData, CellsThatTheWholeDoesNotNameLackItsAnnotations) {
  const Dataset found = read_dataset(file("fewer.h5mu"));
  EXPECT_THAT(found.source.notes, Contains(HasSubstr("3 of 18 cells have none")));
  EXPECT_THAT(testing::column_texts(found.cells),
              AllOf(Contains(HasSubstr("donor: labels of 'd0' 'd1': -1 -1 -1 0")),
                    Contains(HasSubstr("row: numbers: nan nan nan 8.000000")),
                    Contains(HasSubstr("good: numbers: nan nan nan 0.000000")),
                    Contains(HasSubstr("-1 -1 -1 "))));
  const Dataset strangers = read_dataset(file("strangers.h5mu"));
  EXPECT_EQ(strangers.cells.find("donor"), nullptr);
  EXPECT_THAT(strangers.source.notes, Contains(HasSubstr("'obs' names none of the cells")));
  const Dataset repeated = read_dataset(file("repeated.h5mu"));
  EXPECT_EQ(repeated.cells.find("donor"), nullptr);
  EXPECT_THAT(repeated.source.notes, Contains(HasSubstr("names of cells are repeated")));
}

TEST_F(MuData, TheOnlyModalityNeedsNoName) {
  EXPECT_EQ(read_dataset(file("one.h5mu")).source.modality, "rna");
  EXPECT_THAT(stored_layers(file("one.h5mu")), ElementsAre("X", "raw", "csc", "dense", "zeros"));
}

TEST_F(MuData, Refusals) {
  EXPECT_THAT(refusal([&] { read_dataset(file("two.h5mu")); }),
              AllOf(HasSubstr("several modalities"),
                    HasSubstr("adt (18 cells x 4 features), rna (23 cells x 7 features)"),
                    HasSubstr("choose one with --modality")));
  EXPECT_THAT(refusal([&] { stored_layers(file("two.h5mu")); }), HasSubstr("several modalities"));
  EXPECT_THAT(refusal([&] { read_dataset(file("two.h5mu"), {.modality = "rma"}); }),
              AllOf(HasSubstr("there is no modality 'rma'"), HasSubstr("nearest: rna")));
  EXPECT_THAT(refusal([&] { read_dataset(file("one.h5mu"), {.modality = "adt"}); }),
              HasSubstr("there is no modality 'adt'"));
  EXPECT_THAT(refusal([&] { read_dataset(file("adt.h5ad"), {.modality = "adt"}); }),
              AllOf(HasSubstr("there is no modality 'adt'"), HasSubstr("no --modality")));
  EXPECT_THAT(refusal([&] { read_dataset(file("none.h5mu")); }),
              HasSubstr("the file holds no modality"));
  EXPECT_THAT(
      refusal([&] { read_dataset(file("two.h5mu"), {.layer = "counts", .modality = "rna"}); }),
      AllOf(HasSubstr("no layer 'counts'"), HasSubstr("'mod/rna'")));
  const support::TemporaryFolder folder;
  EXPECT_THAT(refusal([&] {
                read_dataset(folder.write("t.csv", "gene,c1,c2\nA,1,2\n"), {.modality = "rna"});
              }),
              HasSubstr("there is no modality 'rna'"));
}

}  // namespace mudata_test
}  // namespace mixvae
