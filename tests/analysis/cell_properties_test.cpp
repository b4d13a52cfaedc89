#include "analysis/cell_properties.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/simulated_cells.hpp"

namespace mixvae::analysis {
namespace cell_properties_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Index kCells = 240;

/// Two types in halves; one state that rises within each.
struct Example {
  Dataset data = support::simulated_cells({kCells, 40, 2, 120, 120});
  Assignment assignment;

  Example() {
    data.cells.columns.clear();
    assignment.type_names = {"T1", "T2"};
    assignment.state = DenseMatrix(kCells, 1);
    for (Index n = 0; n < kCells; ++n) {
      assignment.types.push_back(n < kCells / 2 ? 0 : 1);
      assignment.state(n, 0) = static_cast<float>(n % 120);
    }
  }

  std::vector<double> numbers(double (*of)(Index)) const {
    std::vector<double> values;
    for (Index n = 0; n < kCells; ++n) {
      values.push_back(of(n));
    }
    return values;
  }
  CellProperty only(const std::string& name) const {
    for (const CellProperty& property : cell_properties(data, assignment)) {
      if (property.name == name) {
        return property;
      }
    }
    return {.name = "none", .states = {}};
  }
};

TEST(CellProperties, OfCountsCountThem) {
  Example example;
  DenseMatrix x(kCells, 3);
  for (Index n = 0; n < kCells; ++n) {
    x(n, 0) = 5;
    x(n, 1) = n < kCells / 2 ? 0.0F : 15.0F;
    x(n, 2) = static_cast<float>(n % 120 + 1);
  }
  example.data.x = x;
  example.data.features.names = {"A", "mT-B", "MTOR"};
  example.data.features.columns.clear();
  const CellProperty features = example.only("features found");
  EXPECT_DOUBLE_EQ(features.types, 1);  // 2 in one type, 3 in the other
  EXPECT_TRUE(std::isnan(features.states[0]));
  EXPECT_NEAR(example.only("molecules").states[0], 1, 1e-6);
  EXPECT_GT(example.only("mitochondrial share").types, 0.7);
}

TEST(CellProperties, NumbersAndLabelsAreToldApartAndNamesLeftOut) {
  Example example;
  example.data.cells.set({"rising", example.numbers([](Index n) { return n % 120 + 0.5; })});
  example.data.cells.set({"gaps", example.numbers([](Index n) {
                            return n % 3 == 0 ? std::nan("") : -static_cast<double>(n % 120);
                          })});
  example.data.cells.set({"constant", std::vector<double>(at(kCells), 4)});
  std::vector<std::string> half;
  std::vector<std::string> late;
  for (Index n = 0; n < kCells; ++n) {
    half.push_back(n < kCells / 2 ? "a" : "b");
    late.push_back(n % 120 < 60 ? "early" : "late");
  }
  example.data.cells.set({"half", half});
  example.data.cells.set({"late", late});
  example.data.cells.set({"barcode", numbered_names("cell", kCells)});
  EXPECT_NEAR(example.only("rising").states[0], 1, 1e-6);
  EXPECT_NEAR(example.only("rising").types, 0, 1e-6);
  EXPECT_NEAR(example.only("gaps").states[0], -1, 1e-6);
  EXPECT_NEAR(example.only("half").types, 1, 1e-6);
  EXPECT_NEAR(example.only("half").states[0], 0, 1e-6);
  EXPECT_NEAR(example.only("late").states[0], std::sqrt(0.75), 0.01);
  EXPECT_NEAR(example.only("late").types, 0, 1e-6);
  EXPECT_EQ(example.only("barcode").name, "none");
  EXPECT_EQ(example.only("constant").name, "none");
}

TEST(CellProperties, BatchesMayBeNumbersAndManyKindsOfChanceTellNothing) {
  Example example;
  example.data.cells.set({"batch", example.numbers([](Index n) { return n < 120 ? 1.0 : 2.0; })});
  example.data.cells.set({"well", std::vector<std::string>(at(kCells))});
  std::vector<std::string> wells;
  for (Index n = 0; n < kCells; ++n) {
    wells.push_back("w" + std::to_string(n * 7919 % 61));
  }
  example.data.cells.set({"well", wells});
  EXPECT_FALSE(example.only("batch").numeric);
  EXPECT_NEAR(example.only("batch").types, 1, 1e-6);
  EXPECT_LT(example.only("well").states[0], 0.25);  // uncorrected it is 0.5
}

TEST(Suspicions, SayTheSameColumnOnce) {
  EXPECT_THAT(suspicions({{.name = "file", .types = 0.9, .states = {0.1}},
                          {.name = "sample", .types = 0.9, .states = {0.1}}}),
              ElementsAre(HasSubstr("'file'")));
}

TEST(Suspicions, ReadWholeWords) {
  for (const char* name : {"is_platelet", "profile", "Overrun", "cell_type"}) {
    EXPECT_THAT(suspicions({{.name = name, .types = 0.9, .states = {}}}), IsEmpty()) << name;
  }
  for (const char* name : {"Plate", "sampleID", "run 3", "donor.id", "BATCH"}) {
    EXPECT_THAT(suspicions({{.name = name, .types = 0.9, .states = {}}}), ::testing::SizeIs(1))
        << name;
  }
}

TEST(Suspicions, NameBatchesThatTypesTellAndWhatStatesFollow) {
  const std::vector<CellProperty> properties{
      {.name = "Batch_id", .numeric = false, .types = 0.8, .states = {0.1}},
      {.name = "cell_type", .numeric = false, .types = 0.9, .states = {0.1}},
      {.name = "sample", .numeric = false, .types = 0.2, .states = {0.1}},
      {.name = "molecules", .numeric = true, .types = 0.9, .states = {0.2, -0.88}},
      {.name = "flat", .numeric = true, .types = std::nan(""), .states = {std::nan(""), 0.5}}};
  EXPECT_THAT(
      suspicions(properties),
      ElementsAre(HasSubstr("'Batch_id' (Cramér's V 0.80)"),
                  HasSubstr("State 2 follows, within types: 'molecules' (-0.88), 'flat' (0.50).")));
  EXPECT_THAT(suspicions({}), IsEmpty());
}

}  // namespace cell_properties_test
}  // namespace mixvae::analysis
