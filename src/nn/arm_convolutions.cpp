#include "nn/arm_convolutions.hpp"

#include "base/error.hpp"
#include "nn/initial_parameter.hpp"
#include "nn/transposed_convolution.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kKernel = 4;
constexpr std::int64_t kWeightsPerPair = kKernel * kKernel;

/// Weights [A or 1, ...] of all arms -> [A ..., rest], arm by arm.
torch::Tensor of_all_arms(const torch::Tensor& weight, std::int64_t arms) {
  std::vector<std::int64_t> each(weight.sizes().begin(), weight.sizes().end());
  each[0] = arms;
  return weight.expand(each).flatten(0, 1);
}

/// [A, B, N] -> [B, A C, R, S] with N = C R S.
torch::Tensor arms_as_channels(const torch::Tensor& x, const ImageShape& image) {
  return x.transpose(0, 1).reshape({x.size(1), -1, image.rows, image.columns});
}

/// [B, A C, R, S] -> [A, B, C R S].
torch::Tensor channels_as_arms(const torch::Tensor& images, std::int64_t arms) {
  return images.reshape({images.size(0), arms, -1}).transpose(0, 1);
}

void visit_layers(std::vector<torch::Tensor>& weights, std::vector<torch::Tensor>& biases,
                  const std::string& name, const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string number = "." + std::to_string(i + 1);
    visitor(name + number + ".weight", weights[i], TensorKind::parameter);
    visitor(name + number + ".bias", biases[i], TensorKind::parameter);
  }
}

/// Pixels of the padded image after so many halvings.
std::int64_t places(const HalvedImage& image, std::size_t halvings) {
  return (image.padded.rows >> halvings) * (image.padded.columns >> halvings);
}

}  // namespace

ArmConvolutions::ArmConvolutions(std::int64_t arms, const ImageShape& image,
                                 const std::vector<std::int64_t>& channels, bool shared_by_arms,
                                 std::uint64_t seed, std::uint64_t layer)
    : arms_(arms), image_(halved(image, channels.size())) {
  const std::int64_t banks = shared_by_arms ? 1 : arms;
  std::int64_t inputs = 1;
  for (const std::int64_t outputs : channels) {
    const std::int64_t fan_in = inputs * kWeightsPerPair;
    weights_.push_back(
        initial_parameter({banks, outputs, inputs, kKernel, kKernel}, fan_in, seed, 2 * layer));
    biases_.push_back(initial_parameter({banks, outputs}, fan_in, seed, 2 * layer + 1));
    ++layer;
    inputs = outputs;
  }
}

torch::Tensor ArmConvolutions::forward(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(-1) == image_.image.rows * image_.image.columns, "the images fit");
  const bool one_for_all = x.dim() == 2 || (x.size(0) == 1 && arms_ > 1);
  torch::Tensor h = arms_as_channels(x.dim() == 2 ? x.unsqueeze(0) : x, image_.image);
  h = at::constant_pad_nd(
      h, {image_.left(), image_.padded.columns - image_.image.columns - image_.left(), image_.top(),
          image_.padded.rows - image_.image.rows - image_.top()});
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    // Arms that read the same image are further output channels of the first layer.
    const std::int64_t groups = i == 0 && one_for_all ? 1 : arms_;
    h = torch::relu(at::conv2d(h, of_all_arms(weights_[i], arms_), of_all_arms(biases_[i], arms_),
                               2, 1, 1, groups));
  }
  return channels_as_arms(h, arms_);
}

std::int64_t ArmConvolutions::outputs() const {
  return weights_.back().size(1) * places(image_, weights_.size());
}

double ArmConvolutions::further_products() const {
  double products = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    products += static_cast<double>(weights_[i][0].numel() * (places(image_, i + 1) - 1));
  }
  return products;
}

std::int64_t ArmConvolutions::values() const {
  std::int64_t values = places(image_, 0);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    values += weights_[i].size(1) * places(image_, i + 1);
  }
  return values;
}

void ArmConvolutions::visit(const std::string& name, const TensorVisitor& visitor) {
  visit_layers(weights_, biases_, name, visitor);
}

ArmTransposedConvolutions::ArmTransposedConvolutions(std::int64_t arms, const ImageShape& image,
                                                     const std::vector<std::int64_t>& channels,
                                                     std::int64_t outputs_per_pixel,
                                                     bool shared_by_arms, std::uint64_t seed,
                                                     std::uint64_t layer)
    : arms_(arms), image_(halved(image, channels.size())) {
  const std::int64_t banks = shared_by_arms ? 1 : arms;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::int64_t outputs = i + 1 < channels.size() ? channels[i + 1] : outputs_per_pixel;
    // PyTorch's default, which the authors' code has, counts a transposed layer's outputs here.
    const std::int64_t fan_in = outputs * kWeightsPerPair;
    weights_.push_back(initial_parameter({banks, channels[i], outputs, kKernel, kKernel}, fan_in,
                                         seed, 2 * layer));
    biases_.push_back(initial_parameter({banks, outputs}, fan_in, seed, 2 * layer + 1));
    ++layer;
  }
}

torch::Tensor ArmTransposedConvolutions::forward(const torch::Tensor& x) const {
  MIXVAE_ASSERT(x.size(-1) == inputs(), "the layer's input width fits");
  const bool one_for_all = arms_ == 1 && x.size(0) != 1;
  torch::Tensor h =
      arms_as_channels(one_for_all ? x.flatten(0, 1).unsqueeze(0) : x, image_.smallest);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    h = transposed_convolution(h, of_all_arms(weights_[i], arms_), arms_) +
        of_all_arms(biases_[i], arms_).view({1, -1, 1, 1});
    h = i + 1 < weights_.size() ? torch::relu(h) : h;
  }
  h = h.narrow(2, image_.top(), image_.image.rows).narrow(3, image_.left(), image_.image.columns);
  const torch::Tensor images = channels_as_arms(h, arms_);
  return one_for_all ? images.reshape({x.size(0), x.size(1), -1}) : images;
}

std::int64_t ArmTransposedConvolutions::inputs() const {
  return weights_.front().size(1) * places(image_, weights_.size());
}

double ArmTransposedConvolutions::further_products() const {
  double products = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    products +=
        static_cast<double>(weights_[i][0].numel() * (places(image_, weights_.size() - i) - 1));
  }
  return products;
}

std::int64_t ArmTransposedConvolutions::values() const {
  std::int64_t values = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    values += weights_[i].size(2) * places(image_, weights_.size() - 1 - i);
  }
  return values;
}

void ArmTransposedConvolutions::visit(const std::string& name, const TensorVisitor& visitor) {
  visit_layers(weights_, biases_, name, visitor);
}

}  // namespace mixvae::nn
