#include "objectives/fused_similarity.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/matrix_product.hpp"
#include "nn/kernels/pair_terms.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/transpose.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::objectives {
namespace {

using nn::kernels::PairFactors;
using nn::kernels::PairRow;
using nn::kernels::Scratch;

constexpr std::int64_t kTileRows = 64;
constexpr std::int64_t kMostTasks = 8;  // each holds gradients of its own for all cells

/// Pairs of a batch's cells.
struct Pairs {
  std::int64_t cells;
  const float* similarity;  // [B, B]
  const float* weight;      // [B, B] or null

  PairRow row(std::int64_t i) const {
    return {cells, similarity + i * cells, weight == nullptr ? nullptr : weight + i * cells};
  }
  /// Rows are dealt to so many tasks.
  std::int64_t tasks() const { return std::min(kMostTasks, (cells + kTileRows - 1) / kTileRows); }
};

/// What makes the parts' sums means.
PairFactors factors_of(const Pairs& pairs, std::optional<double> similar_share,
                       SimilarityParts parts) {
  const std::int64_t tasks = pairs.tasks();
  std::vector<double> sums(static_cast<std::size_t>(2 * tasks));
  parallel_tasks(tasks, [&](std::int64_t task) {
    for (std::int64_t i = task * pairs.cells / tasks; i < (task + 1) * pairs.cells / tasks; ++i) {
      nn::kernels::pair_weights(pairs.row(i), &sums[static_cast<std::size_t>(2 * task)],
                                &sums[static_cast<std::size_t>(2 * task + 1)]);
    }
  });
  double similar = 0;
  double different = 0;
  for (std::size_t task = 0; task < sums.size(); task += 2) {
    similar += sums[task];
    different += sums[task + 1];
  }
  const auto share_of = [](double share, double total) {
    return static_cast<float>(total > 0 ? share / total : share);
  };
  const bool both = parts == SimilarityParts::both;
  if (similar_share) {
    return {share_of(*similar_share, similar),
            both ? share_of(1.0 - *similar_share, different) : 0.0F};
  }
  const float share = share_of(1, similar + different);
  return {share, both ? share : 0.0F};
}

/// One arm's term and, where asked, its gradients by q.
class ArmTerm {
 public:
  ArmTerm(const float* q, std::int64_t types, const Pairs& pairs, const PairFactors& factors)
      : q_(q), types_(types), pairs_(pairs), factors_(factors), columns_(types * pairs.cells) {
    nn::kernels::transpose_rows(pairs.cells, types, q, types, columns_.data(), pairs.cells);
  }

  /// `gradients` [B, K] may be null.
  double run(float* gradients) const {
    const std::int64_t tasks = pairs_.tasks();
    const std::int64_t size = pairs_.cells * types_;
    std::vector<double> terms(static_cast<std::size_t>(tasks));
    Scratch shares(gradients == nullptr ? 0 : tasks * size);  // [tasks, B, K]
    parallel_tasks(tasks, [&](std::int64_t task) {
      terms[static_cast<std::size_t>(task)] =
          run_rows(task * pairs_.cells / tasks, (task + 1) * pairs_.cells / tasks,
                   gradients == nullptr ? nullptr : shares.data() + task * size);
    });
    if (gradients != nullptr) {
      std::fill_n(gradients, size, 0.0F);
    }
    double total = 0;
    for (std::int64_t task = 0; task < tasks; ++task) {
      total += terms[static_cast<std::size_t>(task)];
      if (gradients != nullptr) {
        nn::kernels::add_to(size, shares.data() + task * size, gradients);
      }
    }
    return total;
  }

 private:
  /// Of the pairs whose first cell is one of begin ... end - 1; `share` [B, K], if any, takes
  /// gradients by both cells of a pair.
  double run_rows(std::int64_t begin, std::int64_t end, float* share) const {
    const std::int64_t cells = pairs_.cells;
    if (share != nullptr) {
      std::fill_n(share, cells * types_, 0.0F);
    }
    Scratch tile(kTileRows * cells);
    double terms = 0;
    for (std::int64_t first = begin; first < end; first += kTileRows) {
      const std::int64_t rows = std::min(kTileRows, end - first);
      nn::kernels::multiply(rows, cells, types_, 1, {q_ + first * types_, types_},
                            {columns_.data(), cells}, 0, tile.data(), cells);
      for (std::int64_t r = 0; r < rows; ++r) {
        terms += nn::kernels::pair_terms(pairs_.row(first + r), factors_,
                                         static_cast<float>(kPairEpsilon), tile.data() + r * cells);
      }
      if (share != nullptr) {
        add_gradients(first, rows, tile.data(), share);
      }
    }
    return terms;
  }

  /// From the gradients by the probabilities of some rows' pairs [rows, B].
  void add_gradients(std::int64_t first, std::int64_t rows, const float* by_pair,
                     float* share) const {
    const std::int64_t cells = pairs_.cells;
    nn::kernels::multiply(rows, types_, cells, 1, {by_pair, cells}, {q_, types_}, 1,
                          share + first * types_, types_);
    nn::kernels::multiply(cells, types_, rows, 1, {by_pair, cells, true},
                          {q_ + first * types_, types_}, 1, share, types_);
  }

  const float* q_;  // [B, K]
  std::int64_t types_;
  const Pairs& pairs_;
  PairFactors factors_;
  Scratch columns_;  // [K, B]
};

/// The arms' terms; gradients [A, B, K] go to `gradients` where it is defined.
torch::Tensor arm_terms(const torch::Tensor& q, const Pairs& pairs, const PairFactors& factors,
                        const torch::Tensor& gradients) {
  torch::Tensor terms = torch::empty({q.size(0)});
  const std::int64_t size = q.size(1) * q.size(2);
  for (std::int64_t arm = 0; arm < q.size(0); ++arm) {
    const ArmTerm term(q.data_ptr<float>() + arm * size, q.size(2), pairs, factors);
    terms.data_ptr<float>()[arm] = static_cast<float>(
        term.run(gradients.defined() ? gradients.data_ptr<float>() + arm * size : nullptr));
  }
  return terms;
}

class SimilarityTerm : public torch::autograd::Function<SimilarityTerm> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& q,
                               const Pairs& pairs, const PairFactors& factors) {
    const torch::Tensor gradients = torch::empty_like(q);
    context->save_for_backward({gradients});
    return arm_terms(q, pairs, factors, gradients);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return {context->get_saved_variables()[0] * gradients[0].view({-1, 1, 1}), {}, {}};
  }
};

}  // namespace

torch::Tensor fused_similarity_term(const torch::Tensor& q, const torch::Tensor& similarity,
                                    const torch::Tensor& weight,
                                    std::optional<double> similar_share, SimilarityParts parts) {
  const torch::Tensor own_q = q.contiguous();
  const torch::Tensor own_similarity = similarity.contiguous();
  const torch::Tensor own_weight = weight.defined() ? weight.contiguous() : weight;
  MIXVAE_ASSERT(nn::readable_by_kernels(own_q) && nn::readable_by_kernels(own_similarity) &&
                    (!weight.defined() || nn::readable_by_kernels(own_weight)),
                "the kernels read floats on the CPU");
  const std::int64_t cells = q.size(1);
  MIXVAE_ASSERT(
      similarity.numel() == cells * cells && (!weight.defined() || weight.numel() == cells * cells),
      "every pair has a similarity and a weight");
  const Pairs pairs{cells, own_similarity.data_ptr<float>(),
                    weight.defined() ? own_weight.data_ptr<float>() : nullptr};
  const PairFactors factors = factors_of(pairs, similar_share, parts);
  return torch::GradMode::is_enabled() && own_q.requires_grad()
             ? SimilarityTerm::apply(own_q, pairs, factors)
             : arm_terms(own_q, pairs, factors, {});
}

}  // namespace mixvae::objectives
