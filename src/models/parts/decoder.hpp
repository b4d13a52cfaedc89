#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/model_shape.hpp"
#include "models/parts/encoder_options.hpp"
#include "models/parts/image_network.hpp"
#include "models/parts/layer_keys.hpp"
#include "models/parts/likelihood.hpp"
#include "nn/arm_convolutions.hpp"
#include "nn/convolutional_experts.hpp"
#include "nn/experts.hpp"
#include "objectives/fused_expert_error.hpp"
#include "objectives/fused_reconstruction.hpp"

namespace mixvae::models {

/// Outputs from which on the fused output layer is faster with a dense target, and its products may
/// be of 16-bit numbers.
inline constexpr std::int64_t kWideOutput = 256;

enum class DecoderKind { shared, experts };
enum class Routing { hard, soft };

/// One decoder for all types, or one for each.
struct DecoderOptions {
  DecoderKind decoder = DecoderKind::shared;
  Routing routing = Routing::hard;
};

/// Sizes of the decoder's layers.
struct DecoderSizeOptions {
  std::optional<std::int64_t> decoder_hidden = {};
};

Options options(DecoderOptions& decoder);
Options options(DecoderSizeOptions& sizes);

/// What is decoded.
struct DecoderInput {
  torch::Tensor x;      // [A, B, I] what the decoders read
  torch::Tensor types;  // [A, B, K] whose largest chooses the expert, or which weigh the experts
  nn::Statistics statistics = nn::Statistics::running;  // by which experts normalise
};

/// Types [A, B, K] and states [A, B, S] joined, as decoders of both read them.
DecoderInput types_and_states(const torch::Tensor& types, const torch::Tensor& states);
/// `count` cells [A, count, K + S] of one type, their states drawn from N(0, spread^2 I), the same
/// for all arms.
DecoderInput drawn_types_and_states(const ModelShape& shape, std::int64_t arms, std::int64_t states,
                                    const Generation& wanted, const torch::TensorOptions& tensors);

/// The cells' own values; their counts where the view has these.
objectives::ReconstructionTarget own_values(const View& view);
/// What a view is reconstructed to: its counts, or its target, else what the arms read.
objectives::ReconstructionTarget target_of(const View& view);

/// Decoders of all arms with their likelihood: I -> ... -> P D outputs, by layers that all types
/// share (ReLU between them) or by experts (norm and ELU, or as expert_layers say, between them);
/// docs/equations.md, decoder. Where kernels suit the values, the last layer and the error are
/// computed in one. Decoders of images end in transposed convolutions (docs/equations.md, images).
/// Letters: A arms, B cells, D features, K experts of an arm.
class Decoder {
 public:
  struct Shape {
    std::int64_t arms = 1;
    std::vector<std::int64_t> widths = {};  // I, hidden...
    std::int64_t features = 0;              // D
    std::int64_t experts = 0;               // K, or 0: layers that all types share
    bool shared_weights = false;            // by the arms; not for experts
    Routing routing = Routing::hard;
    nn::ExpertLayers expert_layers = {};
    std::optional<nn::ExpertImages> expert_images = {};  // I -> image; without norms
    std::optional<ImageNetwork> images = {};  // nothing: dense layers alone; not for experts
  };
  /// A bug for experts with shared weights or of images.
  Decoder(const Shape& shape, std::shared_ptr<const Likelihood> likelihood, LayerKeys& keys);

  /// Outputs [A, B, P D], of which the likelihood tells the mean.
  torch::Tensor outputs(const DecoderInput& input, const nn::Execution& execution) const;
  /// The outputs' mean is this [D] whatever is decoded: where training begins, for likelihoods that
  /// start there (Likelihood::outputs_of_mean). A bug for others.
  void start_outputs(const torch::Tensor& mean);
  /// [A, B] reconstruction errors, without gradients where a kernel computes them.
  torch::Tensor cell_errors(const DecoderInput& input,
                            const objectives::ReconstructionTarget& target,
                            const nn::Execution& execution) const;
  /// cell_errors of the cells' own values; undefined where the likelihood is of counts and the view
  /// has none, as in data that are no counts.
  torch::Tensor own_errors(const DecoderInput& input, const View& view,
                           const nn::Execution& execution) const;
  /// [A] the mean reconstruction error of each arm, with gradients.
  torch::Tensor mean_errors(const DecoderInput& input,
                            const objectives::ReconstructionTarget& target,
                            const nn::Execution& execution) const;

  /// The likelihood's mean [B, D] in one arm for types [B, K] and states [B, S], as
  /// types_and_states() joins them, without gradients. A bug for an arm that does not exist.
  torch::Tensor mean_of_arm(std::int64_t arm, const torch::Tensor& types,
                            const torch::Tensor& states) const;
  /// Values of generated cells [A, B, D] as they are wanted: the likelihood's mean, or a sample
  /// that is a pure function of (seed, type, place).
  torch::Tensor generated(const DecoderInput& input, const Generation& wanted) const;
  const Likelihood& likelihood() const { return *likelihood_; }
  /// Whether batches may be sparse rows: targets that may be, or that are counts apart.
  bool reads_sparse_rows(const nn::Execution& execution) const;
  /// Outputs of the last layer where its products may be of 16-bit numbers, else 0.
  std::int64_t wide_outputs() const;
  /// Products that a cell passes by: those of all experts but its own.
  std::int64_t passed_by() const;
  /// Products of a weight and a value per cell beyond one for each parameter, of all arms.
  double further_products() const;
  /// Values that a step keeps per cell of all experts or of convolutions.
  std::int64_t values_per_cell() const;
  /// Input i of the first layer counts no longer.
  void prune_input(std::int64_t i);
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  bool has_experts() const { return shape_.experts > 0; }
  std::int64_t experts_of_a_cell() const { return routes_softly() ? shape_.experts : 1; }
  bool routes_softly() const { return shape_.routing == Routing::soft && shape_.experts > 1; }
  const torch::Tensor& last_weight() const;
  Decoded decoded(torch::Tensor outputs, const torch::Tensor& library) const {
    return {std::move(outputs), log_size_, library};
  }
  bool fuses_experts(const nn::Execution& execution) const;
  bool fuses_output(const objectives::ReconstructionTarget& target,
                    const nn::Execution& execution) const;
  torch::Tensor hidden(const torch::Tensor& x, const nn::Execution& execution) const;
  objectives::ExpertInput expert_input(const DecoderInput& input) const;
  objectives::OutputWeights output_weights(const nn::Execution& execution) const;

  Shape shape_;
  std::shared_ptr<const Likelihood> likelihood_;
  std::vector<nn::ArmLinear> layers_;                          // shared by all types,
  std::optional<nn::ArmTransposedConvolutions> convolutions_;  // of images, after the layers;
  nn::Experts experts_;                                        // or one for each,
  std::optional<nn::ConvolutionalExperts> image_experts_;      // of images
  torch::Tensor log_size_;  // [A or 1, 1, D] of likelihoods with a size, learnt
};

/// The shape of one arm's decoder of types and states, K + S -> L -> hidden -> ... -> D; of images
/// K + S -> L -> convolutions. Throws as image_network() does.
Decoder::Shape decoder_of_types_and_states(const ModelShape& shape, std::int64_t states,
                                           const EncoderOptions& encoder,
                                           const DecoderSizeOptions& sizes,
                                           const NetworkOptions& network);

}  // namespace mixvae::models
