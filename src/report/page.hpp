#pragma once

#include <string>
#include <vector>

#include "report/figure.hpp"
#include "report/page_data.hpp"

namespace mixvae::report {

/// A table of a page; its first column may name types, whose rows can be chosen.
struct PageTable {
  std::string name;  // in links: "types"
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  bool searchable = false;
  bool by_type = false;  // the first column names types
};

/// A chapter of a page: what stands in it, in order, as HTML.
class Section {
 public:
  Section(std::string id, std::string heading) : id_(std::move(id)), heading_(std::move(heading)) {}

  /// A paragraph of plain text.
  void say(const std::string& text);
  void warn(const std::string& text);
  void add(const Figure& figure);
  void add(const PageTable& table);
  void add_preformatted(const std::string& text);
  /// Where the script puts the map; until then, and without scripts, the figure stands there.
  void add_map(const Figure& figure);

  const std::string& id() const { return id_; }
  const std::string& heading() const { return heading_; }
  std::string html() const;
  /// The tables behind figures and tables, as elements that the script finds by name.
  const std::string& tables() const { return tables_; }

 private:
  std::string id_;
  std::string heading_;
  std::string body_;
  std::string tables_;
};

/// One self-contained page: nothing is loaded from elsewhere. It can be read without its script.
std::string html_page(const std::string& title, const std::string& lead,
                      const std::vector<Section>& sections, const PageData& data);

}  // namespace mixvae::report
