#include "objectives/fused_negative_binomial.hpp"

#include "base/error.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/count_errors.hpp"

namespace mixvae::objectives {
namespace {

using nn::kernels::CountGradients;

torch::Tensor count_errors(const DecodedCounts& decoded, const torch::Tensor& counts,
                           const CountGradients* gradients) {
  const torch::Tensor& outputs = decoded.outputs;
  const torch::Tensor log_library = decoded.library.log();
  MIXVAE_ASSERT(nn::readable_by_kernels(outputs) && nn::readable_by_kernels(decoded.log_size) &&
                    nn::readable_by_kernels(counts) && nn::readable_by_kernels(log_library),
                "the kernels read contiguous floats on the CPU");
  MIXVAE_ASSERT(counts.size(0) == 1 && counts.size(1) == outputs.size(1) &&
                    counts.size(2) == outputs.size(2) && decoded.log_size.size(2) == counts.size(2),
                "counts, sizes and outputs are of the same cells and features");
  torch::Tensor errors = torch::empty({outputs.size(0), outputs.size(1)});
  nn::kernels::negative_binomial_errors(
      {.arms = outputs.size(0),
       .cells = outputs.size(1),
       .features = outputs.size(2),
       .outputs = outputs.data_ptr<float>(),
       .log_size = decoded.log_size.data_ptr<float>(),
       .log_size_stride = decoded.log_size.size(0) == 1 ? 0 : outputs.size(2),
       .log_library = log_library.data_ptr<float>(),
       .counts = counts.data_ptr<float>()},
      errors.data_ptr<float>(), gradients);
  return errors;
}

class MeanCountError : public torch::autograd::Function<MeanCountError> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& outputs, const torch::Tensor& log_size,
                               const torch::Tensor& library, const torch::Tensor& counts) {
    const torch::Tensor by_outputs = torch::empty_like(outputs);
    const torch::Tensor by_log_size = torch::empty({outputs.size(0), 1, outputs.size(2)});
    const CountGradients gradients{by_outputs.data_ptr<float>(), by_log_size.data_ptr<float>()};
    const torch::Tensor errors = count_errors({outputs, log_size, library}, counts, &gradients);
    context->save_for_backward({by_outputs, by_log_size});
    context->saved_data["shared"] = log_size.size(0) == 1;
    return errors.mean(1);
  }

  /// The gradients are already there: they take the factor of each arm.
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const torch::Tensor factor = gradients[0].view({-1, 1, 1});
    const torch::Tensor sizes = saved[1] * factor;
    return {saved[0] * factor,
            context->saved_data["shared"].toBool() ? sizes.sum(0, true) : sizes,
            {},
            {}};
  }
};

}  // namespace

torch::Tensor fused_negative_binomial_error(const DecodedCounts& decoded,
                                            const torch::Tensor& counts) {
  return count_errors(
      {decoded.outputs.detach().contiguous(), decoded.log_size.detach(), decoded.library}, counts,
      nullptr);
}

torch::Tensor fused_mean_negative_binomial_error(const DecodedCounts& decoded,
                                                 const torch::Tensor& counts) {
  return MeanCountError::apply(decoded.outputs.contiguous(), decoded.log_size, decoded.library,
                               counts);
}

}  // namespace mixvae::objectives
