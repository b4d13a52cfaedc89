#include "models/parts/likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::models {
namespace {

bool fits(ValueRange range, float value) {
  switch (range) {
    case ValueRange::unit:
      return value >= 0.0F && value <= 1.0F;
    case ValueRange::counts:
      return value >= 0.0F;
    case ValueRange::any:
      break;
  }
  return true;
}

std::string expected_of(ValueRange range) {
  return range == ValueRange::unit ? "values from 0 to 1" : "counts, which are not below 0";
}

/// Row and column of the value at a place among the stored ones.
std::string place_of(const Matrix& values, Index place) {
  Index row = 0;
  Index column = 0;
  if (const auto* sparse = std::get_if<CsrMatrix>(&values)) {
    row = std::ranges::upper_bound(sparse->offsets, place) - sparse->offsets.begin() - 1;
    column = sparse->column_numbers[at(place)];
  } else {
    row = place / column_count(values);
    column = place % column_count(values);
  }
  return "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
}

std::string word_of(LikelihoodKind kind) {
  LikelihoodOptions likelihood{kind};
  return option_text(options(likelihood).front());
}

}  // namespace

torch::Tensor Likelihood::cell_error(const Decoded& decoded, const torch::Tensor& target,
                                     bool /*kernels*/) const {
  return error(decoded, target);
}

torch::Tensor Likelihood::mean_error(const Decoded& decoded, const torch::Tensor& target,
                                     bool /*kernels*/) const {
  return error(decoded, target).mean(1);
}

torch::Tensor Likelihood::at_best_scale(const torch::Tensor& mean_errors,
                                        std::int64_t /*features*/) const {
  return mean_errors;
}

Options options(LikelihoodOptions& likelihood) {
  return {{.name = "likelihood",
           .target = word(likelihood.likelihood),
           .meaning =
               "how the difference between a cell and its reconstruction is measured: half the "
               "squared error (mse); the Bernoulli cross-entropy, for values from 0 to 1; or, of "
               "raw counts whatever the networks read, a negative binomial (nb), or one with "
               "more zeros (zinb)",
           .choices = {"mse", "bernoulli", "nb", "zinb"}}};
}

Options options(OutputOptions& output) {
  return {{.name = "output",
           .target = word(output.output),
           .meaning = "activation of the decoder's last layer",
           .choices = {"relu", "linear"}}};
}

std::shared_ptr<const Likelihood> make_likelihood(LikelihoodKind kind, OutputActivation output) {
  if (kind == LikelihoodKind::mse) {
    return squared_error_likelihood(output);
  }
  if (output == OutputActivation::relu) {
    throw UsageError({.what = "this likelihood takes the outputs as logits, which relu would cut "
                              "off at 1/2",
                      .found = "--likelihood " + word_of(kind) + " with --output relu",
                      .hint = "add --output linear"});
  }
  switch (kind) {
    case LikelihoodKind::nb:
      return negative_binomial_likelihood();
    case LikelihoodKind::zinb:
      return zero_inflated_likelihood();
    default:
      return bernoulli_likelihood();
  }
}

void require_values(const Likelihood& likelihood, const Matrix& values, const std::string& what,
                    const std::string& hint) {
  const ValueRange range = likelihood.values();
  if (range == ValueRange::any) {
    return;
  }
  const auto& stored = std::visit(
      [](const auto& matrix) -> const std::vector<float>& { return matrix.values; }, values);
  const auto found =
      std::ranges::find_if(stored, [range](float value) { return !fits(range, value); });
  if (found != stored.end()) {
    throw InputError({.what = what + " do not suit this likelihood",
                      .where = place_of(values, found - stored.begin()),
                      .found = shortest(*found),
                      .expected = expected_of(range),
                      .hint = hint});
  }
}

}  // namespace mixvae::models
