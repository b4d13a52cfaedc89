#include "report/explorer/sent_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::report::explorer {
namespace sent_values_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kFields{"type", "states"};

template <class Read>
std::string fault_of(const std::string& body, const Read& read) {
  return support::refusal<InputError>([&] { read(SentValues(body, kFields)); });
}

TEST(SentValues, FieldsAreReadAsTheyWereSent) {
  const SentValues sent(R"({"type": "T1", "states": [1, -2.5e1]})", kFields);
  EXPECT_EQ(sent.text("type"), "T1");
  EXPECT_THAT(sent.numbers_or_none("states"), ElementsAre(1, -25));
  const SentValues less(R"({"type": "é"})", kFields);
  EXPECT_THAT(less.numbers_or_none("states"), IsEmpty());
  EXPECT_FALSE(less.has("states"));
  EXPECT_THAT(SentValues(R"({"type": ["T1", "T2"]})", kFields).texts("type"),
              ElementsAre("T1", "T2"));
}

TEST(SentValues, WhatIsNoObjectIsRefused) {
  const std::string deep(60000, '[');
  for (const std::string& body :
       {std::string(), std::string("["), std::string("[1]"), std::string("\"T1\""),
        std::string("{\"type\": "), std::string("{\"states\": [1e999]}"),
        std::string("{\"type\": \"\xFF\"}"), deep}) {
    EXPECT_THAT(fault_of(body, [](const SentValues&) {}), HasSubstr("no JSON object"));
  }
}

TEST(SentValues, FieldsOfAnotherKindAreRefusedByName) {
  const auto text = [](const SentValues& sent) { static_cast<void>(sent.text("type")); };
  const auto texts = [](const SentValues& sent) { static_cast<void>(sent.texts("type")); };
  const auto numbers = [](const SentValues& sent) {
    static_cast<void>(sent.numbers_or_none("states"));
  };
  EXPECT_THAT(fault_of("{}", text), AllOf(HasSubstr("was not sent"), HasSubstr("type")));
  EXPECT_THAT(fault_of(R"({"type": 3})", text), AllOf(HasSubstr("type"), HasSubstr("a text")));
  EXPECT_THAT(fault_of(R"({"type": ["T1", 2]})", texts), HasSubstr("a list of texts"));
  EXPECT_THAT(fault_of(R"({"states": ["1"]})", numbers), HasSubstr("a list of numbers"));
  EXPECT_THAT(fault_of(R"({"states": null})", numbers), HasSubstr("a list of numbers"));
  for (const char* large : {"3.5e38", "-1e300"}) {
    EXPECT_THAT(fault_of("{\"states\": [0, " + std::string(large) + "]}", numbers),
                AllOf(HasSubstr("too large"), HasSubstr("states"), HasSubstr("3.4e38")));
  }
  EXPECT_THAT(fault_of(R"({"typ": "T1"})", text),
              AllOf(HasSubstr("not known"), HasSubstr("'typ'")));
}

}  // namespace sent_values_test
}  // namespace mixvae::report::explorer
