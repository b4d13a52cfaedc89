#include "nn/fused_types.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/type_rows.hpp"

namespace mixvae::nn {
namespace {

using kernels::TypeRows;
using kernels::TypeSettings;

constexpr std::int64_t kTypeRows = 64;  // of a task

/// The settings of the kernels, and the masks that they point to.
struct Settings : torch::CustomClassHolder {
  Settings(const torch::Tensor& types_kept, const TypeDraw& draw)
      : inside(pad(torch::ones_like(types_kept, torch::kFloat32))),
        kept(pad(types_kept.to(torch::kFloat32))),
        values{types_kept.numel(),
               inside.data_ptr<float>(),
               kept.data_ptr<float>(),
               draw.head == TypeHead::twice,
               draw.log_kind == LogKind::exact,
               static_cast<float>(draw.tau),
               static_cast<float>(kTypeEpsilon),
               static_cast<float>(draw.temperature)} {}

  static torch::Tensor pad(const torch::Tensor& mask) {
    return torch::constant_pad_nd(mask, {0, kernels::padded(mask.numel()) - mask.numel()});
  }

  torch::Tensor inside;
  torch::Tensor kept;
  TypeSettings values;
};

/// Runs work(first row, number of rows, what TypeRows are there) for stretches of all rows.
template <class Work>
void for_rows(const std::vector<torch::Tensor>& saved, const Work& work) {
  const torch::Tensor& q = saved[1];
  const std::int64_t types = q.size(-1);
  const std::int64_t rows = q.numel() / types;
  parallel_tasks((rows + kTypeRows - 1) / kTypeRows, [&](std::int64_t task) {
    const std::int64_t place = task * kTypeRows * types;
    const auto from = [&](std::size_t i) {
      return saved[i].defined() ? saved[i].data_ptr<float>() + place : nullptr;
    };
    work(place, std::min(kTypeRows, rows - task * kTypeRows),
         TypeRows{from(0), from(1), from(2), from(3)});
  });
}

class Types : public torch::autograd::Function<Types> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const torch::Tensor& logits,
                                                const torch::Tensor& noise,
                                                const c10::intrusive_ptr<Settings>& settings) {
    const torch::Tensor first =
        settings->values.twice ? torch::empty_like(logits) : torch::Tensor();
    const torch::Tensor q = torch::empty_like(logits);
    const torch::Tensor log_q = torch::empty_like(logits);
    const torch::Tensor sample = torch::empty_like(logits);
    for_rows({first, q, log_q, sample},
             [&](std::int64_t place, std::int64_t rows, const TypeRows& out) {
               kernels::type_rows(settings->values, rows, logits.data_ptr<float>() + place,
                                  noise.data_ptr<float>() + place, out);
             });
    context->save_for_backward({first, q, log_q, sample});
    context->saved_data["settings"] = c10::IValue::make_capsule(settings);
    return {q, log_q, sample};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto holder = context->saved_data["settings"].toCapsule();
    const auto* settings = dynamic_cast<const Settings*>(holder.get());
    MIXVAE_ASSERT(settings != nullptr, "the forward pass left its settings");
    for (torch::Tensor& gradient : gradients) {
      gradient = gradient.contiguous();
    }
    const auto saved = context->get_saved_variables();
    torch::Tensor out = torch::empty_like(saved[1]);
    for_rows(saved, [&](std::int64_t place, std::int64_t rows, const TypeRows& values) {
      const float* row_gradients[3] = {gradients[0].data_ptr<float>() + place,
                                       gradients[1].data_ptr<float>() + place,
                                       gradients[2].data_ptr<float>() + place};
      kernels::type_row_gradients(settings->values, rows, values, row_gradients,
                                  out.data_ptr<float>() + place);
    });
    return {out, {}, {}};
  }
};

}  // namespace

TypeSample fused_types(const torch::Tensor& logits, const torch::Tensor& kept, const TypeDraw& draw,
                       const NoiseKey& key) {
  const torch::Tensor input = logits.contiguous();
  MIXVAE_ASSERT(suits_kernels(input) && kept.numel() == input.size(-1),
                "the kernels read floats on the CPU");
  const auto out = Types::apply(input, uniform(input.sizes(), key, input.options()),
                                c10::make_intrusive<Settings>(kept, draw));
  return {{out[0], out[1]}, out[2]};
}

}  // namespace mixvae::nn
