#include "nn/convolutional_experts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "nn/initial_parameter.hpp"

namespace mixvae::nn {
namespace {

constexpr std::int64_t kOutputKernel = 3;
constexpr std::size_t kMostDoublings = 16;

bool doubles(const ConvLayer& layer) { return layer.pools(); }

std::size_t doublings(const ExpertImages& images) {
  return static_cast<std::size_t>(std::ranges::count_if(images.layers, doubles));
}

/// The image before all doublings.
HalvedImage before_doublings(const ExpertImages& images) {
  const std::size_t times = doublings(images);
  return times > 0 ? halved(images.image, times)
                   : HalvedImage{images.image, images.image, images.image};
}

torch::Tensor doubled(const torch::Tensor& images) {
  return at::upsample_nearest2d(images, {2 * images.size(2), 2 * images.size(3)});
}

/// Calls each(place of the layer's weight, or -1 for a doubling; values, pixels of its output).
template <class Each>
void for_each_output(const ExpertImages& images, const HalvedImage& sizes,
                     std::int64_t last_channels, const Each& each) {
  std::int64_t pixels = sizes.smallest.rows * sizes.smallest.columns;
  std::int64_t channels = images.first_channels;
  std::size_t place = 0;
  for (const ConvLayer& layer : images.layers) {
    pixels *= doubles(layer) ? 4 : 1;
    channels = doubles(layer) ? channels : layer.channels;
    each(doubles(layer) ? -1 : static_cast<std::int64_t>(place++), pixels * channels, pixels);
  }
  each(static_cast<std::int64_t>(place), pixels * last_channels, pixels);
}

}  // namespace

ExpertImages expert_images(const ImageShape& image, const std::vector<std::string>& words) {
  const auto refuse = [](const std::string& found) {
    throw UsageError({.what = "this is no layer of a convolutional expert",
                      .found = "'" + found + "'",
                      .expected = "a number of channels, then CHANNELS, CHANNELSxKERNEL with an "
                                  "odd kernel, or up",
                      .hint = "for example --expert-convolutions 8,128,up,64,up,32"});
  };
  ExpertImages images{image, 0, {}};
  for (const std::string& word : words) {
    const std::optional<ConvLayer> layer = conv_layer(word == "up" ? "pool" : word);
    if (word == "pool" || !layer || layer->stride != 1) {
      refuse(word);
    }
    images.layers.push_back(*layer);
  }
  if (images.layers.empty() || doubles(images.layers.front())) {
    refuse(words.empty() ? "" : words.front());
  }
  images.first_channels = images.layers.front().channels;
  images.layers.erase(images.layers.begin());
  const std::size_t times = doublings(images);
  if (times > kMostDoublings || (std::min(image.rows, image.columns) >> times) == 0) {
    throw UsageError({.what = "images are too small for experts that double them so often",
                      .found = std::to_string(times) + " times up to " +
                               std::to_string(image.rows) + " x " + std::to_string(image.columns) +
                               " pixels",
                      .hint = "name fewer up in --expert-convolutions"});
  }
  return images;
}

ConvolutionalExperts::ConvolutionalExperts(std::int64_t arms, std::int64_t experts,
                                           std::int64_t inputs, ExpertImages images,
                                           std::int64_t outputs_per_pixel, Activation activation,
                                           std::uint64_t seed, std::uint64_t layer)
    : images_(std::move(images)),
      sizes_(before_doublings(images_)),
      dense_(arms, experts,
             {inputs, images_.first_channels * sizes_.smallest.rows * sizes_.smallest.columns},
             seed, layer),
      activation_(activation) {
  std::int64_t channels = images_.first_channels;
  const auto add = [&](std::int64_t outputs, std::int64_t kernel) {
    ++layer;
    const std::int64_t fan_in = channels * kernel * kernel;
    weights_.push_back(initial_parameter({arms * experts, outputs, channels, kernel, kernel},
                                         fan_in, seed, 2 * layer));
    biases_.push_back(initial_parameter({arms * experts, outputs}, fan_in, seed, 2 * layer + 1));
    channels = outputs;
  };
  for (const ConvLayer& each : images_.layers) {
    if (!doubles(each)) {
      add(each.channels, each.kernel);
    }
  }
  add(outputs_per_pixel, kOutputKernel);
}

torch::Tensor ConvolutionalExperts::through(std::int64_t network, const torch::Tensor& rows) const {
  const auto convolved = [&](const torch::Tensor& h, std::size_t place) {
    const torch::Tensor weight = weights_[place].select(0, network);
    const std::int64_t padding = weight.size(-1) / 2;
    return at::conv2d(h, weight, biases_[place].select(0, network), {1, 1}, {padding, padding});
  };
  torch::Tensor h = activated(rows, activation_)
                        .reshape({rows.size(0), images_.first_channels, sizes_.smallest.rows,
                                  sizes_.smallest.columns});
  std::size_t place = 0;
  for (const ConvLayer& layer : images_.layers) {
    h = doubles(layer) ? doubled(h) : activated(convolved(h, place++), activation_);
  }
  return convolved(h, place)
      .narrow(2, sizes_.top(), images_.image.rows)
      .narrow(3, sizes_.left(), images_.image.columns)
      .reshape({rows.size(0), -1});
}

torch::Tensor ConvolutionalExperts::forward(const torch::Tensor& x,
                                            const torch::Tensor& expert) const {
  const torch::Tensor dense = dense_.forward(x, expert);  // [A, B, C pixels]
  const ExpertGroups groups = dense_.groups_of(expert);
  const torch::Tensor rows = dense.flatten(0, 1).index_select(0, groups.order);
  std::vector<torch::Tensor> outputs;
  for (std::size_t g = 0; g + 1 < groups.first_cells.size(); ++g) {
    const std::int64_t first = groups.first_cells[g];
    const std::int64_t count = groups.first_cells[g + 1] - first;
    if (count > 0) {
      outputs.push_back(through(static_cast<std::int64_t>(g), rows.narrow(0, first, count)));
    }
  }
  const torch::Tensor out = groups.ungroup(torch::cat(outputs));
  return out.view({x.size(0), x.size(1), out.size(1)});
}

torch::Tensor ConvolutionalExperts::forward_soft(const torch::Tensor& x,
                                                 const torch::Tensor& weights) const {
  torch::Tensor sum;
  for (std::int64_t k = 0; k < weights.size(2); ++k) {
    const torch::Tensor all = torch::full({x.size(0), x.size(1)}, k,
                                          torch::TensorOptions(torch::kInt64).device(x.device()));
    const torch::Tensor each = forward(x, all) * weights.select(2, k).unsqueeze(-1);
    sum = sum.defined() ? sum + each : each;
  }
  return sum;
}

std::int64_t ConvolutionalExperts::passed_by() const {
  std::int64_t parameters = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    parameters += weights_[i].numel() + biases_[i].numel();
  }
  return dense_.passed_by() + parameters / dense_.experts() * (dense_.experts() - 1);
}

double ConvolutionalExperts::further_products() const {
  double products = 0;
  for_each_output(images_, sizes_, weights_.back().size(1),
                  [&](std::int64_t place, std::int64_t /*values*/, std::int64_t pixels) {
                    if (place >= 0) {
                      products += static_cast<double>(
                          weights_[static_cast<std::size_t>(place)][0].numel() * (pixels - 1));
                    }
                  });
  return products;
}

std::int64_t ConvolutionalExperts::values() const {
  std::int64_t all = dense_.last_layer().outputs();
  for_each_output(
      images_, sizes_, weights_.back().size(1),
      [&](std::int64_t /*place*/, std::int64_t values, std::int64_t /*pixels*/) { all += values; });
  return all;
}

void ConvolutionalExperts::visit(const std::string& name, const TensorVisitor& visitor) {
  dense_.visit(name, visitor);
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const std::string number = "_convolution." + std::to_string(i + 1);
    visitor(name + number + ".weight", weights_[i], TensorKind::parameter);
    visitor(name + number + ".bias", biases_[i], TensorKind::parameter);
  }
}

}  // namespace mixvae::nn
