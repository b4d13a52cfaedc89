#include "report/explorer/explorer_page.hpp"

#include "report/svg.hpp"

namespace mixvae::report::explorer {

std::string explorer_page(const std::string& title, const std::string& lead,
                          const std::string& token) {
  const std::string behind = token.empty() ? "" : "?token=" + token;
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>" +
         escaped(title) + "</title>\n<link rel=\"stylesheet\" href=\"/explorer.css" + behind +
         "\"></head>\n<body class=\"explorer\">\n<header><h1>" + escaped(title) +
         "</h1>\n<p class=\"lead\">" + escaped(lead) +
         "</p></header>\n<main id=\"explorer\"><noscript><p class=\"notice\">The explorer needs "
         "JavaScript; mixvae report writes a page that does not.</p></noscript></main>\n"
         "<script src=\"/explorer.js" +
         behind + "\"></script>\n</body></html>\n";
}

}  // namespace mixvae::report::explorer
