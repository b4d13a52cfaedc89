#pragma once

#include <string>
#include <vector>

#include "base/index.hpp"

namespace mixvae::analysis {

/// Places of the wanted names among `names`, in the order in which they are wanted; of all of them
/// where none is. `kind` ("type") and `owner` ("the model") go into messages. Throws UsageError for
/// a name that is not there and for one that is wanted twice.
std::vector<Index> named_places(const std::vector<std::string>& names,
                                const std::vector<std::string>& wanted, const std::string& kind,
                                const std::string& owner);

}  // namespace mixvae::analysis
