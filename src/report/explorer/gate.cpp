#include "report/explorer/gate.hpp"

#include <charconv>

#include "base/text.hpp"
#include "report/explorer/explorer.hpp"

namespace mixvae::report::explorer {
namespace {

constexpr int kUsualPort = 80;  // browsers leave it out

/// On this machine alone a page of another site may point its own name here (DNS rebinding): only
/// this machine's names pass.
bool names_this_machine(const std::string& host, int port) {
  const std::string behind = ":" + std::to_string(port);
  const std::string name = lower(host);
  const auto is = [&](const std::string& own) {
    return name == own + behind || (port == kUsualPort && name == own);
  };
  return is("127.0.0.1") || is("localhost");
}

std::optional<Answer> stranger(const Gate& gate, const RequestHead& head) {
  if (gate.token.empty() && !names_this_machine(head.host, gate.port)) {
    return refusal(403, "the explorer is not called by this name", head.host,
                   "127.0.0.1:" + std::to_string(gate.port));
  }
  if (!gate.token.empty() && !equal_in_constant_time(gate.token, head.token)) {
    return refusal(403, "the token is missing or wrong", {},
                   "the address as mixvae explore printed it");
  }
  if (head.method != "GET" && !head.origin.empty() && head.origin != "http://" + head.host) {
    return refusal(403, "another page asks", head.origin, "http://" + head.host);
  }
  return std::nullopt;
}

std::optional<Answer> wrong_place(const RequestHead& head) {
  const std::string allowed = method_of(head.path);
  if (allowed.empty()) {
    return refusal(404, "there is nothing here");
  }
  if (head.method != allowed) {
    Answer answer = refusal(405, "this cannot be done here", head.method, allowed);
    answer.allow = allowed;
    return answer;
  }
  return std::nullopt;
}

std::optional<Answer> wrong_body(const RequestHead& head) {
  if (head.method != "POST") {
    return std::nullopt;
  }
  const std::string type = lower(head.content_type.substr(0, head.content_type.find(';')));
  if (trimmed(type) != "application/json") {
    return refusal(400, "what is sent must be JSON", head.content_type, "application/json");
  }
  if (!head.content_encoding.empty() || !head.transfer_encoding.empty()) {
    return refusal(400, "what is sent must be plain",
                   head.content_encoding + head.transfer_encoding, "neither packed nor in chunks");
  }
  std::size_t length = 0;
  const char* end = head.content_length.data() + head.content_length.size();
  const auto read = std::from_chars(head.content_length.data(), end, length);
  if (read.ec == std::errc::result_out_of_range ||
      (read.ec == std::errc() && length > kLargestBody)) {
    return refusal(413, "too much is sent at once", head.content_length + " bytes",
                   "at most " + std::to_string(kLargestBody) + " bytes");
  }
  if (read.ec != std::errc() || read.ptr != end) {
    return refusal(400, "the length of what is sent must be told", head.content_length);
  }
  return std::nullopt;
}

}  // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned differences = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    differences |= static_cast<unsigned char>(a[i] ^ other);
  }
  return differences == 0;
}

std::optional<Answer> turned_away(const Gate& gate, const RequestHead& head) {
  if (auto answer = stranger(gate, head)) {
    return answer;
  }
  if (auto answer = wrong_place(head)) {
    return answer;
  }
  return wrong_body(head);
}

}  // namespace mixvae::report::explorer
