#pragma once

#include <string>
#include <vector>

#include "cluster/type_tree.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// A tree of types [T] with the support of each branch that is not the root.
Figure type_tree_figure(const std::vector<cluster::TypeFork>& tree,
                        const std::vector<std::string>& names);

}  // namespace mixvae::report
