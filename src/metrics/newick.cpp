#include "metrics/newick.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"

namespace mixvae::metrics {
namespace {

[[noreturn]] void refuse(std::string what, std::string_view where, std::string found = {},
                         std::string expected = {}, std::string hint = {}) {
  throw InputError({.what = std::move(what),
                    .where = std::string(where),
                    .found = std::move(found),
                    .expected = std::move(expected),
                    .hint = std::move(hint)});
}

class NewickReader {
 public:
  NewickReader(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  Tree read() {
    skip_space();
    if (position_ == text_.size()) {
      fail("the tree is empty", "a tree in Newick form, such as ((A,B),C);");
    }
    add_node(-1);
    Index current = 0;
    while (current != -1) {
      current = step(current);
    }
    skip_space();
    if (position_ != text_.size()) {
      fail("text follows the end of the tree", "nothing after ';'");
    }
    require_lengths();
    return std::move(tree_);
  }

 private:
  /// Reads one bracket, label or separator at a node; returns the node to go on with, -1 at the
  /// end.
  Index step(Index node) {
    if (take('(')) {
      tree_.nodes[node].leaf = false;
      return add_node(node);
    }
    Index current = node;
    read_label(current);
    while (take(')')) {
      current = tree_.nodes[current].parent;
      if (current == -1) {
        fail("a bracket is closed that was never opened", "';'");
      }
      read_label(current);
    }
    if (take(',')) {
      if (tree_.nodes[current].parent == -1) {
        fail("the tree has several roots", "';' after the outermost bracket");
      }
      return add_node(tree_.nodes[current].parent);
    }
    if (!take(';')) {
      fail("the tree is malformed", "',', ')' or ';'");
    }
    if (current != 0) {
      fail("a bracket is never closed", "')' before the end of the tree");
    }
    return -1;
  }

  Index add_node(Index parent) {
    const Index depth = parent == -1 ? 0 : tree_.nodes[parent].depth + 1;
    tree_.nodes.push_back({.parent = parent, .depth = depth});
    lengths_.emplace_back();
    return static_cast<Index>(tree_.nodes.size()) - 1;
  }

  void read_label(Index node) {
    Tree::Node& here = tree_.nodes[node];
    here.name = read_name();
    if (here.leaf && here.name.empty()) {
      fail("a leaf has no name", "a name for every leaf");
    }
    if (here.leaf && !leaf_names_.emplace(here.name, node).second) {
      refuse("two leaves of the tree have the same name", where_, here.name, "distinct names");
    }
    if (take(':')) {
      lengths_[node] = read_length();
    }
  }

  std::string read_name() {
    skip_space();
    if (position_ < text_.size() && text_[position_] == '\'') {
      return read_quoted();
    }
    const std::size_t begin = position_;
    position_ = std::min(text_.find_first_of("()[],:;'", begin), text_.size());
    return std::string(trimmed(text_.substr(begin, position_ - begin)));
  }

  /// A name in single quotes; two of them stand for one.
  std::string read_quoted() {
    std::string name;
    for (++position_; position_ < text_.size(); ++position_) {
      if (text_[position_] == '\'' && !text_.substr(position_).starts_with("''")) {
        ++position_;
        return name;
      }
      position_ += text_[position_] == '\'' ? 1 : 0;
      name += text_[position_];
    }
    fail("a quoted name never ends", "a closing '");
  }

  double read_length() {
    skip_space();
    double length = 0;
    const char* const begin = text_.data() + position_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), length);
    if (error != std::errc() || !std::isfinite(length) || length < 0) {
      fail("a branch length is no length", "a finite number >= 0 after ':'");
    }
    position_ += static_cast<std::size_t>(end - begin);
    return length;
  }

  void require_lengths() {
    std::size_t known = 0;
    for (std::size_t i = 1; i < lengths_.size(); ++i) {
      known += lengths_[i].has_value() ? 1 : 0;
    }
    if (known != 0 && known + 1 != lengths_.size()) {
      refuse("some branches of the tree have a length and some have none", where_,
             std::to_string(known) + " of " + std::to_string(lengths_.size() - 1) +
                 " branches have a length",
             "all or none");
    }
    for (std::size_t i = 1; i < lengths_.size(); ++i) {
      tree_.nodes[i].length = lengths_[i].value_or(1.0);
    }
    tree_.nodes[0].length = 0;
  }

  bool take(char wanted) {
    skip_space();
    const bool found = position_ < text_.size() && text_[position_] == wanted;
    position_ += found ? 1 : 0;
    return found;
  }

  /// Skips white space and [comments].
  void skip_space() {
    while (position_ < text_.size()) {
      if (text_[position_] == '[') {
        const std::size_t end = text_.find(']', position_);
        if (end == std::string_view::npos) {
          fail("a comment never ends", "a closing ']'");
        }
        position_ = end + 1;
      } else if (std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
        ++position_;
      } else {
        return;
      }
    }
  }

  [[noreturn]] void fail(std::string what, std::string expected) const {
    const std::string_view rest = text_.substr(position_, 20);
    refuse(std::move(what), std::string(where_) + ", character " + std::to_string(position_ + 1),
           rest.empty() ? "the end of the text" : "'" + std::string(rest) + "'",
           std::move(expected));
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t position_ = 0;
  Tree tree_;
  std::vector<std::optional<double>> lengths_;
  std::map<std::string, Index> leaf_names_;
};

double path_length(const Tree& tree, Index a, Index b) {
  double length = 0;
  while (a != b) {
    Index& deeper = tree.nodes[a].depth >= tree.nodes[b].depth ? a : b;
    length += tree.nodes[deeper].length;
    deeper = tree.nodes[deeper].parent;
  }
  return length;
}

std::vector<Index> find_leaves(const Tree& tree, const std::vector<std::string>& names,
                               std::string_view where) {
  std::map<std::string, Index> by_name;
  std::vector<std::string> known;
  for (const Index leaf : tree.leaves()) {
    by_name[tree.nodes[leaf].name] = leaf;
    known.push_back(tree.nodes[leaf].name);
  }
  std::vector<Index> leaves;
  for (const std::string& name : names) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      refuse("a type is not a leaf of the tree", where, "type " + name,
             "every type among the " + std::to_string(known.size()) + " leaves",
             nearest_hint(name, known, 3, "nearest leaves: "));
    }
    leaves.push_back(found->second);
  }
  return leaves;
}

}  // namespace

std::vector<Index> Tree::leaves() const {
  std::vector<Index> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].leaf) {
      found.push_back(static_cast<Index>(i));
    }
  }
  return found;
}

Tree parse_newick(std::string_view text, std::string_view where) {
  return NewickReader(text, where).read();
}

std::vector<double> leaf_distances(const Tree& tree, const std::vector<std::string>& names,
                                   std::string_view where) {
  const std::vector<Index> leaves = find_leaves(tree, names, where);
  const std::size_t count = names.size();
  std::vector<double> distances(count * count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) {
      distances[i * count + j] = distances[j * count + i] = path_length(tree, leaves[i], leaves[j]);
    }
  }
  return distances;
}

}  // namespace mixvae::metrics
