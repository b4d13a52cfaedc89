#include "fit/counts_of_cells.hpp"

#include <filesystem>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fit/fit.hpp"
#include "fit/inference.hpp"
#include "support/fit_settings.hpp"
#include "support/refusal.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::fit {
namespace counts_of_cells_test {

using ::testing::HasSubstr;

CsrMatrix small_counts() {
  return {.rows = 3,
          .columns = 2,
          .offsets = {0, 2, 2, 3},
          .column_numbers = {0, 1, 1},
          .values = {3, 1, 5}};
}

TEST(CountsOfCells, SharesAreOfAllCounts) {
  const CsrMatrix counts = small_counts();
  const std::vector<float> library = {10, 4, 6};
  const torch::Tensor shares = mean_shares({counts, library});
  EXPECT_FLOAT_EQ(shares[0].item<float>(), 3.0F / 20);
  EXPECT_FLOAT_EQ(shares[1].item<float>(), 6.0F / 20);
}

TEST(CountsOfCells, RowsKeepTheirLibrary) {
  Prepared prepared;
  EXPECT_FALSE(counts_of_rows(prepared, {1}).counts);
  prepared.counts = small_counts();
  prepared.library = {10, 4, 6};
  const Prepared chosen = counts_of_rows(prepared, {2, 0});
  EXPECT_THAT(chosen.library, ::testing::ElementsAre(6, 10));
  EXPECT_THAT(chosen.counts->values, ::testing::ElementsAre(5, 3, 1));
}

FitOptions options_with(const std::string& model, const std::string& likelihood) {
  FitOptions options = support::quick_options(model);
  support::set(options, "likelihood", likelihood);
  return options;
}

/// Mean normalised values [D] of the cells that a test on their true type chooses.
std::vector<double> mean_profile(const TrainedModel& trained, const Dataset& data,
                                 const std::string& type) {
  Preprocessing unscaled = trained.preprocessing;
  unscaled.range.clear();
  unscaled.minimum.clear();
  const Prepared prepared = apply_preprocessing(unscaled, data);
  const Categorical types = as_labels(*data.cells.find("true_type"));
  std::vector<double> mean(trained.preprocessing.features.size(), 0.0);
  double cells = 0;
  DenseMatrix row(1, prepared.feature_count());
  for (Index n = 0; n < prepared.cell_count(); ++n) {
    if (types.label(n) == type) {
      gather_rows(prepared.x, std::vector<Index>{n}, row.values);
      for (std::size_t d = 0; d < mean.size(); ++d) {
        mean[d] += std::expm1(static_cast<double>(row.values[d]));
      }
      ++cells;
    }
  }
  for (double& value : mean) {
    value /= cells;
  }
  return mean;
}

/// The values that the first cell type of the simulation, the largest, is decoded to follow its
/// mean counts.
TEST(CountsOfCells, DecodedSharesAreThoseOfTheTypes) {
  const Dataset data = support::simulated_cells({400, 120, 3, 200, 80});
  for (const std::string likelihood : {"nb", "zinb"}) {
    FitResult result = fit(data, options_with("cpl-mixvae", likelihood), 3, {});
    const std::string file =
        testing::TempDir() + "mixvae_counts_" + std::to_string(::getpid()) + ".safetensors";
    save_model(file, result.trained);
    TrainedModel trained = load_model(file);
    std::filesystem::remove(file);
    ASSERT_TRUE(trained.of_counts());
    const torch::Tensor one = torch::one_hot(torch::tensor({trained.type_order[0]}), 3);
    const torch::Tensor shares = trained.network->decode(
        trained.best_arm, one.to(torch::kFloat32), torch::zeros({1, trained.network->states()}));
    const std::vector<double> found = mean_profile(trained, data, "type1");
    const torch::Tensor expected = torch::tensor(found, torch::kFloat64);
    const torch::Tensor per_target =
        shares[0].to(torch::kFloat64) * trained.preprocessing.library_size;
    const torch::Tensor both = torch::stack({per_target.log1p(), expected.log1p()});
    EXPECT_GT(torch::corrcoef(both)[0][1].item<double>(), 0.98) << likelihood;
    EXPECT_NEAR((per_target.sum() / expected.sum()).item<double>(), 1, 0.1) << likelihood;
  }
}

TEST(CountsOfCells, EveryModelThatDecodesTakesThem) {
  const Dataset data = support::simulated_cells();
  for (const std::string& model : models::model_names()) {
    FitOptions options = options_with(model, "nb");
    options.training.epochs = 2;
    if (model == "infogan") {
      EXPECT_THAT(support::refusal<UsageError>([&] { fit(data, options, 1, {}); }),
                  HasSubstr("infogan has no likelihood of counts"));
      continue;
    }
    const FitResult result = fit(data, options, 1, {});
    EXPECT_TRUE(std::isfinite(result.history.epochs.back().validation.front())) << model;
  }
}

TEST(CountsOfCells, NeitherLogarithmsNorOtherNormalisationsAreTaken) {
  Dataset data = support::simulated_cells();
  FitOptions options = options_with("cpl-mixvae", "nb");
  options.preprocessing.normalise = "log";
  EXPECT_THAT(support::refusal<UsageError>([&] { fit(data, options, 1, {}); }),
              HasSubstr("--normalise log\n  expected: --normalise library-log or library"));
  options.preprocessing.normalise = "auto";
  std::visit(
      [](auto& x) {
        for (float& value : x.values) {
          value = std::log1p(value / 7);
        }
      },
      data.x);
  EXPECT_THAT(support::refusal<InputError>([&] { fit(data, options, 1, {}); }),
              HasSubstr("this likelihood is of raw counts, and the data hold none"));
}

TEST(CountsOfCells, AreNotOfImages) {
  const Dataset data = support::simulated_cells({120, 64, 3, 60, 20});
  FitOptions options = options_with("jointvae", "nb");
  support::set(options, "network", "convolutional");
  support::set(options, "space", "features");
  support::set(options, "features", "all");
  EXPECT_THAT(support::refusal<UsageError>([&] { fit(data, options, 1, {}); }),
              HasSubstr("--likelihood nb or zinb with convolutions"));
}

TEST(CountsOfCells, CascadeVaeNeedsThemForNewCells) {
  const Dataset data = support::simulated_cells();
  FitOptions options = options_with("cascadevae", "nb");
  options.training.epochs = 2;
  FitResult result = fit(data, options, 1, {});
  const Prepared prepared = apply_preprocessing(result.trained.preprocessing, data);
  std::vector<std::string> notes;
  const Matrix input = result.trained.network_input(prepared, data.cells, notes);
  EXPECT_THAT(support::refusal<InputError>([&] { infer_cells(*result.trained.network, input); }),
              HasSubstr("these data are no counts"));
}

}  // namespace counts_of_cells_test
}  // namespace mixvae::fit
