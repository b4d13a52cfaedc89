#include "models/parts/adversarial_networks.hpp"

namespace mixvae::models {
namespace {

using Kind = nn::NormalLayer::Kind;

constexpr double kLeak = 0.01;
constexpr std::size_t kHalvings = 2;
constexpr std::int64_t kOuterChannels = 64;
constexpr std::int64_t kInnerChannels = 128;
constexpr std::int64_t kDenseUnits = 1024;  // of networks of images

std::optional<nn::HalvedImage> halved_images(const AdversarialNetworkOptions& network,
                                             std::int64_t features) {
  if (network.network == NetworkKind::dense) {
    return std::nullopt;
  }
  return nn::halved(image_shape(features, network.image_width), kHalvings);
}

std::int64_t pixels(const nn::ImageShape& image) { return image.rows * image.columns; }

/// Pixels at which the convolution between the image's halves is applied.
std::int64_t outer_places(const nn::HalvedImage& image) { return pixels(image.padded) / 4; }

torch::Tensor padded_images(const torch::Tensor& x, const nn::HalvedImage& image) {
  const torch::Tensor images = x.reshape({x.size(0), 1, image.image.rows, image.image.columns});
  return at::constant_pad_nd(
      images, {image.left(), image.padded.columns - image.image.columns - image.left(), image.top(),
               image.padded.rows - image.image.rows - image.top()});
}

void visit_all(std::vector<nn::NormalLayer>& layers, const std::string& name,
               const TensorVisitor& visitor) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].visit(name + "." + std::to_string(i + 1), visitor);
  }
}

std::int64_t values_of_dense(const std::vector<nn::NormalLayer>& layers) {
  std::int64_t values = 0;
  for (const nn::NormalLayer& layer : layers) {
    values += layer.weight().size(1);
  }
  return values;
}

/// Of the layers between whole and half the image and between its half and its quarter, their
/// weights by the pixels at which they are applied, less one.
double further_products_of(const nn::NormalLayer& outer, const nn::NormalLayer& inner,
                           const nn::HalvedImage& image) {
  const auto products = [](const nn::NormalLayer& layer, std::int64_t places) {
    return static_cast<double>(layer.weight().numel()) * static_cast<double>(places - 1);
  };
  return products(outer, outer_places(image)) + products(inner, pixels(image.smallest));
}

std::int64_t values_of_images(const nn::HalvedImage& image) {
  return pixels(image.padded) + kOuterChannels * outer_places(image) +
         kInnerChannels * pixels(image.smallest);
}

}  // namespace

Options options(AdversarialNetworkOptions& network) {
  return {
      {.name = "network",
       .target = word(network.network),
       .meaning = "networks of --hidden-layers dense layers, or of convolutions and transposed "
                  "convolutions (4 x 4, stride 2) over images, whose pixels, row by row, are the "
                  "features, and one dense layer",
       .choices = {"dense", "convolutional"}},
      image_width_option(network.image_width),
  };
}

torch::Tensor leaky(const torch::Tensor& x) { return at::leaky_relu(x, kLeak); }

AdversarialTrunk::AdversarialTrunk(std::int64_t features, const AdversarialNetworkOptions& network,
                                   const EncoderOptions& sizes, LayerKeys& keys)
    : image_(halved_images(network, features)) {
  if (image_) {
    convolutions_.emplace_back(Kind::convolution, 1, kOuterChannels, false, keys.seed, keys.take());
    convolutions_.emplace_back(Kind::convolution, kOuterChannels, kInnerChannels, true, keys.seed,
                               keys.take());
    dense_.emplace_back(Kind::affine, kInnerChannels * pixels(image_->smallest), kDenseUnits, true,
                        keys.seed, keys.take());
    return;
  }
  for (std::int64_t i = 0; i < sizes.hidden_layers; ++i) {
    dense_.emplace_back(Kind::affine, i == 0 ? features : sizes.hidden, sizes.hidden, i > 0,
                        keys.seed, keys.take());
  }
}

torch::Tensor AdversarialTrunk::forward(const torch::Tensor& x, const nn::LayerPass& pass) const {
  torch::Tensor h = image_ ? padded_images(x, *image_) : x;
  for (const nn::NormalLayer& layer : convolutions_) {
    h = leaky(layer.forward(h, pass));
  }
  h = h.flatten(1);
  for (const nn::NormalLayer& layer : dense_) {
    h = leaky(layer.forward(h, pass));
  }
  return h;
}

std::int64_t AdversarialTrunk::outputs() const { return dense_.back().weight().size(1); }

double AdversarialTrunk::further_products() const {
  return image_ ? further_products_of(convolutions_[0], convolutions_[1], *image_) : 0;
}

std::int64_t AdversarialTrunk::values_per_cell() const {
  return (image_ ? values_of_images(*image_) : 0) + values_of_dense(dense_);
}

void AdversarialTrunk::visit(const std::string& name, const TensorVisitor& visitor) {
  visit_all(convolutions_, name + ".convolution", visitor);
  visit_all(dense_, name + ".dense", visitor);
}

AdversarialGenerator::AdversarialGenerator(std::int64_t inputs, std::int64_t features,
                                           std::int64_t outputs_per_feature,
                                           const AdversarialNetworkOptions& network,
                                           const EncoderOptions& sizes, LayerKeys& keys)
    : image_(halved_images(network, features)) {
  const auto add_dense = [&](std::int64_t from, std::int64_t to, bool normalised) {
    dense_.emplace_back(Kind::affine, from, to, normalised, keys.seed, keys.take());
  };
  if (image_) {
    add_dense(inputs, kDenseUnits, true);
    add_dense(kDenseUnits, kInnerChannels * pixels(image_->smallest), true);
    transposed_.emplace_back(Kind::transposed, kInnerChannels, kOuterChannels, true, keys.seed,
                             keys.take());
    transposed_.emplace_back(Kind::transposed, kOuterChannels, outputs_per_feature, false,
                             keys.seed, keys.take());
    return;
  }
  for (std::int64_t i = 0; i < sizes.hidden_layers; ++i) {
    add_dense(i == 0 ? inputs : sizes.hidden, sizes.hidden, true);
  }
  add_dense(sizes.hidden, outputs_per_feature * features, false);
}

torch::Tensor AdversarialGenerator::forward(const torch::Tensor& x,
                                            const nn::LayerPass& pass) const {
  torch::Tensor h = x;
  for (std::size_t i = 0; i < dense_.size(); ++i) {
    const bool last = !image_ && i + 1 == dense_.size();
    h = dense_[i].forward(h, pass);
    h = last ? h : torch::relu(h);
  }
  if (!image_) {
    return h;
  }
  h = h.view({h.size(0), kInnerChannels, image_->smallest.rows, image_->smallest.columns});
  h = torch::relu(transposed_[0].forward(h, pass));
  h = transposed_[1].forward(h, pass);
  return h.narrow(2, image_->top(), image_->image.rows)
      .narrow(3, image_->left(), image_->image.columns)
      .flatten(1);
}

double AdversarialGenerator::further_products() const {
  return image_ ? further_products_of(transposed_[1], transposed_[0], *image_) : 0;
}

std::int64_t AdversarialGenerator::values_per_cell() const {
  return (image_ ? values_of_images(*image_) : 0) + values_of_dense(dense_);
}

void AdversarialGenerator::visit(const std::string& name, const TensorVisitor& visitor) {
  visit_all(dense_, name + ".dense", visitor);
  visit_all(transposed_, name + ".transposed", visitor);
}

}  // namespace mixvae::models
