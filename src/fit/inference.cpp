#include "fit/inference.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "training/copies_for_batches.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::fit {
namespace {

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

Inference infer_cells(models::Model& model, const Matrix& x, const InferenceSettings& settings) {
  MIXVAE_ASSERT(settings.batch >= 1, "a batch holds at least one cell");
  const CopyMaker* copies = settings.copies;
  training::MatrixBatches batches(x, model.parameters().front().tensor.device(),
                                  settings.execution);
  if (std::holds_alternative<CsrMatrix>(x) && model.reads_sparse_rows(settings.execution) &&
      (copies == nullptr || copies->sparse())) {
    batches.deliver_sparse_rows();
  }
  if (copies != nullptr) {
    batches.set_augmentation(training::CopiesForBatches(*copies, model.arms(), false));
  }
  Inference inference;
  std::vector<Index> all(mixvae::at(row_count(x)));
  std::iota(all.begin(), all.end(), Index{0});
  for (Index first = 0; first < row_count(x); first += settings.batch) {
    const auto rows = std::span<const Index>(all).subspan(
        mixvae::at(first), mixvae::at(std::min(settings.batch, row_count(x) - first)));
    const models::Posterior posterior = model.infer(batches.copies_batch(rows));
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
