#include "analysis/traversal.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/python.hpp"
#include "support/refusal.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace traversal_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Dataset some_cells() { return support::simulated_cells({300, 80, 3, 150, 60}); }

fit::FitResult fitted(const Dataset& data, const std::string& model = "cpl-mixvae") {
  fit::FitOptions options = support::quick_options(model);
  support::set(options, "states", "2");
  options.training.epochs = 20;
  return fit::fit(data, options, 3, {});
}

TEST(Traversal, QuantilesOfTheNormalDistributionAreThoseOfScipy) {
  for (const std::int64_t steps : {2, 9, 40}) {
    const auto run = test::run_python(
        "import numpy as np, scipy.stats\n"
        "for x in scipy.stats.norm.ppf(np.linspace(0.05, 0.95, " +
        std::to_string(steps) + ")): print(repr(float(x)))");
    MIXVAE_NEEDS_PYTHON(run);
    const std::vector<double> expected = test::numbers_in(run.output);
    const std::vector<double> found = normal_scores(walk_quantiles(steps));
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t w = 0; w < found.size(); ++w) {
      EXPECT_NEAR(found[w], expected[w], 1e-12) << w << " of " << steps;
    }
  }
}

TEST(Traversal, EffectsAndMonotonicityOfKnownCurves) {
  StateWalk walk;
  walk.values = DenseMatrix(4, 5);
  //                      rises, falls less, turns, stays, of no variance
  walk.values.values = {0, 1.0F, 0, 7, 0,  //
                        1, 0.8F, 2, 7, 1,  //
                        2, 0.6F, 3, 7, 2,  //
                        3, 0.4F, 1, 7, 3};
  measure_effects(walk, {2.0, 0.5, 1.0, 1.0, 0.0});
  EXPECT_DOUBLE_EQ(walk.effect[0], 3);
  EXPECT_DOUBLE_EQ(walk.in_sd[0], 1.5);
  EXPECT_DOUBLE_EQ(walk.monotone[0], 1);
  EXPECT_NEAR(walk.effect[1], -0.6, 1e-7);
  EXPECT_NEAR(walk.in_sd[1], -1.2, 1e-6);
  EXPECT_DOUBLE_EQ(walk.monotone[1], -1);
  EXPECT_DOUBLE_EQ(walk.effect[2], 1);
  EXPECT_NEAR(walk.monotone[2], 0.4, 1e-12) << "ranks 1 3 4 2: 1 - 6 * 6 / 60";
  EXPECT_TRUE(std::isnan(walk.monotone[3]));
  EXPECT_TRUE(std::isnan(walk.in_sd[4]));
  EXPECT_THAT(walk.order, ElementsAre(0, 1, 2, 3, 4));
}

/// A model's decoder, projection and states as files for NumPy.
std::map<std::string, std::string> decoder_files(fit::TrainedModel& trained,
                                                 const Assignment& assignment, Index arm) {
  std::map<std::string, std::string> files;
  int layer = 0;
  for (const nn::NamedTensor& parameter : trained.network->parameters()) {
    if (parameter.name.starts_with("decoder")) {
      const torch::Tensor of_arm = parameter.tensor.detach()[arm].to(torch::kFloat64).contiguous();
      const std::span<const double> numbers(of_arm.data_ptr<double>(), at(of_arm.numel()));
      files["p" + std::to_string(layer++)] = test::number_text(numbers, at(of_arm.size(-1)));
    }
  }
  const fit::Projection& projection = trained.projection;
  files["components"] =
      test::number_text(projection.components().values, at(projection.components().columns));
  files["mean"] = test::number_text(projection.mean());
  files["scale"] = test::number_text(std::vector<float>{projection.scale()});
  const DenseMatrix& states = assignment.arm_states[at(arm)];
  files["states"] = test::number_text(states.values, at(states.columns));
  files["types"] = test::number_text(assignment.types);
  files["range"] = test::number_text(trained.preprocessing.range);
  files["minimum"] = test::number_text(trained.preprocessing.minimum);
  return files;
}

TEST(Traversal, ValuesAreThoseThatNumpyDecodesAndTakesBackToGenes) {
  const Dataset data = some_cells();
  fit::FitResult result = fitted(data);
  fit::TrainedModel& trained = result.trained;
  ASSERT_TRUE(trained.projection.present());
  ASSERT_FALSE(trained.preprocessing.range.empty()) << "the scaling is taken back, too";
  ASSERT_GE(trained.network->arms(), 2);
  const Assignment assignment = assign(trained, data);
  const Traversal traversal =
      traverse(trained, data, assignment, {.types = {"T2"}, .arm = 2, .steps = 5});
  ASSERT_EQ(traversal.types.size(), 1U);
  const std::vector<StateWalk>& walks = traversal.types[0].walks;
  ASSERT_EQ(walks.size(), 3U) << "two states and the direction";
  const auto run = test::run_python(
      "TYPES, PLACE = " + std::to_string(trained.network->types()) + ", " +
          std::to_string(trained.type_order[1]) +
          "\n"
          "import numpy as np, scipy.stats, glob\n"
          "p = [np.loadtxt('p%d' % i, ndmin=2) for i in range(len(glob.glob('p[0-9]*')))]\n"
          "states = np.loadtxt('states'); s = states[np.loadtxt('types') == 1]\n"
          "z = scipy.stats.norm.ppf(np.linspace(0.05, 0.95, 5))\n"
          "lines = []\n"
          "for d in range(2):\n"
          "    x = np.tile(s.mean(0), (5, 1)); x[:, d] = s[:, d].mean() + z * s[:, d].std(ddof=1)\n"
          "    lines.append(x)\n"
          "values, vectors = np.linalg.eigh(np.cov(s.T)); v = vectors[:, -1]\n"
          "v = v * np.sign(v[np.abs(v).argmax()])\n"
          "lines.append(s.mean(0) + np.outer(z * np.sqrt(values[-1]), v))\n"
          "one = np.zeros((5, TYPES)); one[:, PLACE] = 1\n"
          "for x in lines:\n"
          "    h = np.hstack([one, x])\n"
          "    for i in range(0, len(p), 2):\n"
          "        w, b = p[i], p[i + 1].ravel()\n"
          "        h = (h @ w if w.shape[0] == h.shape[1] else h @ w.T) + b\n"
          "        h = np.maximum(h, 0) if i + 2 < len(p) else h\n"
          "    genes = np.loadtxt('mean') + h / np.loadtxt('scale') @ np.loadtxt('components')\n"
          "    genes = genes * np.loadtxt('range') + np.loadtxt('minimum')\n"
          "    for row in genes: print(*map(repr, map(float, row)))\n",
      decoder_files(trained, assignment, 1));
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(expected.size(), 3 * walks[0].values.values.size());
  std::size_t i = 0;
  for (const StateWalk& walk : walks) {
    for (const float value : walk.values.values) {
      ASSERT_NEAR(static_cast<double>(value), expected[i], 2e-4) << walk.name << " " << i;
      ++i;
    }
  }
}

TEST(Traversal, DeviationsAreThoseOfThePreparedCells) {
  const Dataset data = some_cells();
  fit::FitResult result = fitted(data);
  const Assignment assignment = assign(result.trained, data);
  const Traversal traversal = traverse(result.trained, data, assignment, {.types = {"T1"}});
  const DenseMatrix x = to_dense(apply_preprocessing(result.trained.preprocessing, data).x);
  const auto run = test::run_python(
      "import numpy as np\n"
      "x = np.loadtxt('x') * np.loadtxt('range') + np.loadtxt('minimum')\n"
      "for s in x.std(0, ddof=1): print(repr(float(s)))",
      {{"x", test::number_text(x.values, at(x.columns))},
       {"range", test::number_text(result.trained.preprocessing.range)},
       {"minimum", test::number_text(result.trained.preprocessing.minimum)}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  ASSERT_EQ(traversal.deviation.size(), expected.size());
  for (std::size_t d = 0; d < expected.size(); ++d) {
    EXPECT_NEAR(traversal.deviation[d], expected[d], 1e-5);
  }
}

TEST(Traversal, EveryModelWithStatesDecodesAsItGenerates) {
  const Dataset data = some_cells();
  for (const std::string model : {"cpl-mixvae", "jointvae", "cascadevae", "infogan"}) {
    fit::FitOptions options = support::quick_options(model);
    support::set(options, "states", "2");
    options.training.epochs = 2;
    fit::FitResult result = fit::fit(data, options, 3, {});
    models::Model& network = *result.trained.network;
    EXPECT_EQ(network.states(), 2);
    const std::int64_t arm = network.arms() - 1;
    for (std::int64_t type = 0; type < network.types(); ++type) {
      const torch::Tensor types = torch::zeros({1, network.types()});
      types.select(1, type).fill_(1);
      const torch::Tensor decoded = network.decode(arm, types, torch::zeros({1, 2}));
      const torch::Tensor generated =
          network.generate({.arm = arm, .type = type, .count = 1, .spread = 0});
      EXPECT_TRUE(torch::allclose(decoded, generated)) << model << " " << type;
      const torch::Tensor moved = network.decode(arm, types, torch::ones({1, 2}));
      EXPECT_FALSE(torch::allclose(decoded, moved)) << model << " " << type;
    }
    const Traversal all = traverse(result.trained, data, assign(result.trained, data), {});
    EXPECT_EQ(all.types.size() + all.left_out.size(), result.trained.type_order.size());
    EXPECT_FALSE(all.types.empty());
  }
}

TEST(Traversal, WalksOutFromACellKeepItsOtherStates) {
  const Dataset data = some_cells();
  fit::FitResult result = fitted(data);
  fit::TrainedModel& trained = result.trained;
  const Assignment assignment = assign(trained, data);
  const std::string cell = data.cells.names[7];
  const Traversal traversal = traverse(trained, data, assignment, {.cells = {cell}, .steps = 3});
  ASSERT_EQ(traversal.types.size(), 1U);
  EXPECT_EQ(traversal.types[0].name, cell);
  EXPECT_EQ(traversal.types[0].type, assignment.types[7]);
  const StateWalk& walk = traversal.types[0].walks[1];
  torch::Tensor states = torch::zeros({3, 2});
  for (Index w = 0; w < 3; ++w) {
    states[w][0] = assignment.state(7, 0);
    states[w][1] = walk.position[at(w)];
  }
  const torch::Tensor types = torch::zeros({3, trained.network->types()});
  types.select(1, trained.type_order[at(assignment.types[7])]).fill_(1);
  const torch::Tensor decoded = trained.network->decode(trained.best_arm, types, states);
  DenseMatrix scores(3, decoded.size(1));
  std::copy_n(decoded.contiguous().data_ptr<float>(), decoded.numel(), scores.values.begin());
  DenseMatrix genes = trained.projection.invert(scores);
  unscale(trained.preprocessing, genes);
  for (std::size_t i = 0; i < genes.values.size(); ++i) {
    ASSERT_NEAR(walk.values.values[i], genes.values[i], 1e-4);
  }
}

TEST(Traversal, ScalingIsTakenBack) {
  Preprocessing preprocessing;
  preprocessing.minimum = {1, -2};
  preprocessing.range = {10, 4};
  DenseMatrix values(2, 2);
  values.values = {0, 0.5F, 1, 0.25F};
  unscale(preprocessing, values);
  EXPECT_THAT(values.values, ElementsAre(1, 0, 11, -1));
  unscale(Preprocessing(), values);
  EXPECT_THAT(values.values, ElementsAre(1, 0, 11, -1)) << "nothing was scaled";
}

TEST(Traversal, RefusesWhatIsNotThere) {
  const Dataset data = some_cells();
  fit::FitResult result = fitted(data);
  const Assignment assignment = assign(result.trained, data);
  const auto refused = [&](const TraversalOptions& options) {
    return support::refusal([&] { traverse(result.trained, data, assignment, options); });
  };
  EXPECT_THAT(refused({.types = {"T9"}}),
              AllOf(HasSubstr("the model has no type of this name"), HasSubstr("T1, T2")));
  EXPECT_THAT(refused({.types = {"T1", "T1"}}), HasSubstr("a type is named twice"));
  EXPECT_THAT(refused({.cells = {"nobody"}}),
              AllOf(HasSubstr("the data set has no cell of this name"), HasSubstr("nobody")));
  EXPECT_THAT(refused({.types = {"T1"}, .cells = {data.cells.names[0]}}),
              HasSubstr("--types and --cells exclude each other"));
  EXPECT_THAT(refused({.arm = 9}), AllOf(HasSubstr("no arm of this number"), HasSubstr("1 to ")));
}

TEST(Traversal, RefusesTypesAndCellsWithoutCells) {
  const Dataset data = some_cells();
  fit::FitResult result = fitted(data);
  Assignment assignment = assign(result.trained, data);
  std::ranges::replace(assignment.types, 1, 0);
  assignment.types[4] = 1;
  assignment.types[5] = -1;
  const auto refused = [&](const TraversalOptions& options) {
    return support::refusal<InputError>(
        [&] { traverse(result.trained, data, assignment, options); });
  };
  EXPECT_THAT(refused({.types = {"T2"}}),
              AllOf(HasSubstr("too few cells"), HasSubstr("T2: 1 cells")));
  EXPECT_THAT(refused({.cells = {data.cells.names[5]}}), HasSubstr("a cell has no type"));
  EXPECT_THAT(traverse(result.trained, data, assignment, {}).left_out, ElementsAre("T2"));
  std::ranges::fill(assignment.types, -1);
  EXPECT_THAT(refused({}), HasSubstr("no type has cells enough"));
}

TEST(Traversal, RefusesModelsWithoutStates) {
  const Dataset data = some_cells();
  fit::FitOptions options = support::quick_options("moe-sim-vae");
  options.training.epochs = 1;
  fit::FitResult moe = fit::fit(data, options, 3, {});
  options = support::quick_options();
  support::set(options, "states", "0");
  options.training.epochs = 1;
  fit::FitResult bare = fit::fit(data, options, 3, {});
  for (fit::FitResult* result : {&moe, &bare}) {
    EXPECT_THAT(support::refusal(
                    [&] { traverse(result->trained, data, assign(result->trained, data), {}); }),
                AllOf(HasSubstr("no states to go along"), HasSubstr(result->trained.model)));
  }
}

}  // namespace traversal_test
}  // namespace mixvae::analysis
