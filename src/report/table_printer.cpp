#include "report/table_printer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {
namespace {

/// Characters of a UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_numeric(const std::string& cell) {
  return cell.empty() || cell == "-" ||
         cell.find_first_not_of("0123456789.,+-<e% ±") == std::string::npos;
}

std::string padded(const std::string& cell, std::size_t columns, bool right) {
  const std::string blank(columns - std::min(columns, width(cell)), ' ');
  return right ? blank + cell : cell + blank;
}

std::string in_markdown(const std::string& cell) {
  std::string out;
  for (const char c : cell) {
    out += c == '|' ? "\\|" : std::string(1, c);
  }
  return out;
}

}  // namespace

void TablePrinter::add(std::vector<std::string> row) {
  MIXVAE_ASSERT(row.size() == header_.size(), "a table row has as many cells as the header");
  rows_.push_back(std::move(row));
}

std::string TablePrinter::text() const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t c = 0; c < header_.size(); ++c) {
    widths.push_back(width(header_[c]));
    right.push_back(
        std::ranges::all_of(rows_, [c](const auto& row) { return is_numeric(row[c]); }));
    for (const auto& row : rows_) {
      widths[c] = std::max(widths[c], width(row[c]));
    }
  }
  std::string out;
  const auto append = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += (c == 0 ? "" : "  ") + padded(row[c], widths[c], right[c]);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  append(header_);
  std::ranges::for_each(rows_, append);
  return out;
}

std::string TablePrinter::markdown() const {
  std::string out;
  const auto append = [&out](const std::vector<std::string>& row) {
    for (const std::string& cell : row) {
      out += "| " + in_markdown(cell) + " ";
    }
    out += "|\n";
  };
  append(header_);
  append(std::vector<std::string>(header_.size(), "---"));
  std::ranges::for_each(rows_, append);
  return out;
}

std::string TablePrinter::csv() const {
  std::string out;
  const auto append = [&out](const std::vector<std::string>& row) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      out += (c == 0 ? "" : ",") + csv_field(row[c]);
    }
    out += "\n";
  };
  append(header_);
  std::ranges::for_each(rows_, append);
  return out;
}

std::string fixed(double value, int decimals) {
  if (std::isnan(value)) {
    return "-";
  }
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
  return end.ec == std::errc{} ? std::string(buffer, end.ptr) : "-";
}

}  // namespace mixvae::report
