#include "fit/batch_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "data/simulate/simulate_cells.hpp"
#include "fit/fit.hpp"
#include "fit/inference.hpp"
#include "metrics/ari.hpp"
#include "metrics/contingency.hpp"
#include "support/fit_settings.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"
#include "training/safetensors.hpp"

namespace mixvae::fit {
namespace batch_key_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset cells_of(const std::vector<std::string>& batches) {
  Dataset data;
  data.x = DenseMatrix(static_cast<Index>(batches.size()), 2);
  data.cells.names = numbered_names("C", std::ssize(batches));
  data.cells.set({"batch", labels_with_missing(batches)});
  data.source.path = "cells.h5ad";
  return data;
}

std::string refusal_of(const std::vector<std::string>& batches) {
  const Dataset data = cells_of(batches);
  std::vector<Index> kept;
  for (Index n = 0; n < data.cells.rows(); ++n) {
    kept.push_back(n);
  }
  return support::refusal<InputError>(
      [&] { training_batches({.batch_key = {"batch"}}, data, kept); });
}

TEST(BatchKey, CombinesColumnsOfTheKeptCells) {
  Dataset data = cells_of({"b", "a", "b", "a", "b", "a", "b"});
  data.cells.set(
      {"day", labels_with_missing(std::vector<std::string>{"1", "1", "2", "1", "1", "1", "2"})});
  const Batches found = training_batches({.batch_key = {"batch", "day"}}, data, {0, 1, 2, 3, 4, 6});
  EXPECT_THAT(found.names, ElementsAre("a / 1", "b / 1", "b / 2"));
  EXPECT_THAT(found.of_cell, ElementsAre(1, 0, 2, 0, 1, 2));
}

TEST(BatchKey, RefusesWhatTellsNoBatch) {
  EXPECT_THAT(refusal_of({"a", "a", "a", "a"}),
              HasSubstr("all cells come from one batch\n  where: cells.h5ad\n"
                        "  found: --batch-key batch: a"));
  EXPECT_THAT(refusal_of({"a", "a", "b", "a"}),
              HasSubstr("a batch has a single cell, which tells nothing of it\n"
                        "  where: cells.h5ad\n  found: --batch-key batch: b, one of 2 batches"));
  EXPECT_THAT(refusal_of({"a", "b", "", "a", "b"}),
              HasSubstr("a cell has no batch\n  where: cells.h5ad\n"
                        "  found: C3 has no value in --batch-key batch"));
  const Dataset data = cells_of({"a", "b", "a", "b"});
  EXPECT_THAT(support::refusal<InputError>([&] {
                training_batches({.batch_key = {"donor"}}, data, {0, 1, 2, 3});
              }),
              HasSubstr("there is no column 'donor'"));
}

TEST(BatchKey, NeedsPrincipalComponentsAndCopiesOfThem) {
  for (const auto& [name, value] : {std::pair("space", "features"), std::pair("augment", "thin"),
                                    std::pair("augment", "affine")}) {
    FitOptions options = support::quick_options();
    support::set(options, "batch-key", "batch");
    support::set(options, name, value);
    EXPECT_THAT(support::refusal<UsageError>([&] { require_effective(options); }),
                HasSubstr("--batch-key"))
        << name;
  }
}

TEST(BatchKey, NeedsNeighboursAmongComponents) {
  FitOptions options = support::quick_options();
  support::set(options, "batch-key", "batch");
  support::set(options, "neighbour-space", "features");
  EXPECT_THAT(support::refusal<UsageError>([&] { require_possible(options, torch::kCPU); }),
              HasSubstr("--batch-key with --neighbour-space features"));
  support::set(options, "neighbour-space", "umap");
  require_possible(options, torch::kCPU);
  support::set(options, "umap-input", "features");
  EXPECT_THAT(support::refusal<UsageError>([&] { require_possible(options, torch::kCPU); }),
              HasSubstr("--batch-key with --neighbour-space umap"));
}

Dataset two_batches() {
  SimulateCellsOptions simulate;
  simulate.cells = 600;
  simulate.genes = 300;
  simulate.types = 3;
  simulate.largest_type = 250;
  simulate.smallest_type = 150;
  simulate.batches = 2;
  simulate.batch_effect = 0.7;
  return simulate_cells(simulate, 1);
}

double agreement(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  return metrics::ari(metrics::contingency(a, b));
}

std::vector<std::int32_t> codes_of(const Dataset& data, const std::string& column) {
  return as_labels(require_column(data.cells, column, "simulation")).codes;
}

std::vector<std::int32_t> types_of(TrainedModel& trained, const Dataset& data,
                                   std::vector<std::string>& notes) {
  const Prepared prepared = apply_preprocessing(trained.preprocessing, data);
  return infer_cells(*trained.network, trained.network_input(prepared, data.cells, notes))
      .arm_types.front();
}

TEST(BatchKey, TypesDoNotFollowTheBatch) {
  const Dataset data = two_batches();
  FitOptions options = support::quick_options();
  options.settings.types = 6;
  std::vector<std::string> notes;
  FitResult plain = fit(data, options, 1, {});
  const std::vector<std::int32_t> before = types_of(plain.trained, data, notes);
  support::set(options, "batch-key", "batch");
  options.settings.types = 3;
  FitResult told = fit(data, options, 1, {});
  const support::TemporaryFolder folder;
  save_model(folder.path("model.safetensors"), told.trained);
  TrainedModel trained = load_model(folder.path("model.safetensors"));
  const std::vector<std::int32_t> types = types_of(trained, data, notes);
  EXPECT_TRUE(notes.empty());
  EXPECT_EQ(types, types_of(told.trained, data, notes));
  EXPECT_GT(agreement(types, codes_of(data, "true_type")), 0.9);
  EXPECT_LT(agreement(types, codes_of(data, "batch")), 0.05);
  EXPECT_GT(agreement(before, codes_of(data, "batch")), 0.1)
      << "without --batch-key there would be nothing to correct";
}

TEST(BatchKey, DamageOfWhatAModelFileTellsIsRefused) {
  const support::TemporaryFolder folder;
  FitOptions options = support::quick_options();
  support::set(options, "batch-key", "batch");
  options.training.epochs = 1;
  FitResult told = fit(two_batches(), options, 1, {});
  const std::string path = folder.path("model.safetensors");
  save_model(path, told.trained);
  const training::TensorFile good = training::read_safetensors(path);
  EXPECT_EQ(good.metadata.at("format_version"), "3");
  const auto refusal = [&](const std::string& name, const torch::Tensor& tensor) {
    training::TensorFile file = good;
    file.tensors[name] = tensor;
    training::write_safetensors(path, file);
    return support::refusal<InputError>([&] { load_model(path); });
  };
  EXPECT_THAT(refusal("batches.shifts", torch::zeros({3, 10})),
              HasSubstr("the effects of batches have the wrong shape"));
  EXPECT_THAT(refusal("batches.width", torch::zeros({2})),
              HasSubstr("the effects of batches have the wrong shape"));
  EXPECT_THAT(refusal("batches.width", torch::zeros({1})),
              HasSubstr("clusters of batches without width"));
}

TEST(BatchKey, MapsBatchesThatTrainingDidNotHave) {
  Dataset data = two_batches();
  FitOptions options = support::quick_options();
  support::set(options, "batch-key", "batch");
  FitResult told = fit(data, options, 1, {});
  const std::vector<std::int32_t> truth = codes_of(data, "true_type");
  Categorical other = as_labels(require_column(data.cells, "batch", "simulation"));
  other.categories.back() = "new";
  data.cells.set({"batch", other});
  std::vector<std::string> notes;
  const std::vector<std::int32_t> types = types_of(told.trained, data, notes);
  EXPECT_GT(agreement(types, truth), 0.85);
  EXPECT_THAT(notes, ElementsAre("1 of the batches (new) were not in the training data: each is "
                                 "brought near it by its own cells"));
}

}  // namespace batch_key_test
}  // namespace mixvae::fit
