#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae {

/// A rooted binary tree over types 0 ... K - 1. Branch 0 is the root; a parent stands before its
/// children.
struct TypeTree {
  struct Branch {
    Index parent = -1;
    Index depth = 0;                   // 0 for the root
    std::vector<Index> types = {};     // the types below, or the one type of a leaf
    std::vector<Index> children = {};  // two, or none for a leaf
    double length = 0;

    bool is_leaf() const { return children.empty(); }
  };
  std::vector<Branch> branches;
};

/// A random tree: the types in random order, every set cut in two at a random place between a
/// quarter and three quarters.
TypeTree random_tree(Index types, std::uint64_t seed);

/// The tree in Newick form with branch lengths, "((A:1,B:2):0.5,C:3);". names: one per type,
/// without blanks and ()[]:;,'.
std::string newick(const TypeTree& tree, std::span<const std::string> names);

}  // namespace mixvae
