#include "report/explorer/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mixvae::report::explorer {
namespace gate_test {

using testing::AllOf;
using testing::HasSubstr;

const Gate kOpen{.port = 8080};
const Gate kGuarded{.port = 8080, .token = "0123456789abcdef"};

RequestHead reading(const std::string& path = "/") {
  return {.method = "GET", .path = path, .host = "127.0.0.1:8080"};
}

RequestHead writing(const std::string& path = "/api/rename") {
  return {.method = "POST",
          .path = path,
          .host = "localhost:8080",
          .origin = "http://localhost:8080",
          .content_type = "application/json; charset=utf-8",
          .content_length = "20"};
}

int status(const Gate& gate, const RequestHead& head) {
  const auto answer = turned_away(gate, head);
  return answer ? answer->status : 200;
}

std::string words(const Gate& gate, const RequestHead& head) {
  const auto answer = turned_away(gate, head);
  return answer ? answer->body : "passed";
}

TEST(ExplorerGate, OrdinaryRequestsPass) {
  EXPECT_EQ(words(kOpen, reading()), "passed");
  EXPECT_EQ(words(kOpen, writing()), "passed");
  RequestHead without_browser = writing();
  without_browser.origin.clear();
  EXPECT_EQ(words(kOpen, without_browser), "passed");
}

TEST(ExplorerGate, OtherNamesOfTheHostAreTurnedAway) {
  for (const char* host : {"", "evil.example", "evil.example:8080", "127.0.0.1", "127.0.0.1:80",
                           "127.0.0.1:80800", "localhost.evil.example:8080"}) {
    RequestHead head = reading();
    head.host = host;
    EXPECT_EQ(status(kOpen, head), 403) << host;
    EXPECT_THAT(words(kOpen, head), AllOf(HasSubstr("not called by this name"), HasSubstr(host)));
  }
  RequestHead shouted = reading();
  shouted.host = "LOCALHOST:8080";
  EXPECT_EQ(status(kOpen, shouted), 200);
}

TEST(ExplorerGate, AtPort80TheHostMayStandWithoutIt) {
  const Gate usual{.port = 80};
  RequestHead head = writing();
  for (const char* host : {"127.0.0.1", "localhost", "localhost:80"}) {
    head.host = host;
    head.origin = "http://" + head.host;
    EXPECT_EQ(words(usual, head), "passed");
  }
  for (const char* host : {"", "evil.example", "localhost:8080", "127.0.0.1:"}) {
    head.host = host;
    head.origin = "http://" + head.host;
    EXPECT_EQ(status(usual, head), 403) << host;
  }
}

TEST(ExplorerGate, WithATokenItAloneOpens) {
  RequestHead head = reading();
  head.host = "192.168.1.7:8080";
  EXPECT_THAT(words(kGuarded, head), HasSubstr("the token is missing or wrong"));
  for (const char* token : {"0", "0123456789abcdee", "0123456789abcdef0", "0123456789abcdef "}) {
    head.token = token;
    EXPECT_EQ(status(kGuarded, head), 403) << token;
  }
  head.token = kGuarded.token;
  EXPECT_EQ(status(kGuarded, head), 200);
}

TEST(ExplorerGate, TextsAreEqualOrNot) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", ""));
  EXPECT_FALSE(equal_in_constant_time("", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abab", "ab"));
}

TEST(ExplorerGate, OtherPagesCannotChangeAnything) {
  for (const char* origin :
       {"http://evil.example", "null", "https://localhost:8080", "http://127.0.0.1:8080"}) {
    RequestHead head = writing();
    head.origin = origin;
    EXPECT_EQ(status(kOpen, head), 403) << origin;
    EXPECT_THAT(words(kOpen, head), AllOf(HasSubstr("another page asks"), HasSubstr(origin)));
  }
}

TEST(ExplorerGate, OtherPathsAndMethodsAreRefused) {
  for (const char* path : {"", "/..", "/../etc/passwd", "/explorer.js/", "/api", "/api/run/", "//",
                           "/type_names.toml", "/API/run"}) {
    EXPECT_EQ(status(kOpen, reading(path)), 404) << path;
  }
  RequestHead head = reading("/api/rename");
  EXPECT_EQ(turned_away(kOpen, head)->status, 405);
  EXPECT_EQ(turned_away(kOpen, head)->allow, "POST");
  for (const char* method : {"POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    head = reading("/api/run");
    head.method = method;
    EXPECT_EQ(status(kOpen, head), 405) << method;
  }
}

TEST(ExplorerGate, WhatIsSentMustBePlainJsonOfAToldAndModestLength) {
  const auto changed = [](std::string RequestHead::*field, const std::string& value) {
    RequestHead head = writing();
    head.*field = value;
    return head;
  };
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "multipart/form-data", "application/jsonp"}) {
    EXPECT_THAT(words(kOpen, changed(&RequestHead::content_type, type)), HasSubstr("must be JSON"));
  }
  EXPECT_THAT(words(kOpen, changed(&RequestHead::transfer_encoding, "chunked")),
              HasSubstr("must be plain"));
  EXPECT_THAT(words(kOpen, changed(&RequestHead::content_encoding, "gzip")),
              HasSubstr("must be plain"));
  for (const char* length : {"", "many", "-1", "12x", "0x10"}) {
    EXPECT_EQ(status(kOpen, changed(&RequestHead::content_length, length)), 400) << length;
  }
  EXPECT_EQ(status(kOpen, changed(&RequestHead::content_length, "65536")), 200);
  for (const char* length : {"65537", "99999999999999999999999999"}) {
    EXPECT_EQ(status(kOpen, changed(&RequestHead::content_length, length)), 413) << length;
  }
}

}  // namespace gate_test
}  // namespace mixvae::report::explorer
