#include "training/loss_values.hpp"

#include "base/error.hpp"

namespace mixvae::training {

torch::Tensor loss_values(const models::LossTerms& terms) {
  const torch::NoGradGuard no_grad;
  MIXVAE_ASSERT(!terms.empty() && terms.front().first == "loss", "the first loss term is the loss");
  std::vector<torch::Tensor> values;
  for (const auto& [name, value] : terms) {
    values.push_back(value.detach().reshape({}));
  }
  return at::stack(values).to(torch::kFloat64);
}

void name_terms(const models::LossTerms& terms, std::vector<std::string>& names) {
  if (names.empty()) {
    for (const auto& [name, value] : terms) {
      names.push_back(name);
    }
  }
}

std::vector<double> to_numbers(const torch::Tensor& values) {
  const torch::Tensor copy = values.to(torch::kCPU).contiguous();
  const double* first = copy.data_ptr<double>();
  return {first, first + copy.numel()};
}

std::vector<double> validation_values(models::Model& model, BatchSource& source,
                                      std::span<const Index> rows,
                                      std::vector<std::string>& names) {
  if (rows.empty()) {
    return {};
  }
  const torch::NoGradGuard no_grad;
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t parts = (count + largest_validation_batch - 1) / largest_validation_batch;
  torch::Tensor means;
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t begin = count * part / parts;
    const std::int64_t size = count * (part + 1) / parts - begin;
    const models::LossTerms terms = model.validation_loss(source.evaluation_batch(
        rows.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size))));
    name_terms(terms, names);
    const torch::Tensor share =
        loss_values(terms) * (static_cast<double>(size) / static_cast<double>(count));
    means = means.defined() ? means + share : share;
  }
  return to_numbers(means);
}

}  // namespace mixvae::training
