#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/matrix.hpp"

namespace mixvae::metrics {

/// A rooted tree; nodes in the order of their text, each after its parent, the root first.
struct Tree {
  struct Node {
    std::string name = {};  // empty for an unnamed inner node
    Index parent = -1;      // -1 for the root
    double length = 1;      // of the branch to the parent; 1 where the text has no lengths
    Index depth = 0;        // branches to the root
    bool leaf = true;
  };
  std::vector<Node> nodes;

  std::vector<Index> leaves() const;
};

/// Reads a tree in Newick form: "((A:1,B:2)X:1,'C c':3);", with or without branch lengths, names
/// quoted or not, [comments], any number of children. Underscores in names stay. Throws InputError
/// naming `where` and the position for: empty text, unbalanced brackets, a missing ';', text after
/// it, an unnamed leaf, the same leaf twice, a branch length that is not a finite number >= 0,
/// lengths on some branches only (the root's may be missing).
Tree parse_newick(std::string_view text, std::string_view where);

/// Sum of the branch lengths between each two of the named leaves [T,T]. Throws InputError naming
/// `where` and the nearest leaf names when a name is not a leaf of the tree.
std::vector<double> leaf_distances(const Tree& tree, const std::vector<std::string>& names,
                                   std::string_view where);

}  // namespace mixvae::metrics
