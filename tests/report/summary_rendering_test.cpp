#include "report/summary_rendering.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/annotated_cells.hpp"

namespace mixvae::report {
namespace summary_rendering_test {

using ::testing::HasSubstr;

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

TEST(SummaryRendering, TellsOfValuesThatAreNotFinite) {
  Dataset dataset;
  dataset.x = DenseMatrix(1, 2);
  std::get<DenseMatrix>(dataset.x).values = {NAN, INFINITY};
  EXPECT_THAT(summary_text(summarise(dataset)), HasSubstr("2 values that are NaN or infinite"));
}

}  // namespace summary_rendering_test
}  // namespace mixvae::report
