#include "report/explorer/exchange.hpp"

#include <nlohmann/json.hpp>

namespace mixvae::report::explorer {

Answer refusal(int status, const std::string& what, const std::string& found,
               const std::string& expected, const std::string& hint) {
  nlohmann::json told{{"error", what}};
  for (const auto& [name, text] :
       {std::pair("found", found), std::pair("expected", expected), std::pair("hint", hint)}) {
    if (!text.empty()) {
      told[name] = text;
    }
  }
  return {.status = status,
          .body = told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace mixvae::report::explorer
