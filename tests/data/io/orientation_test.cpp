#include "data/io/orientation.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae {
namespace orientation_test {

using ::testing::HasSubstr;
using Names = std::vector<std::string>;

TEST(Orientation, FollowsEachSignInTurn) {
  const Names genes = {"Xkr4", "Sox17", "Mrpl15", "Lypla1", "Tcea1", "Rgs20"};
  const Names samples = {"A1", "A2", "A3", "A4", "A5", "A6"};
  const Names ensembl = {"ENSG00000072858", "ENSMUSG00000000001", "ENSG00000129749.3"};
  const Names barcodes = {"AAACATACAACCAC-1", "AAACATTGAGCTAC-1", "AAACATTGATCAGC-1"};

  EXPECT_TRUE(guess_orientation("gene", {}, genes).cells_in_rows) << "no names";
  EXPECT_FALSE(guess_orientation("Gene_ID", samples, genes).cells_in_rows);
  EXPECT_TRUE(guess_orientation("Barcode", genes, samples).cells_in_rows);
  EXPECT_FALSE(guess_orientation("", ensembl, samples).cells_in_rows);
  EXPECT_TRUE(guess_orientation("", samples, ensembl).cells_in_rows);
  EXPECT_FALSE(guess_orientation("", Names{"Gapdh", "x1"}, samples).cells_in_rows);
  EXPECT_TRUE(guess_orientation("", barcodes, genes).cells_in_rows);
  EXPECT_FALSE(guess_orientation("", genes, barcodes).cells_in_rows);
  EXPECT_FALSE(guess_orientation("", genes, samples).cells_in_rows);
  EXPECT_TRUE(guess_orientation("", samples, genes).cells_in_rows);
}

TEST(Orientation, FallsBackToTheLongerSide) {
  const Names three = {"1", "2", "3"};
  const Names four = {"1", "2", "3", "4"};
  EXPECT_TRUE(guess_orientation("", three, four).cells_in_rows);
  EXPECT_FALSE(guess_orientation("", four, three).cells_in_rows);
  EXPECT_THAT(guess_orientation("", four, three).reason, HasSubstr("more rows"));
}

TEST(Orientation, DoesNotTakeWordsInCapitalsForBarcodes) {
  const Names markers = {"CATGAT", "TAC", "GATA3"};
  const Names samples = {"s1", "s2", "s3"};
  EXPECT_TRUE(guess_orientation("", samples, markers).cells_in_rows);
}

}  // namespace orientation_test
}  // namespace mixvae
