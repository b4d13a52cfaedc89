#include "data/io/delimited.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/fcs/keywords.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kSample = std::size_t{1} << 20;
constexpr std::string_view kDelimiters = "\t,;| ";
constexpr std::size_t kBlank = 4;

using Counts = std::array<std::size_t, kDelimiters.size()>;

/// How often each delimiter occurs in each complete record of the text, outside of quotes. Blanks
/// count once where several follow each other, and not at the ends of a record.
class DelimiterCount {
 public:
  std::vector<Counts> count(std::string_view text, char line_end) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      take(text[i], line_end);
    }
    if (records_.size() > 2) {
      records_.pop_back();  // an incomplete or empty last record
    }
    return std::move(records_);
  }

 private:
  void take(char c, char line_end) {
    if (c == '"' && (quoted_ || at_start_)) {
      quoted_ = !quoted_;
      at_start_ = !quoted_;
      after_text_ = true;
      add_blank();
    } else if (!quoted_ && c == line_end) {
      records_.emplace_back();
      at_start_ = true;
      after_text_ = false;
      blank_ = false;
    } else if (!quoted_) {
      take_unquoted(c);
    }
  }

  void take_unquoted(char c) {
    const std::size_t which = kDelimiters.find(c);
    at_start_ = which != std::string_view::npos;
    if (c == ' ') {
      blank_ = after_text_;
      return;
    }
    if (c == '\r') {
      return;
    }
    add_blank();
    after_text_ = true;
    if (at_start_) {
      ++records_.back()[which];
    }
  }

  /// A blank that text follows.
  void add_blank() {
    records_.back()[kBlank] += blank_ ? 1 : 0;
    blank_ = false;
  }

  std::vector<Counts> records_ = std::vector<Counts>(1);
  bool quoted_ = false;
  bool at_start_ = true;  // of a field, where a quote opens
  bool after_text_ = false;
  bool blank_ = false;
};

std::vector<Counts> count_delimiters(std::string_view text) {
  const char line_end = text.find('\n') == text.npos && text.find('\r') != text.npos ? '\r' : '\n';
  return DelimiterCount().count(text, line_end);
}

/// Twice the delimiters per record when all data records agree (one more when the header does too;
/// it may have one delimiter fewer), else 0.
std::size_t agreement(const std::vector<Counts>& records, std::size_t which) {
  const std::size_t count = records.size() > 1 ? records[1][which] : records[0][which];
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i][which] != count) {
      return 0;
    }
  }
  const std::size_t header = records[0][which];
  if (header == count) {
    return count == 0 ? 0 : 2 * count + 1;
  }
  return header + 1 == count ? 2 * count : 0;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_comment(std::string_view line) {
  if (line.starts_with('"')) {
    line.remove_prefix(1);
  }
  return line.starts_with('#') || line.starts_with('%') || line.starts_with("//") ||
         (line.size() > 1 && (line[0] == '!' || line[0] == '^') && is_letter(line[1]));
}

/// Every comma stands between digits: those of decimal numbers.
bool commas_are_decimal(std::string_view text) {
  for (std::size_t at = text.find(','); at != text.npos; at = text.find(',', at + 1)) {
    if (at == 0 || at + 1 == text.size() || !is_digit(text[at - 1]) || !is_digit(text[at + 1])) {
      return false;
    }
  }
  return true;
}

/// Takes the first line off the text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::string_view line = text.substr(0, end);
  const bool both = text.substr(end, 2) == "\r\n";
  text.remove_prefix(std::min(end + (both ? 2 : 1), text.size()));
  return line;
}

std::string_view first_line(std::string_view text) { return take_line(text); }

std::size_t fields_of(std::string_view line, char delimiter) {
  return count_delimiters(line)[0][kDelimiters.find(delimiter)] + 1;
}

struct Detected {
  char delimiter = ',';
  std::size_t score = 0;  // 0 where the records disagree or have one field
};

Detected best_delimiter(std::string_view text, const std::vector<Counts>& records) {
  Detected best;
  Detected without_comma;
  for (std::size_t which = 0; which < kDelimiters.size(); ++which) {
    const Detected here{kDelimiters[which], agreement(records, which)};
    if (here.score > best.score) {
      best = here;
    }
    if (here.delimiter != ',' && here.score > without_comma.score) {
      without_comma = here;
    }
  }
  const bool decimal = best.delimiter == ',' && without_comma.score > 0 && commas_are_decimal(text);
  return decimal ? without_comma : best;
}

/// Lines above a table of three columns or more that have one field each: how many; 0 when the text
/// begins with the table.
Index title_lines(std::string_view text) {
  constexpr Index kMost = 20;
  std::vector<std::string_view> above;
  for (Index k = 1; k <= kMost && !text.empty(); ++k) {
    above.push_back(take_line(text));
    const Detected found = best_delimiter(text, count_delimiters(text));
    const auto one_field = [&](std::string_view line) {
      std::string_view rest = trimmed(line);
      while (!rest.empty() && rest.back() == found.delimiter) {
        rest.remove_suffix(1);
      }
      return fields_of(rest, found.delimiter) == 1;
    };
    if (found.score >= 4 && found.delimiter != ' ' && std::ranges::all_of(above, one_field)) {
      return k;
    }
  }
  return 0;
}

/// A field that begins like a number.
bool holds_number(std::string_view line, char delimiter) {
  for (std::size_t at = line.find(delimiter); at != line.npos; at = line.find(delimiter, at + 1)) {
    const std::size_t next = at + 1;
    if (next < line.size() && is_digit(line[next])) {
      return true;
    }
  }
  return false;
}

}  // namespace

char detect_delimiter(std::string_view start) { return table_start(start).delimiter; }

TableStart table_start(std::string_view start) {
  TableStart table;
  std::string_view last_comment;
  for (;;) {
    const std::string_view line = first_line(start);
    if (start.empty() || !(is_comment(line) || trimmed(line).empty())) {
      break;
    }
    last_comment = trimmed(line).empty() ? std::string_view{} : line;
    ++table.skipped_lines;
    take_line(start);
  }
  const std::vector<Counts> records = count_delimiters(start);
  const Detected best = best_delimiter(start, records);
  table.delimiter = best.delimiter;
  if (best.score == 0) {
    const Index titles = title_lines(start);
    if (titles > 0) {
      for (Index k = 0; k < titles; ++k) {
        take_line(start);
      }
      table.skipped_lines += titles;
      table.titled = true;
      table.delimiter = best_delimiter(start, count_delimiters(start)).delimiter;
      return table;
    }
    // Records that disagree (a fault that the reader will name): the commonest in the first record,
    // blanks last.
    std::size_t most = 0;
    for (std::size_t which = 0; which < kBlank; ++which) {
      if (records[0][which] > most) {
        most = records[0][which];
        table.delimiter = kDelimiters[which];
      }
    }
  }
  const std::string_view next = first_line(start);
  const std::size_t width = fields_of(next, table.delimiter);
  if (!last_comment.empty() && width > 1 && fields_of(last_comment, table.delimiter) == width &&
      holds_number(next, table.delimiter)) {
    table.marked_header = last_comment.starts_with('#');
    --table.skipped_lines;
  }
  return table;
}

DelimitedReader::DelimitedReader(const std::string& path, std::optional<char> delimiter)
    : lines_(path), start_(table_start(read_text(path, kSample))) {
  if (delimiter && *delimiter != start_.delimiter) {
    start_ = {.delimiter = *delimiter, .skipped_lines = start_.titled ? 0 : start_.skipped_lines};
  }
}

std::string DelimitedReader::where() const {
  return lines_.path() + ", line " + std::to_string(line_);
}

bool DelimitedReader::is_skipped(std::string_view line) const {
  if (lines_.line_number() <= start_.skipped_lines) {
    return true;
  }
  const std::string_view content = trimmed(line);
  if (content.empty() || content == "\x1a") {  // the end of a text file, as DOS marked it
    return true;
  }
  return begun_ && fields_.size() > 1 && (line.starts_with('#') || line.starts_with('!')) &&
         line.find(start_.delimiter) == line.npos;
}

bool DelimitedReader::next() {
  std::string_view line;
  do {
    if (!lines_.next(line)) {
      return false;
    }
  } while (is_skipped(line));
  line_ = lines_.line_number();
  if (line.find('\0') != line.npos) {
    throw InputError({.what = "the text holds NUL bytes",
                      .where = where(),
                      .hint = "the file was damaged, or not written to its end; fetch it again"});
  }
  record_.assign(line);
  if (std::ranges::any_of(line, [](char c) { return static_cast<signed char>(c) < 0; })) {
    record_ = fcs::as_utf8(line);
  }
  if (!begun_ && start_.marked_header) {
    record_.erase(0, record_.find_first_not_of("# "));
  }
  begun_ = true;
  split();
  return true;
}

std::size_t DelimitedReader::unquote(std::size_t& position) {
  std::size_t write = position;
  for (++position;; ++position) {
    if (position == record_.size()) {
      std::string_view line;
      if (!lines_.next(line)) {
        throw InputError({.what = "a quote opens and never closes", .where = where()});
      }
      record_.append(1, '\n').append(fcs::as_utf8(line));
    }
    if (record_[position] == '"') {
      if (position + 1 == record_.size() || record_[position + 1] != '"') {
        break;
      }
      ++position;
    }
    record_[write++] = record_[position];
  }
  ++position;
  if (position < record_.size() && record_[position] != start_.delimiter) {
    throw InputError({.what = "text follows a closing quote",
                      .where = where(),
                      .found = "'" + record_.substr(position, 20) + "'",
                      .expected = "the delimiter or the end of the line",
                      .hint = "write a quote inside a quoted field as \"\""});
  }
  return write;
}

void DelimitedReader::split_at_blanks() {
  const auto skip_blanks = [this](std::size_t position) {
    return std::min(record_.find_first_not_of(' ', position), record_.size());
  };
  for (std::size_t position = skip_blanks(0); position < record_.size();) {
    const std::size_t begin = position;
    if (record_[position] == '"') {
      bounds_.emplace_back(begin, unquote(position));
    } else {
      position = std::min(record_.find(' ', position), record_.size());
      bounds_.emplace_back(begin, position);
    }
    position = skip_blanks(position);
  }
}

void DelimitedReader::split() {
  bounds_.clear();
  if (start_.delimiter == ' ') {
    split_at_blanks();
  }
  std::size_t position = 0;
  while (start_.delimiter != ' ') {
    const std::size_t begin = position;
    if (position < record_.size() && record_[position] == '"') {
      bounds_.emplace_back(begin, unquote(position));
    } else {
      position = std::min(record_.find(start_.delimiter, position), record_.size());
      bounds_.emplace_back(begin, position);
    }
    if (position == record_.size()) {
      break;
    }
    ++position;
  }
  fields_.clear();
  for (const auto& [begin, end] : bounds_) {
    fields_.push_back(std::string_view(record_).substr(begin, end - begin));
  }
}

}  // namespace mixvae
