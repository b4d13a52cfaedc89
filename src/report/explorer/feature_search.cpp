#include "report/explorer/feature_search.hpp"

#include "base/text.hpp"

namespace mixvae::report::explorer {

std::vector<std::string> features_like(const std::vector<std::string>& names,
                                       const std::string& letters, std::size_t most) {
  const std::string wanted = lower(letters);
  std::vector<std::string> found;
  std::vector<std::string> begin;
  std::vector<std::string> within;
  for (const std::string& name : names) {
    const std::string letters_of_name = lower(name);
    const std::size_t place = letters_of_name.find(wanted);
    if (letters_of_name == wanted) {
      found.push_back(name);
    } else if (place != std::string::npos) {
      (place == 0 ? begin : within).push_back(name);
    }
  }
  found.insert(found.end(), begin.begin(), begin.end());
  found.insert(found.end(), within.begin(), within.end());
  return first_n(found, most);
}

}  // namespace mixvae::report::explorer
