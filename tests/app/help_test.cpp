#include "app/help.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands/all.hpp"
#include "app/fake_command.hpp"

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;

Options every_option(Command& command, GlobalOptions& global) {
  Options all = own_options(command);
  for (const Option& option : options(global)) {
    all.push_back(option);
  }
  return all;
}

TEST(Wrapped, BreaksBetweenWordsOnly) {
  EXPECT_EQ(wrapped("aa bb cc", 2, 0, 5), "aa bb\n  cc");
  EXPECT_EQ(wrapped("aaaaaaaaaa b", 0, 0, 5), "aaaaaaaaaa\nb");
  EXPECT_EQ(wrapped("", 4, 0), "");
}

TEST(CommandHelp, ShowsMeaningRangeAndDefault) {
  FakeCommand paint;
  const std::string help = command_help(paint);
  EXPECT_THAT(help,
              HasSubstr("--coats N                   how many coats [integer >= 1; default 2]"));
  EXPECT_THAT(help, HasSubstr("--layers N|auto"));
  EXPECT_THAT(help, HasSubstr("[integer >= 1 or auto; default auto]"));
  EXPECT_THAT(help, HasSubstr("--dry                       wait until dry\n"));
  EXPECT_LT(help.find("Common options"), help.find("Details"));
  EXPECT_LT(help.find("Details"), help.find("Everywhere"));
}

TEST(CommandHelp, DescribesEachOptionOfEveryCommandOnce) {
  for (const auto& command : all_commands()) {
    std::set<std::string> names;
    GlobalOptions global;
    for (const Option& option : every_option(*command, global)) {
      EXPECT_FALSE(option.meaning.empty()) << command->name() << " --" << option.name;
      EXPECT_TRUE(names.insert(option.name).second) << command->name() << " --" << option.name;
    }
  }
}

TEST(CommandHelp, FitsATerminal) {
  for (const auto& command : all_commands()) {
    std::istringstream lines(command_help(*command));
    std::string line;
    while (std::getline(lines, line)) {
      EXPECT_TRUE(line.size() <= 120) << line;
    }
  }
}

TEST(OptionsMarkdown, EqualsTheCommittedPage) {
  std::ifstream file(MIXVAE_SOURCE_DIR "/docs/options.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(page == options_markdown(all_commands()))
      << "docs/options.md is out of date: build/mixvae options --markdown > docs/options.md";
}

}  // namespace
}  // namespace mixvae::app
