#include "training/loss_values.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::training {

torch::Tensor loss_values(const models::LossTerms& terms, std::vector<std::string>& names) {
  const torch::NoGradGuard no_grad;
  MIXVAE_ASSERT(!terms.empty(), "an objective has terms");
  std::vector<torch::Tensor> values(names.size());
  for (const auto& [name, value] : terms) {
    const auto place = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    if (place == names.size()) {
      names.push_back(name);
      values.emplace_back();
    }
    values[place] = value.detach().reshape({});
  }
  const torch::Tensor absent = torch::zeros_like(terms.front().second.detach().reshape({}));
  std::ranges::replace_if(
      values, [](const torch::Tensor& v) { return !v.defined(); }, absent);
  return at::stack(values).to(torch::kFloat64);
}

std::vector<double> to_numbers(const torch::Tensor& values) {
  const torch::Tensor copy = values.to(torch::kCPU).contiguous();
  const double* first = copy.data_ptr<double>();
  return {first, first + copy.numel()};
}

std::int64_t validation_batch(const BatchSource& source, std::int64_t held_out,
                              std::int64_t training_batch) {
  return std::min(held_out, source.has_pairs() ? training_batch : kLargestValidationBatch);
}

std::vector<double> validation_values(models::Model& model, BatchSource& source,
                                      std::span<const Index> rows, std::int64_t batch,
                                      std::vector<std::string>& names) {
  if (rows.empty()) {
    return {};
  }
  const torch::NoGradGuard no_grad;
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t parts = (count + batch - 1) / batch;
  torch::Tensor means;
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t begin = count * part / parts;
    const std::int64_t size = count * (part + 1) / parts - begin;
    const models::LossTerms terms = model.validation_loss(source.evaluation_batch(
        rows.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size))));
    const torch::Tensor share =
        loss_values(terms, names) * (static_cast<double>(size) / static_cast<double>(count));
    means = means.defined() ? means + share : share;
  }
  return to_numbers(means);
}

}  // namespace mixvae::training
