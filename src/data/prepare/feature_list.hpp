#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// The features that the file lists (one name per line; empty lines and lines starting with # are
/// skipped), in the order of the data. Names that are not among the eligible features are counted
/// in `notes`. Throws InputError when the file cannot be read or when none of its names is found.
std::vector<Index> listed_features(const std::string& path, std::span<const std::string> names,
                                   std::span<const Index> eligible,
                                   std::vector<std::string>& notes);

/// Names without repetition: the second "A" becomes "A-1", the third "A-2", skipping names that
/// exist (the rule of anndata's make-unique). `repeated` receives the names that occurred more than
/// once, each once.
std::vector<std::string> unique_names(std::span<const std::string> names,
                                      std::vector<std::string>& repeated);

}  // namespace mixvae
