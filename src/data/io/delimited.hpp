#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/io/gzip.hpp"

namespace mixvae {

/// The delimiter of a text table (tab, comma, semicolon, bar or blanks), from the start of its
/// content: the one that occurs equally and most often in its records outside of quotes; several
/// blanks count as one. A table of one column gives a comma.
char detect_delimiter(std::string_view start);

/// Where the records of a text table begin, and what stands between its fields.
struct TableStart {
  char delimiter = ',';
  Index skipped_lines = 0;     // comments and titles above the header
  bool marked_header = false;  // the header begins with '#', which is not part of its first name
  bool titled = false;         // among the skipped lines is one that is no comment
};

/// Judged by the start of the content. Comments are lines at the top that begin with #, %, //, or
/// with ! or ^ and a letter, also in quotes; the last of them is the header when it has as many
/// fields as the next line, and that one holds numbers. Titles are lines of one field
/// above a table of three columns or more.
TableStart table_start(std::string_view start);

/// The records of a CSV/TSV file (plain or gzip). Fields may stand in double quotes, with "" for a
/// quote inside, and may then hold delimiters and line breaks. Blank lines, comments and titles
/// above the records (see table_start) are skipped, and lines without a delimiter that begin with #
/// or ! below them, where the table has several columns.
class DelimitedReader {
 public:
  /// Without a delimiter it is detected.
  explicit DelimitedReader(const std::string& path, std::optional<char> delimiter = {});

  /// Moves to the next record; false at the end. Throws InputError for a quote that never closes or
  /// stands in a wrong place, and for NUL bytes.
  bool next();
  /// Fields of the record; they hold until the next call.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Line on which the record begins, from 1.
  Index line() const { return line_; }
  /// "FILE, line N" for messages.
  std::string where() const;
  char delimiter() const { return start_.delimiter; }
  const TableStart& start() const { return start_; }

 private:
  bool is_skipped(std::string_view line) const;
  void split();
  void split_at_blanks();
  /// Removes the quotes of the field at `position`, in place; moves `position` behind it. Returns
  /// where its text ends.
  std::size_t unquote(std::size_t& position);

  LineReader lines_;
  TableStart start_;
  std::string record_;
  std::vector<std::pair<std::size_t, std::size_t>> bounds_;  // of each field within record_
  std::vector<std::string_view> fields_;
  Index line_ = 0;
  bool begun_ = false;
};

}  // namespace mixvae
