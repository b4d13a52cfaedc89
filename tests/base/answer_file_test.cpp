#include "base/answer_file.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::answer_file_test {
namespace {

using Words = std::vector<std::string>;

TEST(AnswerFile, AnswersExactlyTheWordsThatItKnows) {
  const std::string file = answer_file(std::vector<Answer>{{{}, "all\n"},
                                                           {{"paint", "--help"}, "how to paint\n"},
                                                           {{"paint"}, ""},
                                                           {{"build", "fence", "-h"}, "fences"}});
  EXPECT_EQ(find_answer(file, Words{}), "all\n");
  EXPECT_EQ(find_answer(file, Words{"paint", "--help"}), "how to paint\n");
  EXPECT_EQ(find_answer(file, Words{"paint"}), "");
  EXPECT_EQ(find_answer(file, Words{"build", "fence", "-h"}), "fences");
  for (const Words& other :
       {Words{""}, Words{"", ""}, Words{"paint", ""}, Words{"paint", "--hel"},
        Words{"paint", "--help", "x"}, Words{"build fence", "-h"}, Words{"all\n"}, Words{"fences"},
        Words{"--help"}, Words{"how to paint\n"}}) {
    EXPECT_EQ(find_answer(file, other), std::nullopt);
  }
}

TEST(AnswerFile, AFileThatEndsTooEarlyIsNoFault) {
  const std::string file = answer_file(std::vector<Answer>{{{"a", "b"}, "text"}, {{"c"}, "more"}});
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_EQ(find_answer(file.substr(0, length), Words{"d"}), std::nullopt);
  }
  EXPECT_EQ(find_answer("", Words{}), std::nullopt);
}

TEST(AnswerFile, KeepsNoTextThatItCouldNotGiveBack) {
  EXPECT_THROW(answer_file(std::vector<Answer>{{{"a", ""}, "text"}}), Bug);
  EXPECT_THROW(answer_file(std::vector<Answer>{{{std::string("a\0b", 3)}, "text"}}), Bug);
  EXPECT_THROW(answer_file(std::vector<Answer>{{{"a"}, std::string("te\0xt", 5)}}), Bug);
}

}  // namespace
}  // namespace mixvae::answer_file_test
