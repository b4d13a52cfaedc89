#include "objectives/fused_expert_error.hpp"

#include "base/error.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/expert_output.hpp"

namespace mixvae::objectives {
namespace {

/// Cells gathered by expert: the last hidden layer and the target [A B, ...] in that order.
struct Gathered {
  nn::ExpertGroups groups;
  torch::Tensor h;
  torch::Tensor target;
};

Gathered gather(const nn::Experts& experts, const ExpertInput& input, const torch::Tensor& target) {
  const torch::Tensor& weight = experts.last_layer().weight();
  MIXVAE_ASSERT(nn::readable_by_kernels(weight) &&
                    nn::readable_by_kernels(experts.last_layer().bias()) &&
                    nn::suits_kernels(target),
                "the kernels read contiguous floats on the CPU");
  const std::int64_t cells = input.x.size(1);
  MIXVAE_ASSERT(input.expert.sizes() == input.x.sizes().slice(0, 2) && target.size(1) == cells &&
                    (target.size(0) == 1 || target.size(0) == input.x.size(0)) &&
                    target.size(2) == weight.size(2),
                "all cells have an expert and a target");
  Gathered gathered{experts.groups_of(input.expert), {}, {}};
  gathered.h = experts.fused_hidden(input.x, gathered.groups).contiguous();
  const torch::Tensor& order = gathered.groups.order;
  gathered.target = target.reshape({-1, target.size(2)})
                        .index_select(0, target.size(0) == 1 ? order.remainder(cells) : order);
  return gathered;
}

/// What lives from the forward to the backward pass.
struct Run : torch::CustomClassHolder {
  Run(const Gathered& gathered, const nn::ArmLinear& last, nn::kernels::OutputKind kind)
      : h(gathered.h.detach()),
        target(gathered.target),
        weight(last.weight()),
        bias(last.bias()),
        layer({gathered.groups.first_cells, weight.size(1), weight.size(2), kind,
               h.data_ptr<float>(), weight.data_ptr<float>(), bias.data_ptr<float>(),
               target.data_ptr<float>()}) {}

  torch::Tensor errors() {
    torch::Tensor out = torch::empty({h.size(0)});
    layer.errors(out.data_ptr<float>());
    return out;
  }

  torch::Tensor h;
  torch::Tensor target;
  torch::Tensor weight;
  torch::Tensor bias;
  nn::kernels::ExpertOutput layer;
};

class MeanExpertError : public torch::autograd::Function<MeanExpertError> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& /*h*/, const torch::Tensor& /*weight*/,
                               const torch::Tensor& /*bias*/, std::int64_t arms,
                               const c10::intrusive_ptr<Run>& run) {
    context->saved_data["run"] = c10::IValue::make_capsule(run);
    return run->errors().view({arms, -1}).mean(1);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto holder = context->saved_data["run"].toCapsule();
    Run* run = dynamic_cast<Run*>(holder.get());
    MIXVAE_ASSERT(run != nullptr, "the forward pass left its run");
    const std::int64_t arms = gradients[0].size(0);
    const torch::Tensor factors =
        (gradients[0] * static_cast<double>(arms) / static_cast<double>(run->h.size(0)))
            .repeat_interleave(run->weight.size(0) / arms)
            .contiguous();
    const nn::GatheredGradient weight(run->weight);
    const nn::GatheredGradient bias(run->bias);
    const torch::Tensor h = torch::empty_like(run->h);
    run->layer.gradients(
        {factors.data_ptr<float>(), h.data_ptr<float>(), weight.data(), bias.data()});
    return {h, weight.returned(), bias.returned(), {}, {}};
  }
};

}  // namespace

torch::Tensor fused_expert_error(const nn::Experts& experts, const ExpertInput& input,
                                 nn::kernels::OutputKind kind, const torch::Tensor& target) {
  const torch::NoGradGuard no_grad;
  const Gathered gathered = gather(experts, input, target);
  return gathered.groups.ungroup(Run(gathered, experts.last_layer(), kind).errors())
      .view_as(input.expert);
}

torch::Tensor fused_mean_expert_error(const nn::Experts& experts, const ExpertInput& input,
                                      nn::kernels::OutputKind kind, const torch::Tensor& target) {
  const Gathered gathered = gather(experts, input, target);
  const nn::ArmLinear& last = experts.last_layer();
  return MeanExpertError::apply(gathered.h, last.weight(), last.bias(), input.x.size(0),
                                c10::make_intrusive<Run>(gathered, last, kind));
}

}  // namespace mixvae::objectives
