#include "models/batch.hpp"

#include <type_traits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::models {
namespace batch_test {

/// Those of the members that are tensors.
template <class... Members>
void add_tensors(std::vector<torch::Tensor*>& tensors, Members&... members) {
  const auto add = [&tensors](auto& member) {
    if constexpr (std::is_same_v<std::remove_reference_t<decltype(member)>, torch::Tensor>) {
      tensors.push_back(&member);
    }
  };
  (add(members), ...);
}

/// All tensor members but the step, which belongs to the form of a step and not to its cells. A
/// member more does not compile here: it is to be added below and, a tensor, to for_each_tensor.
std::vector<torch::Tensor*> all_tensors(Batch& batch) {
  std::vector<torch::Tensor*> tensors;
  for (View& view : batch.views) {
    auto& [x, inputs, target, counts, library, sparse_x, sparse_inputs, sparse_target] = view;
    add_tensors(tensors, x, inputs, target, counts, library, sparse_x, sparse_inputs,
                sparse_target);
  }
  auto& [views, prior, start, start_weight, state_start, known, similarity, similarity_weight, step,
         step_on_device, execution] = batch;
  add_tensors(tensors, views, prior, start, start_weight, state_start, known, similarity,
              similarity_weight, step, execution);
  return tensors;
}

TEST(ForEachTensor, ComesByEveryTensorOfABatchOnce) {
  Batch batch;
  batch.views.resize(2);
  std::vector<torch::Tensor*> visited;
  for_each_tensor(batch, [&](torch::Tensor& tensor) { visited.push_back(&tensor); });
  EXPECT_THAT(visited, testing::UnorderedElementsAreArray(all_tensors(batch)));
  EXPECT_EQ(visited.size(), 2U * 5 + 7);
}

TEST(ForEachTensor, ReadsABatchThatIsNotToChange) {
  Batch batch;
  batch.only().x = torch::ones({3, 2});
  batch.similarity_weight = torch::ones({3, 3});
  int defined = 0;
  for_each_tensor(std::as_const(batch),
                  [&](const torch::Tensor& tensor) { defined += tensor.defined() ? 1 : 0; });
  EXPECT_EQ(defined, 2);
}

TEST(View, EncodersReadTheCopiesWhereThereAreAny) {
  View view;
  view.x = torch::zeros({3, 2});
  EXPECT_TRUE(view.read().is_same(view.x));
  view.inputs = torch::zeros({2, 3, 2});
  EXPECT_TRUE(view.read().is_same(view.inputs));
  EXPECT_EQ(view.cells(), 3);
}

}  // namespace batch_test
}  // namespace mixvae::models
