#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "report/explorer/decoder.hpp"
#include "report/explorer/names.hpp"
#include "report/run_report.hpp"

namespace mixvae::report::explorer {

/// The types [T] with their names as the page shows them: {"types": [{"type", "label", "shown",
/// "name", "note"}], "merges": [{"types", "name"}], "undo": whether a change can be taken back}.
nlohmann::json names_json(const RunView& view, const NameHistory& names,
                          const std::vector<std::string>& types);

/// A run and what is known of its types beside their names: {"title", "lead", "model", "features",
/// "states", "noStates": why none can be moved, "image": {"width", "height"} or null, "types":
/// [{"type", "color", "cells", "confidence", "support", "markers", "ranges": [[low, middle,
/// high]]}], "order": types as they hang on the tree, "forks": [{"a", "b", "height", "support"}]}.
nlohmann::json run_json(const RunView& view, const Decoder& decoder,
                        const std::vector<std::string>& types);

/// A cell: {"name", "place": on the map or null, "type": or null, "states", "facts": [[title,
/// text]]}.
nlohmann::json cell_json(const RunView& view, Index cell, Index place,
                         const std::vector<std::string>& types);

/// The features that differ between two profiles: [{"feature", "value", "other", "inSd"}].
nlohmann::json changes_json(const std::vector<FeatureChange>& changes,
                            const std::vector<std::string>& features);

/// An image of `width` pixels in a row: {"width", "height", "low", "high", "pixels": base64 of one
/// byte each, from the least value of the data (0) to their largest (255)}.
nlohmann::json image_json(std::span<const float> values, Index width,
                          const analysis::FeatureSpread& spread);

}  // namespace mixvae::report::explorer
