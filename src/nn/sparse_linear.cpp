#include "nn/sparse_linear.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "nn/gathered_gradient.hpp"
#include "nn/kernel_values.hpp"
#include "nn/kernels/keep_bits.hpp"
#include "nn/kernels/simd.hpp"
#include "nn/kernels/unit_moments.hpp"

namespace mixvae::nn {
namespace {

using kernels::padded;
using kernels::SparseView;

constexpr std::int64_t kBlockRows = 250;
constexpr std::int64_t kBlockColumns = 512;
constexpr std::int64_t kColumnTasks = 10;  // stretches of an arm's columns

std::int64_t blocks(std::int64_t size, std::int64_t block) { return (size + block - 1) / block; }

/// What an arm reads: sparse rows, or what dropout left of them.
struct ArmRows {
  torch::Tensor begins;   // [B]
  torch::Tensor ends;     // [B]
  torch::Tensor columns;  // int32
  torch::Tensor values;   // float
  kernels::ColumnBlocks blocks;

  SparseView view() const {
    return {begins.data_ptr<std::int64_t>(), ends.data_ptr<std::int64_t>(),
            columns.data_ptr<std::int32_t>(), values.data_ptr<float>()};
  }
};

ArmRows all_values(const SparseRows& x) {
  return {x.offsets.narrow(0, 0, x.rows()), x.offsets.narrow(0, 1, x.rows()), x.column_numbers,
          x.values, kernels::column_blocks(x.view(), x.rows(), x.columns)};
}

/// Keeps the values that nn::dropout_mask([A, B, D]) keeps.
class Dropping {
 public:
  Dropping(const std::vector<SparseRows>& x, const Dropout& dropout)
      : x_(x),
        stream_(stream_words(dropout.key)),
        threshold_(keep_threshold(dropout.keep)),
        keep_(dropout.keep),
        scale_(static_cast<float>(1.0 / dropout.keep)) {}

  std::vector<ArmRows> run(std::int64_t arms) {
    for (std::int64_t a = 0; a < arms; ++a) {
      const SparseRows& x = of_arm(a);
      out_.push_back(
          {x.offsets.narrow(0, 0, x.rows()), torch::empty({x.rows()}, torch::kInt64),
           torch::empty({x.nonzeros()}, torch::kInt32), torch::empty({x.nonzeros()}),
           kernels::ColumnBlocks(x.rows(), x.columns,
                                 std::llround(keep_ * static_cast<double>(x.nonzeros())))});
    }
    const std::int64_t row_blocks = blocks(x_.front().rows(), kBlockRows);
    parallel_tasks(arms * row_blocks, [&](std::int64_t task) {
      drop(task / row_blocks, task % row_blocks * kBlockRows);
    });
    return out_;
  }

 private:
  const SparseRows& of_arm(std::int64_t arm) const {
    return x_.size() == 1 ? x_.front() : x_[static_cast<std::size_t>(arm)];
  }

  void drop(std::int64_t arm, std::int64_t first_row) {
    const SparseRows& x = of_arm(arm);
    const SparseView from = x.view();
    ArmRows& rows = out_[static_cast<std::size_t>(arm)];
    auto* ends = rows.ends.data_ptr<std::int64_t>();
    auto* columns = rows.columns.data_ptr<std::int32_t>();
    auto* values = rows.values.data_ptr<float>();
    std::vector<std::uint8_t> bits(static_cast<std::size_t>(padded(blocks(x.columns, 8) + 1)));
    const std::int64_t last_row = std::min(first_row + kBlockRows, x.rows());
    for (std::int64_t r = first_row; r < last_row; ++r) {
      const std::int64_t element = (arm * x.rows() + r) * x.columns;
      const std::int64_t shift = element % 8;
      kernels::keep_bits(stream_, static_cast<std::uint64_t>(element / 8),
                         blocks(shift + x.columns, 8), threshold_, bits.data());
      const std::int64_t begin = from.begins[r];
      ends[r] = begin + kernels::keep_values(from.columns + begin, from.values + begin,
                                             from.ends[r] - begin, bits.data(), shift, scale_,
                                             columns + begin, values + begin);
    }
    rows.blocks.locate(rows.view(), first_row, last_row);
  }

  const std::vector<SparseRows>& x_;
  kernels::StreamWords stream_;
  std::uint32_t threshold_;
  double keep_;
  float scale_;
  std::vector<ArmRows> out_;
};

/// Sizes of the layer.
struct ProductShape {
  std::int64_t arms;
  std::int64_t cells;
  std::int64_t inputs;
  std::int64_t outputs;
};

/// Rows of whole vectors: values [n, O] to [n, padded(O)], the rest zero.
kernels::Scratch pad_rows(const float* values, std::int64_t rows, std::int64_t outputs) {
  const std::int64_t width = padded(outputs);
  kernels::Scratch out(rows * width);
  parallel_for(rows, 256, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      float* row = out.data() + r * width;
      std::copy_n(values + r * outputs, outputs, row);
      std::fill(row + outputs, row + width, 0.0F);
    }
  });
  return out;
}

void forward_product(const ProductShape& shape, const std::vector<ArmRows>& x,
                     const torch::Tensor& weight, const torch::Tensor& bias, torch::Tensor& out) {
  const std::int64_t width = padded(shape.outputs);
  const kernels::Scratch weights =
      pad_rows(weight.data_ptr<float>(), weight.size(0) * shape.inputs, shape.outputs);
  const std::int64_t row_blocks = blocks(shape.cells, kBlockRows);
  const std::int64_t own_weights = weight.size(0) > 1 ? 1 : 0;
  parallel_tasks(shape.arms * row_blocks, [&](std::int64_t task) {
    const std::int64_t arm = task / row_blocks;
    const std::int64_t first = task % row_blocks * kBlockRows;
    const std::int64_t last = std::min(first + kBlockRows, shape.cells);
    kernels::Scratch products((last - first) * width);
    const ArmRows& rows = x[static_cast<std::size_t>(arm)];
    kernels::multiply_rows(rows.view(), rows.blocks, first, last,
                           weights.data() + own_weights * arm * shape.inputs * width, width,
                           products.data());
    const float* offset = bias.data_ptr<float>() + own_weights * arm * shape.outputs;
    float* target = out.data_ptr<float>() + (arm * shape.cells + first) * shape.outputs;
    for (std::int64_t r = 0; r < last - first; ++r) {
      for (std::int64_t o = 0; o < shape.outputs; ++o) {
        target[r * shape.outputs + o] = products.data()[r * width + o] + offset[o];
      }
    }
  });
}

/// Adds x' g of each arm, from the outputs' gradients g [A, B, O], to a gradient [A or 1, D, O].
void add_weight_gradient(const ProductShape& shape, const std::vector<ArmRows>& x,
                         const torch::Tensor& output_gradients, bool shared, float* gradient) {
  const std::int64_t width = padded(shape.outputs);
  const kernels::Scratch padded_gradients =
      pad_rows(output_gradients.data_ptr<float>(), shape.arms * shape.cells, shape.outputs);
  const std::int64_t column_blocks = blocks(shape.inputs, kBlockColumns);
  const auto add_columns = [&](std::int64_t arm, std::int64_t begin, std::int64_t end) {
    const ArmRows& rows = x[static_cast<std::size_t>(arm)];
    kernels::Scratch block(kBlockColumns * width);
    for (std::int64_t first = begin; first < end; first += kBlockColumns) {
      const std::int64_t count = std::min(kBlockColumns, end - first);
      kernels::multiply_transposed(rows.view(), rows.blocks, shape.cells, first, count,
                                   padded_gradients.data() + arm * shape.cells * width, width,
                                   block.data());
      float* out = gradient + ((shared ? 0 : arm) * shape.inputs + first) * shape.outputs;
      for (std::int64_t j = 0; j < count; ++j) {
        kernels::add_to(shape.outputs, block.data() + j * width, out + j * shape.outputs);
      }
    }
  };
  // Arms that share the gradient take turns at each stretch of it.
  const std::int64_t turns = shared ? shape.arms : 1;
  parallel_tasks(shape.arms / turns * kColumnTasks, [&](std::int64_t task) {
    const std::int64_t group = task % kColumnTasks;
    const std::int64_t begin = group * column_blocks / kColumnTasks * kBlockColumns;
    const std::int64_t end =
        std::min(shape.inputs, (group + 1) * column_blocks / kColumnTasks * kBlockColumns);
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      add_columns(shared ? turn : task / kColumnTasks, begin, end);
    }
  });
}

/// What the arms read, kept for the way back.
struct KeptRows : torch::CustomClassHolder {
  explicit KeptRows(std::vector<ArmRows> of_arms) : arms(std::move(of_arms)) {}

  std::vector<ArmRows> arms;
};

class SparseLinear : public torch::autograd::Function<SparseLinear> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& weight, const torch::Tensor& bias,
                               const std::vector<SparseRows>& x, std::int64_t arms,
                               const Dropout& dropout) {
    const ProductShape shape{arms, x.front().rows(), weight.size(1), weight.size(2)};
    std::vector<ArmRows> rows;
    if (dropout.keep < 1) {
      rows = Dropping(x, dropout).run(arms);
    } else {
      for (std::int64_t a = 0; a < arms; ++a) {
        rows.push_back(all_values(x.size() == 1 ? x.front() : x[static_cast<std::size_t>(a)]));
      }
    }
    torch::Tensor out = torch::empty({arms, shape.cells, shape.outputs});
    forward_product(shape, rows, weight, bias, out);
    context->save_for_backward({weight});
    context->saved_data["rows"] =
        c10::IValue::make_capsule(c10::make_intrusive<KeptRows>(std::move(rows)));
    context->saved_data["inputs"] = shape.inputs;
    context->saved_data["shared"] = weight.size(0) == 1 && arms > 1;
    return out;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto holder = context->saved_data["rows"].toCapsule();
    const auto* kept = dynamic_cast<const KeptRows*>(holder.get());
    MIXVAE_ASSERT(kept != nullptr, "the forward pass left its rows");
    const torch::Tensor output_gradients = gradients[0].contiguous();
    const ProductShape shape{output_gradients.size(0), output_gradients.size(1),
                             context->saved_data["inputs"].toInt(), output_gradients.size(2)};
    const bool shared = context->saved_data["shared"].toBool();
    const GatheredGradient weight(context->get_saved_variables()[0]);
    add_weight_gradient(shape, kept->arms, output_gradients, shared, weight.data());
    torch::Tensor bias = output_gradients.sum(1, true);
    if (shared) {
      bias = bias.sum(0, true);
    }
    return {weight.returned(), bias, {}, {}, {}};
  }
};

}  // namespace

torch::Tensor sparse_linear(const std::vector<SparseRows>& x, const torch::Tensor& weight,
                            const torch::Tensor& bias, std::int64_t arms, const Dropout& dropout) {
  MIXVAE_ASSERT(x.size() == 1 || static_cast<std::int64_t>(x.size()) == arms,
                "one batch for all arms or one per arm");
  MIXVAE_ASSERT(readable_by_kernels(weight) && readable_by_kernels(bias),
                "the kernels read contiguous floats on the CPU");
  for (const SparseRows& rows : x) {
    MIXVAE_ASSERT(rows.columns == weight.size(1) && rows.rows() == x.front().rows(),
                  "the sparse rows fit the layer");
  }
  return SparseLinear::apply(weight, bias, x, arms, dropout);
}

}  // namespace mixvae::nn
