#include "app/numpy_output.hpp"

#include <limits>

#include "data/files.hpp"

namespace mixvae::app {
namespace numpy_output_test {

using namespace testing_files;
using ::testing::AllOf;
using ::testing::HasSubstr;

Additions numpy_results() {
  Additions additions;
  additions.cells.push_back({"m_type", Categorical{{"T1", "T2"}, {1, -1}, false}});
  additions.cells.push_back(
      {"m_type_prob", std::vector<double>{0.25, std::numeric_limits<double>::quiet_NaN()}});
  additions.arrays["X_m_latent"] = DenseMatrix(2, 3);
  additions.arrays["X_m_latent"](1, 2) = 0.5F;
  additions.unstructured["m/types"] = std::vector<std::string>{"T1", "T2"};
  additions.unstructured["m/arm"] = std::int64_t{2};
  return additions;
}

TEST(NumpyOutput, HoldsTheResultsUnderTheirNames) {
  const TemporaryFolder folder;
  const std::string path = folder.path("o.npz");
  write_npz_results(path, {"c1", "größe"}, numpy_results());
  const std::string out = python(
      "import numpy as np\na = np.load('" + path +
      "')\nprint(sorted(a.files), [str(x) == 'gr\\xf6\\xdfe' for x in a['obs_names']], "
      "a['m_type'].tolist(), a['m_type_prob'].tolist(), a['X_m_latent'].shape, "
      "a['X_m_latent'].dtype, a['X_m_latent'][1, 2], a['m_types'].tolist(), int(a['m_arm']))");
  if (out.empty()) {
    GTEST_SKIP() << "numpy is not here";
  }
  EXPECT_EQ(out,
            "['X_m_latent', 'm_arm', 'm_type', 'm_type_prob', 'm_types', 'obs_names'] "
            "[False, True] ['T2', ''] [0.25, nan] (2, 3) float32 0.5 ['T1', 'T2'] 2\n");
}

TEST(NumpyOutput, AFileOfOneArrayHoldsIt) {
  const TemporaryFolder folder;
  const std::string path = folder.path("o.npy");
  write_npy_results(path, numpy_results());
  const std::string out = python("import numpy as np\nprint(np.load('" + path + "').tolist())");
  if (out.empty()) {
    GTEST_SKIP() << "numpy is not here";
  }
  EXPECT_EQ(out, "[[0.0, 0.0, 0.0], [0.0, 0.0, 0.5]]\n");
}

TEST(NumpyOutput, AFileOfOneArrayRefusesOthers) {
  const TemporaryFolder folder;
  const auto refused = [&](const Additions& additions) {
    try {
      write_npy_results(folder.path("o.npy"), additions);
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  Additions additions = numpy_results();
  additions.arrays["m_type_probs"] = DenseMatrix(2, 2);
  EXPECT_THAT(refused(additions), AllOf(HasSubstr("holds one array"), HasSubstr(".npz"),
                                        HasSubstr("found: X_m_latent, m_type_probs")));
  additions.arrays.clear();
  EXPECT_THAT(refused(additions), HasSubstr("results without an array"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace numpy_output_test
}  // namespace mixvae::app
