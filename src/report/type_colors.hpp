#pragma once

#include <string>
#include <vector>

namespace mixvae::report {

/// Colours "#rrggbb" for so many types: the first n of one fixed sequence, so that a type keeps its
/// colour when others come or go. Hues turn by the golden angle in the OKLCh space, lightness
/// alternates between three levels; all can be told from white.
std::vector<std::string> type_colors(std::size_t count);

/// A colour for each category: that of the first type whose label it is.
std::vector<std::string> label_colors(const std::vector<std::string>& labels_of_types,
                                      const std::vector<std::string>& categories);

}  // namespace mixvae::report
