#include "app/benchmark/plan.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Plan : ::testing::Test {
  std::string path = ::testing::TempDir() + "mixvae_plan_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";
  const std::string data = "[[data]]\nname = 'd'\npath = 'x/y.h5ad'\nlabels = 'l'\n";
  const std::string method = "[[method]]\nname = 'm'\n";

  ~Plan() override { std::filesystem::remove(path); }
  BenchmarkPlan read(const std::string& text) const {
    std::ofstream(path) << text;
    return read_benchmark_plan(path);
  }
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(Plan, ReadsEverything) {
  const BenchmarkPlan plan = read(
      "title = 't'\nseeds = [3, 5]\nmetrics = ['nmi']\n[options]\nepochs = 7\nbeta = 0.5\n" + data +
      "optional = true\nfilter = 'Valid == 1'\nmerge = { ab = ['a', 'b'] }\ntypes = 9\noptions = { "
      "epochs = 8, "
      "exclude = ['x', 'y'] }\n" +
      method +
      "options = { arms = 5, hard = true }\ndata = ['d']\n"
      "[[method]]\nname = 'other'\ncommand = ['prog', '{data}']\n"
      "[[published]]\ndata = 'd'\nmethod = 'm'\nmetric = 'nmi'\nvalue = '0.5'\nsource = 'p'\n");
  EXPECT_EQ(plan.title, "t");
  EXPECT_THAT(plan.seeds, ElementsAre(3, 5));
  EXPECT_EQ(plan.data[0].path,
            (std::filesystem::path(::testing::TempDir()) / "x/y.h5ad").lexically_normal());
  EXPECT_THAT(plan.data[0].filter, ElementsAre("Valid == 1"));
  EXPECT_TRUE(plan.data[0].optional);
  EXPECT_THAT(plan.data[0].merge.at("ab"), ElementsAre("a", "b"));
  EXPECT_EQ(plan.data[0].types, 9);
  EXPECT_THAT(plan.methods[1].command, ElementsAre("prog", "{data}"));
  EXPECT_EQ(plan.published[0].text, "0.5");
  const OptionTexts options = merged_options(plan, plan.data[0], plan.methods[0]);
  EXPECT_EQ(
      options,
      (OptionTexts{
          {"epochs", "8"}, {"beta", "0.5"}, {"exclude", "x,y"}, {"arms", "5"}, {"hard", "true"}}));
}

TEST_F(Plan, ANumberOfSeedsCountsFromZero) {
  EXPECT_THAT(read("seeds = 3\n" + data + method).seeds, ElementsAre(0, 1, 2));
  EXPECT_THAT(read(data + method).seeds, ElementsAre(0));
}

TEST_F(Plan, RefusesNamingTheLine) {
  EXPECT_THAT(refusal("sedes = 3\n" + data + method),
              AllOf(HasSubstr("no key 'sedes'"), HasSubstr("line 1"), HasSubstr("nearest: seeds")));
  EXPECT_THAT(refusal(data + "lables = 'x'\n" + method),
              AllOf(HasSubstr("lables"), HasSubstr("line 5")));
  EXPECT_THAT(refusal("[[data]]\nname = 'd'\n" + method), HasSubstr("has no 'path'"));
  EXPECT_THAT(refusal("seeds = 0\n" + data + method), HasSubstr("integer >= 1"));
  EXPECT_THAT(refusal("seeds = ['a']\n" + data + method), HasSubstr("integer >= 0"));
  EXPECT_THAT(refusal(data + method + "data = ['e']\n"), HasSubstr("unknown data 'e'"));
  EXPECT_THAT(refusal(data + method + "command = ['x']\noptions = { arms = 2 }\n"),
              HasSubstr("both command and options"));
  EXPECT_THAT(refusal(data + method + "method = 'dbscan'\n"), HasSubstr("unknown method 'dbscan'"));
  EXPECT_THAT(refusal(data + method + "method = 'umap'\ncommand = ['x']\n"),
              HasSubstr("both method and command"));
  EXPECT_THAT(refusal(data + data + method), HasSubstr("same name"));
  EXPECT_THAT(refusal(data + "[[method]]\nname = 'k means'\n[[method]]\nname = 'k_means'\n"),
              AllOf(HasSubstr("'k means' and 'k_means'"), HasSubstr("under k_means")));
  EXPECT_THAT(refusal(data), HasSubstr("no [[method]]"));
  EXPECT_THAT(refusal(method), HasSubstr("no [[data]]"));
  EXPECT_THAT(refusal("data = 3\n" + method), HasSubstr("not a list of tables"));
  EXPECT_THAT(refusal("title = 't'\ntitle = 'u'\n"), HasSubstr("not valid TOML"));
  for (const char* absent : {"/no/such/file.toml", "/tmp"}) {
    try {
      read_benchmark_plan(absent);
      ADD_FAILURE() << "accepted";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot read the benchmark file"),
                                      HasSubstr(std::string("where: ") + absent)));
    }
  }
}

TEST_F(Plan, TheCommittedTablesCanBeRead) {
  for (const auto& entry : std::filesystem::directory_iterator(MIXVAE_SOURCE_DIR "/bench/tables")) {
    EXPECT_NO_THROW(read_benchmark_plan(entry.path().string())) << entry.path();
  }
}

}  // namespace
}  // namespace mixvae::app
