#include "data/simulate/type_tree.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/simulate/simulation_streams.hpp"

namespace mixvae {
namespace {

/// Where to cut n >= 2 types: uniform from n/4 to 3n/4, at least one on either side.
Index random_cut(Index n, PhiloxStream& random) {
  const Index low = std::max<Index>(1, n / 4);
  const Index high = n - low;
  return low + static_cast<Index>(random.integer(static_cast<std::uint64_t>(high - low + 1)));
}

void add_child(TypeTree& tree, Index parent, std::vector<Index> types) {
  const auto child = static_cast<Index>(tree.branches.size());
  const Index depth = tree.branches[at(parent)].depth + 1;
  tree.branches[at(parent)].children.push_back(child);
  tree.branches.push_back({.parent = parent, .depth = depth, .types = std::move(types)});
}

std::string subtree(const TypeTree& tree, Index branch, std::span<const std::string> names) {
  const TypeTree::Branch& here = tree.branches[at(branch)];
  std::string text;
  if (here.is_leaf()) {
    text = names[at(here.types.front())];
  } else {
    text.append("(").append(subtree(tree, here.children[0], names));
    text.append(",").append(subtree(tree, here.children[1], names)).append(")");
  }
  return here.parent < 0 ? text : text.append(":").append(shortest(here.length));
}

}  // namespace

TypeTree random_tree(Index types, std::uint64_t seed) {
  MIXVAE_ASSERT(types >= 1, "a tree has types");
  PhiloxStream random = simulation_stream(seed, SimulationStream::tree);
  std::vector<Index> order(at(types));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.integer(i)]);
  }
  TypeTree tree;
  tree.branches.push_back({.types = std::move(order)});
  for (Index b = 0; b < static_cast<Index>(tree.branches.size()); ++b) {
    const std::vector<Index> here = tree.branches[at(b)].types;
    if (here.size() > 1) {
      const auto cut = here.begin() + random_cut(static_cast<Index>(here.size()), random);
      add_child(tree, b, {here.begin(), cut});
      add_child(tree, b, {cut, here.end()});
    }
  }
  return tree;
}

std::string newick(const TypeTree& tree, std::span<const std::string> names) {
  return subtree(tree, 0, names) + ";";
}

}  // namespace mixvae
