#include "report/explorer/explorer.hpp"

#include <cmath>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "fit/fit.hpp"
#include "support/fit_settings.hpp"
#include "support/simulated_cells.hpp"

namespace mixvae::report::explorer {
namespace explorer_test {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// Names kept in memory, which another program may change, and which may fail.
class KeptNames : public NameKeeper {
 public:
  analysis::TypeNames read() override { return names; }
  Changed change(const std::function<void(analysis::TypeNames&)>& change) override {
    if (fails) {
      throw SystemError({.what = "the disk is full"});
    }
    const analysis::TypeNames before = names;
    analysis::TypeNames after = names;
    change(after);
    names = after;
    return {before, after};
  }

  analysis::TypeNames names;
  bool fails = false;
};

struct Fitted {
  RunView view;
  Decoder decoder;
};

Fitted fitted(const std::string& model) {
  Dataset data = support::simulated_cells({200, 60, 3, 120, 40});
  fit::FitOptions options = support::quick_options(model);
  options.settings.types = 3;
  options.training.epochs = 10;
  fit::FitResult result = fit::fit(data, options, 3, {});
  analysis::FeatureSpread spread = analysis::feature_spread(result.trained, data);
  RunView view;
  view.name = "my <run>";
  view.input = "cells.h5ad";
  view.model = result.trained.model;
  analysis::OverviewOptions wanted;
  wanted.map.map = "pca";
  wanted.map.most_cells = 150;
  view.seen = analysis::overview(result.trained, std::move(data), wanted);
  analysis::show_names(view.seen, result.trained.type_names(), {});
  auto ranges = analysis::state_ranges(view.seen.assignment.state, view.seen.assignment);
  const Index arm = view.seen.assignment.arm;
  return {std::move(view),
          Decoder(std::move(result.trained), std::move(spread), std::move(ranges), arm, {})};
}

/// An explorer of simulated cells, made once; names begin empty in every test.
struct Explored : ::testing::Test {
  static void SetUpTestSuite() {
    Fitted made = fitted("cpl-mixvae");
    explorer_ = std::make_unique<Explorer>(std::move(made.view), std::move(made.decoder), kept_,
                                           "the-token");
  }
  static void TearDownTestSuite() { explorer_.reset(); }
  void TearDown() override {
    kept_.fails = false;
    while (post("/api/undo", json::object()).status == 200) {
    }
  }

  static Answer get(const std::string& path, const std::map<std::string, std::string>& with = {}) {
    return explorer_->answer({.method = "GET", .path = path, .parameters = with});
  }
  static Answer post(const std::string& path, const json& sent) {
    return explorer_->answer({.method = "POST", .path = path, .body = sent.dump()});
  }
  static json value(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  static std::string fault(const Answer& answer, int status = 400) {
    EXPECT_EQ(answer.status, status) << answer.body;
    return json::parse(answer.body)["error"];
  }

  static inline KeptNames kept_;
  static inline std::unique_ptr<Explorer> explorer_;
};

TEST_F(Explored, PageBringsTheTokenToItsScriptAndNothingFromElsewhere) {
  const Answer page = get("/");
  EXPECT_THAT(page.type, StartsWith("text/html"));
  EXPECT_THAT(page.body,
              AllOf(HasSubstr("my &lt;run&gt;"), HasSubstr("src=\"/explorer.js?token=the-token\""),
                    HasSubstr("href=\"/explorer.css?token=the-token\"")));
  EXPECT_THAT(page.body, testing::Not(HasSubstr("http")));
  EXPECT_THAT(get("/explorer.js").type, StartsWith("text/javascript"));
  EXPECT_THAT(get("/explorer.css").body, HasSubstr(".desk"));
  EXPECT_EQ(get("/etc/passwd").status, 404);
}

TEST_F(Explored, RunSaysWhatIsKnownOfTheTypes) {
  const json run = value(get("/api/run"));
  ASSERT_THAT(run["types"], SizeIs(3));
  EXPECT_EQ(run["features"], 60);
  EXPECT_EQ(run["noStates"], "");
  EXPECT_TRUE(run["image"].is_null());
  EXPECT_THAT(run["forks"], SizeIs(2));
  Index cells = 0;
  for (const json& type : run["types"]) {
    cells += type["cells"].get<Index>();
    for (const json& range : type["ranges"]) {
      EXPECT_LE(range[0], range[1]);
      EXPECT_LE(range[1], range[2]);
    }
  }
  EXPECT_EQ(cells, 200);
}

TEST_F(Explored, MapHoldsTheReportsData) {
  const json map = value(get("/api/map"));
  EXPECT_EQ(map["directory"]["map"]["shown"], 150);
  EXPECT_EQ(map["directory"]["colours"][0]["id"], "type");
  EXPECT_FALSE(map["arrays"].get<std::string>().empty());
}

TEST_F(Explored, AnyFeatureCanBeFoundAndShown) {
  const json found = value(get("/api/features", {{"like", "ENE1"}}))["features"];
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(found[0], "gene1");
  const json colour = value(get("/api/colour", {{"name", "feature:gene1"}}));
  EXPECT_EQ(colour["directory"]["id"], "feature:gene1");
  EXPECT_EQ(colour["directory"]["values"]["count"], 150);
  EXPECT_THAT(fault(get("/api/colour", {{"name", "nobody"}})), HasSubstr("cannot be coloured"));
  EXPECT_THAT(fault(get("/api/colour")), HasSubstr("a parameter is missing"));
}

TEST_F(Explored, CellsAreFoundByNameAndByPlace) {
  const json at_place = value(get("/api/cell", {{"place", "149"}}))["cell"];
  EXPECT_EQ(at_place["place"], 149);
  const std::string name = at_place["name"];
  EXPECT_EQ(value(get("/api/cell", {{"name", name}}))["cell"], at_place);
  EXPECT_TRUE(value(get("/api/cell", {{"name", "nobody"}}))["cell"].is_null());
  EXPECT_THAT(at_place["facts"].dump(), HasSubstr("true_type"));
  for (const char* place : {"150", "-1", "", "1x", "99999999999999999999"}) {
    EXPECT_THAT(fault(get("/api/cell", {{"place", place}})), HasSubstr("the map has no such cell"));
  }
}

TEST_F(Explored, MiddleOfATypeDiffersInNothingFromItself) {
  EXPECT_THAT(value(post("/api/decode", {{"type", "T1"}}))["features"], IsEmpty());
}

TEST_F(Explored, ChangesAreDifferencesOfDecodedValuesInStandardDeviations) {
  const json run = value(get("/api/run"));
  std::vector<double> states;
  for (const json& range : run["types"][0]["ranges"]) {
    states.push_back(range[2]);
  }
  const json moved = value(post("/api/decode", {{"type", "T1"}, {"states", states}}))["features"];
  ASSERT_FALSE(moved.empty());
  double before = 1e9;
  for (const json& change : moved) {
    const double in_sd = change["inSd"];
    EXPECT_LE(std::abs(in_sd), before);
    EXPECT_GT(in_sd * (change["value"].get<double>() - change["other"].get<double>()), 0);
    before = std::abs(in_sd);
  }
  const json back = value(post(
      "/api/decode", {{"type", "T1"}, {"otherType", "T1"}, {"otherStates", states}}))["features"];
  ASSERT_EQ(back.size(), moved.size());
  EXPECT_EQ(back[0]["feature"], moved[0]["feature"]);
  EXPECT_EQ(back[0]["inSd"].get<double>(), -moved[0]["inSd"].get<double>());
  EXPECT_EQ(back[0]["value"], moved[0]["other"]);
}

TEST_F(Explored, WhatCannotBeDecodedIsRefused) {
  EXPECT_THAT(post("/api/decode", {{"type", "T9"}}).body, HasSubstr("T9"));
  EXPECT_THAT(fault(post("/api/decode", {{"type", "T1"}, {"states", {1, 2, 3, 4, 5, 6, 7}}})),
              HasSubstr("another number of states"));
  EXPECT_THAT(fault(post("/api/decode", {{"type", 1}})), HasSubstr("of another kind"));
  EXPECT_THAT(fault(post("/api/decode", {{"typ", "T1"}})), HasSubstr("not known"));
}

TEST_F(Explored, NamesAreKeptShownAndTakenBack) {
  const json names =
      value(post("/api/rename", {{"type", "T2"}, {"name", " B cells "}, {"note", "CD79A"}}));
  EXPECT_EQ(names["types"][1]["shown"], "T2 B cells");
  EXPECT_EQ(names["undo"], true);
  EXPECT_THAT(kept_.names.types, ElementsAre(analysis::NamedType{"T2", "B cells", "CD79A"}));
  const json colour = value(get("/api/colour", {{"name", "type"}}));
  EXPECT_EQ(colour["directory"]["categories"][1], "T2 B cells");
  EXPECT_EQ(value(get("/api/colour", {{"name", "name"}}))["directory"]["categories"][1], "B cells");
  EXPECT_EQ(value(get("/api/run"))["names"], names);
  EXPECT_EQ(value(post("/api/undo", json::object()))["types"][1]["shown"], "T2");
  EXPECT_TRUE(kept_.names.empty());
  EXPECT_THAT(fault(post("/api/undo", json::object())), HasSubstr("nothing to undo"));
}

TEST_F(Explored, ANoteMayStandAloneAndAnEmptyNameTakesTheNameAway) {
  post("/api/rename", {{"type", "T1"}, {"name", "a"}, {"note", "b"}});
  value(post("/api/rename", {{"type", "T1"}, {"name", ""}, {"note", "look again"}}));
  EXPECT_THAT(kept_.names.types, ElementsAre(analysis::NamedType{"T1", "T1", "look again"}));
  const json names = value(post("/api/rename", {{"type", "T1"}, {"name", ""}, {"note", ""}}));
  EXPECT_TRUE(kept_.names.empty());
  EXPECT_EQ(names["types"][0]["name"], "");
}

TEST_F(Explored, ANoteOfAMergedTypeLeavesAllNames) {
  value(post("/api/rename", {{"type", "T1"}, {"name", "alpha"}}));
  value(post("/api/merge", {{"types", {"T1", "T3"}}, {"name", "both"}}));
  const json names = value(post("/api/rename", {{"type", "T1"}, {"note", " by CD3E "}}));
  EXPECT_THAT(kept_.names.types, ElementsAre(analysis::NamedType{"T1", "alpha", "by CD3E"}));
  EXPECT_EQ(names["types"][0]["label"], "both");
  EXPECT_EQ(names["types"][0]["name"], "alpha");
  EXPECT_THAT(post("/api/rename", {{"type", "T1"}}).body,
              AllOf(HasSubstr("a field was not sent"), HasSubstr("name")));
}

TEST_F(Explored, ANoteIsTakenAwayWhileTheNameStays) {
  value(post("/api/rename", {{"type", "T1"}, {"name", "alpha"}, {"note", "by CD3E"}}));
  value(post("/api/rename", {{"type", "T1"}, {"name", "alpha"}}));
  EXPECT_THAT(kept_.names.types, ElementsAre(analysis::NamedType{"T1", "alpha", "by CD3E"}));
  value(post("/api/rename", {{"type", "T1"}, {"name", "alpha"}, {"note", ""}}));
  EXPECT_THAT(kept_.names.types, ElementsAre(analysis::NamedType{"T1", "alpha"}));
}

TEST_F(Explored, TypesAreMergedAndMergesTakenBack) {
  const json merged = value(post("/api/merge", {{"types", {"T1", "T3"}}, {"name", "T cells"}}));
  EXPECT_EQ(merged["types"][2]["label"], "T cells");
  EXPECT_THAT(merged["merges"], SizeIs(1));
  EXPECT_THAT(value(post("/api/unmerge", json::object()))["merges"], IsEmpty());
  EXPECT_THAT(fault(post("/api/unmerge", json::object())), HasSubstr("nothing to undo"));
  EXPECT_THAT(fault(post("/api/merge", {{"types", {"T1"}}})), HasSubstr("two types or more"));
}

TEST_F(Explored, NamesThatRenameRefusesAreRefusedAndChangeNothing) {
  for (const auto& [name, words] : {std::pair<std::string, std::string>{"unknown", "unlike those"},
                                    {"T2", "the number of another type"},
                                    {"two\nlines", "line breaks"},
                                    {std::string(101, 'x'), "too long"}}) {
    EXPECT_THAT(fault(post("/api/rename", {{"type", "T1"}, {"name", name}})), HasSubstr(words));
  }
  EXPECT_THAT(fault(post("/api/rename", {{"type", "T7"}, {"name", "a"}})),
              HasSubstr("no such type"));
  EXPECT_TRUE(kept_.names.empty());
}

TEST_F(Explored, ChangesOfAnotherProgramAreNotUndoneUnseen) {
  value(post("/api/rename", {{"type", "T1"}, {"name", "mine"}}));
  const analysis::TypeNames mine = kept_.names;
  kept_.names.types = {{"T1", "theirs"}};
  EXPECT_THAT(fault(post("/api/undo", json::object())), HasSubstr("by another program"));
  EXPECT_EQ(kept_.names.types[0].name, "theirs");
  kept_.names = mine;
}

TEST_F(Explored, ALoadedPageShowsNamesThatAnotherProgramGave) {
  value(post("/api/rename", {{"type", "T1"}, {"name", "mine"}}));
  kept_.names.types = {{"T3", "theirs"}};
  EXPECT_EQ(value(get("/api/map"))["directory"]["colours"][0]["categories"][2], "T3 theirs");
  const json names = value(get("/api/run"))["names"];
  EXPECT_EQ(names["types"][0]["shown"], "T1");
  EXPECT_EQ(names["types"][2]["shown"], "T3 theirs");
  EXPECT_EQ(names["undo"], false);
  kept_.names = {};
  value(get("/api/run"));
}

TEST_F(Explored, AFailingSystemIsToldAsSuch) {
  kept_.fails = true;
  EXPECT_EQ(fault(post("/api/rename", {{"type", "T1"}, {"name", "a"}}), 500), "the disk is full");
}

TEST_F(Explored, ManyThreadsAtOnceGetTheSameAnswers) {
  const std::string alone = post("/api/decode", {{"type", "T1"}, {"otherType", "T2"}}).body;
  std::vector<std::string> answers(8);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&answer] {
      for (int i = 0; i < 5; ++i) {
        answer = post("/api/decode", {{"type", "T1"}, {"otherType", "T2"}}).body;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(answers, testing::Each(alone));
}

TEST(Explorer, AModelWithoutStatesShowsItsTypicalCells) {
  Fitted made = fitted("moe-sim-vae");
  KeptNames kept;
  Explorer explorer(std::move(made.view), std::move(made.decoder), kept, "");
  const json run = json::parse(explorer.answer({.method = "GET", .path = "/api/run"}).body);
  EXPECT_THAT(run["noStates"].get<std::string>(), HasSubstr("no states to go along"));
  EXPECT_THAT(run["types"][0]["ranges"], IsEmpty());
  const auto decode = [&](const json& sent) {
    return explorer.answer({.method = "POST", .path = "/api/decode", .body = sent.dump()});
  };
  EXPECT_THAT(json::parse(decode({{"type", "T1"}, {"otherType", "T2"}}).body)["features"],
              testing::Not(IsEmpty()));
  EXPECT_THAT(decode({{"type", "T1"}, {"states", {0.5}}}).body, HasSubstr("no states to go along"));
}

TEST(StrongestChanges, AreRankedByTheirSizeAndLeaveOutWhatDoesNotVary) {
  const std::vector<float> values{1, 5, 0, 2, 9};
  const std::vector<float> others{0, 1, 3, 2, 0};
  const auto changes = strongest_changes(values, others, {1, 8, 1, 1, 0}, 2);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].feature, 2);
  EXPECT_EQ(changes[0].in_sd, -3);
  EXPECT_EQ(changes[1].feature, 0);
  EXPECT_EQ(changes[1].value, 1);
  EXPECT_EQ(changes[1].other, 0);
}

}  // namespace explorer_test
}  // namespace mixvae::report::explorer
