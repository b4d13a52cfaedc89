#pragma once

#include <memory>
#include <string>

#include "data/io/hdf5/python.hpp"

namespace mixvae::testing {

/// Python: functions that write small HDF5 files by h5py, independently of our writer.
inline const std::string kFileFunctions = R"py(
import os, sys
import h5py, numpy as np
folder = sys.argv[1]
text = h5py.string_dtype("utf-8")

def enc(o, kind, version="0.2.0"):
    o.attrs["encoding-type"] = kind
    o.attrs["encoding-version"] = version
    return o

def strings(g, name, values, kind="string-array"):
    return enc(g.create_dataset(name, data=np.array(values, object), dtype=text), kind)

def frame(f, name, names, **columns):
    g = enc(f.create_group(name), "dataframe")
    g.attrs["_index"] = "_index"
    g.attrs.create("column-order", list(columns), dtype=text)
    strings(g, "_index", names)
    for k, v in columns.items():
        enc(g.create_dataset(k, data=v), "array")
    return g

def csr(f, name, data, indices, indptr, shape, kind="csr_matrix", index=np.int32):
    g = enc(f.create_group(name), kind, "0.1.0")
    g.attrs["shape"] = np.array(shape)
    g["data"] = np.array(data, np.float32)
    g["indices"] = np.array(indices, index)
    g["indptr"] = np.array(indptr, index)
    return g

# [[1, 0, 2], [0, 0, 3]]
def base(name, x="csr", obs=("c1", "c2"), var=("g1", "g2", "g3"), **columns):
    f = h5py.File(os.path.join(folder, name), "w")
    enc(f, "anndata", "0.1.0")
    frame(f, "obs", obs, **columns)
    frame(f, "var", var)
    if x == "csr":
        csr(f, "X", [1, 2, 3], [0, 2, 2], [0, 2, 3], (2, 3))
    return f

def replace(g, name, **keywords):
    del g[name]
    return g.create_dataset(name, **keywords)
)py";

/// A folder with the files that a script (after kFileFunctions) writes into `folder`.
class MadeFiles {
 public:
  explicit MadeFiles(const std::string& script)
      : result_(run_python(kFileFunctions + script, folder_ / "")) {}
  bool made() const { return result_.status == 0; }
  const std::string& output() const { return result_.output; }
  std::string operator/(const std::string& name) const { return folder_ / name; }

 private:
  TemporaryFolder folder_;
  PythonResult result_;
};

/// A test whose files are made once for all tests of the suite, by Suite::script.
template <class Suite>
class MadeFilesTest : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    if (python_has("h5py")) {
      files_ = std::make_unique<MadeFiles>(Suite::script());
    }
  }
  static void TearDownTestSuite() { files_.reset(); }

 protected:
  void SetUp() override {
    if (!files_) {
      GTEST_SKIP() << MIXVAE_PYTHON " has no module h5py";
    }
    ASSERT_TRUE(files_->made()) << files_->output();
  }
  static std::string file(const std::string& name) { return *files_ / name; }

 private:
  static inline std::unique_ptr<MadeFiles> files_;
};

}  // namespace mixvae::testing
