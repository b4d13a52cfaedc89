#include "analysis/feature_sets.hpp"

#include <cmath>
#include <limits>

#include "analysis/found_markers.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"

namespace mixvae::analysis {
namespace {

constexpr std::size_t kNamesShown = 10;

/// Mean of the numbers that are added; NaN without any.
class MeanOfNumbers {
 public:
  void add(double value) {
    if (!std::isnan(value)) {
      sum_ += value;
      ++count_;
    }
  }
  double value() const {
    return count_ > 0 ? sum_ / static_cast<double>(count_)
                      : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  double sum_ = 0;
  Index count_ = 0;
};

}  // namespace

FeatureSets find_feature_sets(const std::vector<MarkedType>& table,
                              const std::vector<std::string>& features, const Table& annotations) {
  std::vector<MarkedType> wanted = table;
  for (MarkedType& set : wanted) {
    set.down.clear();
  }
  FoundMarkers found = look_up_markers(wanted, features, annotations, 1);
  FeatureSets sets{.sets = {}, .unknown = std::move(found.missing), .left_out = found.left_out};
  for (std::size_t s = 0; s < found.names.size(); ++s) {
    sets.sets.push_back({found.names[s], found.signatures[s].up});
  }
  return sets;
}

void require_feature_sets(const FeatureSets& found, const std::vector<std::string>& features,
                          const std::string& where) {
  if (found.sets.empty()) {
    throw InputError(
        {.what = "no gene of the sets is among the model's features",
         .where = where,
         .found = "not among them: " + join(first_n(found.unknown, kNamesShown), ", ") +
                  (found.unknown.size() > kNamesShown ? ", ..." : ""),
         .expected = "such as " + join(first_n(features, 5), ", ")});
  }
}

SetEffect set_effect(const StateWalk& walk, const FeatureSet& set) {
  std::vector<Index> rank(walk.order.size());
  for (std::size_t place = 0; place < walk.order.size(); ++place) {
    rank[at(walk.order[place])] = static_cast<Index>(place) + 1;
  }
  MeanOfNumbers ranks;
  MeanOfNumbers in_sd;
  MeanOfNumbers size;
  MeanOfNumbers monotone;
  for (const Index feature : set.features) {
    ranks.add(static_cast<double>(rank[at(feature)]));
    in_sd.add(walk.in_sd[at(feature)]);
    size.add(std::abs(walk.in_sd[at(feature)]));
    monotone.add(walk.monotone[at(feature)]);
  }
  return {ranks.value(), in_sd.value(), size.value(), monotone.value()};
}

}  // namespace mixvae::analysis
