// Models trained and used on a device that is not the CPU: a pretended one, as far as that goes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nn/threads.hpp"
#include "pretend_device.hpp"
#include "support/temporary_folder.hpp"
#include "training/copies_for_batches.hpp"
#include "training/loss_values.hpp"
#include "training/matrix_batches.hpp"
#include "training/step_cases.hpp"
#include "training/trainer.hpp"

namespace mixvae::training {
namespace {

using support::TemporaryFolder;

TEST(OtherDevice, ComputesCountsTransfersAndDoesNotMix) {
  const torch::Tensor host = torch::arange(6, torch::kFloat32).view({2, 3});
  const int before = pretend::transfers();
  const torch::Tensor there = host.to(pretend::device());
  EXPECT_EQ(pretend::transfers(), before + 1);
  const torch::Tensor row = there.narrow(0, 1, 1).mul_(2.0);
  const torch::Tensor sum = there.sum();
  EXPECT_EQ(row.device(), pretend::device());
  EXPECT_EQ(pretend::transfers(), before + 1);
  EXPECT_EQ(sum.item<float>(), 27);
  EXPECT_EQ(pretend::transfers(), before + 2);
  EXPECT_THROW(static_cast<void>(there + host), c10::Error);
  EXPECT_EQ((there * torch::full({}, 2.0)).device(), pretend::device());
}

models::Batch there(models::Batch batch) {
  models::for_each_tensor(batch, [](torch::Tensor& tensor) {
    tensor = tensor.defined() ? tensor.to(pretend::device()) : tensor;
  });
  return batch;
}

/// The case as users have it: with kernels, where there are any.
Case by_default(Case one) {
  one.fused = true;
  return one;
}

/// Parameters and sums of losses.
void expect_equal(Training& by_host, Training& by_device, const std::string& name) {
  EXPECT_EQ(by_host.names, by_device.names) << name;
  // The paper's KL of codes divides by variances of few cells, which makes the most of rounding.
  EXPECT_TRUE(torch::allclose(by_host.sums, by_device.sums.cpu(), 2e-4, 1e-5)) << name;
  EXPECT_TRUE(torch::allclose(by_host.values(), by_device.values().cpu(), 1e-3, 1e-4)) << name;
}

TEST(OtherDevice, StepsGiveTheHostsLossesAndStayThere) {
  const nn::ThreadLimit one_thread(1);
  for (const Case& one : cases()) {
    Training by_host(by_default(one), StepForm::by_host);
    Training by_device(by_default(one), StepForm::captured, pretend::device());
    for (std::uint64_t t = 0; t < 6; ++t) {
      by_host.step.take(batch_of(one, t), 0.01, by_host.names);
      const models::Batch batch = there(batch_of(one, t));
      const int before = pretend::transfers();
      by_device.step.take(batch, 0.01, by_device.names);
      EXPECT_EQ(pretend::transfers(), before) << one.name;
    }
    expect_equal(by_host, by_device, one.name);
  }
}

TEST(OtherDevice, StepsThatNeedTheHostGiveItsLosses) {
  const nn::ThreadLimit one_thread(1);
  for (const Case& one : cases_of_the_host()) {
    Training by_host(by_default(one), StepForm::by_host);
    Training elsewhere(by_default(one), StepForm::by_host, pretend::device());
    EXPECT_FALSE(elsewhere.model->steps_repeat());
    for (std::uint64_t t = 0; t < 6; ++t) {
      by_host.step.take(batch_of(one, t), 0.01, by_host.names);
      elsewhere.step.take(there(batch_of(one, t)), 0.01, elsewhere.names);
    }
    expect_equal(by_host, elsewhere, one.name);
    const models::Posterior expected = by_host.model->infer(batch_of(one, 7));
    const models::Posterior posterior = elsewhere.model->infer(there(batch_of(one, 7)));
    EXPECT_EQ(posterior.type_probs.device(), pretend::device());
    EXPECT_TRUE(torch::allclose(expected.type_probs, posterior.type_probs.cpu(), 1e-3, 1e-4));
  }
}

/// The step as TrainingStep computes it, between its inputs and their places.
void compute(Training& training, const models::Batch& batch) {
  const bool alone = training.learners.size() == 1;
  models::LossTerms terms;
  for (const auto& learner : training.learners) {
    learner->bank().gradients().zero_();
    for (auto& [name, value] : learner->player().loss(batch)) {
      terms.emplace_back(alone ? name : learner->player().name + "." + name, value);
      if (name == "loss") {
        value.backward();
      }
    }
    learner->adam().update();
  }
  const torch::Tensor values = loss_values(terms, training.names);
  training.sums.narrow(0, 0, values.numel()).add_(values);
}

TEST(OtherDevice, ARecordedStepIsRepeatedWithOtherNumbers) {
  const nn::ThreadLimit one_thread(1);
  for (const Case& one : cases()) {
    Training by_host(by_default(one), StepForm::by_host);
    Training by_device(by_default(one), StepForm::by_device, pretend::device());
    FixedBatch inputs;
    pretend::Recording graph;
    for (std::uint64_t t = 0; t < 6; ++t) {
      const double rate = 0.01 / static_cast<double>(1 + t);
      by_host.step.take(batch_of(one, t), rate, by_host.names);
      for (const auto& learner : by_device.learners) {
        learner->adam().advance(rate * learner->player().learning_rate_factor);
      }
      inputs.set(there(batch_of(one, t)));
      if (t == 0) {
        graph.record([&] { compute(by_device, inputs.batch()); });
      } else {
        graph.repeat();
      }
    }
    EXPECT_GT(graph.size(), 100U) << one.name;
    expect_equal(by_host, by_device, one.name);
  }
}

TEST(OtherDevice, GradientsOfPlayersOfImagesAreTheHosts) {
  const nn::ThreadLimit one_thread(1);
  const auto here = Training::made(info_images(), torch::kCPU);
  const auto elsewhere = Training::made(info_images(), pretend::device());
  const std::vector<models::Player> own = here->players();
  const std::vector<models::Player> others = elsewhere->players();
  for (std::size_t p = 0; p < own.size(); ++p) {
    own[p].loss(batch_of(info_images(), 3)).front().second.backward();
    others[p].loss(there(batch_of(info_images(), 3))).front().second.backward();
    for (std::size_t i = 0; i < own[p].parameters.size(); ++i) {
      const torch::Tensor& gradient = others[p].parameters[i].tensor.grad();
      EXPECT_EQ(gradient.device(), pretend::device());
      EXPECT_TRUE(torch::allclose(own[p].parameters[i].tensor.grad(), gradient.cpu(), 1e-4, 1e-6))
          << own[p].parameters[i].name;
    }
  }
}

TEST(OtherDevice, PosteriorsAndNewCellsAreTheHosts) {
  const nn::ThreadLimit one_thread(1);
  for (const Case& one : cases()) {
    Training by_host(by_default(one), StepForm::by_host);
    Training by_device(by_default(one), StepForm::captured, pretend::device());
    by_host.step.take(batch_of(one, 0), 0.01, by_host.names);
    by_device.step.take(there(batch_of(one, 0)), 0.01, by_device.names);
    const models::Batch batch = batch_of(one, 7);
    const auto near = [&](const torch::Tensor& host, const torch::Tensor& device) {
      EXPECT_EQ(device.device(), pretend::device()) << one.name;
      EXPECT_TRUE(torch::allclose(host, device.cpu(), 1e-3, 1e-4)) << one.name;
    };
    const models::Posterior expected = by_host.model->infer(batch);
    const models::Posterior posterior = by_device.model->infer(there(batch));
    near(expected.type_probs, posterior.type_probs);
    near(expected.state, posterior.state);
    near(expected.reconstruction_error, posterior.reconstruction_error);
    near(by_host.model->validation_loss(batch)[0].second,
         by_device.model->validation_loss(there(batch))[0].second);
    by_device.model->prune_type(kTypes - 1);
    EXPECT_FALSE(by_device.model->kept_types()[kTypes - 1].item<bool>()) << one.name;
    if (one.model != "moe-sim-vae") {
      const models::Generation wanted{.type = 1, .count = 5, .seed = 3};
      near(by_host.model->generate(wanted), by_device.model->generate(wanted));
    }
  }
}

/// Cells with many zeros.
Matrix sparse_cells() {
  CsrMatrix cells{.rows = 60, .columns = 9, .offsets = {0}, .column_numbers = {}, .values = {}};
  const Philox random(3, Purpose::simulation);
  for (Index i = 0; i < cells.rows * cells.columns; ++i) {
    const float u = random.uniform(static_cast<std::uint64_t>(i));
    if (u < 0.4F) {
      cells.column_numbers.push_back(static_cast<std::int32_t>(i % cells.columns));
      cells.values.push_back(u);
    }
    if ((i + 1) % cells.columns == 0) {
      cells.offsets.push_back(static_cast<Index>(cells.values.size()));
    }
  }
  return cells;
}

/// A whole training with known types, and states alone in a second phase; the trainer's last loss
/// and the parameters.
std::pair<double, torch::Tensor> trained(torch::Device device, std::int64_t dense_bytes,
                                         const std::string& checkpoint) {
  const Matrix cells = sparse_cells();
  Case one = by_default(cpl_cases().back());
  one.features = 9;
  one.states_only = false;
  const auto model = Training::made(one, device);
  MatrixBatches batches(cells, device);
  if (!device.is_cpu()) {
    batches.make_resident(dense_bytes);
  }
  const torch::Tensor types = torch::arange(60, torch::kInt64).remainder(5).unsqueeze(0) - 1;
  batches.set_known_types(types);
  const auto similarity = similarity_of_known_types(std::vector<std::int32_t>(
      types.data_ptr<std::int64_t>(), types.data_ptr<std::int64_t>() + types.numel()));
  batches.set_similarity(similarity.get());
  Trainer trainer(*model, batches, {.batch_size = 16, .learning_rate = 0.003},
                  {.seed = 5, .checkpoint_file = checkpoint});
  trainer.resume();
  trainer.run({.name = "main", .epochs = 3});
  trainer.run({.name = "states", .epochs = 2, .configure = [](models::Model& each) {
                 each.learn(models::Objective::states);
               }});
  std::vector<torch::Tensor> parameters;
  for (const models::NamedTensor& each : model->parameters()) {
    parameters.push_back(each.tensor.detach().cpu().flatten());
  }
  return {trainer.history().epochs.back().validation[0], torch::cat(parameters)};
}

/// A batch of cells with copies of their neighbours.
models::Batch batch_with_copies(const Prepared& cells, torch::Device device,
                                std::int64_t dense_bytes) {
  NeighbourTable table{2, {}};
  for (std::int32_t n = 0; n < 60; ++n) {
    table.rows.insert(table.rows.end(), {n, (n * 7 + 3) % 60});
  }
  const auto maker = neighbour_copies(cells, table, 3);
  MatrixBatches batches(cells.x, device);
  if (!device.is_cpu()) {
    batches.make_resident(dense_bytes);
  }
  batches.set_augmentation(CopiesForBatches(*maker, 2, true));
  const int before = pretend::transfers();
  const models::Batch batch = batches.training_batch(std::vector<Index>{5, 0, 59, 5}, 4);
  EXPECT_EQ(pretend::transfers() - before, device.is_cpu() ? 0 : 2) << "numbers of rows alone";
  return batch;
}

TEST(OtherDevice, CopiesOfNeighboursAreMadeThere) {
  Prepared cells;
  cells.x = sparse_cells();
  const models::Batch host = batch_with_copies(cells, torch::kCPU, 0);
  for (const std::int64_t dense_bytes : {std::int64_t{0}, DeviceMatrix::kDenseBytes}) {
    const models::Batch there = batch_with_copies(cells, pretend::device(), dense_bytes);
    EXPECT_EQ(there.only().inputs.device(), pretend::device());
    EXPECT_TRUE(torch::equal(there.only().inputs.cpu(), host.only().inputs));
    EXPECT_TRUE(torch::equal(there.only().target.cpu(), host.only().target));
  }
}

TEST(OtherDevice, ATrainingIsTheHostsAndIsReadBack) {
  const nn::ThreadLimit one_thread(1);
  const double loss = trained(torch::kCPU, 0, "").first;
  for (const std::int64_t dense_bytes : {std::int64_t{0}, DeviceMatrix::kDenseBytes}) {
    const TemporaryFolder folder;
    const std::string checkpoint = folder.path("checkpoint.safetensors");
    const auto [device_loss, parameters] = trained(pretend::device(), dense_bytes, checkpoint);
    EXPECT_NEAR(device_loss, loss, 1e-3 * std::abs(loss)) << dense_bytes;
    const auto [resumed_loss, resumed] = trained(pretend::device(), dense_bytes, checkpoint);
    EXPECT_TRUE(torch::equal(resumed, parameters)) << dense_bytes;
    EXPECT_EQ(resumed_loss, device_loss);
  }
}

}  // namespace
}  // namespace mixvae::training
