#include "training/device_copies.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "nn/random.hpp"

namespace mixvae::training {
namespace {

/// Of all arms, one after the other.
template <class Element>
std::vector<Element> joined(const std::vector<RowCopies>& copies,
                            std::vector<Element> RowCopies::*field) {
  std::vector<Element> all;
  for (const RowCopies& of_arm : copies) {
    std::ranges::copy(of_arm.*field, std::back_inserter(all));
  }
  return all;
}

/// Host numbers [rows, columns] of floats on the device.
torch::Tensor floats_there(const float* values, std::int64_t rows, std::int64_t columns,
                           torch::Device device) {
  // from_blob wants a mutable pointer; the tensor is only read.
  return torch::from_blob(const_cast<float*>(values), {rows, columns})
      .to(device, /*non_blocking=*/false, /*copy=*/true);
}

/// images [N, H, W] at column and row [N, H, W]; 0 outside.
torch::Tensor pixels_at(const torch::Tensor& images, const torch::Tensor& column,
                        const torch::Tensor& row) {
  const std::int64_t side = images.size(2);
  const torch::Tensor outside = column.lt(0) | row.lt(0) | column.ge(side) | row.ge(side);
  const torch::Tensor place = (row * side + column).masked_fill(outside, 0);
  return images.flatten(1).gather(1, place.flatten(1)).view(images.sizes()).masked_fill(outside, 0);
}

/// images [N, H, W] at x and y [N, H, W], interpolated linearly between pixels (pixel_between()).
torch::Tensor pixels_between(const torch::Tensor& images, const torch::Tensor& x,
                             const torch::Tensor& y) {
  const torch::Tensor left = x.floor();
  const torch::Tensor top = y.floor();
  const torch::Tensor i = left.to(torch::kInt64);
  const torch::Tensor j = top.to(torch::kInt64);
  const torch::Tensor right = x - left;
  const torch::Tensor bottom = y - top;
  const torch::Tensor upper =
      pixels_at(images, i, j) * (1 - right) + pixels_at(images, i + 1, j) * right;
  const torch::Tensor lower =
      pixels_at(images, i, j + 1) * (1 - right) + pixels_at(images, i + 1, j + 1) * right;
  return upper * (1 - bottom) + lower * bottom;
}

/// Moves square images [N, D] in place, by one map each.
void move(torch::Tensor& values, const std::vector<AffineMap>& maps) {
  static_assert(sizeof(AffineMap) == 6 * sizeof(float), "a map is six floats");
  const auto side =
      static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(values.size(1)))));
  const float centre = static_cast<float>(side - 1) / 2.0F;
  const torch::Tensor numbers =
      floats_there(&maps.front().xx, static_cast<std::int64_t>(maps.size()), 6, values.device());
  const auto of = [&numbers](std::int64_t i) { return numbers.select(1, i).view({-1, 1, 1}); };
  const torch::Tensor offset = torch::arange(side, values.options()) - centre;
  const torch::Tensor x = offset.view({1, 1, side});
  const torch::Tensor y = offset.view({1, side, 1});
  const torch::Tensor images = values.view({-1, side, side});
  values.copy_(pixels_between(images, of(0) * x + centre + of(1) * y + of(2),
                              of(3) * x + centre + of(4) * y + of(5))
                   .flatten(1));
}

/// Adds the normals of the copies' own random numbers to values [N, D].
void add_noise(torch::Tensor& values, const RowCopies& first, const std::vector<Index>& noise_from,
               std::uint64_t step) {
  const std::int64_t features = values.size(1);
  const torch::Tensor deviations = floats_there(first.noise.data(), 1, features, values.device());
  const torch::Tensor normals =
      nn::normals_of_blocks(row_numbers(noise_from, values.device()), (features + 3) / 4,
                            {first.seed, Purpose::copy_noise, step});
  values.add_(normals.narrow(1, 0, features) * deviations);
}

}  // namespace

void write_row_copies(const DeviceMatrix& data, const std::vector<RowCopies>& copies,
                      std::uint64_t step, torch::Tensor& out) {
  const torch::NoGradGuard no_grad;
  const std::vector<Index> rows = joined(copies, &RowCopies::rows);
  torch::Tensor values = out.view({-1, out.size(2)});
  data.gather(rows, row_numbers(rows, data.device()), values);
  const std::vector<AffineMap> maps = joined(copies, &RowCopies::maps);
  if (!maps.empty()) {
    move(values, maps);
  }
  if (!copies.front().noise.empty()) {
    add_noise(values, copies.front(), joined(copies, &RowCopies::noise_from), step);
  }
}

}  // namespace mixvae::training
