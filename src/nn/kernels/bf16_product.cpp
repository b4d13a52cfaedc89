#include "nn/kernels/bf16_product.hpp"

#include "base/error.hpp"
#include "nn/kernels/simd.hpp"

#ifdef MIXVAE_WITH_ONEDNN

#include <array>
#include <map>
#include <mutex>
#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace mixvae::nn::kernels {
namespace {

/// What a product's machine code depends on.
struct Shape {
  std::array<std::int64_t, 6> sizes;  // m, n, k and the strides of a, b, c
  std::array<bool, 3> forms;          // a and b transposed, added to c
  auto operator<=>(const Shape&) const = default;
};

struct Product {
  dnnl::matmul::primitive_desc description;
  dnnl::matmul primitive;
};

const dnnl::engine& engine() {
  static const dnnl::engine kCpu(dnnl::engine::kind::cpu, 0);
  return kCpu;
}

dnnl::memory::desc layout(std::int64_t rows, std::int64_t columns, std::int64_t stride,
                          bool transposed, dnnl::memory::data_type type) {
  return {{rows, columns},
          type,
          transposed ? dnnl::memory::dims{1, stride} : dnnl::memory::dims{stride, 1}};
}

Product make_product(const Shape& shape) {
  const auto [m, n, k, a_stride, b_stride, c_stride] = shape.sizes;
  const auto [a_transposed, b_transposed, add] = shape.forms;
  using Type = dnnl::memory::data_type;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (add) {
    dnnl::post_ops sum;
    sum.append_sum(1);
    attributes.set_post_ops(sum);
  }
  const dnnl::matmul::desc description(layout(m, k, a_stride, a_transposed, Type::bf16),
                                       layout(k, n, b_stride, b_transposed, Type::bf16),
                                       layout(m, n, c_stride, false, Type::f32));
  // oneDNN splits the work for as many threads as there are now: one, as the callers are tasks.
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const dnnl::matmul::primitive_desc chosen(description, attributes, engine());
  omp_set_num_threads(threads);
  return {chosen, dnnl::matmul(chosen)};
}

/// The products made so far; entries stay where they are.
const Product& product_of(const Shape& shape) {
  static std::mutex mutex;
  static std::map<Shape, Product> products;
  const std::lock_guard lock(mutex);
  const auto found = products.find(shape);
  return found != products.end() ? found->second
                                 : products.emplace(shape, make_product(shape)).first->second;
}

void* unconst(const Bf16* values) { return const_cast<Bf16*>(values); }

}  // namespace

bool has_bf16_product() {
  constexpr auto kNeeded = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & kNeeded) == kNeeded;
}

std::string onednn_version() {
  return std::to_string(DNNL_VERSION_MAJOR) + "." + std::to_string(DNNL_VERSION_MINOR) + "." +
         std::to_string(DNNL_VERSION_PATCH);
}

void multiply_bf16(std::int64_t m, std::int64_t n, std::int64_t k, Bf16Factor a, Bf16Factor b,
                   bool add, float* c, std::int64_t c_stride) {
  const Product& product =
      product_of({{m, n, k, a.stride, b.stride, c_stride}, {a.transposed, b.transposed, add}});
  const dnnl::matmul::primitive_desc& description = product.description;
  const auto memory = [](const dnnl::memory::desc& layout, void* values) {
    return dnnl::memory(layout, engine(), values);
  };
  Scratch meanwhile(static_cast<std::int64_t>(description.scratchpad_desc().get_size() / 4 + 1));
  dnnl::stream stream(engine());
  product.primitive.execute(
      stream, {{DNNL_ARG_SRC, memory(description.src_desc(), unconst(a.values))},
               {DNNL_ARG_WEIGHTS, memory(description.weights_desc(), unconst(b.values))},
               {DNNL_ARG_DST, memory(description.dst_desc(), c)},
               {DNNL_ARG_SCRATCHPAD, memory(description.scratchpad_desc(), meanwhile.data())}});
  stream.wait();
}

}  // namespace mixvae::nn::kernels

#else

namespace mixvae::nn::kernels {

bool has_bf16_product() { return false; }

std::string onednn_version() { return {}; }

void multiply_bf16(std::int64_t, std::int64_t, std::int64_t, Bf16Factor, Bf16Factor, bool, float*,
                   std::int64_t) {
  MIXVAE_ASSERT(false, "this build has oneDNN");
}

}  // namespace mixvae::nn::kernels

#endif
