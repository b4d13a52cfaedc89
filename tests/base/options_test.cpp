#include "base/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Settings {
  bool prune = false;
  std::int64_t arms = 2;
  double rate = 0.5;
  std::string model = "a";
  std::optional<std::int64_t> types = {};
  std::optional<double> dropout = {};
  std::vector<std::string> exclude = {};
};

Options options(Settings& settings) {
  return {
      {.name = "prune", .target = &settings.prune},
      {.name = "arms", .target = &settings.arms, .minimum = 1},
      {.name = "rate", .target = &settings.rate, .minimum = 0, .maximum = 1},
      {.name = "model", .target = &settings.model, .choices = {"a", "b"}},
      {.name = "types", .target = &settings.types, .minimum = 2},
      {.name = "dropout", .target = &settings.dropout, .maximum = 1},
      {.name = "exclude", .target = &settings.exclude},
  };
}

std::string refusal(Settings& settings, std::string_view name, std::string_view text) {
  try {
    set_option(find_option(options(settings), name), text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Options, AreSetFromText) {
  Settings settings;
  const Options described = options(settings);
  const auto set = [&](std::string_view name, std::string_view text) {
    set_option(find_option(described, name), text);
  };
  for (const char* yes : {"true", "Yes", "1"}) {
    settings.prune = false;
    set("prune", yes);
    EXPECT_TRUE(settings.prune);
  }
  for (const char* no : {"false", "NO", "0"}) {
    settings.prune = true;
    set("prune", no);
    EXPECT_FALSE(settings.prune);
  }
  set("arms", " 5 ");
  EXPECT_EQ(settings.arms, 5);
  set("rate", "1e-3");
  EXPECT_EQ(settings.rate, 1e-3);
  set("model", "b");
  EXPECT_EQ(settings.model, "b");
  set("types", "8");
  EXPECT_EQ(settings.types, 8);
  set("types", "Auto");
  EXPECT_EQ(settings.types, std::nullopt);
  set("exclude", "MT-*, RPL*");
  EXPECT_THAT(settings.exclude, ElementsAre("MT-*", "RPL*"));
  set("exclude", "");
  EXPECT_THAT(settings.exclude, ElementsAre());
}

TEST(Options, RefuseWhatDoesNotFitAndKeepTheirValue) {
  Settings settings;
  EXPECT_THAT(refusal(settings, "arms", "0"),
              AllOf(HasSubstr("--arms"), HasSubstr("'0'"), HasSubstr("integer >= 1")));
  EXPECT_THAT(refusal(settings, "arms", "2.5"), HasSubstr("integer >= 1"));
  EXPECT_THAT(refusal(settings, "arms", "auto"), HasSubstr("integer >= 1"));
  EXPECT_THAT(refusal(settings, "arms", "99999999999999999999"), HasSubstr("integer >= 1"));
  EXPECT_THAT(refusal(settings, "rate", "1.5"), HasSubstr("number from 0 to 1"));
  EXPECT_THAT(refusal(settings, "rate", "nan"), HasSubstr("number from 0 to 1"));
  EXPECT_THAT(refusal(settings, "rate", ""), HasSubstr("number from 0 to 1"));
  EXPECT_THAT(refusal(settings, "prune", "maybe"), HasSubstr("true|false"));
  EXPECT_THAT(refusal(settings, "model", "c"), HasSubstr("a|b"));
  EXPECT_THAT(refusal(settings, "types", "1"), HasSubstr("integer >= 2 or auto"));
  EXPECT_THAT(refusal(settings, "dropout", "2"), HasSubstr("number <= 1 or auto"));
  EXPECT_EQ(settings.arms, 2);
  EXPECT_EQ(settings.rate, 0.5);
  EXPECT_EQ(settings.model, "a");
}

TEST(Options, ArePrintedAsTheyAreRead) {
  Settings settings{.prune = true, .rate = 0.1, .types = 7, .exclude = {"x", "y"}};
  Settings copy;
  const Options from = options(settings);
  const Options to = options(copy);
  for (std::size_t i = 0; i < from.size(); ++i) {
    set_option(to[i], option_text(from[i]));
  }
  EXPECT_EQ(copy.prune, settings.prune);
  EXPECT_EQ(copy.rate, settings.rate);
  EXPECT_EQ(copy.types, settings.types);
  EXPECT_EQ(copy.dropout, settings.dropout);
  EXPECT_EQ(copy.exclude, settings.exclude);
  EXPECT_EQ(option_text(find_option(from, "dropout")), "auto");
}

TEST(Options, TellWhatMayBeGiven) {
  Settings settings;
  const Options described = options(settings);
  EXPECT_EQ(option_range(find_option(described, "exclude")), "text,text,...");
  EXPECT_EQ(option_range({.name = "t", .target = &settings.model}), "text");
  EXPECT_EQ(option_range({.name = "n", .target = &settings.rate}), "number");
}

TEST(Options, NameTheNearestWhenOneIsUnknown) {
  Settings settings;
  try {
    find_option(options(settings), "arm");
    FAIL() << "nothing was thrown";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("there is no option 'arm'"), HasSubstr("arms")));
  }
}

enum class Fruit { apple, pear, plum };

TEST(Options, WordsStandForTheValuesOfAnEnumeration) {
  Fruit fruit = Fruit::pear;
  const Option option{
      .name = "fruit", .target = word(fruit), .choices = {"apple", "green pear", "plum"}};
  EXPECT_EQ(option_text(option), "green pear");
  EXPECT_EQ(option_range(option), "apple|green pear|plum");
  set_option(option, "plum");
  EXPECT_EQ(fruit, Fruit::plum);
  EXPECT_EQ(option_text(option), "plum");
  set_option(option, "apple");
  EXPECT_EQ(fruit, Fruit::apple);
}

TEST(Options, RefuseOtherWordsForAnEnumeration) {
  Fruit fruit = Fruit::pear;
  const Option option{.name = "fruit", .target = word(fruit), .choices = {"apple", "pear", "plum"}};
  for (const char* text : {"", "Pear", "pear ", "1", "cherry"}) {
    try {
      set_option(option, text);
      FAIL() << "accepted '" << text << "'";
    } catch (const UsageError& error) {
      EXPECT_EQ(error.what(), "option --fruit cannot take this value\n  found: '" +
                                  std::string(text) + "'\n  expected: apple|pear|plum");
    }
    EXPECT_EQ(fruit, Fruit::pear);
  }
}

/// Values of options that need others.
struct Dependent {
  std::string start = "none";
  std::int64_t rounds = 0;
  std::string file = "";
  std::optional<std::int64_t> types = {};
  double share = 0.5;
};

/// The message of require_effect for a share that needs this; empty where it is fine.
std::string without_effect(Dependent given, const std::vector<std::string>& needs) {
  const auto described = [&needs](Dependent& values) {
    return Options{{.name = "start", .target = &values.start},
                   {.name = "rounds", .target = &values.rounds},
                   {.name = "file", .target = &values.file},
                   {.name = "types", .target = &values.types},
                   {.name = "share", .target = &values.share, .needs = needs}};
  };
  Dependent standard;
  try {
    require_effect(described(given), described(standard));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

std::string without_effect(const Dependent& given, const std::string& need) {
  return without_effect(given, std::vector<std::string>{need});
}

TEST(RequireEffect, TellsWhatAnOptionIsGivenWith) {
  EXPECT_EQ(without_effect({.share = 0.25}, "start=kmeans"),
            "an option has no effect\n  found: --share 0.25 with --start none\n"
            "  hint: leave out --share, or change the other");
  EXPECT_EQ(without_effect({.start = "kmeans", .share = 0.25}, "start=kmeans"), "");
}

TEST(RequireEffect, IsAboutOptionsThatWereChanged) {
  EXPECT_EQ(without_effect({}, "start=kmeans"), "");
}

TEST(RequireEffect, UnequalMeansAnyOtherValue) {
  EXPECT_THAT(without_effect({.share = 1}, "start!=none"), HasSubstr("with --start none"));
  EXPECT_EQ(without_effect({.start = "kmeans", .share = 1}, "start!=none"), "");
}

TEST(RequireEffect, NeedsAllOfSeveral) {
  const std::vector<std::string> both{"start!=none", "rounds!=0"};
  EXPECT_THAT(without_effect({.rounds = 3, .share = 1}, both), HasSubstr("with --start none"));
  EXPECT_THAT(without_effect({.start = "kmeans", .share = 1}, both), HasSubstr("with --rounds 0"));
  EXPECT_EQ(without_effect({.start = "kmeans", .rounds = 3, .share = 1}, both), "");
}

TEST(RequireEffect, NeedsOneOfSeveral) {
  const std::string either = "start=kmeans|rounds=3|start=leiden";
  EXPECT_THAT(without_effect({.share = 1}, either),
              HasSubstr("--share 1 with --start none, --rounds 0\n"));
  EXPECT_EQ(without_effect({.start = "leiden", .share = 1}, either), "");
  EXPECT_EQ(without_effect({.rounds = 3, .share = 1}, either), "");
}

TEST(RequireEffect, AnEmptyValueIsAnEmptyText) {
  EXPECT_THAT(without_effect({.share = 1}, "file!="), HasSubstr("--share 1 with no --file\n"));
  EXPECT_EQ(without_effect({.file = "a.csv", .share = 1}, "file!="), "");
  EXPECT_EQ(without_effect({.share = 1}, "file="), "");
  EXPECT_THAT(without_effect({.file = "a.csv", .share = 1}, "file="),
              HasSubstr("with --file a.csv"));
}

TEST(RequireEffect, ACrossIsAnyWholeNumber) {
  EXPECT_THAT(without_effect({.share = 1}, "types=#"), HasSubstr("with --types auto"));
  EXPECT_EQ(without_effect({.types = 30, .share = 1}, "types=#"), "");
  EXPECT_THAT(without_effect({.types = 30, .share = 1}, "types!=#"), HasSubstr("with --types 30"));
  EXPECT_THAT(without_effect({.share = 1}, "start=#"), HasSubstr("with --start none"));
  EXPECT_THAT(without_effect({.share = 1}, "file=#"), HasSubstr("with no --file"));
}

TEST(RequireEffect, PassesOverOptionsThatAreNotThere) {
  EXPECT_EQ(without_effect({.share = 1}, "arms!=1"), "");
  EXPECT_EQ(without_effect({.share = 1}, "arms!=1|depth=2"), "");
  EXPECT_THAT(without_effect({.share = 1}, "arms!=1|rounds!=0"), HasSubstr("with --rounds 0\n"));
}

TEST(RequireEffect, AnOptionWithoutAStandardCountsAsChanged) {
  std::string start = "none";
  double share = 0.5;
  EXPECT_THROW(require_effect({{.name = "start", .target = &start},
                               {.name = "share", .target = &share, .needs = {"start!=none"}}},
                              {}),
               UsageError);
}

}  // namespace
}  // namespace mixvae
