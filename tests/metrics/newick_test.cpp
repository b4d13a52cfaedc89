#include "metrics/newick.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::metrics {
namespace newick_test {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> distances(std::string_view text, const std::vector<std::string>& names) {
  return leaf_distances(parse_newick(text, "tree.nwk"), names, "tree.nwk");
}

std::string refusal(std::string_view text) {
  try {
    parse_newick(text, "tree.nwk");
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("tree.nwk"));
    return error.what();
  }
  return "accepted";
}

TEST(Newick, SumsBranchLengths) {
  EXPECT_THAT(distances("((A:1,B:2)X:0.5,(C:3):1e-1,D:4)root:9;", {"A", "B", "C", "D"}),
              ElementsAre(0, 3, 4.6, 5.5,    //
                          3, 0, 5.6, 6.5,    //
                          4.6, 5.6, 0, 7.1,  //
                          5.5, 6.5, 7.1, 0));
}

TEST(Newick, CountsBranchesWithoutLengths) {
  EXPECT_THAT(distances("((A,B),C);", {"C", "A", "B"}), ElementsAre(0, 3, 3, 3, 0, 2, 3, 2, 0));
}

TEST(Newick, ReadsQuotesCommentsSpacesAndUnderscores) {
  const Tree tree = parse_newick(" ( 'it''s (a) leaf' [first] , L2/3_IT Agmat ) [x] top ;\n", "t");
  ASSERT_EQ(tree.nodes.size(), 3U);
  EXPECT_EQ(tree.nodes[0].name, "top");
  EXPECT_EQ(tree.nodes[1].name, "it's (a) leaf");
  EXPECT_EQ(tree.nodes[2].name, "L2/3_IT Agmat");
  EXPECT_THAT(tree.leaves(), ElementsAre(1, 2));
}

TEST(Newick, ReadsASingleLeafAndADeepTree) {
  EXPECT_THAT(distances("A;", {"A"}), ElementsAre(0));
  const std::size_t depth = 200000;
  const std::string deep = std::string(depth, '(') + "A" + std::string(depth, ')') + ";";
  EXPECT_EQ(parse_newick(deep, "t").nodes.size(), depth + 1);
}

TEST(Newick, RefusesMalformedTrees) {
  EXPECT_THAT(refusal("  "), HasSubstr("the tree is empty"));
  EXPECT_THAT(refusal("((A,B),C;"), HasSubstr("a bracket is never closed"));
  EXPECT_THAT(refusal("(A,B)),C);"), HasSubstr("never opened"));
  EXPECT_THAT(refusal("(A,B),C;"), HasSubstr("several roots"));
  EXPECT_THAT(refusal("(A,B)"), HasSubstr("the end of the text"));
  EXPECT_THAT(refusal("(A,B"), HasSubstr("',', ')' or ';'"));
  EXPECT_THAT(refusal("(A,B); (C,D);"), HasSubstr("text follows the end of the tree"));
  EXPECT_THAT(refusal("(A,);"), HasSubstr("a leaf has no name"));
  EXPECT_THAT(refusal("();"), HasSubstr("a leaf has no name"));
  EXPECT_THAT(refusal(";"), HasSubstr("a leaf has no name"));
  EXPECT_THAT(refusal("(A,(B,A));"), HasSubstr("two leaves of the tree have the same name"));
  EXPECT_THAT(refusal("(A B(C));"), HasSubstr("malformed"));
  EXPECT_THAT(refusal("('A,B);"), HasSubstr("a quoted name never ends"));
  EXPECT_THAT(refusal("([A,B);"), HasSubstr("a comment never ends"));
}

TEST(Newick, RefusesBadLengths) {
  EXPECT_THAT(refusal("(A:1,B:x);"), HasSubstr("character 8"));
  EXPECT_THAT(refusal("(A:1,B:-2);"), HasSubstr("a finite number >= 0"));
  EXPECT_THAT(refusal("(A:1,B:nan);"), HasSubstr("a finite number >= 0"));
  EXPECT_THAT(refusal("(A:1,B:1e999);"), HasSubstr("a finite number >= 0"));
  EXPECT_THAT(refusal("(A:1,B);"), HasSubstr("1 of 2 branches have a length"));
}

TEST(Newick, RefusesATypeThatIsNoLeaf) {
  try {
    distances("((Vip,Sst)inner,Pvalb);", {"Vip", "sst2"});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("type sst2"));
    EXPECT_THAT(error.what(), HasSubstr("nearest leaves: Sst"));
  }
  EXPECT_THROW(distances("((Vip,Sst)inner,Pvalb);", {"inner"}), InputError);
}

}  // namespace newick_test
}  // namespace mixvae::metrics
