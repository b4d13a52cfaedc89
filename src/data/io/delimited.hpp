#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/io/gzip.hpp"

namespace mixvae {

/// The delimiter of a text table (tab, comma, semicolon, bar or blank), from the start of its
/// content: the one that occurs equally and most often in its records outside of quotes. A table of
/// one column gives a comma.
char detect_delimiter(std::string_view start);

/// The records of a CSV/TSV file (plain or gzip). Fields may stand in double quotes, with "" for a
/// quote inside, and may then hold delimiters and line breaks. Blank lines, and lines at the top
/// that begin with "# ", are skipped.
class DelimitedReader {
 public:
  /// Without a delimiter it is detected.
  explicit DelimitedReader(const std::string& path, std::optional<char> delimiter = {});

  /// Moves to the next record; false at the end. Throws InputError for a quote that never closes or
  /// stands in a wrong place.
  bool next();
  /// Fields of the record; they hold until the next call.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Line on which the record begins, from 1.
  Index line() const { return line_; }
  /// "FILE, line N" for messages.
  std::string where() const;
  char delimiter() const { return delimiter_; }

 private:
  void split();
  /// Removes the quotes of the field at `position`, in place; moves `position` behind it. Returns
  /// where its text ends.
  std::size_t unquote(std::size_t& position);

  LineReader lines_;
  char delimiter_;
  std::string record_;
  std::vector<std::pair<std::size_t, std::size_t>> bounds_;  // of each field within record_
  std::vector<std::string_view> fields_;
  Index line_ = 0;
  bool begun_ = false;
};

}  // namespace mixvae
