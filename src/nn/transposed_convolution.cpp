#include "nn/transposed_convolution.hpp"

#include <array>
#include <tuple>

namespace mixvae::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Gradients of y = convolution(x, weight), of stride 2 and padding 1, by x and by weight; of x the
/// shape counts where the gradient by weight is not wanted.
std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> convolution_gradients(
    const torch::Tensor& gradient, const torch::Tensor& x, const torch::Tensor& weight,
    std::int64_t groups, std::array<bool, 3> wanted) {
  return at::convolution_backward(gradient, x, weight, c10::nullopt, {2, 2}, {1, 1}, {1, 1}, false,
                                  {0, 0}, groups, wanted);
}

class TransposedConvolution : public torch::autograd::Function<TransposedConvolution> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& images,
                               const torch::Tensor& weight, std::int64_t groups) {
    context->save_for_backward({images, weight});
    context->saved_data["groups"] = groups;
    const torch::Tensor doubled = torch::empty(
        {images.size(0), groups * weight.size(1), 2 * images.size(2), 2 * images.size(3)},
        images.options());
    return std::get<0>(
        convolution_gradients(images, doubled, weight, groups, {true, false, false}));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const std::int64_t groups = context->saved_data["groups"].toInt();
    const torch::Tensor gradient = gradients[0].contiguous();
    return {at::conv2d(gradient, saved[1], {}, 2, 1, 1, groups),
            std::get<1>(
                convolution_gradients(saved[0], gradient, saved[1], groups, {false, true, false})),
            torch::Tensor()};
  }
};

}  // namespace

torch::Tensor transposed_convolution(const torch::Tensor& images, const torch::Tensor& weight,
                                     std::int64_t groups) {
  return TransposedConvolution::apply(images.contiguous(), weight, groups);
}

}  // namespace mixvae::nn
