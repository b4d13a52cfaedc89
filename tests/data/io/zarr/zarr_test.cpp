// Zarr stores of every kind against the .h5ad file of the same data.

#include "data/io/zarr/zarr.hpp"

#include <gmock/gmock.h>

#include "data/files.hpp"
#include "data/io/files_by_python.hpp"
#include "data/io/hdf5/h5ad.hpp"
#include "data/io/hdf5/python.hpp"
#include "data/io/read.hpp"
#include "data/io/zarr/same_dataset.hpp"
#include "data/io/zarr/stores.hpp"

namespace mixvae {
namespace zarr_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_files::refusal;

const std::string kStores = testing::kZarrFunctions + R"py(
a = cells()
a.write_h5ad(at("cells.h5ad"))
a.write_zarr(at("anndata.zarr"))
a.write_zarr(at("consolidated.zarr")); zarr.consolidate_metadata(at("consolidated.zarr"))
for name, coder in [("zstd", numcodecs.Zstd()), ("lz4", numcodecs.LZ4()), ("gzip", numcodecs.GZip()), ("zlib", numcodecs.Zlib()),
                    ("none", None), ("blosc_zstd", numcodecs.Blosc("zstd")), ("blosc_zlib", numcodecs.Blosc("zlib", shuffle=2)),
                    ("blosclz", numcodecs.Blosc("blosclz"))]:
    recode("anndata.zarr", name + ".zarr", coder)
recode("anndata.zarr", "chunks.zarr", numcodecs.Zstd(), chunks=(4, 3))
recode("anndata.zarr", "slash.zarr", numcodecs.Zstd(), chunks=(4, 3), separator="/")
recode("anndata.zarr", "fortran.zarr", None, chunks=(4, 3), order="F")
recode("anndata.zarr", "big.zarr", numcodecs.Blosc("lz4"), chunks=(4, 3), big=True)
v3("anndata.zarr", "v3.zarr")
v3("anndata.zarr", "v3_blosc.zarr", packers=("blosc",), length=100)
v3("anndata.zarr", "v3_gzip.zarr", packers=("gzip", "crc32c"), keys="v2", separator=".")
v3("anndata.zarr", "v3_plain.zarr", packers=(), big=True, transpose=True, separator=".")
v3("anndata.zarr", "v3_numcodecs.zarr", packers=("numcodecs.lz4", "numcodecs.zlib"), fixed_texts=True)
v3("anndata.zarr", "v3_shards.zarr", length=3, per_shard=3, transpose=True)
v3("anndata.zarr", "v3_shards_first.zarr", packers=("zstd", "crc32c"), length=2, per_shard=2, index_first=True)
shutil.make_archive(at("inside"), "zip", folder, "v3.zarr")
with zarr.ZipStore(at("packed.zarr.zip"), mode="w") as packed: zarr.copy_store(zarr.DirectoryStore(at("anndata.zarr")), packed)
b = cells(23, 4, seed=5)
mudata(zarr.open_group(at("two.zarr"), mode="w"), rna=a, adt=b)
v3("two.zarr", "two_v3.zarr")
)py";

struct Script {
  static const std::string& text() { return kStores; }
};
using ZarrStores = testing::FilesByPython<Script>;

TEST_F(ZarrStores, OfEveryKindHoldWhatTheH5adHolds) {
  for (const std::string layer : {"X", "raw", "csc", "dense", "zeros"}) {
    const Dataset expected = read_h5ad(file("cells.h5ad"), layer);
    for (const char* name : {"anndata.zarr",      "consolidated.zarr", "zstd.zarr",
                             "lz4.zarr",          "gzip.zarr",         "zlib.zarr",
                             "none.zarr",         "blosc_zstd.zarr",   "blosc_zlib.zarr",
                             "blosclz.zarr",      "chunks.zarr",       "slash.zarr",
                             "fortran.zarr",      "big.zarr",          "v3.zarr",
                             "v3_blosc.zarr",     "v3_gzip.zarr",      "v3_plain.zarr",
                             "v3_numcodecs.zarr", "v3_shards.zarr",    "v3_shards_first.zarr",
                             "packed.zarr.zip",   "inside.zip"}) {
      SCOPED_TRACE(std::string(name) + ", layer " + layer);
      const Dataset found = read_dataset(file(name), {.layer = layer});
      EXPECT_EQ(found.source.format, "zarr");
      EXPECT_EQ(found.source.path, file(name));
      testing::expect_same_dataset(expected, found);
    }
  }
}

TEST_F(ZarrStores, HaveTheTypesOfTheirColumns) {
  const Dataset found = read_zarr(file("v3_shards.zarr"));
  EXPECT_EQ(found.cell_count(), 23);
  EXPECT_THAT(testing::column_texts(found.cells),
              ElementsAre(HasSubstr("type: labels of 'T0' 'T1' 'T2': -1 1 2"),
                          HasSubstr("stage: ordered labels of 'b' 'a': 0 1 0"),
                          HasSubstr("score: numbers:"), HasSubstr("count: whole numbers: 0 1 2"),
                          HasSubstr("ok: truth values: true false"),
                          HasSubstr("few: numbers: nan 1.000000"), HasSubstr("'text 1'")));
  EXPECT_EQ(found.cells.names[1], "cell 1 \u00e9");
  EXPECT_EQ(found.texts.at("deep/note"), "more");
}

TEST_F(ZarrStores, TellTheirLayers) {
  for (const char* name : {"chunks.zarr", "v3.zarr", "packed.zarr.zip"}) {
    EXPECT_THAT(stored_layers(file(name)), ElementsAre("X", "raw", "csc", "dense", "zeros"));
    EXPECT_THAT(stored_modalities(file(name)), IsEmpty());
  }
  EXPECT_THAT(refusal([&] { read_zarr(file("v3.zarr"), "dens"); }),
              AllOf(HasSubstr("no layer 'dens'"), HasSubstr("did you mean --layer dense")));
  EXPECT_THAT(refusal([&] { read_dataset(file("v3.zarr"), {.modality = "rna"}); }),
              HasSubstr("there is no modality 'rna'"));
}

TEST_F(ZarrStores, OfMuDataHaveModalities) {
  for (const char* name : {"two.zarr", "two_v3.zarr"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(refusal([&] { read_dataset(file(name)); }),
                AllOf(HasSubstr("several modalities"),
                      HasSubstr("adt (23 cells x 4 features), rna (23 cells x 7 features)"),
                      HasSubstr("choose one with --modality")));
    const Dataset adt = read_dataset(file(name), {.layer = "dense", .modality = "adt"});
    EXPECT_EQ(adt.feature_count(), 4);
    EXPECT_EQ(adt.source.modality, "adt");
    EXPECT_EQ(adt.source.format, "zarr");
    EXPECT_THAT(stored_layers(file(name), "adt"), ElementsAre("X", "raw", "csc", "dense", "zeros"));
    EXPECT_EQ(stored_modalities(file(name)).size(), 2U);
  }
}

}  // namespace zarr_test
}  // namespace mixvae
