#pragma once

#include <memory>
#include <string>

#include "data/io/hdf5/python.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::testing {

/// Files that Script::text(), a Python script with anndata and zarr, makes in a folder once for all
/// tests of a suite.
template <class Script>
class FilesByPython : public ::testing::Test {
 public:
  static void SetUpTestSuite() {
    if (python_has("zarr") && python_has("anndata")) {
      folder_ = std::make_unique<support::TemporaryFolder>();
      made_ = run_python(Script::text(), folder_->path());
    }
  }
  static void TearDownTestSuite() { folder_.reset(); }

 protected:
  void SetUp() override {
    MIXVAE_NEED_PYTHON("zarr");
    MIXVAE_NEED_PYTHON("anndata");
    ASSERT_EQ(made_.status, 0) << made_.output;
  }
  static std::string file(const std::string& name) { return *folder_ / name; }

 private:
  static inline std::unique_ptr<support::TemporaryFolder> folder_;
  static inline PythonResult made_;
};

}  // namespace mixvae::testing
