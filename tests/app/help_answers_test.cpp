#include "app/help_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/command_line.hpp"
#include "app/fake_command.hpp"

namespace mixvae::app::help_answers_test {
namespace {

using ::testing::Contains;
using ::testing::Not;
using Words = std::vector<std::string>;

Commands commands_anew() {
  FakeCommand* first = nullptr;
  return fake_commands(first);
}

TEST(HelpAnswers, AreTheUsualWaysOfAsking) {
  std::vector<Words> asked;
  for (const Answer& answer : help_answers(commands_anew)) {
    asked.push_back(answer.words);
  }
  for (const Words& words :
       {Words{}, Words{"--help"}, Words{"--version"}, Words{"paint", "-h"}, Words{"help", "paint"},
        Words{"build", "--help"}, Words{"build", "fence", "--help"},
        Words{"help", "build", "fence"}, Words{"paint", "--help", "all"}}) {
    EXPECT_THAT(asked, Contains(words).Times(1));
  }
  EXPECT_THAT(asked, Not(Contains(Words{"paint"})));
}

TEST(HelpAnswers, AreTheTextsOfTheCommandLine) {
  for (const Answer& answer : help_answers(commands_anew)) {
    const Commands commands = commands_anew();
    EXPECT_EQ(answer.text, parse_command_line(answer.words, commands).text);
    EXPECT_FALSE(answer.text.empty());
  }
}

}  // namespace
}  // namespace mixvae::app::help_answers_test
