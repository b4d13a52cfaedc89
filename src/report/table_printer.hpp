#pragma once

#include <string>
#include <vector>

namespace mixvae::report {

/// A small table of texts for people and programs. Columns whose cells are all numbers (or "-",
/// "mean ± sd", "<1e-300") stand to the right.
class TablePrinter {
 public:
  explicit TablePrinter(std::vector<std::string> header) : header_(std::move(header)) {}

  /// Throws Bug when the row has another length than the header.
  void add(std::vector<std::string> row);

  const std::vector<std::string>& header() const { return header_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

  /// Columns aligned with two spaces between them; UTF-8 counts by characters.
  std::string text() const;
  std::string markdown() const;
  /// RFC 4180: fields with commas, quotes or line breaks are quoted.
  std::string csv() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// A number with that many decimals ("0.713"); "-" for NaN.
std::string fixed(double value, int decimals = 3);

}  // namespace mixvae::report
