#pragma once

#include <cstdint>
#include <vector>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {

/// One layer of a chain: relu(x W + b), or relu(x) where `weight` is null; then, with `normalised`,
/// each unit of each arm loses its mean over the cells and is divided by its standard deviation.
struct ChainLayer {
  std::int64_t inputs;
  std::int64_t outputs;
  const float* weight;  // [A or 1, I, O]; arms that share it have a stride of 0 between them
  std::int64_t weight_stride;
  const float* bias;  // [A or 1, O]
  std::int64_t bias_stride;
  bool normalised;
};

/// Where the derivatives by a layer's weights [A or 1, I, O] and bias [A or 1, O] are added.
struct ChainGradients {
  float* weight;
  float* bias;
};

/// Into how many blocks each arm's cells are dealt, by the sizes alone: each block holds a share of
/// the derivatives by weights, together at most 64 MB of a layer where there are several.
std::int64_t chain_blocks(std::int64_t arms, std::int64_t cells,
                          const std::vector<ChainLayer>& layers);

/// Narrow layers of all arms, one after the other, forward and backward: the cells are dealt to
/// tasks in blocks, a task takes its block through all layers up to the next normalisation, and
/// only there do the tasks wait for each other. The same bits for any number of threads.
class DenseChain {
 public:
  /// `epsilon` is added to the variances.
  DenseChain(std::int64_t arms, std::int64_t cells, double epsilon, std::vector<ChainLayer> layers);

  /// x [A, B, I] -> out [A, B, O]. x must live until backward is done.
  void forward(const float* x, float* out);
  /// From the derivatives by `out` those by x (may be null) and, added, those by the parameters.
  void backward(const float* out_slopes, float* x_slopes,
                const std::vector<ChainGradients>& gradients);

  /// Mean and biased variance of a normalised layer's units over the cells, [A, O].
  const float* means(std::size_t layer) const { return states_[layer].mean.data(); }
  const float* variances(std::size_t layer) const { return states_[layer].variance.data(); }

 private:
  /// What a layer keeps for the way back, and the shares of the blocks, of which there are N.
  struct State {
    Scratch active;      // [A, B, O] after relu
    Scratch normal;      // [A, B, O] and after normalisation
    Scratch mean;        // [A, O]
    Scratch variance;    // [A, O]
    Scratch scale;       // [A, O] 1 / standard deviation
    Scratch sums;        // [A, N, 2, O] forward: sum and sum of squares around the block's mean
    Scratch slope_sums;  // [A, 2, O] over all cells: of slopes, and of slopes times values
    // Only on the way back:
    Scratch slopes;      // [A, B, O] by the layer's output; empty for the last layer
    Scratch parameters;  // [A, N, (I + 1) O] by weights and bias; empty where there are none
  };
  /// A block of an arm's cells.
  struct Block {
    std::int64_t arm;
    std::int64_t number;
    std::int64_t row;  // its first, counted over all arms
    std::int64_t rows;
  };

  void make_room_for_slopes();
  Block block_of(std::int64_t task) const;
  template <class Work>
  void for_blocks(const Work& work) const;
  const float* input_of(std::size_t layer) const;
  void run_forward(std::size_t layer, const Block& block);
  void normalise(std::size_t layer, const Block& block, float* out) const;
  void combine_moments(std::size_t layer);
  void sum_slopes(std::size_t layer, const Block& block, const float* slopes);
  void combine_slopes(std::size_t layer);
  void run_backward(std::size_t layer, const Block& block, const float* slopes, float* x_slopes);
  void add_parameters(std::size_t layer, std::int64_t arm, const ChainGradients& gradients) const;

  std::int64_t arms_;
  std::int64_t cells_;
  float epsilon_;
  std::vector<ChainLayer> layers_;
  std::int64_t blocks_;  // N, of each arm
  std::vector<State> states_;
  const float* x_ = nullptr;
};

}  // namespace mixvae::nn::kernels
