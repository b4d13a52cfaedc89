#include "nn/sparse_rows.hpp"

#include "base/parallel.hpp"

namespace mixvae::nn {
namespace {

template <class Element>
torch::Tensor tensor_of(std::vector<Element>& values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return torch::from_blob(values.data(), {size}, c10::CppTypeToScalarType<Element>::value);
}

}  // namespace

torch::Tensor SparseRows::to_dense() const {
  torch::Tensor dense = torch::zeros({rows(), columns});
  float* out = dense.data_ptr<float>();
  const kernels::SparseView x = view();
  parallel_for(rows(), 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      for (std::int64_t i = x.begins[r]; i < x.ends[r]; ++i) {
        out[r * columns + x.columns[i]] = x.values[i];
      }
    }
  });
  return dense;
}

kernels::SparseView SparseRows::view() const {
  const auto* begins = offsets.data_ptr<std::int64_t>();
  return {begins, begins + 1, column_numbers.data_ptr<std::int32_t>(), values.data_ptr<float>()};
}

SparseRows sparse_rows(CsrMatrix& matrix) {
  return {matrix.columns, tensor_of(matrix.offsets), tensor_of(matrix.column_numbers),
          tensor_of(matrix.values)};
}

}  // namespace mixvae::nn
