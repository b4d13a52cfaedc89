#include "analysis/found_markers.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::analysis {
namespace {

bool is_sign(char c) {
  return c == '-' || c == '.' || c == '_' || c == ' ' || c == '(' || c == ')' || c == ':';
}

/// "HLA-DRA" -> "hladra"
std::string without_signs(const std::string& name) {
  std::string plain = lower(name);
  std::erase_if(plain, is_sign);
  return plain;
}

/// Finds features by name.
class FeatureFinder {
 public:
  explicit FeatureFinder(const std::vector<std::string>& features) {
    for (std::size_t f = 0; f < features.size(); ++f) {
      const auto place = static_cast<Index>(f);
      whole_.emplace(features[f], place);
      note(plain_, without_signs(features[f]), place);
      for (const std::string& part : parts(features[f])) {
        note(part_, part, place);
      }
    }
  }

  /// Place of the feature that is this marker; -1: none.
  Index find(const MarkerNames& marker) const {
    for (const std::string& name : marker) {
      if (const auto found = whole_.find(name); found != whole_.end()) {
        return found->second;
      }
    }
    for (const auto* places : {&plain_, &part_}) {
      for (const std::string& name : marker) {
        const auto found = places->find(without_signs(name));
        if (found != places->end() && found->second >= 0) {
          return found->second;
        }
      }
    }
    return -1;
  }

 private:
  using Places = std::map<std::string, Index>;

  /// A name that several features have is none's.
  static void note(Places& places, const std::string& name, Index place) {
    const auto [found, is_new] = places.emplace(name, place);
    if (!is_new && found->second != place) {
      found->second = -1;
    }
  }

  /// "170Er_CD3" -> "170er", "cd3"; what '-' joins stays together.
  static std::vector<std::string> parts(const std::string& feature) {
    std::vector<std::string> all{{}};
    for (const char c : feature) {
      if (is_sign(c) && c != '-') {
        all.emplace_back();
      } else {
        all.back() += c;
      }
    }
    std::ranges::transform(all, all.begin(), without_signs);
    std::erase(all, std::string());
    return all;
  }

  Places whole_;
  Places plain_;
  Places part_;
};

std::vector<Index> places_of_markers(const FeatureFinder& finder,
                                     const std::vector<MarkerNames>& markers,
                                     std::vector<std::string>& missing) {
  std::vector<Index> places;
  for (const MarkerNames& marker : markers) {
    const Index place = finder.find(marker);
    if (place < 0) {
      const std::string name = join(marker, "/");
      if (std::ranges::find(missing, name) == missing.end()) {
        missing.push_back(name);
      }
    } else if (std::ranges::find(places, place) == places.end()) {
      places.push_back(place);
    }
  }
  return places;
}

FoundMarkers look_up(const std::vector<MarkedType>& table, const std::vector<std::string>& features,
                     std::size_t least) {
  const FeatureFinder finder(features);
  FoundMarkers found;
  found.features = features;
  for (const MarkedType& type : table) {
    metrics::Signature signature{places_of_markers(finder, type.up, found.missing),
                                 places_of_markers(finder, type.down, found.missing)};
    if (signature.up.empty() || signature.up.size() + signature.down.size() < least) {
      found.left_out.push_back(type.name);
      continue;
    }
    found.names.push_back(type.name);
    found.signatures.push_back(std::move(signature));
  }
  return found;
}

/// What an annotation calls the features; their own names where it says nothing of them.
std::vector<std::string> annotated_names(std::vector<std::string> features,
                                         const Table& annotations, const Column& column) {
  const Categorical labels = as_labels(column);
  std::map<std::string, Index> rows;
  for (Index row = 0; row < annotations.rows(); ++row) {
    rows.emplace(annotations.names[static_cast<std::size_t>(row)], row);
  }
  for (std::string& feature : features) {
    const auto row = rows.find(feature);
    if (row != rows.end() && !labels.label(row->second).empty()) {
      feature = labels.label(row->second);
    }
  }
  return features;
}

}  // namespace

FoundMarkers look_up_markers(const std::vector<MarkedType>& table,
                             const std::vector<std::string>& features, const Table& annotations,
                             std::size_t least) {
  FoundMarkers best = look_up(table, features, least);
  for (const Column& column : annotations.columns) {
    if (as_numbers(column)) {
      continue;
    }
    FoundMarkers found = look_up(table, annotated_names(features, annotations, column), least);
    if (found.missing.size() < best.missing.size()) {
      best = std::move(found);
      best.named_by = column.name;
    }
  }
  return best;
}

FoundMarkers find_markers(const std::vector<MarkedType>& table,
                          const std::vector<std::string>& features, const std::string& where,
                          const Table& annotations) {
  constexpr std::size_t kLeastMarkers = 2;
  FoundMarkers best = look_up_markers(table, features, annotations, kLeastMarkers);
  if (best.names.empty()) {
    throw InputError({.what = "no cell type of the table has two markers among the features",
                      .where = where,
                      .found = "not among them: " + join(first_n(best.missing, 10), ", ") +
                               (best.missing.size() > 10 ? ", ..." : ""),
                      .expected = "such as " + join(first_n(features, 5), ", ")});
  }
  return best;
}

}  // namespace mixvae::analysis
