#include "analysis/named_places.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::analysis {
namespace {

constexpr std::size_t kNamesInMessage = 40;

}  // namespace

std::vector<Index> named_places(const std::vector<std::string>& names,
                                const std::vector<std::string>& wanted, const std::string& kind,
                                const std::string& owner) {
  std::vector<Index> places;
  if (wanted.empty()) {
    places.resize(names.size());
    std::iota(places.begin(), places.end(), Index{0});
    return places;
  }
  for (const std::string& name : wanted) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      throw UsageError({.what = owner + " has no " + kind + " of this name",
                        .found = name,
                        .expected = join(first_n(names, kNamesInMessage), ", ") +
                                    (names.size() > kNamesInMessage ? ", ..." : "")});
    }
    const Index place = found - names.begin();
    if (std::ranges::find(places, place) != places.end()) {
      throw UsageError({.what = "a " + kind + " is named twice",
                        .found = join(wanted, ","),
                        .expected = "each " + kind + " once"});
    }
    places.push_back(place);
  }
  return places;
}

}  // namespace mixvae::analysis
