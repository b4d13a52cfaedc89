#include "training/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.hpp"

namespace mixvae::training {
namespace {

using support::refusal;
using testing::HasSubstr;

History example() {
  return {.training_terms = {"loss", "kl"},
          .validation_terms = {"loss"},
          .epochs = {{.epoch = 1,
                      .phase = "warm",
                      .step = 4,
                      .seconds = 0.5,
                      .learning_rate = 1e-3,
                      .training = {2.5, 0.1},
                      .validation = {3}},
                     {.epoch = 2,
                      .phase = "main",
                      .step = 8,
                      .seconds = 1,
                      .learning_rate = 5e-4,
                      .training = {1.0 / 3, 0.2},
                      .validation = {2}}}};
}

TEST(History, IsWrittenAsCsv) {
  EXPECT_EQ(csv_text(example()),
            "epoch,phase,step,seconds,learning_rate,train_loss,train_kl,validation_loss\n"
            "1,warm,4,0.5,0.001,2.5,0.1,3\n"
            "2,main,8,1,5e-04,0.3333333333333333,0.2,2\n");
}

TEST(History, ComesBackFromCsvExactly) {
  const std::string text = csv_text(example());
  EXPECT_EQ(csv_text(history_of_csv(text, "x")), text);
  EXPECT_TRUE(history_of_csv(csv_text({}), "x").epochs.empty());
}

TEST(History, DamagedCsvIsRefusedByLine) {
  const std::string text = csv_text(example());
  const auto said = [](const std::string& damaged) {
    return refusal<InputError>([&] { static_cast<void>(history_of_csv(damaged, "h.csv")); });
  };
  EXPECT_THAT(said(""), HasSubstr("h.csv, line 1"));
  EXPECT_THAT(said("a,b\n1,2\n"), HasSubstr("h.csv, line 1"));
  EXPECT_THAT(said(text.substr(0, text.size() - 3)), HasSubstr("h.csv, line 3"));
  std::string word = text;
  word.replace(word.find("0.001"), 5, "0.0x1");
  EXPECT_THAT(said(word), HasSubstr("h.csv, line 2"));
}

TEST(History, ComesBackFromAFileExactly) {
  TensorFile file;
  store_history(example(), file);
  EXPECT_EQ(csv_text(load_history(file, "x")), csv_text(example()));
  TensorFile empty;
  store_history({}, empty);
  EXPECT_TRUE(load_history(empty, "x").epochs.empty());
}

TEST(History, PhasesMayHaveDifferentTerms) {
  History grown = example();
  grown.training_terms.emplace_back("start");
  grown.validation_terms.emplace_back("start");
  grown.epochs.push_back({.epoch = 3,
                          .phase = "late",
                          .step = 12,
                          .seconds = 2,
                          .learning_rate = 1e-4,
                          .training = {1, 0, 7},
                          .validation = {2, 5}});
  TensorFile file;
  store_history(grown, file);
  EXPECT_EQ(
      csv_text(load_history(file, "x")),
      "epoch,phase,step,seconds,learning_rate,train_loss,train_kl,train_start,validation_loss,"
      "validation_start\n"
      "1,warm,4,0.5,0.001,2.5,0.1,0,3,0\n"
      "2,main,8,1,5e-04,0.3333333333333333,0.2,0,2,0\n"
      "3,late,12,2,1e-04,1,0,7,2,5\n");
}

TEST(History, RefusesATableThatDoesNotFit) {
  TensorFile file;
  store_history(example(), file);
  TensorFile narrow = file;
  narrow.metadata["history.training"] = "loss";
  EXPECT_THAT(refusal<InputError>([&] { load_history(narrow, "x"); }),
              HasSubstr("the history in x does not fit its list of terms"));
  TensorFile unnamed = file;
  unnamed.metadata["history.phases"] = "warm";
  EXPECT_THAT(refusal<InputError>([&] { load_history(unnamed, "x"); }),
              HasSubstr("the history in x names a phase that is not listed"));
  EXPECT_THAT(refusal<InputError>([&] { load_history({}, "x"); }),
              HasSubstr("x does not say 'history.training'"));
}

}  // namespace
}  // namespace mixvae::training
