#include "data/io/csv_writer.hpp"

#include <cmath>

#include "base/atomic_file.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

struct CellText {
  std::size_t row;

  std::string operator()(const Categorical& labels) const {
    return csv_field(labels.label(static_cast<Index>(row)));
  }
  std::string operator()(const std::vector<std::string>& texts) const {
    return csv_field(texts[row]);
  }
  std::string operator()(const std::vector<double>& numbers) const {
    return std::isnan(numbers[row]) ? std::string{} : shortest(numbers[row]);
  }
  std::string operator()(const std::vector<std::int64_t>& integers) const {
    return std::to_string(integers[row]);
  }
  std::string operator()(const std::vector<bool>& truths) const {
    return truths[row] ? "True" : "False";
  }
};

/// Gives the table to `sink` in blocks of text.
template <class Sink>
void write_records(const Table& table, std::string_view names, Sink sink) {
  std::string text = csv_field(names);
  for (const Column& column : table.columns) {
    text.append(1, ',').append(csv_field(column.name));
  }
  text += '\n';
  for (std::size_t row = 0; row < table.names.size(); ++row) {
    text += csv_field(table.names[row]);
    for (const Column& column : table.columns) {
      text.append(1, ',').append(std::visit(CellText{row}, column.values));
    }
    text += '\n';
    if (text.size() >= kBlock) {
      sink(text);
      text.clear();
    }
  }
  sink(text);
}

}  // namespace

std::string csv_field(std::string_view text) {
  const bool blank_ends = trimmed(text).size() != text.size();
  if (text.find_first_of(",\"\n\r") == std::string_view::npos && !blank_ends) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted.append(c == '"' ? 2 : 1, c);
  }
  quoted += '"';
  return quoted;
}

std::string csv_text(const Table& table, std::string_view names) {
  std::string text;
  write_records(table, names, [&](const std::string& block) { text += block; });
  return text;
}

void write_csv(const Table& table, const std::string& path, std::string_view names) {
  AtomicFile file(path);
  write_records(table, names, [&](const std::string& block) { file.write(block); });
  file.commit();
}

}  // namespace mixvae
