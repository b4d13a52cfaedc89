#include "fit/trained_model.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/interrupt.hpp"
#include "base/philox.hpp"
#include "fit/fit.hpp"
#include "fit/inference.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"
#include "support/temporary_folder.hpp"
#include "training/safetensors.hpp"

namespace mixvae::fit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Noisy images of 6 x 5 pixels: a bar in one of three rows, said to be 5 pixels wide.
Dataset bars() {
  Dataset dataset;
  DenseMatrix x(90, 30);
  const Philox random(5, Purpose::test);
  for (Index n = 0; n < x.rows; ++n) {
    for (Index d = 0; d < x.columns; ++d) {
      const bool in_bar = d / 5 == 2 * (n % 3);
      x(n, d) = (in_bar ? 0.7F : 0.0F) +
                0.3F * random.uniform(static_cast<std::uint64_t>(n * x.columns + d));
    }
  }
  dataset.cells.names = numbered_names("C", x.rows);
  dataset.features.names = numbered_names("F", x.columns);
  dataset.source.image_width = 5;
  dataset.x = std::move(x);
  return dataset;
}

FitOptions convolutional_options() {
  FitOptions options = fit_options("moe-sim-vae");
  options.settings.types = 3;
  support::set(options, "space", "features");
  support::set(options, "start", "kmeans");
  options.settings.components = 5;
  options.preprocessing.normalise = "none";
  options.preprocessing.scale = "none";
  options.preprocessing.features = "all";
  options.preprocessing.trust_values = true;
  support::set(options, "encoder", "convolutional");
  support::set(options, "convolutions", "4,pool,4/2");
  options.training.epochs = 12;
  options.training.batch_size = 30;
  options.training.checkpoint_seconds = 0;
  return options;
}

/// Stops the fit with a signal in the middle.
class Stopper : public training::TrainingObserver {
 public:
  void step_done(std::int64_t step, std::int64_t) override {
    if (step == 7 && !raised_) {
      raised_ = true;
      std::raise(SIGTERM);
    }
  }

 private:
  bool raised_ = false;
};

std::vector<float> type_probs(TrainedModel& trained, const Dataset& data) {
  const Prepared prepared = apply_preprocessing(trained.preprocessing, data);
  std::vector<std::string> notes;
  return infer_cells(*trained.network, trained.network_input(prepared, data.cells, notes))
      .type_probs.values;
}

TEST(TrainedModel, WithConvolutionsIsTheSameAfterItsFile) {
  const support::TemporaryFolder folder;
  const Dataset data = bars();
  FitResult result = fit(data, convolutional_options(), 3, {});
  const auto stored = [](TrainedModel& trained, const std::string& name) {
    return option_text(find_option(trained.options.all(), name));
  };
  EXPECT_EQ(stored(result.trained, "image-width"), "5");
  const std::string path = folder.path("model.safetensors");
  save_model(path, result.trained);
  TrainedModel loaded = load_model(path);
  EXPECT_EQ(stored(loaded, "convolutions"), "4,pool,4/2");
  EXPECT_EQ(type_probs(loaded, data), type_probs(result.trained, data));
}

TEST(TrainedModel, HasItsConfidenceAfterItsFile) {
  const support::TemporaryFolder folder;
  const Dataset data = support::simulated_cells();
  FitOptions options = support::quick_options();
  options.training.epochs = 4;
  FitResult result = fit(data, options, 3, {});
  ASSERT_TRUE(result.trained.confidence.present());
  const std::string path = folder.path("model.safetensors");
  save_model(path, result.trained);
  const TrainedModel loaded = load_model(path);
  const Prepared prepared = apply_preprocessing(loaded.preprocessing, data);
  std::vector<std::string> notes;
  const auto points = std::get<DenseMatrix>(loaded.network_input(prepared, data.cells, notes));
  const std::vector<std::int32_t> types(at(points.rows), 0);
  const std::vector<float> probs(at(points.rows), 0.8F);
  EXPECT_EQ(loaded.confidence.of({points, types, probs}),
            result.trained.confidence.of({points, types, probs}));
  EXPECT_EQ(loaded.confidence.support(), result.trained.confidence.support());

  training::TensorFile file = training::read_safetensors(path);
  file.tensors["confidence.landmarks"] = torch::zeros({3});
  training::write_safetensors(path, file);
  try {
    load_model(path);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'confidence.landmarks' has the wrong shape"));
  }
}

TEST(TrainedModel, RefusesFilesOfOthersOfLaterVersionsAndThatContradictThemselves) {
  const support::TemporaryFolder folder;
  FitOptions options = convolutional_options();
  options.training.epochs = 1;
  FitResult result = fit(bars(), options, 3, {});
  const std::string path = folder.path("model.safetensors");
  save_model(path, result.trained);
  const training::TensorFile good = training::read_safetensors(path);
  const auto refusal = [&](const auto& change) {
    training::TensorFile file = good;
    change(file);
    training::write_safetensors(path, file);
    try {
      load_model(path);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal([](training::TensorFile&) {}), "accepted");
  EXPECT_THAT(
      refusal([](training::TensorFile& file) { file.metadata.erase("format"); }),
      AllOf(HasSubstr("not a model of mixvae"), HasSubstr("no format name"), HasSubstr(path)));
  EXPECT_THAT(refusal([](training::TensorFile& file) { file.metadata["format"] = "other"; }),
              HasSubstr("found: other"));
  EXPECT_THAT(refusal([](training::TensorFile& file) { file.metadata["format_version"] = "99"; }),
              AllOf(HasSubstr("later version"), HasSubstr("model format 99")));
  EXPECT_THAT(refusal([](training::TensorFile& file) {
                for (auto& [name, tensor] : file.tensors) {
                  tensor = torch::zeros({3, 1, 4, 1, 5});
                }
              }),
              AllOf(HasSubstr("contradicts itself"), HasSubstr("has the wrong shape")));
  for (const char* fact : {"format_version", "seed", "type_order"}) {
    EXPECT_THAT(refusal([fact](training::TensorFile& file) { file.metadata[fact] = "[half"; }),
                AllOf(HasSubstr("the facts stored with the model cannot be understood"),
                      HasSubstr(path), HasSubstr("found: ")))
        << fact;
  }
}

/// Expects a fit that is stopped and resumed to give the bits of one that is not.
void expect_resumes_to_the_same_bits(const Dataset& data, const FitOptions& options) {
  const support::TemporaryFolder folder;
  FitResult whole = fit(data, options, 3, {});
  Stopper stopper;
  FitSurroundings surroundings;
  surroundings.checkpoint_file = folder.path("checkpoint");
  surroundings.observer = &stopper;
  {
    const InterruptGuard guard;
    EXPECT_THROW(fit(data, options, 3, surroundings), Interrupted);
  }
  clear_interrupt();
  FitResult resumed = fit(data, options, 3, surroundings);
  EXPECT_EQ(resumed.history.epochs.size(), whole.history.epochs.size());
  EXPECT_EQ(type_probs(resumed.trained, data), type_probs(whole.trained, data));
}

TEST(TrainedModel, WithConvolutionsResumesToTheSameBits) {
  expect_resumes_to_the_same_bits(bars(), convolutional_options());
}

/// Stops the fit with a signal after so many steps of all its phases.
class StopperAfter : public training::TrainingObserver {
 public:
  explicit StopperAfter(int steps) : left_(steps) {}
  void step_done(std::int64_t, std::int64_t) override {
    if (--left_ == 0) {
      std::raise(SIGTERM);
    }
  }

 private:
  int left_;
};

/// CascadeVAE in three stages of 3, 3 and 6 epochs.
FitOptions staged_options() {
  FitOptions options = fit_options("cascadevae");
  options.settings.types = 3;
  options.settings.components = 5;
  support::set(options, "states", "2");
  support::set(options, "warm-up-stages", "1");
  support::set(options, "stage-share", "0.25");
  options.preprocessing.normalise = "none";
  options.preprocessing.trust_values = true;
  options.training.epochs = 12;
  options.training.batch_size = 30;
  options.training.checkpoint_seconds = 0;
  return options;
}

TEST(TrainedModel, WithStagesResumesToTheSameBitsFromEach) {
  const Dataset data = bars();
  FitResult whole = fit(data, staged_options(), 3, {});
  ASSERT_EQ(whole.history.epochs.size(), 12U);
  EXPECT_EQ(whole.history.epochs[2].phase, "stage 1 (warm-up)");
  EXPECT_EQ(whole.history.epochs[5].phase, "stage 2 (types)");
  EXPECT_EQ(whole.history.epochs[11].phase, "stage 3 (types)");
  const auto steps_per_epoch = static_cast<int>(whole.history.epochs[0].step);
  for (const int epoch : {1, 4, 8}) {
    const support::TemporaryFolder folder;
    StopperAfter stopper(steps_per_epoch * epoch + 1);
    FitSurroundings surroundings;
    surroundings.checkpoint_file = folder.path("checkpoint");
    surroundings.observer = &stopper;
    {
      const InterruptGuard guard;
      EXPECT_THROW(fit(data, staged_options(), 3, surroundings), Interrupted);
    }
    clear_interrupt();
    FitResult resumed = fit(data, staged_options(), 3, surroundings);
    EXPECT_EQ(resumed.history.epochs.size(), whole.history.epochs.size());
    EXPECT_EQ(type_probs(resumed.trained, data), type_probs(whole.trained, data)) << epoch;
  }
}

/// InfoGAN, of vectors or of images.
FitOptions adversarial_options(const std::string& network) {
  FitOptions options = fit_options("infogan");
  options.settings.types = 3;
  support::set(options, "space", "features");
  support::set(options, "network", network);
  support::set(options, "latent", "8");
  options.preprocessing = convolutional_options().preprocessing;
  options.training.epochs = 12;
  options.training.batch_size = 30;
  options.training.checkpoint_seconds = 0;
  return options;
}

TEST(TrainedModel, OfTwoPlayersResumesToTheSameBits) {
  for (const char* network : {"dense", "convolutional"}) {
    expect_resumes_to_the_same_bits(bars(), adversarial_options(network));
  }
}

/// The same values as rows of those that are not 0.
CsrMatrix sparse(const DenseMatrix& dense) {
  CsrMatrix rows;
  rows.rows = dense.rows;
  rows.columns = dense.columns;
  rows.offsets = {0};
  for (Index n = 0; n < dense.rows; ++n) {
    for (Index d = 0; d < dense.columns; ++d) {
      if (dense(n, d) != 0) {
        rows.column_numbers.push_back(static_cast<std::int32_t>(d));
        rows.values.push_back(dense(n, d));
      }
    }
    rows.offsets.push_back(std::ssize(rows.values));
  }
  return rows;
}

TEST(TrainedModel, OfTwoPlayersReadsSparseCellsBatchByBatch) {
  Dataset data = bars();
  FitResult dense = fit(data, adversarial_options("dense"), 3, {});
  const auto probs = type_probs(dense.trained, data);
  data.x = sparse(std::get<DenseMatrix>(data.x));
  FitResult by_batch = fit(data, adversarial_options("dense"), 3, {});
  EXPECT_EQ(type_probs(by_batch.trained, data), probs);
}

}  // namespace
}  // namespace mixvae::fit
