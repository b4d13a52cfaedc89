#include "models/parts/image_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/parts/arm_encoder.hpp"
#include "models/parts/decoder.hpp"
#include "support/refusal.hpp"
#include "support/visited.hpp"

namespace mixvae::models {
namespace image_network_test {

using testing::ElementsAre;
using testing::HasSubstr;

NetworkOptions convolutional() { return {.network = NetworkKind::convolutional}; }

TEST(ImageNetwork, IsNothingForADenseNetwork) {
  EXPECT_FALSE(image_network({}, 10));
  EXPECT_FALSE(image_need({}));
}

TEST(ImageNetwork, HasThePublishedChannelsByTheImagesSize) {
  const auto digits = image_network(convolutional(), 28 * 28);
  EXPECT_EQ(digits->image.rows, 28);
  EXPECT_THAT(digits->channels, ElementsAre(32, 64, 64));
  EXPECT_THAT(digits->decoder_channels, ElementsAre(64, 32, 32));
  const auto sprites = image_network(convolutional(), 64 * 64);
  EXPECT_THAT(sprites->channels, ElementsAre(32, 32, 64, 64));
  EXPECT_THAT(sprites->decoder_channels, ElementsAre(64, 64, 32, 32));
}

TEST(ImageNetwork, TakesChannelsAndAWidth) {
  NetworkOptions options = convolutional();
  options.channels = {"5", "6"};
  options.decoder_channels = {"7"};
  options.image_width = 10;
  const auto network = image_network(options, 80);
  EXPECT_EQ(network->image.rows, 8);
  EXPECT_EQ(network->image.columns, 10);
  EXPECT_THAT(network->channels, ElementsAre(5, 6));
  EXPECT_THAT(network->decoder_channels, ElementsAre(7));
  EXPECT_EQ(image_need(options)->width, 10);
}

std::string refusal_of(const NetworkOptions& options, std::int64_t features = 64) {
  return support::refusal([&] { image_network(options, features); });
}

TEST(ImageNetwork, RefusesOtherWords) {
  for (const char* word : {"", "0", "-3", "3.5", "8x3", "5000", "auto"}) {
    NetworkOptions options = convolutional();
    options.channels = {"8", word};
    EXPECT_THAT(refusal_of(options), HasSubstr("this is no number of channels")) << word;
    options = convolutional();
    options.decoder_channels = {word, "8"};
    EXPECT_THAT(refusal_of(options), HasSubstr("--decoder-channels " + std::string(word))) << word;
  }
  NetworkOptions none = convolutional();
  none.channels = {};
  EXPECT_THAT(refusal_of(none), HasSubstr("a convolutional network has some layers"));
  none.channels = std::vector<std::string>(17, "2");
  EXPECT_THAT(refusal_of(none), HasSubstr("found: 17 --channels"));
}

TEST(ImageNetwork, RefusesFeaturesThatAreNoImageAndImagesTooSmall) {
  EXPECT_THAT(support::refusal<InputError>([] { image_network(convolutional(), 63); }),
              HasSubstr("found: 63 features"));
  EXPECT_THAT(refusal_of(convolutional(), 1), HasSubstr("images are too small"));
  NetworkOptions options = convolutional();
  options.decoder_channels = {"2", "2", "2", "2"};
  EXPECT_THAT(refusal_of(options), HasSubstr("found: 8 x 8 pixels, 4 layers"));
}

template <class Part>
std::int64_t count(Part& part) {
  std::int64_t parameters = 0;
  for (const NamedTensor& each : support::parameters_of(part)) {
    parameters += each.tensor.numel();
  }
  return parameters;
}

TEST(ImageNetwork, ThePublishedNetworksHaveTheirNumberOfParameters) {
  // JointVAE, 32 x 32: convolutions 1-32-64-64 and 1024 x 256; 20-256-1024, 64-32-32-1.
  LayerKeys keys{.seed = 1};
  const auto images = image_network(convolutional(), 32 * 32);
  ArmEncoder encoder({1, 1024, false, false, images}, {.latent = 256}, keys);
  EXPECT_EQ(count(encoder),
            (16 * 32 + 32) + (16 * 32 * 64 + 64) + (16 * 64 * 64 + 64) + (1024 * 256 + 256));
  Decoder::Shape shape{.widths = {20, 256}, .features = 1024, .images = images};
  Decoder decoder(shape, bernoulli_likelihood(), keys);
  EXPECT_EQ(count(decoder), (20 * 256 + 256) + (256 * 1024 + 1024) + (16 * 64 * 32 + 32) +
                                (16 * 32 * 32 + 32) + (16 * 32 + 1));
}

TEST(ImageNetwork, NeitherReadsSparseRowsNorFusesItsOutput) {
  LayerKeys keys{.seed = 1};
  const auto images = image_network(convolutional(), 32 * 32);
  const ArmEncoder encoder({1, 1024, false, false, images}, {.latent = 8}, keys);
  EXPECT_FALSE(encoder.reads_sparse_rows({}));
  const Decoder::Shape shape{.widths = {5, 8}, .features = 1024, .images = images};
  const Decoder decoder(shape, bernoulli_likelihood(), keys);
  EXPECT_FALSE(decoder.reads_sparse_rows({}));
  EXPECT_EQ(decoder.wide_outputs(), 0);
}

}  // namespace image_network_test
}  // namespace mixvae::models
