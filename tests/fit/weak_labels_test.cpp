#include "fit/weak_labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::fit {
namespace weak_labels_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Five cells, two genes with means 1 and 2.
Dataset cells() {
  Dataset dataset;
  DenseMatrix x(5, 2);
  x.values = {3, 0, 0, 5, 2, 5, 0, 0, 0, 0};
  dataset.x = x;
  dataset.features.names = {"Lpl", "Miox"};
  dataset.cells.names = numbered_names("C", 5);
  dataset.cells.set({"organ", std::vector<std::string>{"liver", "", "heart", "liver", ""}});
  return dataset;
}

const std::vector<Index> kAll{0, 1, 2, 3, 4};

template <class Error>
std::string refusal(const WeakLabelOptions& options, std::int64_t types = 3) {
  try {
    known_types(options, cells(), kAll, types);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(WeakLabels, ComeFromAnAnnotationWithGaps) {
  EXPECT_THAT(known_types({.known_types = "organ"}, cells(), kAll, 2),
              ElementsAre(1, -1, 0, 1, -1));
  EXPECT_THAT(known_types({.known_types = "organ"}, cells(), {3, 1}, 2), ElementsAre(1, -1));
  EXPECT_THAT(known_types({}, cells(), kAll, 2), IsEmpty());
}

TEST(WeakLabels, ComeFromExactlyOneSignature) {
  EXPECT_THAT(known_types({.signatures = {"Lpl=heart", "Miox=kidney"}}, cells(), kAll, 2),
              ElementsAre(0, 1, -1, -1, -1));
}

TEST(WeakLabels, Refusals) {
  EXPECT_THAT(refusal<UsageError>({.known_types = "organ"}, 1), HasSubstr("more types are known"));
  EXPECT_THAT(refusal<UsageError>({.known_types = "organ", .signatures = {"Lpl=x"}}),
              HasSubstr("not both"));
  EXPECT_THAT(refusal<UsageError>({.signatures = {"Lpl"}}), HasSubstr("cannot be understood"));
  EXPECT_THAT(refusal<InputError>({.signatures = {"Lp=x"}}),
              HasSubstr("do not have this marker gene"));
  EXPECT_THAT(refusal<InputError>({.known_types = "orgn"}), HasSubstr("orgn"));
  EXPECT_THAT(refusal<InputError>({.signatures = {"Lpl=heart", "Lpl=liver"}}),
              HasSubstr("no cell has a known type"));
}

/// Every cell is linked to the next one alone, so that what is known spreads both ways.
cluster::Neighbours chain(Index cells) {
  cluster::Neighbours graph{.k = 1, .cells = {}, .distances = {}};
  for (Index n = 0; n < cells; ++n) {
    graph.cells.push_back(static_cast<std::int32_t>(n + 1 < cells ? n + 1 : n - 1));
    graph.distances.push_back(1);
  }
  return graph;
}

TEST(WeakLabels, StartsTakeTheKnownNumbers) {
  StartingTypes start{.types = {{0, 0, 0, 1, 1, 1, 2}}, .weights = {std::vector<float>(7, 1.F)}};
  follow_known_types({2, -1, -1, -1, 0, 0, -1}, 3, 1.0, chain(7), start);
  EXPECT_THAT(start.types.front(), ElementsAre(2, 2, 2, 0, 0, 0, 1));
}

TEST(WeakLabels, StartingTypesWithoutKnownCellsKeepNumbersOfTheirOwn) {
  StartingTypes start{.types = {{0, 0, 1, 1, 2, 2, 3, -1}},
                      .weights = {std::vector<float>(8, 1.F)}};
  follow_known_types({-1, -1, 1, -1, -1, -1, -1, 0}, 4, 1.0, chain(8), start);
  const auto& types = start.types.front();
  EXPECT_THAT(types, ElementsAre(2, 2, 1, 1, 3, 3, 0, 0));
  EXPECT_THAT(start.weights.front(), testing::Each(testing::FloatEq(1.F)));
}

TEST(WeakLabels, KnownTypesSpreadWhereTheyTellMoreOfEachOtherThanTheClusters) {
  // The clusters cut across the known types; the neighbours do not. Type 2 is of the clusters
  // alone.
  StartingTypes start{.types = {{0, 1, 0, 1, 0, 1, 0, 1, 2, 2}},
                      .weights = {std::vector<float>(10, 1.F)}};
  follow_known_types({0, 0, 0, -1, -1, 1, 1, 1, -1, -1}, 3, 1.0, chain(10), start);
  EXPECT_THAT(start.types.front(), ElementsAre(0, 0, 0, 0, 1, 1, 1, 1, 2, 2));
  EXPECT_FLOAT_EQ(start.weights.front()[9] / start.weights.front()[0], 2.F);
}

TEST(WeakLabels, ClustersStayWhereTheyTellTheKnownTypes) {
  StartingTypes start{.types = {{0, 0, 1, 1, 0, 0, 1, 1}}, .weights = {std::vector<float>(8, 1.F)}};
  follow_known_types({0, -1, 1, 1, 0, 0, 1, -1}, 2, 1.0, chain(8), start);
  EXPECT_THAT(start.types.front(), ElementsAre(0, 0, 1, 1, 0, 0, 1, 1));
}

}  // namespace weak_labels_test
}  // namespace mixvae::fit
