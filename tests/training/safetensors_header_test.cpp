#include "training/safetensors_header.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::training {
namespace {

TEST(SafetensorsHeader, ReadsEscapesAndBlanksOfOtherWriters) {
  const auto header = parse_header(
      "\n{ \"__metadata__\" : {\"k\\u00e9\": \"\\ud83d\\ude00\\t\\/\"} ,\r\n"
      "\"b\": {\"shape\": [ ], \"data_offsets\": [4, 8], \"dtype\": \"F32\"},"
      "\"a\": {\"shape\": [1], \"data_offsets\": [0, 4], \"dtype\": \"F32\"} }   ",
      "file");
  EXPECT_EQ(header.metadata.at("k\xc3\xa9"), "\xf0\x9f\x98\x80\t/");
  ASSERT_EQ(header.tensors.size(), 2U);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_TRUE(header.tensors[1].shape.empty());
}

TEST(SafetensorsHeader, RefusesWhatIsNotOfTheForm) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "'{'"},
      {"{", "'\"'"},
      {"{\"a\"}", "':'"},
      {"{\"a\":1}", "'{'"},
      {"{\"a\":{}}", "dtype, shape and two data_offsets of tensor 'a'"},
      {"{} x", "the end of the header"},
      {"{\"__metadata__\":{\"a\":1}}", "'\"'"},
      {"{\"__metadata__\":{\"a\":\"b}}", "the end of a text"},
      {"{\"__metadata__\":{\"a\":\"b\n\"}}", "no control character in a text"},
      {R"({"__metadata__":{"a":"\ud800"}})", "a pair of surrogates"},
      {R"({"__metadata__":{"a":"\ud800\u0041"}})", "a pair of surrogates"},
      {R"({"__metadata__":{"a":"\u12"}})", "four hexadecimal digits"},
      {R"({"__metadata__":{"a":"\x"}})", "an escape sequence"},
      {R"({"__metadata__":{"a":"b"},})", "'\"'"},
      {R"({"__metadata__":{"a":"b","a":"c"}})", "the key 'a' only once"},
      {R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,8]}})",
       "dtype, shape and two data_offsets of tensor 'a'"},
      {R"({"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}})",
       "a whole number below 2^64"},
      {R"({"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})",
       "at most 64 dimensions below 2^62"},
      {R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"more":1}})",
       "dtype, shape or data_offsets instead of 'more'"}};
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(
        support::refusal<InputError>([&] { parse_header(text, "file"); }),
        testing::AllOf(testing::HasSubstr("the header of file is damaged"),
                       testing::HasSubstr("byte "), testing::HasSubstr("expected: " + expected)))
        << text;
  }
}

TEST(SafetensorsHeader, IsPaddedToEightBytes) {
  for (int length = 0; length < 9; ++length) {
    const SafetensorsHeader header{
        .metadata = {{"k", std::string(static_cast<std::size_t>(length), 'v')}}, .tensors = {}};
    EXPECT_EQ(header_text(header).size() % 8, 0U);
  }
}

}  // namespace
}  // namespace mixvae::training
