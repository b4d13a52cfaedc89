#pragma once

#include <cstdint>
#include <vector>

#include "base/parallel.hpp"
#include "nn/kernels/activation.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

/// Where each unit of each arm loses its mean over the cells and is divided by its standard
/// deviation.
enum class Normalisation { none, before_activation, after_activation };

/// One layer of a chain: the activation of x W + b, or of x where `weight` is null.
/// `after_activation` goes with relu and without a mask.
struct ChainLayer {
  std::int64_t inputs;
  std::int64_t outputs;
  const float* weight;  // [A or 1, I, O]; arms that share it have a stride of 0 between them
  std::int64_t weight_stride;
  const float* bias;  // [A or 1, O]
  std::int64_t bias_stride;
  Activation activation = Activation::relu;
  Normalisation normalisation = Normalisation::none;
  const float* mask = nullptr;  // [N, O] factors >= 0 of the outputs (dropout), or none

  /// Weights and biases of one arm.
  std::int64_t parameters() const { return weight == nullptr ? 0 : (inputs + 1) * outputs; }
  bool normalised() const { return normalisation != Normalisation::none; }
  const float* mask_at(std::int64_t value) const {
    return mask == nullptr ? nullptr : mask + value;
  }
};

/// Where the gradients by a layer's weights [A or 1, I, O] and bias [A or 1, O] are added.
struct ChainGradients {
  float* weight;
  float* bias;
};

/// Into how many blocks an arm's cells are dealt, by the sizes alone: where there are several, each
/// holds a share of the gradients by weights, all arms' together at most 64 MB of a layer.
std::int64_t chain_blocks(std::int64_t arms, std::int64_t cells,
                          const std::vector<ChainLayer>& layers);

/// Layers of all arms, one after the other, forward and backward: the cells are dealt to
/// tasks in blocks, a task takes its block through all layers up to the next normalisation, and
/// only there do the tasks wait for each other. The same bits for any number of threads.
class DenseChain {
 public:
  /// The cells [N] of arm a are those from first_cells[a] on and before first_cells[a + 1], [A +
  /// 1]; an arm may have none. `epsilon` is added to the variances.
  DenseChain(std::vector<std::int64_t> first_cells, double epsilon, std::vector<ChainLayer> layers);

  /// x [N, I] -> out [N, O]. x, weights and masks must live and stay as they are until backward
  /// is done.
  void forward(const float* x, float* out);
  /// From the gradients by `out` those by x (may be null) and, added, those by the parameters.
  void backward(const float* out_gradients, float* x_gradients,
                const std::vector<ChainGradients>& gradients);

  /// Mean and biased variance of a normalised layer's units over the cells, [A, O].
  const float* means(std::size_t layer) const { return states_[layer].mean.data(); }
  const float* variances(std::size_t layer) const { return states_[layer].variance.data(); }

 private:
  /// What a layer keeps for the way back, and the shares of the M blocks.
  struct State {
    Scratch active;    // [N, O] after the activation (and the mask)
    Scratch normal;    // [N, O] normalised, before or after that
    Scratch mean;      // [A, O]
    Scratch variance;  // [A, O]
    Scratch scale;     // [A, O] 1 / standard deviation
    Scratch sums;      // [M, 2, O] sum, and sum of squares around the block's mean; on the way
                       // back: of gradients, and of gradients times values
    Scratch gradient_means;  // [A, 2, O] of the latter over all cells
    // Only on the way back:
    Scratch gradients;  // [N, O] by the layer's output; empty for the last layer
    Scratch inner;      // [N, O] by the normalised values where an activation follows them
    Scratch shares;     // [S, (I + 1) O] by weights and bias, of the blocks that hold one
  };
  /// A block of an arm's cells.
  struct Block {
    std::int64_t arm;
    std::int64_t number;  // among all M
    std::int64_t row;     // its first cell
    std::int64_t rows;
    std::int64_t share;  // its place among the S shares, or none: an arm's only block adds to the
                         // gradients itself
  };
  static constexpr std::int64_t kNoShare = -1;

  std::int64_t arms() const { return static_cast<std::int64_t>(first_cells_.size()) - 1; }
  std::int64_t cells() const { return first_cells_.back(); }
  void deal_blocks();
  void make_room_for_gradients();
  /// work(block) for all of them, many at the same time.
  template <class Work>
  void for_blocks(const Work& work) const {
    parallel_tasks(static_cast<std::int64_t>(blocks_.size()),
                   [&](std::int64_t task) { work(blocks_[static_cast<std::size_t>(task)]); });
  }
  const float* output_of(std::size_t layer) const;
  void run_forward(std::size_t layer, const float* input, const Block& block);
  void finish_normalisation(std::size_t layer, const Block& block);
  void combine_moments(std::size_t layer);
  void sum_gradients(std::size_t layer, const Block& block, const float* out_gradients);
  void combine_gradients(std::size_t layer);
  void gradients_of_affine(std::size_t layer, const Block& block, const float* out_gradients,
                           float* out) const;
  void run_backward(std::size_t layer, const Block& block, const float* out_gradients,
                    const ChainGradients& gradients, float* x_gradients);
  void add_parameter_gradients(std::size_t layer, const Block& block, const float* affine_gradients,
                               const ChainGradients& gradients);
  void add_all_shares(const std::vector<ChainGradients>& gradients) const;
  void add_shares(std::size_t layer, const ChainGradients& gradients, std::int64_t begin,
                  std::int64_t end) const;

  std::vector<std::int64_t> first_cells_;
  float epsilon_;
  std::vector<ChainLayer> layers_;
  std::vector<Block> blocks_;              // by arm
  std::vector<std::int64_t> first_block_;  // [A + 1] of each arm
  std::int64_t share_count_ = 0;           // S
  std::vector<State> states_;
  const float* x_ = nullptr;
};

}  // namespace mixvae::nn::kernels
