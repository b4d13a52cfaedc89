#include "fit/fit.hpp"

#include <cmath>
#include <map>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "data/prepare/bootstrap.hpp"
#include "fit/inference.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::fit {
namespace {

Dataset small_data() { return support::simulated_cells({400, 300, 3, 200, 80}); }

Inference inference_of(const FitResult& result, const Dataset& data) {
  const Prepared prepared = apply_preprocessing(result.trained.preprocessing, data);
  std::vector<std::string> notes;
  return infer_cells(*result.trained.network,
                     result.trained.network_input(prepared, data.cells, notes));
}

/// Absolute correlation of two columns over some rows.
double correlation(const DenseMatrix& a, Index i, const DenseMatrix& b, Index j,
                   const std::vector<Index>& rows) {
  double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (const Index n : rows) {
    const double x = a.row(n)[static_cast<std::size_t>(i)];
    const double y = b.row(n)[static_cast<std::size_t>(j)];
    sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
  }
  const auto count = static_cast<double>(rows.size());
  return std::abs(sab - sa * sb / count) /
         std::sqrt((saa - sa * sa / count) * (sbb - sb * sb / count) + 1e-30);
}

TEST(Fit, LearningStatesChangesNoType) {
  const Dataset data = small_data();
  FitOptions without = support::quick_options();
  support::set(without, "state-epochs", "0");
  without.training.weight_decay = 0.01;
  FitOptions with = without;
  support::set(with, "state-epochs", "0.5");
  const FitResult types_only = fit(data, without, 3, {});
  const FitResult both = fit(data, with, 3, {});
  EXPECT_EQ(inference_of(types_only, data).type_probs.values,
            inference_of(both, data).type_probs.values);
  EXPECT_EQ(both.history.epochs.size(), types_only.history.epochs.size() + 30);
}

TEST(Fit, StatesFollowTheTrueOnesWithinTypes) {
  const Dataset data = small_data();
  const FitResult result = fit(data, support::quick_options(), 3, {});
  const Inference inference = inference_of(result, data);
  const DenseMatrix& states =
      inference.arm_states[static_cast<std::size_t>(result.trained.best_arm)];
  const DenseMatrix& truth = data.arrays.at("X_true_state");
  const Categorical types = as_labels(require_column(data.cells, "true_type", "simulation"));
  for (std::int32_t type = 0; type < 3; ++type) {
    std::vector<Index> rows;
    for (std::size_t n = 0; n < types.codes.size(); ++n) {
      if (types.codes[n] == type) {
        rows.push_back(static_cast<Index>(n));
      }
    }
    const double best =
        std::max(correlation(states, 0, truth, 0, rows), correlation(states, 1, truth, 0, rows));
    EXPECT_GT(best, 0.5) << "type " << type << " of " << rows.size() << " cells";
  }
}

TEST(Fit, RefusesMoreTypesThanCells) {
  FitOptions options = support::quick_options();
  options.settings.types = 401;
  try {
    fit(small_data(), options, 0, {});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("more types than cells"), std::string::npos);
  }
}

TEST(Fit, OfABootstrapIsThatOfTheDrawnCells) {
  const Dataset data = small_data();
  FitOptions options = support::quick_options();
  options.training.epochs = 4;
  const FitResult drawn = fit(bootstrap(data, 5), options, 1, {});
  support::set(options, "bootstrap", "5");
  const FitResult asked = fit(data, options, 1, {});
  EXPECT_EQ(inference_of(asked, data).type_probs.values,
            inference_of(drawn, data).type_probs.values);
}

/// What a fit says, one line each.
std::string said_by_fit(const Dataset& data, const FitOptions& options) {
  std::string said;
  FitSurroundings surroundings;
  surroundings.say = [&said](const std::string& line) { said += line + "\n"; };
  fit(data, options, 1, surroundings);
  return said;
}

TEST(Fit, SaysHowManyTypesGapsTell) {
  FitOptions options = support::quick_options();
  options.training.epochs = 2;
  options.settings.types.reset();
  EXPECT_THAT(said_by_fit(small_data(), options),
              ::testing::ContainsRegex("gaps between groups of cells tell [0-9]+ types"));
}

/// VaDE with few units, five epochs as an autoencoder and five of its ELBO, four steps each.
FitOptions short_vade() {
  FitOptions options = support::quick_options("vade");
  support::set(options, "wide-hidden", "30");
  support::set(options, "pretraining-share", "0.5");
  options.training.epochs = 10;
  options.training.checkpoint_epochs = 1;
  return options;
}

/// Ends a fit after so many steps.
struct StopsAfter final : training::TrainingObserver {
  explicit StopsAfter(int steps) : left(steps) {}
  void step_done(std::int64_t /*step*/, std::int64_t /*total*/) override {
    if (--left == 0) {
      throw std::runtime_error("stopped");
    }
  }
  int left;
};

std::vector<models::NamedTensor> parameters_of(const FitResult& result) {
  return result.trained.network->parameters();
}

TEST(Fit, ResumedAroundTheStartOfAMixtureTheModelIsTheSame) {
  const Dataset data = small_data();
  const FitResult whole = fit(data, short_vade(), 3, {});
  for (const int steps : {17, 20, 21, 26}) {  // the mixture starts before step 21
    SCOPED_TRACE(steps);
    const support::TemporaryFolder folder;
    FitSurroundings surroundings;
    surroundings.checkpoint_file = folder.path("checkpoint");
    StopsAfter stops(steps);
    surroundings.observer = &stops;
    EXPECT_THROW(fit(data, short_vade(), 3, surroundings), std::runtime_error);
    surroundings.observer = nullptr;
    const FitResult resumed = fit(data, short_vade(), 3, surroundings);
    ASSERT_EQ(resumed.history.epochs.size(), 10U);
    for (std::size_t i = 0; i < parameters_of(whole).size(); ++i) {
      EXPECT_TRUE(torch::equal(parameters_of(whole)[i].tensor, parameters_of(resumed)[i].tensor))
          << parameters_of(whole)[i].name;
    }
  }
}

/// The mean of a column of codes, by weight in one of the type probabilities, and its deviation.
std::pair<double, double> weighted_mean(const Inference& inference, Index type, Index column) {
  double weight = 0, sum = 0, squares = 0;
  for (Index n = 0; n < inference.cells(); ++n) {
    const double w = inference.type_probs.row(n)[at(type)];
    const double code = inference.arm_latents.front().row(n)[at(column)];
    weight += w, sum += w * code, squares += w * code * code;
  }
  const double mean = sum / weight;
  return {mean, std::sqrt(squares / weight - mean * mean)};
}

TEST(Fit, AMixtureStartsFromTheCodesOfTheAutoencoder) {
  FitOptions options = short_vade();
  options.training.validation_share = 0;
  options.training.learning_rate = 1e-6;  // the ELBO's, under which all is where it started
  support::set(options, "pretraining-rate", "1000");
  const Dataset data = small_data();
  const FitResult result = fit(data, options, 3, {});
  const Inference inference = inference_of(result, data);
  std::map<std::string, torch::Tensor> parameters;
  for (const models::NamedTensor& parameter : parameters_of(result)) {
    parameters[parameter.name] = parameter.tensor.detach();
  }
  for (Index k = 0; k < 3; ++k) {
    for (Index j = 0; j < inference.arm_latents.front().columns; ++j) {
      const auto [mean, deviation] = weighted_mean(inference, k, j);
      EXPECT_NEAR(parameters["mixture.means"][k][j].item<double>(), mean, 0.05 * deviation);
      EXPECT_NEAR(parameters["mixture.log_variances"][k][j].item<double>(), 2 * std::log(deviation),
                  0.1);
    }
  }
}

TEST(Fit, GivesNoConfidenceWhereCellsAreTooFew) {
  FitOptions options = support::quick_options();
  options.training.epochs = 2;
  options.training.batch_size = 10;
  const Dataset few = support::simulated_cells({18, 60, 3, 8, 5});
  EXPECT_THAT(said_by_fit(few, options),
              ::testing::HasSubstr("too few cells to draw samples from: no confidence"));
}

}  // namespace
}  // namespace mixvae::fit
