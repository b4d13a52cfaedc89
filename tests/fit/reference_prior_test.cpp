#include "fit/reference_prior.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace mixvae::fit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReferencePriorTest : public testing::Test {
 protected:
  ReferencePriorTest() {
    data_.cells.names = {"a", "b", "c"};
    data_.features.names = {"g"};
    data_.x = DenseMatrix(3, 1);
  }
  ~ReferencePriorTest() override { std::filesystem::remove(path_); }

  void write(const std::string& text) const { std::ofstream(path_) << text; }

  template <class Error>
  std::string refusal(const std::string& text, std::int64_t types = 3) const {
    write(text);
    try {
      reference_prior(path_, data_, {0, 2}, types);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was refused";
  }

  Dataset data_;
  std::string path_ = testing::TempDir() + "reference_prior_" + std::to_string(::getpid()) + ".csv";
};

TEST_F(ReferencePriorTest, IsJoinedByNameAndPaddedWithTypesThatNobodyHolds) {
  write("cell,T,B\nc,0.25,0.75\nx,1,0\na,1,0\n");
  const DenseMatrix prior = reference_prior(path_, data_, {0, 2}, 3);
  EXPECT_THAT(prior.values, ElementsAre(1, 0, 0, 0.25F, 0.75F, 0));
  EXPECT_THAT(prior_types(prior), ElementsAre(0, 1));
}

TEST_F(ReferencePriorTest, WithoutNamesItStandsInTheDatasOrder) {
  write("T,B\n1,0\n0,1\n0.5,0.5\n");
  const DenseMatrix prior = reference_prior(path_, data_, {0, 2}, 2);
  EXPECT_THAT(prior.values, ElementsAre(1, 0, 0.5F, 0.5F));
  EXPECT_THAT(prior_types(prior), ElementsAre(0, -1));
}

TEST_F(ReferencePriorTest, IsEmptyWithoutAFile) {
  EXPECT_EQ(reference_prior("", data_, {0, 2}, 2).rows, 0);
}

TEST_F(ReferencePriorTest, Refusals) {
  EXPECT_THAT(refusal<InputError>("cell,T,B\na,1,0\nb,1,0\n"),
              AllOf(HasSubstr("lacks a cell"), HasSubstr("found: c")));
  EXPECT_THAT(refusal<InputError>("T,B\n1,0\n0,1\n"),
              AllOf(HasSubstr("another number of rows"), HasSubstr("2 rows")));
  EXPECT_THAT(refusal<InputError>("cell,T,B\na,1,0.5\nc,1,0\n"),
              AllOf(HasSubstr("no probabilities"), HasSubstr("a sum of 1.5"), HasSubstr("row 1")));
  EXPECT_THAT(refusal<InputError>("cell,T,B\na,1,0\nc,-0.5,1.5\n"),
              HasSubstr("a value outside [0, 1]"));
  EXPECT_THAT(refusal<UsageError>("cell,T,B\na,1,0\nc,1,0\n", 1),
              AllOf(HasSubstr("more types"), HasSubstr("2 columns")));
}

}  // namespace
}  // namespace mixvae::fit
