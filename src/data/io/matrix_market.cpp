#include "data/io/matrix_market.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"
#include "data/io/gzip.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

constexpr Index kLargest = std::numeric_limits<std::int32_t>::max();
constexpr Index kUsualLargest = 10000000;        // rows or columns, where the entries are fewer
constexpr std::size_t kBytesPerEntry = 4;        // "1 1" and a line break, at least
constexpr std::size_t kLargestGzipRatio = 1032;  // of deflate

struct Announced {
  bool pattern = false;  // entries have no value: 1
  Index rows = 0;
  Index columns = 0;
  Index entries = 0;
};

struct Entries {
  std::vector<std::int32_t> rows;
  std::vector<std::int32_t> columns;
  std::vector<float> values;
};

[[noreturn]] void refuse_line(const LineReader& lines, const std::string& what,
                              std::string_view found, const std::string& expected) {
  throw InputError({.what = what,
                    .where = lines.path() + ", line " + std::to_string(lines.line_number()),
                    .found = "'" + printable(found, 60) + "'",
                    .expected = expected});
}

/// Takes the next word off the line; empty at its end.
std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

/// Takes a whole number off the line; -1 when there is none.
Index next_integer(std::string_view& line) {
  const std::string_view word = next_word(line);
  Index value = -1;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
  return result.ec == std::errc{} && result.ptr == word.data() + word.size() ? value : -1;
}

bool next_content_line(LineReader& lines, std::string_view& line) {
  while (lines.next(line)) {
    if (!line.starts_with('%') && !trimmed(line).empty()) {
      return true;
    }
  }
  return false;
}

/// The first line: "%%MatrixMarket matrix coordinate integer general".
bool read_banner(LineReader& lines) {
  std::string_view line;
  lines.next(line);
  const std::string banner = lower(line);
  std::string_view rest = banner;
  const std::string_view magic = next_word(rest);
  const std::string_view object = next_word(rest);
  const std::string_view format = next_word(rest);
  const std::string_view field = next_word(rest);
  const std::string_view symmetry = next_word(rest);
  const bool field_known =
      field == "integer" || field == "real" || field == "double" || field == "pattern";
  if (magic != "%%matrixmarket" || object != "matrix" || format != "coordinate" || !field_known ||
      symmetry != "general") {
    refuse_line(lines, "this kind of Matrix Market file cannot be read", line,
                "%%MatrixMarket matrix coordinate integer|real|pattern general");
  }
  return field == "pattern";
}

Announced read_sizes(LineReader& lines) {
  Announced sizes;
  sizes.pattern = read_banner(lines);
  std::string_view line;
  if (!next_content_line(lines, line)) {
    throw InputError({.what = "the Matrix Market file ends before its sizes",
                      .where = lines.path(),
                      .expected = "a line with rows, columns and entries"});
  }
  const std::string_view whole = line;
  sizes.rows = next_integer(line);
  sizes.columns = next_integer(line);
  sizes.entries = next_integer(line);
  if (sizes.rows < 0 || sizes.columns < 0 || sizes.entries < 0 || !trimmed(line).empty()) {
    refuse_line(lines, "the sizes of the matrix cannot be read", whole,
                "rows, columns and entries");
  }
  if (sizes.rows == 0 || sizes.columns == 0) {
    refuse_line(lines, "the matrix is empty", whole, "at least one row and one column");
  }
  const Index limit = std::clamp(sizes.entries, kUsualLargest, kLargest);
  if (sizes.rows > limit || sizes.columns > limit) {
    refuse_line(lines, "the matrix announces an unlikely size", whole,
                "at most " + with_commas(limit) + " rows and columns for so many entries");
  }
  return sizes;
}

float entry_value(const LineReader& lines, const Announced& sizes, std::string_view rest,
                  std::string_view whole) {
  if (sizes.pattern) {
    return 1.0F;
  }
  const std::string_view word = next_word(rest);
  const std::optional<double> value = word.empty() ? std::nullopt : number_of(word);
  if (!value || !trimmed(rest).empty()) {
    refuse_line(lines, "the entry has no readable value", whole, "row, column and value");
  }
  return static_cast<float>(*value);
}

void read_entry(const LineReader& lines, const Announced& sizes, std::string_view line,
                Entries& entries) {
  std::string_view rest = line;
  const Index row = next_integer(rest);
  const Index column = next_integer(rest);
  if (row < 1 || row > sizes.rows || column < 1 || column > sizes.columns) {
    refuse_line(lines, "the entry lies outside of the matrix", line,
                "row 1 to " + std::to_string(sizes.rows) + ", column 1 to " +
                    std::to_string(sizes.columns));
  }
  const float value = entry_value(lines, sizes, rest, line);
  if (value != 0.0F) {
    entries.rows.push_back(static_cast<std::int32_t>(row - 1));
    entries.columns.push_back(static_cast<std::int32_t>(column - 1));
    entries.values.push_back(value);
  }
}

/// Room for the announced entries, but never for more than the file can hold.
void reserve(Entries& entries, const Announced& sizes, const std::string& path) {
  const std::size_t possible = file_size(path) / kBytesPerEntry *
                               (begins_like_gzip(first_bytes(path, 2)) ? kLargestGzipRatio : 1);
  const std::size_t room = std::min(static_cast<std::size_t>(sizes.entries), possible);
  entries.rows.reserve(room);
  entries.columns.reserve(room);
  entries.values.reserve(room);
}

Entries read_entries(LineReader& lines, const Announced& sizes) {
  Entries entries;
  reserve(entries, sizes, lines.path());
  std::string_view line;
  Index count = 0;
  while (next_content_line(lines, line)) {
    if (++count > sizes.entries) {
      refuse_line(lines, "the matrix has more entries than it announces", line,
                  with_commas(sizes.entries) + " entries");
    }
    read_entry(lines, sizes, line, entries);
  }
  if (count < sizes.entries) {
    throw InputError({.what = "the Matrix Market file is cut off",
                      .where = lines.path(),
                      .found = with_commas(count) + " entries",
                      .expected = with_commas(sizes.entries) + " entries, as its sizes say"});
  }
  return entries;
}

/// Counting sort of the entries by their column, which becomes the row.
CsrMatrix compress(const Announced& sizes, Entries entries) {
  CsrMatrix matrix;
  matrix.rows = sizes.columns;
  matrix.columns = sizes.rows;
  matrix.offsets.assign(static_cast<std::size_t>(sizes.columns) + 1, 0);
  for (const std::int32_t column : entries.columns) {
    ++matrix.offsets[static_cast<std::size_t>(column) + 1];
  }
  std::partial_sum(matrix.offsets.begin(), matrix.offsets.end(), matrix.offsets.begin());
  if (std::ranges::is_sorted(entries.columns)) {
    matrix.column_numbers = std::move(entries.rows);
    matrix.values = std::move(entries.values);
  } else {
    matrix.column_numbers.resize(entries.values.size());
    matrix.values.resize(entries.values.size());
    std::vector<Index> next(matrix.offsets.begin(), matrix.offsets.end() - 1);
    for (std::size_t i = 0; i < entries.values.size(); ++i) {
      const auto target =
          static_cast<std::size_t>(next[static_cast<std::size_t>(entries.columns[i])]++);
      matrix.column_numbers[target] = entries.rows[i];
      matrix.values[target] = entries.values[i];
    }
  }
  sort_and_merge(matrix);
  return matrix;
}

}  // namespace

CsrMatrix read_matrix_market_transposed(const std::string& path) {
  LineReader lines(path);
  const Announced sizes = read_sizes(lines);
  return compress(sizes, read_entries(lines, sizes));
}

}  // namespace mixvae
