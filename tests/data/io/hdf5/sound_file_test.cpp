// Damaged HDF5 files: every mutant is read, or refused as a fault of the input, in a bounded time.

#include "data/io/hdf5/sound_file.hpp"

#include <chrono>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "data/io/hdf5/formats.hpp"
#include "data/io/hdf5/made_files.hpp"

namespace mixvae {
namespace sound_file_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_content(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string message_of(const std::string& path) {
  try {
    read_hdf5(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "read";
}

class SoundFiles : public testing::MadeFilesTest<SoundFiles> {
 public:
  static std::string script() {
    return R"py(
f = base("texts.h5ad", sample=np.array([3, 4]))
strings(f["obs"], "donor", ["d1", "d2"])
c = enc(f["obs"].create_group("type"), "categorical")
c.attrs["ordered"] = False
strings(c, "categories", ["A", "B"])
enc(c.create_dataset("codes", data=np.array([0, 1], np.int8)), "array")
f["obs"].attrs.create("column-order", ["sample", "donor", "type"], dtype=text)
f.create_group("uns")["note"] = "some text"
f.close()
def opened(name): return h5py.File(os.path.join(folder, name), "w")
with opened("matrix.h5") as f:
    g = f.create_group("matrix")
    g["shape"] = np.array([3, 2])
    g["barcodes"] = np.array([b"c1-1", b"c2-1"])
    g.create_dataset("data", data=np.array([1, 2, 3], np.int32), chunks=(2,), compression="gzip")
    g.create_dataset("indices", data=np.array([0, 2, 2]), chunks=(2,), compression="gzip")
    g["indptr"] = np.array([0, 2, 3])
    v = g.create_group("features")
    v["name"] = np.array([b"a", b"b", b"c"]); v["id"] = np.array([b"E1", b"E2", b"E3"])
with opened("cells.loom") as f:
    f.create_dataset("matrix", data=np.array([[1, 0], [0, 0], [2, 3]]), chunks=(2, 1), compression="gzip")
    strings(f.create_group("row_attrs"), "Gene", ["g1", "g2", "g3"])
    strings(f.create_group("col_attrs"), "CellID", ["c1", "c2"])
    f.create_group("layers")
    f.attrs["CreationDate"] = "today"
def loom(name, cells, genes):
    f = opened(name)
    f.create_dataset("matrix", data=np.array([[1, 0], [0, 0], [2, 3]]))
    strings(f.create_group("row_attrs"), genes, ["g1", "g2", "g3"])
    strings(f.create_group("col_attrs"), cells, ["c1", "c2"])
    return f
for i, (c, g) in enumerate([("CellID", "Gene"), ("cell_id", "gene_name"), ("obs_names", "var_names"), ("CELL_NAMES", "Accession"), ("Barcode", "Symbol")]):
    with loom("names%d.loom" % i, c, g): pass
with loom("attributes.loom", "CellID", "Gene") as f:
    f["col_attrs/scalar"] = 5
    f["col_attrs/one"] = np.array([b"x"])
    f["row_attrs/none"] = np.zeros((0,))
    f["row_attrs/nothing"] = h5py.Empty("f4")
)py";
  }

 protected:
  /// How reading ends, in a process of its own: 0 read or refused, else what went wrong.
  static int outcome(const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);
      try {
        read_hdf5(path);
      } catch (const InputError&) {
        ::_exit(0);
      } catch (const std::exception&) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  /// Changes bytes of the file at random; the share of them grows with the round.
  static void expect_survived(const std::string& name, int mutants) {
    const std::string sound = content_of(file(name));
    const testing::TemporaryFolder folder;
    PhiloxStream stream(17, Purpose::test);
    for (int round = 0; round < mutants; ++round) {
      std::string content = sound;
      const auto changes = 1 + stream.integer(4);
      std::string places;
      for (std::uint64_t i = 0; i < changes; ++i) {
        const auto at = stream.integer(content.size());
        content[at] = round % 2 == 0 ? static_cast<char>(stream.integer(256))
                                     : static_cast<char>(content[at] ^ (1 << stream.integer(8)));
        places += " " + std::to_string(at) + "=" +
                  std::to_string(static_cast<unsigned char>(content[at]));
      }
      const std::string path = folder / name;
      write_content(path, content);
      EXPECT_EQ(outcome(path), 0) << name << places;
    }
  }
};

TEST_F(SoundFiles, SoundOnesAreRead) {
  for (const char* name : {"texts.h5ad", "matrix.h5", "cells.loom"}) {
    EXPECT_NO_THROW(hdf5::require_sound_file(file(name)));
    EXPECT_EQ(message_of(file(name)), "read");
  }
}

/// The first free object of a heap of texts gets a size at which libhdf5 1.10 never ends.
TEST_F(SoundFiles, DamagedHeapsOfTextsAreRefused) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer ends the program at faults inside libhdf5 itself";
#endif
  std::string content = content_of(file("texts.h5ad"));
  const std::size_t heap = content.find("GCOL");
  ASSERT_NE(heap, std::string::npos);
  const testing::TemporaryFolder folder;
  std::string refusals;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t byte = 24; byte < 32; ++byte) {  // the size of the first text
    std::string damaged = content;
    damaged[heap + byte] = '\xff';
    const std::string path = folder / "damaged.h5ad";
    write_content(path, damaged);
    EXPECT_EQ(outcome(path), 0) << byte;
    refusals += message_of(path);
  }
  EXPECT_THAT(refusals, AllOf(HasSubstr("the HDF5 file is damaged"), HasSubstr("damaged.h5ad"),
                              HasSubstr("fetch or write the file again")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(120));
}

TEST_F(SoundFiles, AFileThatChangedIsWalkedThroughAgain) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer ends the program at faults inside libhdf5 itself";
#endif
  const testing::TemporaryFolder folder;
  const std::string path = folder / "a.h5ad";
  const std::string content = content_of(file("texts.h5ad"));
  write_content(path, content);
  EXPECT_EQ(message_of(path), "read");
  std::string damaged = content;
  const std::size_t heap = content.find("GCOL");
  damaged.replace(heap + 24, 8, 8, '\xff');
  write_content(path, damaged + " ");
  EXPECT_NE(message_of(path), "read");
}

TEST_F(SoundFiles, MutantsAreReadOrRefused) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer ends the program at faults inside libhdf5 itself";
#endif
  for (const char* name : {"texts.h5ad", "matrix.h5", "cells.loom"}) {
    expect_survived(name, 60);
  }
}

using SoundFilesSlow = SoundFiles;

TEST_F(SoundFilesSlow, MoreMutantsAreReadOrRefused) {
  for (const char* name : {"texts.h5ad", "matrix.h5", "cells.loom"}) {
    expect_survived(name, 600);
  }
}

TEST_F(SoundFiles, LoomNamesOfEveryWriterAreFound) {
  for (int i = 0; i < 5; ++i) {
    const Dataset data = read_hdf5(file("names" + std::to_string(i) + ".loom"));
    EXPECT_THAT(data.cells.names, ElementsAre("c1", "c2")) << i;
    EXPECT_THAT(data.features.names, ElementsAre("g1", "g2", "g3")) << i;
  }
}

TEST_F(SoundFiles, LoomAttributesOfTheWholeAreSkippedAndSaid) {
  const Dataset data = read_hdf5(file("attributes.loom"));
  EXPECT_TRUE(data.cells.columns.empty());
  EXPECT_TRUE(data.features.columns.empty());
  for (const char* name :
       {"col_attrs/scalar", "col_attrs/one", "row_attrs/none", "row_attrs/nothing"}) {
    EXPECT_THAT(data.source.notes, Contains(AllOf(HasSubstr(name), HasSubstr("skipped"))));
  }
}

}  // namespace sound_file_test
}  // namespace mixvae
