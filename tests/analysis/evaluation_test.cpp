#include "analysis/evaluation.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::analysis {
namespace {

using ::testing::HasSubstr;

/// Six cells of types T1 T1 T2 T2 none T1; the second arm names T1 T2 T1 T1 none T1. T2 lies far
/// from T1 on a line.
Assignment six_cells() {
  const float missing = std::numeric_limits<float>::quiet_NaN();
  Assignment assignment;
  assignment.type_names = {"T1", "T2"};
  assignment.types = {0, 0, 1, 1, -1, 0};
  assignment.arm_types = {assignment.types, {0, 1, 0, 0, -1, 0}};
  assignment.type_probs = DenseMatrix(6, 2);
  assignment.type_probs.values = {0.75F, 0.25F, 1, 0, 0.25F, 0.75F, 0, 1, missing, missing, 1, 0};
  assignment.type_prob = {0.75F, 1, 0.75F, 1, missing, 1};
  assignment.latent = DenseMatrix(6, 1);
  assignment.latent.values = {0, 0, 10, 10, missing, 0};
  return assignment;
}

/// A A B A B and a cell without a label.
Categorical labels() { return {{"A", "B"}, {0, 0, 1, 0, 1, -1}, false}; }

TEST(Evaluation, CountsNamesThatAreTheLabels) {
  Assignment assignment = six_cells();
  EXPECT_FALSE(evaluate(assignment, labels()).names.has_value());
  assignment.labels = {"A", "T2"};
  EXPECT_DOUBLE_EQ(evaluate(assignment, labels()).names.value(), 0.5) << "the two A of T1";
  EXPECT_THAT(confusion_csv(evaluate(assignment, labels()), assignment), HasSubstr("T1 A"));
  assignment.labels = {"none of these", "T2"};
  EXPECT_FALSE(evaluate(assignment, labels()).names.has_value());
}

/// Four cells have both: A meets T1 twice and T2 once, B meets T2 once.
TEST(Evaluation, AgreesWithCountingByHand) {
  const Evaluation found = evaluate(six_cells(), labels());
  EXPECT_EQ(found.cells, 4);
  EXPECT_EQ(found.left_out, 2);
  EXPECT_EQ(found.k_used, 2);
  EXPECT_EQ(found.labels, 2);
  EXPECT_DOUBLE_EQ(found.accuracy, 3.0 / 4);
  // The second arm: A meets T1 twice and T2 once, B meets T1 once; two cells can be matched.
  EXPECT_DOUBLE_EQ(found.accuracy_arms, (3.0 / 4 + 2.0 / 4) / 2);
  // F1 of A with T1: precision 2/2, recall 2/3; of B with T2: precision 1/2, recall 1.
  EXPECT_DOUBLE_EQ(found.f_matched, (4.0 / 5 + 2.0 / 3) / 2);
  ASSERT_TRUE(found.f_rare.has_value()) << "both labels have fewer than 30 cells";
  EXPECT_DOUBLE_EQ(*found.f_rare, found.f_matched);
  const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
  const double entropy_types = std::log(2.0);
  const double mutual = 0.5 * std::log(0.5 / (0.75 * 0.5)) + 0.25 * std::log(0.25 / (0.75 * 0.5)) +
                        0.25 * std::log(0.25 / (0.25 * 0.5));
  EXPECT_NEAR(found.nmi, 2 * mutual / (entropy + entropy_types), 1e-12);
  EXPECT_NEAR(found.nmi_geometric, mutual / std::sqrt(entropy * entropy_types), 1e-12);
  EXPECT_NEAR(found.nmi_max, mutual / std::max(entropy, entropy_types), 1e-12);
  EXPECT_EQ(found.confusion(0, 0), 2);
  EXPECT_EQ(found.confusion(0, 1), 1);
  EXPECT_EQ(found.confusion(1, 0), 0);
  EXPECT_EQ(found.confusion(1, 1), 1);
}

TEST(Evaluation, WhatNeedsNoLabelIsOverAllCellsWithAType) {
  const Evaluation found = evaluate(six_cells(), labels());
  EXPECT_DOUBLE_EQ(found.amp, ((0.75 + 1 + 1) / 3 + (0.75 + 1) / 2) / 2) << "of T1 and of T2";
  EXPECT_DOUBLE_EQ(found.consensus.value(), 2.0 / 5);
  EXPECT_DOUBLE_EQ(found.all_arms_equal.value(), 2.0 / 5);
  ASSERT_TRUE(found.silhouette.has_value());
  EXPECT_DOUBLE_EQ(*found.silhouette, 1);
}

TEST(Evaluation, FactorsAreScoredOverTheCellsWithAType) {
  Assignment assignment = six_cells();
  EXPECT_FALSE(evaluate(assignment, labels()).disentanglement);
  assignment.state = DenseMatrix(6, 1);
  assignment.state.values = {1, -1, 1, -1, std::numeric_limits<float>::quiet_NaN(), 1};
  assignment.state_variance = DenseMatrix(6, 1);
  assignment.state_variance.values = {0.1F, 0.1F, 0.1F, 0.1F, 0.1F, 0.1F};
  const Column type{"kind", std::vector<std::string>{"a", "a", "b", "b", "b", "a"}};
  const Column sign{"sign", std::vector<double>{1, 2, 1, 2, 2, 1}};
  const Evaluation found = evaluate(assignment, labels(), {.seed = 1, .factors = {type, sign}});
  ASSERT_TRUE(found.disentanglement.has_value());
  EXPECT_EQ(found.factor_names, (std::vector<std::string>{"kind", "sign"}));
  EXPECT_EQ(found.disentanglement->score, 1) << "the type tells the kind, the state the sign";
  Categorical with_gap{{"a", "b"}, {0, 1, -1, 0, 1, 0}, false};
  EXPECT_THROW(evaluate(assignment, labels(), {.factors = {Column{"gap", with_gap}}}), InputError);
}

TEST(Evaluation, OneTypeHasNoSilhouette) {
  Assignment assignment = six_cells();
  assignment.types = {0, 0, 0, 0, -1, 0};
  const Evaluation found = evaluate(assignment, labels());
  EXPECT_FALSE(found.silhouette.has_value());
  EXPECT_EQ(found.k_used, 1);
}

TEST(Evaluation, LabelsWithManyCellsAreNotRare) {
  Assignment assignment;
  assignment.type_names = {"T1"};
  assignment.types.assign(30, 0);
  assignment.type_prob.assign(assignment.types.size(), 1.0F);
  assignment.arm_types = {assignment.types};
  assignment.type_probs = DenseMatrix(30, 1);
  assignment.latent = DenseMatrix(30, 1);
  Categorical thirty{{"A"}, std::vector<std::int32_t>(30, 0), false};
  EXPECT_FALSE(evaluate(assignment, thirty).f_rare.has_value());
  EXPECT_FALSE(evaluate(assignment, thirty).consensus.has_value()) << "one arm";
  EXPECT_FALSE(evaluate(assignment, thirty).all_arms_equal.has_value());
  thirty.codes.front() = -1;
  EXPECT_TRUE(evaluate(assignment, thirty).f_rare.has_value());
}

TEST(Evaluation, ATreeMustHoldEveryLabel) {
  EXPECT_FALSE(evaluate(six_cells(), labels()).tree.has_value());
  const Evaluation found = evaluate(six_cells(), labels(), {.newick = "(A,(B,C));"});
  ASSERT_TRUE(found.tree.has_value());
  EXPECT_EQ(found.tree->wrong_cells, 1);
  EXPECT_DOUBLE_EQ(found.tree->mean, 3) << "branches from A to B";
  try {
    evaluate(six_cells(), labels(), {.newick = "(A,(b,C));"});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), ::testing::AllOf(HasSubstr("the tree of labels"), HasSubstr("type B"),
                                               HasSubstr("not a leaf")));
  }
}

TEST(Evaluation, NeedsACellWithTypeAndLabel) {
  const Categorical elsewhere{{"A", "B"}, {-1, -1, -1, -1, 1, -1}, false};
  try {
    evaluate(six_cells(), elsewhere);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no cell has both labels"));
  }
}

TEST(Evaluation, TheConfusionMatrixNamesLabelsAndTypes) {
  const Assignment assignment = six_cells();
  EXPECT_EQ(confusion_csv(evaluate(assignment, labels()), assignment),
            "type,T1,T2\nA,2,1\nB,0,1\n");
}

}  // namespace
}  // namespace mixvae::analysis
