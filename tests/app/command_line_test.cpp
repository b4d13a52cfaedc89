#include "app/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/fake_command.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct CommandLine : ::testing::Test {
  FakeCommand* paint = nullptr;
  Commands commands = fake_commands(paint);

  Invocation parse(const std::vector<std::string>& words) {
    return parse_command_line(words, commands);
  }
  std::string refusal(const std::vector<std::string>& words) {
    try {
      parse(words);
    } catch (const UsageError& error) {
      EXPECT_EQ(error.exit_code(), 2);
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(CommandLine, SetsEveryKindOfOption) {
  const Invocation invocation = parse({"paint", "north", "--coats", "3", "--shift=-1.5e-3", "--dry",
                                       "--tools", "brush,roller", "--tools=tape", "--layers", "4",
                                       "--colour", "blue", "--seed", "7", "--json"});
  EXPECT_EQ(invocation.command, paint);
  EXPECT_EQ(paint->wall, "north");
  EXPECT_EQ(paint->coats, 3);
  EXPECT_DOUBLE_EQ(paint->shift, -1.5e-3);
  EXPECT_TRUE(paint->dry);
  EXPECT_THAT(paint->tools, ElementsAre("brush", "roller", "tape"));
  EXPECT_EQ(paint->layers, 4);
  EXPECT_EQ(paint->colour, "blue");
  EXPECT_EQ(invocation.global.seed, 7);
  EXPECT_TRUE(invocation.global.json);
}

TEST_F(CommandLine, TakesNegativeNumbersAsValues) {
  parse({"paint", "north", "--shift", "-2"});
  EXPECT_DOUBLE_EQ(paint->shift, -2);
  parse({"paint", "north", "--shift", "-.5"});
  EXPECT_DOUBLE_EQ(paint->shift, -0.5);
}

TEST_F(CommandLine, TheLastOfARepeatedScalarCounts) {
  parse({"paint", "north", "--coats", "3", "--coats=5"});
  EXPECT_EQ(paint->coats, 5);
  parse({"paint", "north", "--dry", "--dry=false"});
  EXPECT_FALSE(paint->dry);
}

TEST_F(CommandLine, APresetGivesWayToOptionsWhateverTheirOrder) {
  parse({"paint", "north", "--coats", "5", "--colour", "blue"});
  EXPECT_EQ(paint->coats, 5);
  EXPECT_EQ(paint->layers, 3);
}

TEST_F(CommandLine, AFlagDoesNotSwallowTheArgumentAfterIt) {
  parse({"paint", "--dry", "--json", "north"});
  EXPECT_EQ(paint->wall, "north");
  EXPECT_TRUE(paint->dry);
}

TEST_F(CommandLine, AnArgumentMayBeNamedLikeACommand) {
  parse({"paint", "paint"});
  EXPECT_EQ(paint->wall, "paint");
  parse({"paint", "a wall with späces"});
  EXPECT_EQ(paint->wall, "a wall with späces");
}

TEST_F(CommandLine, FindsCommandsOfTwoWords) {
  const Invocation invocation = parse({"build", "fence", "east"});
  EXPECT_EQ(invocation.command->name(), "build fence");
  EXPECT_THAT(refusal({"build"}), HasSubstr("mixvae build fence"));
}

TEST_F(CommandLine, NamesTheNearestCommandAndOption) {
  EXPECT_THAT(refusal({"pant", "x"}), HasSubstr("nearest: paint"));
  EXPECT_THAT(refusal({"paint", "north", "--coat", "3"}), HasSubstr("nearest: --coats"));
  EXPECT_THAT(refusal({"paint", "north", "--colr=red"}), HasSubstr("--colour"));
  EXPECT_THAT(refusal({"paint", "north", "-c", "3"}), HasSubstr("has no option -c"));
}

TEST_F(CommandLine, WithoutWordsOrACommandIsHelp) {
  EXPECT_THAT(parse({}).text, HasSubstr("Usage: mixvae COMMAND"));
  EXPECT_THAT(parse({"build", "--help"}).text, HasSubstr("mixvae build fence: paint a wall"));
}

TEST_F(CommandLine, CommonOptionsHaveLetters) {
  const Invocation invocation = parse({"paint", "north", "-q", "-t", "3"});
  EXPECT_TRUE(invocation.global.quiet);
  EXPECT_EQ(invocation.global.threads, 3);
}

TEST_F(CommandLine, RefusesWhatItCannotUse) {
  EXPECT_THAT(refusal({"--seed", "3", "paint"}), HasSubstr("options come after the command"));
  EXPECT_THAT(refusal({"paint"}), HasSubstr("needs WALL"));
  EXPECT_THAT(refusal({"paint", "north", "south"}), HasSubstr("'south'"));
  EXPECT_THAT(refusal({"paint", "north", "--coats"}), HasSubstr("--coats"));
  EXPECT_THAT(refusal({"paint", "north", "--coats", "--dry"}), HasSubstr("needs a value"));
  EXPECT_THAT(refusal({"paint", "north", "--coats", "0"}), HasSubstr("integer >= 1"));
  EXPECT_THAT(refusal({"paint", "north", "--coats", "2x"}), HasSubstr("'2x'"));
  EXPECT_THAT(refusal({"paint", "north", "--colour", "green"}), HasSubstr("red|blue"));
  EXPECT_THAT(refusal({"paint", "north", "--dry=maybe"}), HasSubstr("true|false"));
  EXPECT_THAT(refusal({"paint", "north", "--device", "tpu"}), HasSubstr("auto|cpu|cuda"));
}

TEST_F(CommandLine, HelpAndVersionAreTexts) {
  EXPECT_THAT(parse({"--help"}).text, HasSubstr("paint a wall"));
  EXPECT_THAT(parse({"help"}).text, HasSubstr("build fence"));
  EXPECT_THAT(parse({"help", "paint"}).text, HasSubstr("--coats N"));
  EXPECT_THAT(parse({"paint", "--coats", "x", "--help"}).text, HasSubstr("--coats N"));
  EXPECT_THAT(parse({"paint", "-h"}).text, HasSubstr("Usage: mixvae paint WALL [options]"));
  EXPECT_THAT(parse({"--version"}).text, HasSubstr("mixvae 0.1"));
}

TEST_F(CommandLine, AllWordsAfterTwoDashesAreArguments) {
  parse({"paint", "--", "--help"});
  EXPECT_EQ(paint->wall, "--help");
}

}  // namespace
}  // namespace mixvae::app
