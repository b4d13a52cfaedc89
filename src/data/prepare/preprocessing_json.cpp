#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "data/prepare/preprocessing.hpp"
#include "data/prepare/value_kind.hpp"

namespace mixvae {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;

void require(bool holds, const std::string& what) {
  if (!holds) {
    throw InputError({.what = "the stored preprocessing is broken", .found = what});
  }
}

/// Refuses fields that disagree with each other.
void require_consistent(const Preprocessing& p) {
  const std::size_t count = p.features.size();
  const auto allowed = [](const std::string& word, const std::vector<std::string>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  require(allowed(p.normalise, {"library-log", "library", "log", "log2", "arcsinh", "none"}),
          "normalise is '" + p.normalise + "'");
  require(allowed(p.scale, {"none", "unit", "half", "common"}), "scale is '" + p.scale + "'");
  require(p.library_size > 0 && p.cofactor > 0, "library_size or cofactor is not positive");
  require(p.types.size() == p.type_library.size(), "types and type_library differ in length");
  for (const double size : p.type_library) {
    require(size > 0, "a library size of a type is not positive");
  }
  require(p.positions.size() == count, "features and positions differ in length");
  const std::size_t scaled = p.scale == "none" ? 0 : count;
  require(p.minimum.size() == scaled && p.range.size() == scaled,
          "minimum and range do not fit scale '" + p.scale + "'");
  for (const float range : p.range) {
    require(range > 0, "a range is not positive");
  }
  for (const Index position : p.positions) {
    require(position >= 0 && position < p.source_features, "a position is out of range");
  }
}

Preprocessing parsed(const Json& json) {
  require(json.at("version").get<int>() == kVersion, "version " + json.at("version").dump());
  Preprocessing p;
  json.at("normalise").get_to(p.normalise);
  json.at("library_size").get_to(p.library_size);
  json.at("cofactor").get_to(p.cofactor);
  json.at("min_features").get_to(p.min_features);
  json.at("features").get_to(p.features);
  json.at("positions").get_to(p.positions);
  json.at("source_features").get_to(p.source_features);
  json.at("features_unnamed").get_to(p.features_unnamed);
  json.at("scale").get_to(p.scale);
  json.at("minimum").get_to(p.minimum);
  json.at("range").get_to(p.range);
  p.expected = kind_from_word(json.at("expected").get<std::string>());
  json.at("trust_values").get_to(p.trust_values);
  json.at("notes").get_to(p.notes);
  if (const auto types = json.find("types"); types != json.end()) {
    types->get_to(p.types);
    json.at("type_library").get_to(p.type_library);
  }
  p.layer = json.value("layer", p.layer);
  p.modality = json.value("modality", p.modality);
  p.feature_names = json.value("feature_names", p.feature_names);
  if (const auto compensated = json.find("compensated"); compensated != json.end()) {
    p.compensated = compensated->get<bool>();
  }
  return p;
}

}  // namespace

std::string to_json(const Preprocessing& p) {
  Json json = {{"version", kVersion},
               {"normalise", p.normalise},
               {"library_size", p.library_size},
               {"cofactor", p.cofactor},
               {"min_features", p.min_features},
               {"features", p.features},
               {"positions", p.positions},
               {"source_features", p.source_features},
               {"features_unnamed", p.features_unnamed},
               {"scale", p.scale},
               {"minimum", p.minimum},
               {"range", p.range},
               {"expected", kind_word(p.expected)},
               {"trust_values", p.trust_values},
               {"notes", p.notes}};
  if (!p.types.empty()) {
    json["types"] = p.types;
    json["type_library"] = p.type_library;
  }
  if (p.layer != Preprocessing().layer) {
    json["layer"] = p.layer;
  }
  if (!p.modality.empty()) {
    json["modality"] = p.modality;
  }
  if (!p.feature_names.empty()) {
    json["feature_names"] = p.feature_names;
  }
  if (p.compensated) {
    json["compensated"] = *p.compensated;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Preprocessing preprocessing_from_json(const std::string& text) {
  try {
    Preprocessing preprocessing = parsed(Json::parse(text));
    require_consistent(preprocessing);
    return preprocessing;
  } catch (const Json::exception& error) {
    throw InputError({.what = "the stored preprocessing cannot be read", .found = error.what()});
  }
}

}  // namespace mixvae
