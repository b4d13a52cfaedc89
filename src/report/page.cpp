#include "report/page.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "report/page_assets.hpp"
#include "report/svg.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr std::size_t kLongText = 30;  // is broken into lines

/// Text that may stand in a script element: no sign can end it.
std::string inert(std::string text) {
  for (std::size_t found = text.find('<'); found != std::string::npos;
       found = text.find('<', found + 6)) {
    text.replace(found, 1, "\\u003c");
  }
  return text;
}

/// CSV in an element of its own: "<" and "\\" as codes that the script takes back, so that nothing
/// in it ends the element.
std::string csv_element(const std::string& name, const std::string& csv) {
  std::string safe;
  for (const char c : csv) {
    safe += c == '<'    ? std::string("\\u003c")
            : c == '\\' ? std::string("\\u005c")
                        : std::string(1, c);
  }
  return fmt::format("<script type=\"text/csv\" id=\"csv-{}\">", name) + safe + "</script>\n";
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.,+-<>e%– ") == std::string::npos;
}

std::string cell_html(const std::string& text) {
  const char* begin = is_number(text)           ? "<td class=\"number\">"
                      : text.size() > kLongText ? "<td class=\"wide\">"
                                                : "<td>";
  return begin + escaped(text) + "</td>";
}

/// Whether all texts of a column are numbers.
bool is_column_of_numbers(const PageTable& table, std::size_t column) {
  return !table.rows.empty() && std::ranges::all_of(table.rows, [column](const auto& row) {
    return is_number(row[column]);
  });
}

std::string csv_of(const PageTable& table) {
  TablePrinter printer(table.header);
  for (const auto& row : table.rows) {
    printer.add(row);
  }
  return printer.csv();
}

std::string figure_html(const Figure& figure) {
  return fmt::format("<figure id=\"figure-{}\">\n", figure.name) + figure.svg + "<figcaption>" +
         escaped(figure.caption) + "</figcaption></figure>\n";
}

std::string contents(const std::vector<Section>& sections) {
  std::string links;
  for (const Section& section : sections) {
    links += fmt::format("<a href=\"#{}\">", section.id()) + escaped(section.heading()) + "</a>\n";
  }
  return "<nav aria-label=\"Contents\">\n" + links + "</nav>\n";
}

}  // namespace

void Section::say(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void Section::warn(const std::string& text) {
  body_ += "<p class=\"warning\" role=\"note\">" + escaped(text) + "</p>\n";
}

void Section::add(const Figure& figure) {
  body_ += figure_html(figure);
  tables_ += csv_element(figure.name, figure.csv);
}

void Section::add(const PageTable& table) {
  body_ +=
      fmt::format("<div class=\"table\"><table id=\"table-{}\" class=\"sortable{}\"><thead><tr>",
                  table.name, table.searchable ? " searchable" : "");
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    body_ += is_column_of_numbers(table, c) ? "<th scope=\"col\" class=\"number\">"
                                            : "<th scope=\"col\">";
    body_ += escaped(table.header[c]) + "</th>";
  }
  body_ += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    body_ += table.by_type ? "<tr data-type=\"" + escaped(row.front()) + "\">" : "<tr>";
    for (const std::string& text : row) {
      body_ += cell_html(text);
    }
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
  tables_ += csv_element(table.name, csv_of(table));
}

void Section::add_preformatted(const std::string& text) {
  body_ += "<pre>" + escaped(text) + "</pre>\n";
}

void Section::add_map(const Figure& figure) {
  body_ += "<div id=\"map\">\n<figure id=\"figure-map\">" + figure.svg + "</figure></div>\n";
  say(figure.caption);
}

std::string Section::html() const {
  return fmt::format("<section id=\"{}\">\n<h2>", id_) + escaped(heading_) + "</h2>\n" + body_ +
         "</section>\n";
}

std::string html_page(const std::string& title, const std::string& lead,
                      const std::vector<Section>& sections, const PageData& data) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
  page += escaped(title) + "</title>\n<style>" + std::string(report_css()) +
          "</style></head>\n<body>\n<header><h1>" + escaped(title) + "</h1>\n<p class=\"lead\">" +
          escaped(lead) + "</p>\n" + contents(sections) + "</header>\n<main>\n";
  for (const Section& section : sections) {
    page += section.html();
  }
  page += "</main>\n";
  for (const Section& section : sections) {
    page += section.tables();
  }
  page += "<script type=\"application/json\" id=\"report-data\">" + inert(data.directory) +
          "</script>\n<script type=\"text/plain\" id=\"report-arrays\">" + data.arrays +
          "</script>\n<script>" + std::string(report_script()) + "</script>\n</body></html>\n";
  return page;
}

}  // namespace mixvae::report
