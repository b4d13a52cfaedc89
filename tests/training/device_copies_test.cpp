#include "training/device_copies.hpp"

#include <gtest/gtest.h>

#include "support/sparse_examples.hpp"
#include "training/copies_for_batches.hpp"

namespace mixvae::training {
namespace device_copies_test {

constexpr Index kCells = 23;
const std::vector<Index> kRows{4, 0, 22, 4, 7};

/// Values of all kinds; images of 7 x 7 pixels.
Prepared prepared_images() {
  Prepared prepared;
  DenseMatrix x(kCells, 49);
  const Philox random(5, Purpose::test);
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    x.values[i] = random.normal(i);
  }
  prepared.x = std::move(x);
  return prepared;
}

/// Every cell's copies are itself and the two cells behind it.
NeighbourTable next_cells() {
  NeighbourTable table{3, {}};
  for (Index n = 0; n < kCells; ++n) {
    for (Index next = 0; next < 3; ++next) {
      table.rows.push_back(static_cast<std::int32_t>((n + next) % kCells));
    }
  }
  return table;
}

/// Copies of two arms in a step by the host.
torch::Tensor by_host(const CopyMaker& maker, Index features, std::uint64_t step) {
  torch::Tensor copies = torch::empty({2, std::ssize(kRows), features});
  for (Index arm = 0; arm < 2; ++arm) {
    maker.fill(arm, step, kRows, {copies[arm].data_ptr<float>(), kRows.size() * at(features)});
  }
  return copies;
}

/// The same by tensor operations.
torch::Tensor by_device(const CopyMaker& maker, const DeviceMatrix& data, Index features,
                        std::uint64_t step) {
  torch::Tensor copies = torch::full({2, std::ssize(kRows), features}, -7, torch::kFloat32);
  write_row_copies(data, {*maker.row_copies(0, step, kRows), *maker.row_copies(1, step, kRows)},
                   step, copies);
  return copies;
}

TEST(DeviceCopies, OfNeighboursAreTheHostsFromDenseAndSparseRows) {
  Prepared dense = prepared_images();
  Prepared sparse;
  sparse.x = support::sparse_example(kCells, 9, 0.4);
  for (const Prepared* prepared : {&dense, &sparse}) {
    const auto maker = neighbour_copies(*prepared, next_cells(), 3);
    const DeviceMatrix data(prepared->x, torch::kCPU, 0);
    for (const std::uint64_t step : {0U, 1U, 9U}) {
      const Index features = prepared->feature_count();
      EXPECT_TRUE(
          torch::equal(by_device(*maker, data, features, step), by_host(*maker, features, step)));
    }
  }
}

TEST(DeviceCopies, MovedImagesAreTheHosts) {
  const Prepared images = prepared_images();
  CopyOptions options{.augment = "affine"};
  options.affine.shift = 3;
  const auto maker = make_copy_maker(options, images, {}, 3);
  const DeviceMatrix data(images.x, torch::kCPU);
  const torch::Tensor found = by_device(*maker, data, 49, 6);
  EXPECT_TRUE(torch::equal(found, by_host(*maker, 49, 6)));
  EXPECT_GT(found.eq(0).sum().item<std::int64_t>(), 20) << "pixels from outside the image";
}

TEST(DeviceCopies, NoiseIsTheHostsButForRounding) {
  const Prepared cells = prepared_images();
  const auto maker = noisy_copies(cells, 0.5, 3);
  const DeviceMatrix data(cells.x, torch::kCPU);
  const torch::Tensor expected = by_host(*maker, 49, 2);
  EXPECT_TRUE(torch::allclose(by_device(*maker, data, 49, 2), expected, 1e-6, 1e-6));
  EXPECT_FALSE(torch::allclose(by_device(*maker, data, 49, 3), expected, 1e-2, 1e-2));
}

/// Copies that are more than changed rows.
struct Doubled final : CopyMaker {
  explicit Doubled(const Prepared& prepared) : cells(prepared) {}
  void fill(Index arm, std::uint64_t, std::span<const Index> rows,
            std::span<float> out) const override {
    gather_rows(cells.x, rows, out);
    for (float& value : out) {
      value *= static_cast<float>(2 + arm);
    }
  }
  const Prepared& cells;
};

TEST(DeviceCopies, OthersAreMadeOnTheHost) {
  const Prepared cells = prepared_images();
  const Doubled maker(cells);
  const DeviceMatrix data(cells.x, torch::kCPU);
  models::Batch batch;
  batch.only().x = torch::empty({std::ssize(kRows), 49});
  data.gather(kRows, row_numbers(kRows, torch::kCPU), batch.only().x);
  CopiesForBatches(maker, 2, true)(kRows, batch, &data);
  const torch::Tensor& x = batch.only().x;
  EXPECT_TRUE(torch::equal(batch.only().inputs, torch::stack({x * 2, x * 3})));
  EXPECT_TRUE(torch::equal(batch.only().target, x.unsqueeze(0)));
}

}  // namespace device_copies_test
}  // namespace mixvae::training
