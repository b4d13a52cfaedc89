#include "report/summary_rendering.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "data/io/channel_kinds.hpp"
#include "support/annotated_cells.hpp"

namespace mixvae::report {
namespace summary_rendering_test {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SummaryRendering, IsWrittenForPeople) {
  const std::string text = summary_text(summarise(support::annotated_cells()));
  EXPECT_THAT(text, HasSubstr("x.h5ad (h5ad)"));
  EXPECT_THAT(text, HasSubstr("4 cells x 3 features"));
  EXPECT_THAT(text, HasSubstr("33.3 % (sparse in memory)"));
  EXPECT_THAT(text, HasSubstr("X (of X, raw)"));
  EXPECT_THAT(text, HasSubstr("labels, 2 distinct, 1 missing: T, B\n"));
  EXPECT_THAT(text, HasSubstr("1 cells with zeros only, 1 features with zeros only, 1 repeated"));
  EXPECT_THAT(text, HasSubstr("Something was skipped."));
}

TEST(SummaryRendering, IsWrittenForMachines) {
  const auto json = nlohmann::json::parse(summary_json(summarise(support::annotated_cells())));
  EXPECT_EQ(json["cells"], 4);
  EXPECT_EQ(json["cell_sums"]["maximum"], 5.0);
  EXPECT_EQ(json["cell_annotations"][0]["name"], "type");
  EXPECT_EQ(json["layers"], (std::vector<std::string>{"X", "raw"}));
  EXPECT_EQ(json["values"], "counts");
}

/// Three channels, of which one carries a marker.
Dataset cytometry() {
  Dataset dataset;
  dataset.x = DenseMatrix(2, 3);
  std::get<DenseMatrix>(dataset.x).values = {1, 500, 40, 2, 600, 4000};
  dataset.cells.names = {"C1", "C2"};
  dataset.features.names = {"Time", "FSC-A", "CD3"};
  dataset.features.set(
      {std::string(kChannelName), std::vector<std::string>{"Time", "FSC-A", "FITC-A"}});
  dataset.features.set(
      {std::string(kChannelKind),
       Categorical{{std::string(kTime), std::string(kScatter), std::string(kFluorescenceMarker)},
                   {0, 1, 2}}});
  return dataset;
}

TEST(SummaryRendering, ListsThePanelOfACytometer) {
  const std::string text = summary_text(summarise(cytometry()));
  EXPECT_THAT(text, HasSubstr("panel               1 of 3 channels are used by fit"));
  EXPECT_THAT(text, HasSubstr("  channel  marker  kind                 used by fit\n"
                              "  Time     -       time                 no\n"
                              "  FSC-A    -       scatter              no\n"
                              "  FITC-A   CD3     fluorescence marker  yes\n"));
  EXPECT_THAT(text, HasSubstr("feature annotations none"));
  EXPECT_THAT(text, Not(HasSubstr("sum per cell")));
  const auto json = nlohmann::json::parse(summary_json(summarise(cytometry())));
  EXPECT_EQ(json["panel"][2], (nlohmann::json{{"name", "CD3"},
                                              {"channel", "FITC-A"},
                                              {"kind", "fluorescence marker"},
                                              {"used", true}}));
  EXPECT_FALSE(json["panel"][0]["used"]);
}

TEST(SummaryRendering, HasNoPanelOfGenes) {
  EXPECT_THAT(summary_text(summarise(support::annotated_cells())), Not(HasSubstr("panel")));
  EXPECT_EQ(
      nlohmann::json::parse(summary_json(summarise(support::annotated_cells())))["panel"].size(),
      0U);
}

TEST(SummaryRendering, TellsOfValuesThatAreNotFinite) {
  Dataset dataset;
  dataset.x = DenseMatrix(1, 2);
  std::get<DenseMatrix>(dataset.x).values = {NAN, INFINITY};
  EXPECT_THAT(summary_text(summarise(dataset)), HasSubstr("2 values that are NaN or infinite"));
}

}  // namespace summary_rendering_test
}  // namespace mixvae::report
