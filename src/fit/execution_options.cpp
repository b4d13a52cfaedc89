#include "fit/execution_options.hpp"

#include "base/error.hpp"
#include "models/parts/decoder.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/kernels/matrix_product.hpp"

namespace mixvae::fit {

Options options(ExecutionOptions& execution) {
  return {
      {.name = "kernels",
       .target = word(execution.kernels),
       .meaning = "how training is computed on the CPU: by the program's own fast code (fused), or "
                  "by libtorch's operations one by one (plain); results agree but for rounding",
       .choices = {"fused", "plain"}},
      {.name = "precision",
       .target = word(execution.precision),
       .meaning = "precision of the largest matrix products of training (--space features, CPU): "
                  "32-bit numbers, or numbers rounded to 16 bits, which processors with "
                  "avx512_bf16 or amx_bf16 multiply faster; sums have 32 bits",
       .choices = {"fp32", "bf16"},
       .needs = {"kernels=fused", "decoder=shared"}},
  };
}

nn::Execution execution_of(const ExecutionOptions& options) {
  return {.fused = options.kernels == Kernels::fused, .precision = options.precision};
}

void require_possible(const ExecutionOptions& options, torch::Device device) {
  if (options.precision != nn::kernels::Precision::bf16) {
    return;
  }
  if (!device.is_cpu()) {
    throw UsageError({.what = "16-bit precision works on the CPU alone",
                      .found = "--precision bf16 on " + device.str(),
                      .hint = "leave --precision out"});
  }
  if (!nn::kernels::has_bf16_product() || !nn::kernels::has_matrix_product()) {
    throw UsageError({.what = "16-bit precision does not work here",
                      .found = "--precision bf16 on a processor without avx512_bf16 and amx_bf16, "
                               "or in a build without oneDNN or a BLAS",
                      .hint = "leave --precision out"});
  }
}

void require_wide_outputs(const ExecutionOptions& options, std::int64_t outputs,
                          const std::string& what) {
  if (options.precision == nn::kernels::Precision::bf16 && outputs < models::kWideOutput) {
    throw UsageError(
        {.what = "16-bit precision would have no effect: it is for a wide output layer",
         .found = "--precision bf16 with " + what,
         .expected = "at least " + std::to_string(models::kWideOutput) +
                     " outputs (--space features) of a decoder that types share",
         .hint = "leave --precision out"});
  }
}

}  // namespace mixvae::fit
