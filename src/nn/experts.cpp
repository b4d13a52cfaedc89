#include "nn/experts.hpp"

#include "base/error.hpp"

namespace mixvae::nn {
namespace {

/// Sizes of the groups 0 ... groups - 1 among the members' group numbers.
std::vector<std::int64_t> group_sizes(const torch::Tensor& groups, std::int64_t count) {
  const torch::Tensor sizes = torch::bincount(groups, {}, count).to(torch::kCPU).contiguous();
  return {sizes.data_ptr<std::int64_t>(), sizes.data_ptr<std::int64_t>() + sizes.numel()};
}

}  // namespace

Experts::Experts(std::int64_t arms, std::int64_t experts, const std::vector<std::int64_t>& widths,
                 std::uint64_t seed, std::uint64_t layer)
    : arms_(arms), experts_(experts) {
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
    layers_.emplace_back(arms * experts, widths[i], widths[i + 1], false, seed, layer + i);
  }
}

torch::Tensor Experts::forward(const torch::Tensor& x, const torch::Tensor& expert) const {
  const std::int64_t cells = x.size(1);
  MIXVAE_ASSERT(x.size(0) == arms_ && expert.sizes() == x.sizes().slice(0, 2),
                "every cell has an expert");
  const torch::Tensor first = torch::arange(arms_, expert.options()).unsqueeze(1) * experts_;
  const torch::Tensor groups = (expert + first).flatten();
  const torch::Tensor order = torch::argsort(groups, true, 0, false);
  const torch::Tensor h = x.reshape({arms_ * cells, x.size(2)}).index_select(0, order);
  const std::vector<std::int64_t> sizes = group_sizes(groups, arms_ * experts_);
  std::vector<torch::Tensor> members = h.split_with_sizes(sizes);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::vector<torch::Tensor> weights = layers_[i].weight().unbind(0);
    const std::vector<torch::Tensor> biases = layers_[i].bias().unbind(0);
    for (std::size_t g = 0; g < members.size(); ++g) {
      if (sizes[g] > 0) {
        members[g] =
            torch::addmm(biases[g], i == 0 ? members[g] : torch::elu(members[g]), weights[g]);
      }
    }
  }
  std::vector<torch::Tensor> outputs;
  for (std::size_t g = 0; g < members.size(); ++g) {
    if (sizes[g] > 0) {
      outputs.push_back(members[g]);
    }
  }
  const torch::Tensor place =
      torch::empty_like(order).scatter_(0, order, torch::arange(order.numel(), order.options()));
  const torch::Tensor out = torch::cat(outputs).index_select(0, place);
  return out.view({arms_, cells, out.size(1)});
}

torch::Tensor Experts::forward_soft(const torch::Tensor& x, const torch::Tensor& weights) const {
  return (forward_all(x) * weights.transpose(1, 2).unsqueeze(-1)).sum(1);
}

torch::Tensor Experts::forward_all(const torch::Tensor& x) const {
  const std::int64_t cells = x.size(1);
  torch::Tensor h = x.unsqueeze(1)
                        .expand({arms_, experts_, cells, x.size(2)})
                        .reshape({arms_ * experts_, cells, x.size(2)});
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    h = layers_[i].forward(i == 0 ? h : torch::elu(h));
  }
  return h.view({arms_, experts_, cells, h.size(2)});
}

void Experts::append_parameters(const std::string& name, std::vector<NamedTensor>& out) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].append_parameters(name + "." + std::to_string(i + 1), out);
  }
}

void Experts::to(const torch::TensorOptions& options) {
  for (ArmLinear& layer : layers_) {
    layer.to(options);
  }
}

}  // namespace mixvae::nn
