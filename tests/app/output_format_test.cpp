#include "app/output_format.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/io/read.hpp"

namespace mixvae::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Dataset small_dataset() {
  Dataset dataset;
  dataset.x = CsrMatrix{2, 3, {0, 1, 3}, {1, 0, 2}, {2.5F, 1.0F, 3.0F}};
  dataset.cells.names = {"c,1", "c2"};
  dataset.features.names = {"g1", "g2", "g3"};
  dataset.cells.set({"kind", std::vector<std::string>{"a", "say \"b\""}});
  dataset.cells.set({"depth", std::vector<double>{1.5, 2}});
  dataset.cells.set({"batch", Categorical{{"1", "2"}, {0, 1}, false}});
  dataset.source.format = "simulated";
  return dataset;
}

Additions small_additions() {
  Additions additions;
  additions.cells.push_back({"m_type", Categorical{{"T1", "T2"}, {1, -1}, false}});
  additions.cells.push_back(
      {"m_prob", std::vector<double>{0.25, std::numeric_limits<double>::quiet_NaN()}});
  additions.arrays["m_state"] = DenseMatrix(2, 2);
  additions.arrays["m_state"](0, 1) = 0.1F;
  return additions;
}

struct OutputFiles : ::testing::Test {
  std::string folder = ::testing::TempDir() + "mixvae_output " +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name() + "/";
  OutputFiles() { std::filesystem::create_directories(folder); }
  ~OutputFiles() override { std::filesystem::remove_all(folder); }
  static std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST(OutputFormatOf, FollowsTheExtension) {
  EXPECT_EQ(output_format("a b/c.H5AD"), OutputFormat::h5ad);
  EXPECT_EQ(output_format("x.csv"), OutputFormat::csv);
  EXPECT_EQ(output_format("x.npz"), OutputFormat::npz);
  EXPECT_EQ(output_format("x.npy"), OutputFormat::npy);
  try {
    output_format("x.xlsx");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr(".xlsx"), HasSubstr(".h5ad, .csv, .npz, .npy or .fcs")));
  }
}

TEST(OutputFormatOf, IsH5adWhereCompatibilityIsAsked) {
  EXPECT_NO_THROW(require_compatible_format("x.h5ad", "0.8"));
  EXPECT_NO_THROW(require_compatible_format("x.csv", "input"));
  for (const char* path : {"x.csv", ""}) {
    try {
      require_compatible_format(path, "0.8");
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(),
                  AllOf(HasSubstr("--compat is about .h5ad files"),
                        HasSubstr("found: --compat 0.8"), HasSubstr("--out FILE.h5ad")));
    }
  }
}

TEST(OutputFormatOf, IsNotH5adForACopyWithoutNamesOfCells) {
  Dataset dataset = small_dataset();
  dataset.source.cells_unnamed = true;
  EXPECT_NO_THROW(require_matching_input(OutputFormat::h5ad, "o.h5ad", dataset)) << "no copy";
  dataset.source.format = "h5ad";
  dataset.source.path = "in.h5ad";
  EXPECT_NO_THROW(require_matching_input(OutputFormat::csv, "o.csv", dataset));
  try {
    require_matching_input(OutputFormat::h5ad, "o.h5ad", dataset);
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("whose cells have no names"),
                                    HasSubstr("in.h5ad, obs"), HasSubstr("expected: .csv")));
  }
}

TEST_F(OutputFiles, ADataSetIsWrittenAsH5adOrCsvAlone) {
  for (const char* name : {"d.fcs", "d.npz", "d/"}) {
    try {
      write_dataset(folder + name, small_dataset());
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot be written in this format"),
                                      HasSubstr(folder + name), HasSubstr(".h5ad or .csv")));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_THROW(require_dataset_output("d.npz"), UsageError) << "before any work";
  EXPECT_THROW(require_dataset_output(folder + "missing/d.csv"), SystemError);
  EXPECT_NO_THROW(require_dataset_output(folder + "d.csv"));
}

TEST_F(OutputFiles, RefusesAFolderThatIsNotThereBeforeAnyWork) {
  EXPECT_THROW(require_output(folder + "missing/x.h5ad"), SystemError);
  EXPECT_NO_THROW(require_output(folder + "x.h5ad"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(OutputFiles, ATableHasTheExtensionOfOne) {
  EXPECT_NO_THROW(require_csv_output(folder + "x.CSV"));
  EXPECT_THROW(require_csv_output(folder + "missing/x.csv"), SystemError);
  for (const std::string name : {"x.h5ad", "x"}) {
    try {
      require_csv_output(folder + name);
      FAIL() << "accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("a table with commas"), HasSubstr(folder + name),
                                      HasSubstr("expected: .csv")));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(OutputFiles, AFolderOfResultsIsProbedWhereItIsOrWillBe) {
  EXPECT_NO_THROW(require_output(folder));
  EXPECT_NO_THROW(require_output(folder + "new/deeper/"));
  EXPECT_TRUE(std::filesystem::is_empty(folder)) << "probing makes nothing";
  EXPECT_THROW(require_output("/proc/self/"), SystemError);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  EXPECT_NO_THROW(require_output("/proc/self/cwd/")) << "only the folder above is not writable";
  EXPECT_NO_THROW(require_output("new/"));
  std::filesystem::current_path(before);
  std::ofstream(folder + "file") << "x";
  try {
    require_output(folder + "file/deeper/");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("there is a file of its name"),
                                    HasSubstr("found: " + folder + "file")));
  }
}

TEST(CellsCsv, HasOneRowPerCell) {
  EXPECT_EQ(cells_csv({"c,1", "c2"}, small_additions()),
            "cell,m_type,m_prob,m_state_1,m_state_2\n"
            "\"c,1\",T2,0.25,0,0.1\n"
            "c2,,,0,0\n");
}

TEST_F(OutputFiles, AsCsvADataSetKeepsOnlyAnnotationsThatAreNoNumbers) {
  write_dataset(folder + "d.csv", small_dataset());
  EXPECT_EQ(content(folder + "d.csv"),
            "cell,kind,g1,g2,g3\n\"c,1\",a,0,2.5,0\nc2,\"say \"\"b\"\"\",1,0,3\n");
}

TEST_F(OutputFiles, WritesAnyInputAsH5adWithItsResults) {
  write_results(folder + "r.h5ad", small_dataset(), small_additions());
  const Dataset back = read_dataset(folder + "r.h5ad");
  EXPECT_THAT(back.cells.names, ElementsAre("c,1", "c2"));
  EXPECT_NE(back.cells.find("kind"), nullptr);
  EXPECT_EQ(as_labels(require_column(back.cells, "m_type", "")).label(0), "T2");
  EXPECT_FLOAT_EQ(back.arrays.at("m_state")(0, 1), 0.1F);
  EXPECT_FLOAT_EQ(to_dense(back.x)(1, 2), 3.0F);
}

TEST_F(OutputFiles, TablesOfAFolderComeBackUnderTheNamesOfTheirCells) {
  std::filesystem::create_directories(folder + "in");
  std::ofstream(folder + "in/a.csv") << "cell,g1,g2\nx,1,2\n";
  std::ofstream(folder + "in/b.tsv") << "cell\tg1\tg2\ny:z\t3\t4\n";
  write_results(folder + "out/", read_dataset(folder + "in"), small_additions());
  EXPECT_THAT(content(folder + "out/a.csv"), HasSubstr("\nx,T2,0.25,"));
  EXPECT_THAT(content(folder + "out/b.csv"), HasSubstr("\ny:z,,,"));
}

TEST_F(OutputFiles, RefusesToWriteTwoTablesIntoOne) {
  std::filesystem::create_directories(folder + "in");
  std::ofstream(folder + "in/a.csv") << "cell,g1,g2\nx,1,2\n";
  std::ofstream(folder + "in/a.tsv") << "cell\tg1\tg2\ny\t3\t4\n";
  try {
    write_results(folder + "out/", read_dataset(folder + "in"), small_additions());
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("a.csv and a.tsv, both to a.csv"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder + "out"));
}

TEST_F(OutputFiles, AnnotatesAnH5adInputInACopy) {
  write_dataset(folder + "in.h5ad", small_dataset());
  const Dataset in = read_dataset(folder + "in.h5ad");
  write_results(folder + "out.h5ad", in, small_additions());
  EXPECT_EQ(read_dataset(folder + "in.h5ad").cells.find("m_type"), nullptr);
  EXPECT_NE(read_dataset(folder + "out.h5ad").cells.find("m_type"), nullptr);
}

}  // namespace
}  // namespace mixvae::app
