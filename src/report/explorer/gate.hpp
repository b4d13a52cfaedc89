#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "report/explorer/exchange.hpp"

namespace mixvae::report::explorer {

/// Most bytes that may be sent with a request.
inline constexpr std::size_t kLargestBody = std::size_t{64} * 1024;

/// Where the explorer can be reached, and by whom.
struct Gate {
  int port = 0;
  std::string token = {};  // which every request must bring; empty: none, on this machine alone
};

/// What a request says of itself before its body is read. Empty texts: the header is not there.
struct RequestHead {
  std::string method;
  std::string path;  // decoded
  std::string host;  // empty also where there are several
  std::string origin = {};
  std::string token = {};
  std::string content_type = {};
  std::string content_encoding = {};
  std::string transfer_encoding = {};
  std::string content_length = {};
};

/// Why a request is turned away; nothing where it may pass. 403: a name of the host that is not
/// this machine's (without a token; so that no page reaches the explorer by a name of its own), no
/// or another token, a request to change something from another page; 404: a path that there is
/// not; 405: a method that the path does not take; 400: what is sent is no plain JSON of a told
/// length; 413: it is longer than kLargestBody.
std::optional<Answer> turned_away(const Gate& gate, const RequestHead& head);

/// Whether two texts are equal, in a time that tells nothing of where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace mixvae::report::explorer
