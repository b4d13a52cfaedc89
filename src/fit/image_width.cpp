#include "fit/image_width.hpp"

#include "base/error.hpp"

namespace mixvae::fit {

void complete_image_width(FitOptions& options, const models::Recipe& recipe, const Source& source,
                          const Preprocessing& preprocessing) {
  if (!recipe.image) {
    return;
  }
  if (options.settings.space != Space::features) {
    throw UsageError({.what = "convolutions read images, not principal components",
                      .found = "--space pca",
                      .expected = "--space features"});
  }
  const auto kept = static_cast<Index>(preprocessing.features.size());
  if (kept != preprocessing.source_features) {
    throw InputError({.what = "convolutions need all pixels of the images",
                      .found = std::to_string(kept) + " of " +
                               std::to_string(preprocessing.source_features) + " features",
                      .hint = "keep all with --features all"});
  }
  if (!recipe.image->width && source.image_width) {
    set_option(find_option(options.model.all(), "image-width"),
               std::to_string(*source.image_width));
  }
}

}  // namespace mixvae::fit
