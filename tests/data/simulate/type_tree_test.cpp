#include "data/simulate/type_tree.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/small_datasets.hpp"
#include "support/python.hpp"

namespace mixvae {
namespace type_tree_test {

using ::testing::UnorderedElementsAre;

TEST(RandomTree, CutsEverySetInTwoDownToSingleTypes) {
  for (const Index types : {1, 2, 3, 7, 115}) {
    const TypeTree tree = random_tree(types, 3);
    EXPECT_EQ(static_cast<Index>(tree.branches.size()), 2 * types - 1);
    std::set<Index> leaves;
    for (const TypeTree::Branch& branch : tree.branches) {
      if (branch.is_leaf()) {
        EXPECT_EQ(branch.types.size(), 1U);
        leaves.insert(branch.types.front());
        continue;
      }
      ASSERT_EQ(branch.children.size(), 2U);
      std::vector<Index> below;
      for (const Index child : branch.children) {
        const auto& part = tree.branches[static_cast<std::size_t>(child)];
        EXPECT_EQ(part.depth, branch.depth + 1);
        EXPECT_FALSE(part.types.empty());
        below.insert(below.end(), part.types.begin(), part.types.end());
      }
      EXPECT_EQ(below, branch.types);
    }
    EXPECT_EQ(static_cast<Index>(leaves.size()), types);
  }
}

TEST(RandomTree, FollowsTheSeed) {
  EXPECT_EQ(random_tree(20, 1).branches[0].types, random_tree(20, 1).branches[0].types);
  EXPECT_NE(random_tree(20, 1).branches[0].types, random_tree(20, 2).branches[0].types);
}

TEST(Newick, WritesNestedBranchesWithLengths) {
  TypeTree tree;
  tree.branches = {{.types = {0, 1}, .children = {1, 2}},
                   {.parent = 0, .depth = 1, .types = {1}, .length = 0.5},
                   {.parent = 0, .depth = 1, .types = {0}, .length = 2}};
  EXPECT_EQ(newick(tree, std::vector<std::string>{"A", "B"}), "(B:0.5,A:2);");
}

TEST(Newick, AnIndependentReaderFindsEveryTypeOnce) {
  const std::vector<std::string> names = numbered_names("type", 23);
  const auto run = test::run_python(R"py(
import re
text = open("tree").read()
assert text.endswith(";")
def node(i):
    if text[i] == "(":
        a, i = node(i + 1); assert text[i] == ","
        b, i = node(i + 1); assert text[i] == ")"
        i += 1; names = a + b
    else:
        m = re.compile(r"[^():,;]+").match(text, i); names, i = [m.group()], m.end()
    m = re.compile(r":([0-9.eE+-]+)").match(text, i)
    if m: float(m.group(1)); i = m.end()
    return names, i
names, end = node(0)
assert end == len(text) - 1, end
print(len(names), len(set(names)))
)py",
                                    {{"tree", newick(random_tree(23, 5), names)}});
  MIXVAE_NEEDS_PYTHON(run);
  EXPECT_EQ(test::numbers_in(run.output), (std::vector<double>{23, 23}));
}

}  // namespace type_tree_test
}  // namespace mixvae
