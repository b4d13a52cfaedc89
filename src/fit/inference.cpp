#include "fit/inference.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"

namespace mixvae::fit {
namespace {

torch::Tensor dense_rows(const Matrix& x, std::span<const Index> rows) {
  torch::Tensor out = torch::empty({static_cast<Index>(rows.size()), column_count(x)});
  gather_rows(x, rows, {out.data_ptr<float>(), at(out.numel())});
  return out;
}

/// [A, B, W]: what each arm reads of these rows.
torch::Tensor copied_rows(const CopyMaker& copies, Index arms, Index width,
                          std::span<const Index> rows) {
  torch::Tensor out = torch::empty({arms, static_cast<Index>(rows.size()), width});
  const std::size_t size = rows.size() * at(width);
  for (Index a = 0; a < arms; ++a) {
    copies.fill(a, 0, rows, {out.data_ptr<float>() + at(a) * size, size});
  }
  return out;
}

/// A batch of rows as the model reads it: sparse where all sides can, else dense.
class InferenceBatch {
 public:
  InferenceBatch(const models::Model& model, const Matrix& x, const CopyMaker* copies)
      : x_(x),
        copies_(copies),
        arms_(model.arms()),
        sparse_(std::holds_alternative<CsrMatrix>(x) && model.reads_sparse_rows() &&
                (copies == nullptr || copies->sparse())),
        buffers_(at(arms_ + 1)) {}

  /// Valid as long as this lives.
  models::Batch read(std::span<const Index> rows, torch::Device device) {
    return sparse_ ? sparse_batch(rows) : dense_batch(rows, device);
  }

 private:
  models::Batch dense_batch(std::span<const Index> rows, torch::Device device) const {
    models::Batch cells;
    cells.x = dense_rows(x_, rows).to(device);
    if (copies_ != nullptr) {
      cells.inputs = copied_rows(*copies_, arms_, column_count(x_), rows).to(device);
    }
    return cells;
  }

  models::Batch sparse_batch(std::span<const Index> rows) {
    models::Batch cells;
    gather_rows(std::get<CsrMatrix>(x_), rows, buffers_[0]);
    cells.sparse_x = nn::sparse_rows(buffers_[0]);
    for (Index a = 0; copies_ != nullptr && a < arms_; ++a) {
      copies_->fill_sparse(a, 0, rows, buffers_[at(a + 1)]);
      cells.sparse_inputs.push_back(nn::sparse_rows(buffers_[at(a + 1)]));
    }
    return cells;
  }

  const Matrix& x_;
  const CopyMaker* copies_;
  Index arms_;
  bool sparse_;
  std::vector<CsrMatrix> buffers_;  // of the cells, then of each arm's copies
};

void copy_rows(const torch::Tensor& source, DenseMatrix& target, Index first_row) {
  const torch::Tensor values = source.to(torch::kCPU, torch::kFloat32).contiguous();
  std::copy_n(values.data_ptr<float>(), values.numel(),
              target.values.begin() + first_row * target.columns);
}

/// Prepares the results for the widths that a batch shows.
void allocate(Inference& inference, const models::Posterior& posterior, Index cells) {
  const Index arms = posterior.type_probs.size(0);
  inference.type_probs = DenseMatrix(cells, posterior.type_probs.size(2));
  inference.arm_types.assign(at(arms), std::vector<std::int32_t>(at(cells)));
  inference.arm_states.assign(at(arms), DenseMatrix(cells, posterior.state.size(2)));
  inference.arm_latents.assign(at(arms), DenseMatrix(cells, posterior.latent.size(2)));
}

void store(Inference& inference, const models::Posterior& posterior, Index first_row) {
  copy_rows(posterior.type_probs.mean(0), inference.type_probs, first_row);
  const torch::Tensor types =
      posterior.type_probs.argmax(-1).to(torch::kCPU, torch::kInt32).contiguous();
  for (Index a = 0; a < inference.arms(); ++a) {
    copy_rows(posterior.state[a], inference.arm_states[at(a)], first_row);
    copy_rows(posterior.latent[a], inference.arm_latents[at(a)], first_row);
    std::copy_n(types.data_ptr<std::int32_t>() + a * types.size(1), types.size(1),
                inference.arm_types[at(a)].begin() + first_row);
  }
}

/// [A]: the sum of each arm's reconstruction terms.
std::vector<double> error_sums(const models::Posterior& posterior) {
  const torch::Tensor sums =
      posterior.reconstruction_error.sum(1).to(torch::kCPU, torch::kFloat64).contiguous();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

/// The mean over cells of sums [batches][A].
std::vector<double> mean_errors(const std::vector<std::vector<double>>& sums, Index arms,
                                Index cells) {
  std::vector<double> means(at(arms), 0.0);
  for (const std::vector<double>& batch : sums) {
    std::ranges::transform(means, batch, means.begin(), std::plus<>());
  }
  for (double& mean : means) {
    mean /= static_cast<double>(cells);
  }
  return means;
}

/// Runs body(number) for every batch. On the CPU each batch is one thread's, its matrix products
/// too: BLAS splits a product by its number of threads, which changes how sums are rounded.
void for_each_batch(Index count, torch::Device device, const std::function<void(Index)>& body) {
  if (device.is_cpu()) {
    parallel_tasks(count, body);
    return;
  }
  for (Index number = 0; number < count; ++number) {
    body(number);
  }
}

}  // namespace

Inference infer_cells(models::Model& model, const Matrix& x, const CopyMaker* copies, Index batch) {
  MIXVAE_ASSERT(batch >= 1, "a batch holds at least one cell");
  const torch::Device device = model.parameters().front().tensor.device();
  const Index cells = row_count(x);
  std::vector<Index> all(at(cells));
  std::iota(all.begin(), all.end(), Index{0});
  Inference inference;
  std::once_flag allocated;
  std::vector<std::vector<double>> errors(at((cells + batch - 1) / batch));
  for_each_batch(std::ssize(errors), device, [&](Index number) {
    const Index first = number * batch;
    const auto rows =
        std::span<const Index>(all).subspan(at(first), at(std::min(batch, cells - first)));
    InferenceBatch reader(model, x, copies);
    const models::Posterior posterior = model.infer(reader.read(rows, device));
    std::call_once(allocated, [&] { allocate(inference, posterior, cells); });
    store(inference, posterior, first);
    errors[at(number)] = error_sums(posterior);
  });
  inference.arm_errors = mean_errors(errors, inference.arms(), cells);
  return inference;
}

}  // namespace mixvae::fit
