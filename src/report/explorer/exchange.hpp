#pragma once

#include <map>
#include <string>

namespace mixvae::report::explorer {

/// What the page asks for: a path of the explorer, the parameters behind it, what was sent with it.
struct Request {
  std::string method;  // "GET" or "POST"
  std::string path;    // "/api/decode"
  std::map<std::string, std::string> parameters = {};
  std::string body = {};
};

/// What it gets.
struct Answer {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::string allow = {};  // methods that the path takes, with status 405
};

/// A refusal as the page reads it: {"error": what, "found", "expected", "hint"}; empty ones are
/// left out.
Answer refusal(int status, const std::string& what, const std::string& found = {},
               const std::string& expected = {}, const std::string& hint = {});

}  // namespace mixvae::report::explorer
