#include "report/traversal_output.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/figures/image_traversal.hpp"
#include "report/figures/traversal_figure.hpp"

namespace mixvae::report {
namespace traversal_output_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// One type, one state, three steps, four features: rising, falling, constant, of no s.d.
analysis::Traversal small_traversal() {
  analysis::StateWalk walk{.name = "state 1"};
  walk.position = {-1, 0, 1};
  walk.values = DenseMatrix(3, 4);
  walk.values.values = {0, 2, 5, 0, 1, 1.5F, 5, 1, 2, 1, 5, 2};
  analysis::Traversal traversal;
  traversal.type_names = {"T1"};
  traversal.features = {"gene,1", "gene2", "still", "zero"};
  traversal.deviation = {1, 4, 1, 0};
  traversal.quantiles = {0.05, 0.5, 0.95};
  traversal.states = 1;
  analysis::measure_effects(walk, traversal.deviation);
  traversal.types = {{.name = "T1", .type = 0, .cells = 30, .walks = {walk}}};
  return traversal;
}

const analysis::FeatureSets kSets{.sets = {{"both", {0, 1}}}, .unknown = {"NOBODY"}};
const std::vector<std::vector<analysis::StateFollowing>> kFollowing{
    {{.property = "molecules", .states = {-0.88}},
     {.property = "batch", .states = {std::nan("")}}}};

TEST(TraversalOutput, TablesShowWhatMovesMost) {
  const analysis::Traversal traversal = small_traversal();
  const TraversalList list{traversal, kSets, kFollowing};
  EXPECT_THAT(traversal_table(list, 9).rows(),
              ElementsAre(ElementsAre("T1", "state 1", "gene,1", "2.000", "2.000", "1.00"),
                          ElementsAre("T1", "state 1", "gene2", "-1.000", "-0.250", "-1.00")));
  EXPECT_EQ(traversal_table(list, 1).rows().size(), 1U);
  EXPECT_THAT(following_table(list).header(), ElementsAre("of", "state", "molecules", "batch"));
  EXPECT_THAT(following_table(list).rows(), ElementsAre(ElementsAre("T1", "1", "-0.88", "-")));
  EXPECT_THAT(set_table(list).rows(), ElementsAre(ElementsAre("T1", "state 1", "both", "2", "1.5",
                                                              "0.875", "1.125", "0.00")));
}

TEST(TraversalOutput, NothingKnownMakesNoRows) {
  const analysis::Traversal traversal = small_traversal();
  const analysis::FeatureSets sets;
  const std::vector<std::vector<analysis::StateFollowing>> following{{}};
  EXPECT_TRUE(following_table({traversal, sets, following}).rows().empty());
  EXPECT_TRUE(set_table({traversal, sets, following}).rows().empty());
}

TEST(TraversalOutput, CsvHasAllFeatures) {
  EXPECT_EQ(traversal_csv(small_traversal()),
            "of,type,along,feature,rank,start,end,effect,in_sd,monotone\n"
            "T1,T1,state 1,\"gene,1\",1,0,2,2,2,1\n"
            "T1,T1,state 1,gene2,2,2,1,-1,-0.25,-1\n"
            "T1,T1,state 1,still,3,5,5,0,0,\n"
            "T1,T1,state 1,zero,4,0,2,2,,1\n");
}

TEST(TraversalOutput, JsonTellsTheSame) {
  const analysis::Traversal traversal = small_traversal();
  const auto json = nlohmann::json::parse(traversal_json({traversal, kSets, kFollowing}, 1));
  const auto& walk = json["types"][0]["walks"][0];
  EXPECT_EQ(json["arm"], 1);
  EXPECT_EQ(json["unknown_in_sets"], nlohmann::json({"NOBODY"}));
  EXPECT_EQ(walk["features"].size(), 1U);
  EXPECT_EQ(walk["features"][0]["in_sd"], 2.0);
  EXPECT_EQ(walk["follows"]["molecules"], -0.88);
  EXPECT_TRUE(walk["follows"]["batch"].is_null());
  EXPECT_EQ(walk["sets"][0]["rank"], 1.5);
}

TEST(TraversalFigure, DrawsARowForEachFeatureThatMoves) {
  const Figure figure = traversal_figure(small_traversal(), 5);
  EXPECT_THAT(figure.svg, HasSubstr("T1, state 1"));
  EXPECT_THAT(figure.svg, HasSubstr("gene,1"));
  EXPECT_THAT(figure.svg, HasSubstr("gene,1, state 1 1.00: 1.00 s.d."));
  EXPECT_THAT(figure.svg, HasSubstr("gene2, state 1 -1.00: 0.1"));
  EXPECT_THAT(figure.svg, Not(HasSubstr("still")));
}

TEST(TraversalFigure, ImagesAreGridsOfPixels) {
  const Figure figure = image_traversal_figure(small_traversal(), 2);
  EXPECT_THAT(figure.svg, HasSubstr("data:image/png;base64,iVBORw0KGgo"));
  EXPECT_THAT(figure.svg, HasSubstr("state 1"));
}

}  // namespace traversal_output_test
}  // namespace mixvae::report
