#include "fit/inference.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <numeric>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "training/copies_for_batches.hpp"
#include "training/matrix_batches.hpp"

namespace mixvae::fit {
namespace {

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
  inference.arm_state_variances = inference.arm_states;
  inference.arm_latents.assign(at(arms), DenseMatrix(cells, posterior.latent.size(2)));
}

void store(Inference& inference, const models::Posterior& posterior, Index first_row) {
  copy_rows(posterior.type_probs.mean(0), inference.type_probs, first_row);
  const torch::Tensor types =
      posterior.type_probs.argmax(-1).to(torch::kCPU, torch::kInt32).contiguous();
  MIXVAE_ASSERT(posterior.state.size(2) == 0 || posterior.state_variance.defined(),
                "a model with states says their variances");
  for (Index a = 0; a < inference.arms(); ++a) {
    copy_rows(posterior.state[a], inference.arm_states[at(a)], first_row);
    if (posterior.state_variance.defined()) {
      copy_rows(posterior.state_variance[a], inference.arm_state_variances[at(a)], first_row);
    }
    copy_rows(posterior.latent[a], inference.arm_latents[at(a)], first_row);
    std::copy_n(types.data_ptr<std::int32_t>() + a * types.size(1), types.size(1),
                inference.arm_types[at(a)].begin() + first_row);
  }
}

/// [A]: the sum of each arm's reconstruction terms; empty without them.
std::vector<double> error_sums(const models::Posterior& posterior) {
  if (!posterior.reconstruction_error.defined()) {
    return {};
  }
  const torch::Tensor sums =
      posterior.reconstruction_error.sum(1).to(torch::kCPU, torch::kFloat64).contiguous();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

/// The mean over cells of sums [batches][A].
std::vector<double> mean_errors(const std::vector<std::vector<double>>& sums, Index arms,
                                Index cells) {
  if (sums.front().empty()) {
    return {};
  }
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
    at::get_num_threads();  // asked first by a batch, libtorch would set its number again there
    parallel_tasks(count, body);
    return;
  }
  for (Index number = 0; number < count; ++number) {
    body(number);
  }
}

/// Batches of x as the model reads them: sparse where all sides can, else dense.
training::MatrixBatches batches_for(const models::Model& model, const Matrix& x,
                                    torch::Device device, const InferenceSettings& settings) {
  const CopyMaker* copies = settings.copies;
  training::MatrixBatches batches(x, device, settings.execution);
  if (std::holds_alternative<CsrMatrix>(x) && model.reads_sparse_rows(settings.execution) &&
      (copies == nullptr || copies->sparse())) {
    batches.deliver_sparse_rows();
  }
  if (settings.counts) {
    batches.set_counts(settings.counts->counts, settings.counts->library);
  }
  if (copies != nullptr) {
    batches.set_augmentation(training::CopiesForBatches(*copies, model.arms(), false));
  }
  return batches;
}

}  // namespace

Inference infer_cells(models::Model& model, const Matrix& x, const InferenceSettings& settings) {
  MIXVAE_ASSERT(settings.batch >= 1, "a batch holds at least one cell");
  const torch::Device device = model.parameters().front().tensor.device();
  const Index cells = row_count(x);
  std::vector<Index> all(at(cells));
  std::iota(all.begin(), all.end(), Index{0});
  Inference inference;
  std::once_flag allocated;
  std::vector<std::vector<double>> errors(at((cells + settings.batch - 1) / settings.batch));
  for_each_batch(std::ssize(errors), device, [&](Index number) {
    const Index first = number * settings.batch;
    const auto rows =
        std::span<const Index>(all).subspan(at(first), at(std::min(settings.batch, cells - first)));
    training::MatrixBatches batches = batches_for(model, x, device, settings);
    const models::Posterior posterior = model.infer(batches.copies_batch(rows));
    std::call_once(allocated, [&] { allocate(inference, posterior, cells); });
    store(inference, posterior, first);
    errors[at(number)] = error_sums(posterior);
  });
  inference.arm_errors = mean_errors(errors, inference.arms(), cells);
  return inference;
}

std::vector<float> row_maxima(const DenseMatrix& matrix) {
  std::vector<float> maxima(at(matrix.rows));
  for (Index n = 0; n < matrix.rows; ++n) {
    maxima[at(n)] = *std::ranges::max_element(matrix.row(n));
  }
  return maxima;
}

}  // namespace mixvae::fit
