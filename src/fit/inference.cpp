#include "fit/inference.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"

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

/// Batches of rows as the model reads them: sparse where all sides can, else dense.
class InferenceBatches {
 public:
  InferenceBatches(const models::Model& model, const Matrix& x, const CopyMaker* copies)
      : x_(x),
        copies_(copies),
        arms_(model.arms()),
        sparse_(std::holds_alternative<CsrMatrix>(x) && model.reads_sparse_rows() &&
                (copies == nullptr || copies->sparse())),
        buffers_(at(arms_ + 1)) {}

  /// Valid until the next call.
  models::Batch batch(std::span<const Index> rows, torch::Device device) {
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

/// Prepares the results for the widths that the first batch shows.
void allocate(Inference& inference, const models::Posterior& posterior, Index cells) {
  const Index arms = posterior.type_probs.size(0);
  inference.type_probs = DenseMatrix(cells, posterior.type_probs.size(2));
  inference.arm_types.assign(at(arms), std::vector<std::int32_t>(at(cells)));
  inference.arm_states.assign(at(arms), DenseMatrix(cells, posterior.state.size(2)));
  inference.arm_latents.assign(at(arms), DenseMatrix(cells, posterior.latent.size(2)));
  inference.arm_errors.assign(at(arms), 0.0);
}

void store(Inference& inference, const models::Posterior& posterior, Index first_row) {
  copy_rows(posterior.type_probs.mean(0), inference.type_probs, first_row);
  const torch::Tensor types =
      posterior.type_probs.argmax(-1).to(torch::kCPU, torch::kInt32).contiguous();
  const torch::Tensor errors =
      posterior.reconstruction_error.sum(1).to(torch::kCPU, torch::kFloat64).contiguous();
  for (Index a = 0; a < inference.arms(); ++a) {
    copy_rows(posterior.state[a], inference.arm_states[at(a)], first_row);
    copy_rows(posterior.latent[a], inference.arm_latents[at(a)], first_row);
    std::copy_n(types.data_ptr<std::int32_t>() + a * types.size(1), types.size(1),
                inference.arm_types[at(a)].begin() + first_row);
    inference.arm_errors[at(a)] += errors.data_ptr<double>()[a];
  }
}

}  // namespace

Inference infer_cells(models::Model& model, const Matrix& x, const CopyMaker* copies, Index batch) {
  MIXVAE_ASSERT(batch >= 1, "a batch holds at least one cell");
  const torch::Device device = model.parameters().front().tensor.device();
  Inference inference;
  InferenceBatches batches(model, x, copies);
  std::vector<Index> all(at(row_count(x)));
  std::iota(all.begin(), all.end(), Index{0});
  for (Index first = 0; first < row_count(x); first += batch) {
    const auto rows =
        std::span<const Index>(all).subspan(at(first), at(std::min(batch, row_count(x) - first)));
    const models::Posterior posterior = model.infer(batches.batch(rows, device));
    if (first == 0) {
      allocate(inference, posterior, row_count(x));
    }
    store(inference, posterior, first);
  }
  for (double& error : inference.arm_errors) {
    error /= static_cast<double>(std::max<Index>(row_count(x), 1));
  }
  return inference;
}

}  // namespace mixvae::fit
