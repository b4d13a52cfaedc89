#include "fit/image_width.hpp"

#include "base/error.hpp"

namespace mixvae::fit {

std::optional<std::int64_t> image_width(const FitOptions& options, const Source& source,
                                        const Preprocessing& preprocessing) {
  const std::optional<std::int64_t>& asked = options.network.image_width;
  if (options.network.encoder != "convolutional") {
    return asked;
  }
  if (options.settings.space != "features") {
    throw UsageError({.what = "a convolutional encoder reads images, not principal components",
                      .found = "--space " + options.settings.space,
                      .expected = "--space features"});
  }
  const auto kept = static_cast<Index>(preprocessing.features.size());
  if (kept != preprocessing.source_features) {
    throw InputError({.what = "a convolutional encoder needs all pixels of the images",
                      .found = std::to_string(kept) + " of " +
                               std::to_string(preprocessing.source_features) + " features",
                      .hint = "keep all with --features all"});
  }
  return asked ? asked : source.image_width;
}

}  // namespace mixvae::fit
