#include "app/option_groups.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::app {

OptionGroup take_group(const std::string& title, const std::vector<std::string>& names,
                       const std::vector<Options*>& tables) {
  OptionGroup group{title, {}};
  for (const std::string& name : names) {
    const std::size_t before = group.options.size();
    for (Options* table : tables) {
      const auto found = std::ranges::find(*table, name, &Option::name);
      if (found != table->end()) {
        group.options.push_back(*found);
        table->erase(found);
        break;
      }
    }
    MIXVAE_ASSERT(group.options.size() == before + 1, "a group names options that exist: " + name);
  }
  return group;
}

}  // namespace mixvae::app
