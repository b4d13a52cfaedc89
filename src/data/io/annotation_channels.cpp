#include "data/io/annotation_channels.hpp"

#include <cmath>

#include "data/io/channel_kinds.hpp"

namespace mixvae {

void annotate_cells_by_channels(Dataset& dataset) {
  auto& x = std::get<DenseMatrix>(dataset.x);
  const std::vector<std::string> kinds = channel_kinds(dataset);
  for (Index f = 0; f < dataset.feature_count(); ++f) {
    const std::string& name = dataset.features.names[at(f)];
    const bool of_folder = name == "file" || name == "sample";
    if (kinds[at(f)] != kAnnotation || of_folder) {
      continue;
    }
    std::vector<double> values;
    Index missing = 0;
    for (Index n = 0; n < x.rows; ++n) {
      values.push_back(static_cast<double>(x(n, f)));
      if (std::isnan(x(n, f))) {
        x(n, f) = 0;
        ++missing;
      }
    }
    if (missing > 0) {
      dataset.source.notes.push_back(std::to_string(missing) + " events have no number for " +
                                     name + "; the annotation is missing there.");
    }
    dataset.cells.set({name, std::move(values)});
  }
}

}  // namespace mixvae
