#include "data/prepare/feature_list.hpp"

#include <gtest/gtest.h>

#include "data/small_datasets.hpp"
#include "support/python.hpp"

namespace mixvae {
namespace feature_list_test {

using test::message_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> kNames{"Gad1", "Vip", "Sst", "Pvalb"};
const std::vector<Index> kAll{0, 1, 2, 3};

TEST(ListedFeatures, AreTakenInTheOrderOfTheData) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("genes.txt");
  test::write_text(path, "# markers\nSst\r\n\nGad1\nNot1\nNot2\n");
  std::vector<std::string> notes;
  EXPECT_THAT(listed_features(path, kNames, kAll, notes), ElementsAre(0, 2));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("2 of the features listed")));
  EXPECT_THAT(notes.front(), HasSubstr("Not1, Not2"));
}

TEST(ListedFeatures, RefusesAMissingFileAndAListWithoutAnyMatch) {
  std::vector<std::string> notes;
  const std::string missing =
      message_of<InputError>([&] { listed_features("/no/such/list", kNames, kAll, notes); });
  EXPECT_THAT(missing, HasSubstr("/no/such/list"));
  EXPECT_THAT(missing, HasSubstr("--features"));
  const test::TemporaryFolder folder;
  test::write_text(folder.path("l"), "ENSG1\nENSG2\n");
  const std::string strange =
      message_of<InputError>([&] { listed_features(folder.path("l"), kNames, kAll, notes); });
  EXPECT_THAT(strange, HasSubstr("ENSG1, ENSG2"));
  EXPECT_THAT(strange, HasSubstr("Gad1, Vip"));
}

TEST(UniqueNames, NumberTheLaterOnesAndSkipNamesThatExist) {
  std::vector<std::string> repeated;
  const std::vector<std::string> names{"A", "B", "A", "A-1", "A", "B"};
  EXPECT_THAT(unique_names(names, repeated), ElementsAre("A", "B", "A-2", "A-1", "A-3", "B-1"));
  EXPECT_THAT(repeated, ElementsAre("A", "B"));
  repeated.clear();
  EXPECT_EQ(unique_names(kNames, repeated), kNames);
  EXPECT_THAT(repeated, IsEmpty());
}

}  // namespace feature_list_test
}  // namespace mixvae
