// Whether a device computes what the CPU does: random numbers, gathered rows, copies, optimiser,
// experts, and training steps of several models, by operation and as a captured graph. One JSON row
// per check; exit code 1 when one deviates by more than is allowed.

#include <cstdio>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/library_settings.hpp"
#include "device_report.hpp"
#include "device_training.hpp"
#include "nn/adam.hpp"
#include "nn/device.hpp"
#include "nn/experts.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/random.hpp"
#include "training/device_copies.hpp"
#include "training/device_matrix.hpp"

namespace mixvae {
namespace {

/// The BLAS that libtorch brings along: the fused kernels of the CPU, which the training steps of a
/// device are compared with, call it by name. Without one the CPU runs tensor operations too.
void check_matrix_product(Report& report) {
  if (!nn::kernels::has_matrix_product()) {
    std::fprintf(stderr, "libtorch brings no BLAS by name: the CPU runs tensor operations\n");
    return;
  }
  const torch::Tensor a = nn::normal({37, 129}, {1, Purpose::test, 0}, {});
  const torch::Tensor b = nn::normal({65, 129}, {1, Purpose::test, 1}, {});
  const torch::Tensor out = torch::empty({37, 65});
  nn::kernels::multiply_blas(37, 65, 129, 1, {a.data_ptr<float>(), 129},
                             {b.data_ptr<float>(), 129, true}, 0, out.data_ptr<float>(), 65);
  report.add("product by the CPU's BLAS", deviation(out, at::mm(a, b.t())), 1e-5);
}

/// The operations that make random numbers on a device, beside the loops of the CPU.
void check_random_numbers(Report& report, torch::Device device) {
  const nn::NoiseKey here{7, Purpose::test, 11};
  const nn::NoiseKey there{
      7, Purpose::test,
      nn::StepNumber(0, torch::full({}, 11, torch::TensorOptions(device).dtype(torch::kInt64)))};
  const std::vector<std::int64_t> shape{300, 1001};
  report.add("uniform numbers",
             deviation(nn::uniform(shape, there, device), nn::uniform(shape, here, {})), 0);
  report.add("normal numbers",
             deviation(nn::normal(shape, there, device), nn::normal(shape, here, {})), 1e-6);
  report.add("dropout mask",
             deviation(nn::dropout_mask(shape, 0.3, there, device),
                       nn::dropout_mask(shape, 0.3, here, {})),
             1e-7);
}

CsrMatrix sparse_cells(Index rows, Index columns) {
  const Philox random(3, Purpose::simulation);
  CsrMatrix cells;
  cells.rows = rows;
  cells.columns = columns;
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      const float u = random.uniform(static_cast<std::uint64_t>(r * columns + c));
      if (u < 0.1F * static_cast<float>(r % 4)) {
        cells.column_numbers.push_back(static_cast<std::int32_t>(c));
        cells.values.push_back(u);
      }
    }
    cells.offsets.push_back(static_cast<Index>(cells.values.size()));
  }
  return cells;
}

void check_gather(Report& report, torch::Device device) {
  const Matrix cells = sparse_cells(500, 301);
  const std::vector<Index> rows{499, 0, 4, 77, 77, 3};
  const torch::Tensor expected = torch::empty({6, 301});
  gather_rows(cells, rows,
              {expected.data_ptr<float>(), static_cast<std::size_t>(expected.numel())});
  for (const bool dense : {true, false}) {
    const training::DeviceMatrix resident(cells, device,
                                          dense ? training::DeviceMatrix::kDenseBytes : 0);
    const torch::Tensor out = torch::empty({6, 301}, device);
    resident.gather(rows, training::row_numbers(rows, device), out);
    report.add(dense ? "rows of dense data" : "rows of sparse data", deviation(out, expected), 0);
  }
}

/// Copies of each kind that a device makes, beside the host's.
void check_copies(Report& report, torch::Device device) {
  Prepared cells;
  cells.x = sparse_cells(50, 81);
  NeighbourTable table{2, {}};
  for (std::int32_t n = 0; n < 50; ++n) {
    table.rows.insert(table.rows.end(), {n, (n * 7 + 3) % 50});
  }
  const std::vector<Index> rows{49, 0, 4, 4};
  const training::DeviceMatrix resident(cells.x, device);
  for (const char* kind : {"neighbours", "noise", "affine"}) {
    const auto maker = make_copy_maker({.augment = kind, .noise = 0.5}, cells, {}, 3, table);
    const torch::Tensor expected = torch::empty({1, 4, 81});
    maker->fill(0, 5, rows,
                {expected.data_ptr<float>(), static_cast<std::size_t>(expected.numel())});
    torch::Tensor out = torch::empty({1, 4, 81}, device);
    training::write_row_copies(resident, {*maker->row_copies(0, 5, rows)}, 5, out);
    report.add("copies: " + std::string(kind), deviation(out, expected), 1e-5);
  }
}

torch::Tensor after_adam(torch::Device device) {
  torch::Tensor p = nn::normal({4099}, {1, Purpose::test, 0}, {}).to(device).requires_grad_();
  nn::ParameterBank bank({p});
  nn::Adam adam(bank, {.weight_decay = 0.01, .gradient_clip = 1});
  for (std::uint64_t t = 1; t <= 20; ++t) {
    bank.gradients().narrow(0, 0, 4099).copy_(nn::normal({4099}, {1, Purpose::test, t}, {}));
    adam.step(0.01);
  }
  return p;
}

void check_experts(Report& report, torch::Device device) {
  const torch::Tensor x = nn::normal({2, 200, 12}, {1, Purpose::test, 0}, {});
  const torch::Tensor expert =
      (nn::uniform({2, 200}, {1, Purpose::test, 1}, {}).square() * 9).to(torch::kInt64);
  const auto run = [&](torch::Device place) {
    nn::Experts experts(2, 9, {12, 20, 30}, 5, 0);
    experts.visit("experts", [&](const std::string&, torch::Tensor& tensor, nn::TensorKind) {
      nn::convert_in_place(tensor, torch::TensorOptions().device(place));
    });
    const torch::Tensor out =
        place.is_cpu() ? experts.forward_grouped(x, expert)
                       : experts.forward(x.to(place), expert.to(place), {.repeatable = true});
    out.square().sum().backward();
    return std::pair(out, experts.layers().front().weight().grad());
  };
  const auto [expected, expected_gradient] = run(torch::kCPU);
  if (device.is_cpu()) {
    const nn::Experts experts(2, 9, {12, 20, 30}, 5, 0);
    report.add("experts in tiles", deviation(experts.forward_tiled(x, expert, 32), expected), 1e-4);
    return;
  }
  const auto [out, gradient] = run(device);
  report.add("experts in tiles", deviation(out, expected), 1e-4);
  report.add("gradient of experts", deviation(gradient, expected_gradient), 1e-3);
}

bool check(const std::string& name) {
  const torch::Device device = nn::device_named(name);
  nn::allow_tf32(false);  // which convolutions would use otherwise
  Report report;
  check_matrix_product(report);
  check_random_numbers(report, device);
  check_gather(report, device);
  check_copies(report, device);
  report.add("optimiser", deviation(after_adam(device), after_adam(torch::kCPU)), 1e-4);
  check_experts(report, device);
  check_training(report, device);
  return report.all_passed();
}

}  // namespace
}  // namespace mixvae

int main(int argc, char** argv) {
  mixvae::restart_with_library_settings(argv);
  try {
    const std::string device = argc == 2 ? argv[1] : "";
    if (device != "cpu" && device != "cuda") {
      throw mixvae::UsageError({.what = "usage: device_check cpu|cuda"});
    }
    return mixvae::check(device) ? 0 : 1;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
}
