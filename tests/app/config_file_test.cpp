#include "app/config_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include "app/command_line.hpp"
#include "app/fake_command.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct ConfigFile : ::testing::Test {
  FakeCommand* paint = nullptr;
  Commands commands = fake_commands(paint);
  std::string path = ::testing::TempDir() + "mixvae_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml";

  ~ConfigFile() override { std::filesystem::remove(path); }
  void write(const std::string& text) const { std::ofstream(path) << text; }
  Invocation parse(std::vector<std::string> words = {"paint", "north"}) {
    words.insert(words.end(), {"--config", path});
    return parse_command_line(words, commands);
  }
  std::string refusal(const std::string& text) {
    write(text);
    try {
      parse();
    } catch (const Error& error) {
      return std::to_string(error.exit_code()) + " " + error.what();
    }
    return "accepted";
  }
};

TEST_F(ConfigFile, SetsOptionsOfEveryKind) {
  write(
      "coats = 4\nshift = -2.5\ndry = true\ntools = ['a', 'b']\nlayers = 'auto'\ncolour = "
      "\"blue\"\nseed = 9\n");
  const Invocation invocation = parse();
  EXPECT_EQ(paint->coats, 4);
  EXPECT_DOUBLE_EQ(paint->shift, -2.5);
  EXPECT_TRUE(paint->dry);
  EXPECT_THAT(paint->tools, ElementsAre("a", "b"));
  EXPECT_FALSE(paint->layers.has_value());
  EXPECT_EQ(paint->colour, "blue");
  EXPECT_EQ(invocation.global.seed, 9);
}

TEST_F(ConfigFile, TheSectionWinsOverFlatKeysAndTheCommandLineOverBoth) {
  write("coats = 3\nshift = 1\n[paint]\ncoats = 4\nwall = 'west'\ndry = true\n");
  parse({"paint", "--shift", "7", "--dry=false"});
  EXPECT_EQ(paint->coats, 4);
  EXPECT_DOUBLE_EQ(paint->shift, 7);
  EXPECT_FALSE(paint->dry);
  EXPECT_EQ(paint->wall, "west");
}

TEST_F(ConfigFile, LeavesTheSectionsOfOtherCommandsAlone) {
  write("[build.fence]\ncoats = 9\n[resolved]\nanything = 3\n");
  parse();
  EXPECT_EQ(paint->coats, 2);
  parse({"build", "fence", "x"});
  EXPECT_EQ(dynamic_cast<FakeCommand&>(*commands[1]).coats, 9);
}

TEST_F(ConfigFile, RefusesNamingLineAndNearestName) {
  EXPECT_THAT(refusal("# first\ncoat = 3\n"),
              AllOf(HasSubstr("2 "), HasSubstr("coat"), HasSubstr("line 2"), HasSubstr("coats")));
  EXPECT_THAT(refusal("[paint]\n\ncolor = 'red'\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("colour")));
  EXPECT_THAT(refusal("[pain]\ncoats = 3\n"),
              AllOf(HasSubstr("[pain]"), HasSubstr("nearest names: paint")));
  EXPECT_THAT(refusal("coats = 0\n"), AllOf(HasSubstr("integer >= 1"), HasSubstr("line 1")));
  EXPECT_THAT(refusal("coats = 2020-01-01\n"), HasSubstr("unusable kind"));
  EXPECT_THAT(refusal("coats = [[1], 2]\n"), HasSubstr("unusable kind"));
}

TEST_F(ConfigFile, RefusesAFileItCannotRead) {
  EXPECT_THAT(refusal("coats = = 3\n"), AllOf(HasSubstr("3 "), HasSubstr("line 1")));
  std::filesystem::remove(path);
  try {
    parse();
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path));
  }
}

TEST_F(ConfigFile, WhatItWritesSetsTheSameOptionsAgain) {
  paint->wall = "quote \" back\\slash \t ü";
  paint->coats = 12;
  paint->shift = 1e-8;
  paint->tools = {"x y", "z"};
  paint->colour = "blue";
  write(config_text(*paint, own_options(*paint), {"dry"}));
  FakeCommand* other = nullptr;
  commands = fake_commands(other);
  other->dry = true;
  parse({"paint"});
  EXPECT_EQ(other->wall, "quote \" back\\slash \t ü");
  EXPECT_EQ(other->coats, 12);
  EXPECT_EQ(other->shift, 1e-8);
  EXPECT_THAT(other->tools, ElementsAre("x y", "z"));
  EXPECT_FALSE(other->layers.has_value());
  EXPECT_EQ(other->colour, "blue");
  EXPECT_TRUE(other->dry);
}

TEST_F(ConfigFile, WritesTheMeaningAboveEachOption) {
  const std::string text = config_text(*paint, own_options(*paint));
  EXPECT_THAT(text, HasSubstr("[paint]\n"));
  EXPECT_THAT(text, HasSubstr("# how many coats [integer >= 1]\ncoats = 2\n"));
  EXPECT_THAT(text, HasSubstr("layers = \"auto\"\n"));
}

TEST(TomlQuoted, ReadsBackEqual) {
  const std::string text = "a\"b\\c\nd\x7f\x01 é";
  const toml::table table = toml::parse("x = " + toml_quoted(text));
  EXPECT_EQ(table["x"].value<std::string>(), text);
}

}  // namespace
}  // namespace mixvae::app
