#include "data/io/delimited.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kSample = std::size_t{1} << 20;
constexpr std::string_view kDelimiters = "\t,;| ";

using Counts = std::array<std::size_t, kDelimiters.size()>;

/// How often each delimiter occurs in each complete record of the text, outside of quotes.
std::vector<Counts> count_delimiters(std::string_view text) {
  std::vector<Counts> records(1);
  bool quoted = false;
  bool at_start = true;  // of a field, where a quote opens
  for (const char c : text) {
    if (c == '"' && (quoted || at_start)) {
      quoted = !quoted;
      at_start = !quoted;
    } else if (!quoted && c == '\n') {
      records.emplace_back();
      at_start = true;
    } else if (!quoted) {
      const std::size_t which = kDelimiters.find(c);
      at_start = which != std::string_view::npos;
      if (at_start) {
        ++records.back()[which];
      }
    }
  }
  if (records.size() > 2) {
    records.pop_back();  // an incomplete or empty last record
  }
  return records;
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

bool is_comment(std::string_view line) { return line.starts_with("# "); }

}  // namespace

char detect_delimiter(std::string_view start) {
  while (is_comment(start)) {
    start.remove_prefix(std::min(start.find('\n'), start.size() - 1) + 1);
  }
  const std::vector<Counts> records = count_delimiters(start);
  std::size_t best = 0;
  char delimiter = ',';
  for (std::size_t which = 0; which < kDelimiters.size(); ++which) {
    const std::size_t score = agreement(records, which);
    if (score > best) {
      best = score;
      delimiter = kDelimiters[which];
    }
  }
  if (best > 0) {
    return delimiter;
  }
  // Records that disagree (a fault that the reader will name): the commonest in the first record,
  // blanks last.
  for (std::size_t which = 0; which + 1 < kDelimiters.size(); ++which) {
    if (records[0][which] > best) {
      best = records[0][which];
      delimiter = kDelimiters[which];
    }
  }
  return delimiter;
}

DelimitedReader::DelimitedReader(const std::string& path, std::optional<char> delimiter)
    : lines_(path),
      delimiter_(delimiter ? *delimiter : detect_delimiter(read_content(path, kSample))) {}

std::string DelimitedReader::where() const {
  return lines_.path() + ", line " + std::to_string(line_);
}

bool DelimitedReader::next() {
  std::string_view line;
  do {
    if (!lines_.next(line)) {
      return false;
    }
  } while (trimmed(line).empty() || (!begun_ && is_comment(line)));
  begun_ = true;
  line_ = lines_.line_number();
  record_.assign(line);
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
      record_.append(1, '\n').append(line);
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
  if (position < record_.size() && record_[position] != delimiter_) {
    throw InputError({.what = "text follows a closing quote",
                      .where = where(),
                      .found = "'" + record_.substr(position, 20) + "'",
                      .expected = "the delimiter or the end of the line",
                      .hint = "write a quote inside a quoted field as \"\""});
  }
  return write;
}

void DelimitedReader::split() {
  bounds_.clear();
  std::size_t position = 0;
  for (;;) {
    const std::size_t begin = position;
    if (position < record_.size() && record_[position] == '"') {
      bounds_.emplace_back(begin, unquote(position));
    } else {
      position = std::min(record_.find(delimiter_, position), record_.size());
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
