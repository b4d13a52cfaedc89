#include "training/training_step.hpp"

#include <set>

#include <ATen/record_function.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/step_cases.hpp"

namespace mixvae::training {
namespace {

TEST(TrainingStep, TheDevicesFormGivesTheLossesOfTheHosts) {
  for (const Case& one : cases()) {
    for (const StepForm form : {StepForm::by_device, StepForm::captured}) {
      Training by_host(one, StepForm::by_host);
      Training by_device(one, form);
      for (std::uint64_t t = 0; t < 6; ++t) {
        by_host.step.take(batch_of(one, t), 0.01, by_host.names);
        by_device.step.take(batch_of(one, t), 0.01, by_device.names);
      }
      EXPECT_EQ(by_host.names, by_device.names);
      EXPECT_TRUE(torch::allclose(by_host.sums, by_device.sums, 1e-4, 1e-5)) << one.name;
      EXPECT_TRUE(torch::allclose(by_host.values(), by_device.values(), 1e-3, 1e-4)) << one.name;
    }
  }
}

TEST(TrainingStep, StepsOfTheDevicesFormDrawOtherNumbersEachTime) {
  const Case one = cpl_cases().front();
  Training training(one, StepForm::by_device);
  const models::Batch batch = batch_of(one, 0);
  const auto loss_of_step = [&](std::uint64_t number) {
    models::Batch same = batch;
    same.step = number;
    training.sums.zero_();
    training.step.take(same, 0, training.names);  // parameters stay
    return training.sums[0].item<double>();
  };
  const double first = loss_of_step(1);
  EXPECT_NE(loss_of_step(2), first);
  EXPECT_DOUBLE_EQ(loss_of_step(1), first);
}

/// The operations that this process runs while one lives, in order.
class Operations {
 public:
  Operations() {
    names.clear();
    handle_ = at::addGlobalCallback(at::RecordFunctionCallback(&note).scopes(
        {at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
  }
  ~Operations() { at::removeCallback(handle_); }
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  static inline std::vector<std::string> names;

 private:
  static std::unique_ptr<at::ObserverContext> note(const at::RecordFunction& operation) {
    names.emplace_back(operation.name());
    return nullptr;
  }
  at::CallbackHandle handle_;
};

std::vector<std::string> operations_of_step(Training& training, const Case& one,
                                            std::uint64_t number) {
  const models::Batch batch = batch_of(one, number);
  const Operations operations;
  training.step.take(batch, 0.01, training.names);
  return Operations::names;
}

TEST(TrainingStep, TheDevicesFormReadsNothingBackAndIsTheSameEachTime) {
  const std::set<std::string> waiting = {"aten::item",
                                         "aten::_local_scalar_dense",
                                         "aten::is_nonzero",
                                         "aten::nonzero",
                                         "aten::bincount",
                                         "aten::masked_select",
                                         "aten::_unique2",
                                         "aten::equal",
                                         "aten::repeat_interleave",
                                         "aten::linalg_eigh"};
  std::vector<Case> all = cases();
  all.push_back(info_images());
  for (const Case& one : all) {
    Training training(one, StepForm::by_device);
    operations_of_step(training, one, 0);
    const auto second = operations_of_step(training, one, 1);
    EXPECT_EQ(second, operations_of_step(training, one, 2)) << one.name;
    EXPECT_THAT(second, testing::Contains(testing::AnyOf("aten::baddbmm", "aten::mm"))) << one.name;
    for (const std::string& name : second) {
      EXPECT_FALSE(waiting.contains(name)) << one.name << " waits in " << name;
    }
  }
}

/// The host's form of a step with experts asks how large their groups are: the check above sees it.
TEST(TrainingStep, GroupsOfExpertsAreSeenToBeReadBack) {
  const Case one = cpl_cases()[1];
  Training training(one, StepForm::by_host);
  EXPECT_THAT(operations_of_step(training, one, 0), testing::Contains("aten::bincount"));
}

}  // namespace
}  // namespace mixvae::training
