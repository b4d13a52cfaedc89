#include "app/next_command.hpp"

#include <filesystem>

#include "app/run_input.hpp"
#include "data/files.hpp"

namespace mixvae::app {
namespace next_command_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing_files::TemporaryFolder;

TEST(NextCommand, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(command_line({"assign", "my run", "it's.csv", "--out", "typed/"}),
            "mixvae assign 'my run' 'it'\\''s.csv' --out typed/");
  EXPECT_EQ(path_word("-x.csv"), "./-x.csv");
  EXPECT_EQ(path_word("a/-x.csv"), "a/-x.csv");
}

TEST(NextCommand, RepeatsTheOptionsThatWereGiven) {
  RunInput usual;
  RunInput given;
  EXPECT_THAT(given_words(options(given), options(usual), {}), IsEmpty());
  given.read.annotations = "sheet.csv";
  given.read.feature_types = "Gene Expression";
  given.trust_values = true;
  EXPECT_THAT(given_words(options(given), options(usual), {"annotations"}),
              ElementsAre("--feature-types", "Gene Expression", "--trust-values"));
}

struct InFolder : ::testing::Test {
  TemporaryFolder folder;
  std::filesystem::path before = std::filesystem::current_path();
  InFolder() { std::filesystem::current_path(folder.path()); }
  ~InFolder() override { std::filesystem::current_path(before); }
};

TEST_F(InFolder, TheNameIsFree) {
  EXPECT_EQ(free_name("markers.csv"), "markers.csv");
  folder.write("markers.csv", "");
  folder.write("markers-2.csv", "");
  EXPECT_EQ(free_name("markers.csv"), "markers-3.csv");
  EXPECT_EQ(free_name("typed/"), "typed/");
  folder.write("typed/a.fcs", "");
  EXPECT_EQ(free_name("typed/"), "typed-2/");
}

TEST_F(InFolder, ResultsGoWhereTheDataCameFrom) {
  Source source;
  source.format = "10x-h5";
  EXPECT_EQ(suggested_output(source), "annotated.h5ad");
  source.format = "fcs";
  EXPECT_EQ(suggested_output(source), "typed.fcs");
  source.files = {{"samples/a.fcs", 3}};
  EXPECT_EQ(suggested_output(source), "typed/");
  source = {};
  source.format = "h5ad";
  source.cells_unnamed = true;
  EXPECT_EQ(suggested_output(source), "types.csv");
}

}  // namespace next_command_test
}  // namespace mixvae::app
