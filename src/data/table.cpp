#include "data/table.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

std::string number_text(double value) {
  return std::isnan(value) ? std::string{} : shortest(value);
}

template <class Value>
std::vector<Value> pick(const std::vector<Value>& values, std::span<const Index> rows) {
  std::vector<Value> picked;
  picked.reserve(rows.size());
  for (const Index r : rows) {
    picked.push_back(values[static_cast<std::size_t>(r)]);
  }
  return picked;
}

}  // namespace

Categorical Categorical::from_labels(std::span<const std::string> labels) {
  Categorical out;
  out.categories.assign(labels.begin(), labels.end());
  std::ranges::sort(out.categories, natural_less);
  const auto repeated = std::ranges::unique(out.categories);
  out.categories.erase(repeated.begin(), repeated.end());
  std::map<std::string_view, std::int32_t> code_of;
  for (std::size_t i = 0; i < out.categories.size(); ++i) {
    code_of[out.categories[i]] = static_cast<std::int32_t>(i);
  }
  out.codes.reserve(labels.size());
  for (const std::string& label : labels) {
    out.codes.push_back(code_of[label]);
  }
  return out;
}

Categorical labels_with_missing(std::span<const std::string> texts) {
  Categorical labels = Categorical::from_labels(texts);
  const auto empty = std::ranges::find(labels.categories, "");
  if (empty == labels.categories.end()) {
    return labels;
  }
  const auto missing = static_cast<std::int32_t>(empty - labels.categories.begin());
  labels.categories.erase(empty);
  for (std::int32_t& code : labels.codes) {
    code = code == missing ? -1 : code - (code > missing ? 1 : 0);
  }
  return labels;
}

std::string_view Categorical::label(Index row) const {
  const std::int32_t code = codes[static_cast<std::size_t>(row)];
  return code < 0 ? std::string_view{} : categories[static_cast<std::size_t>(code)];
}

Index Column::size() const {
  return std::visit(
      [](const auto& column) -> Index {
        if constexpr (std::is_same_v<std::decay_t<decltype(column)>, Categorical>) {
          return static_cast<Index>(column.codes.size());
        } else {
          return static_cast<Index>(column.size());
        }
      },
      values);
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

void Table::set(Column column) {
  MIXVAE_ASSERT(column.size() == rows(), "a column has one value per row");
  const auto found = std::ranges::find(columns, column.name, &Column::name);
  if (found == columns.end()) {
    columns.push_back(std::move(column));
  } else {
    *found = std::move(column);
  }
}

const Column& require_column(const Table& table, std::string_view name, std::string_view where) {
  if (const Column* column = table.find(name)) {
    return *column;
  }
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    names.push_back(column.name);
  }
  const std::vector<std::string> nearest = nearest_names(name, names);
  throw InputError({.what = "there is no column '" + std::string(name) + "'",
                    .where = std::string(where),
                    .found = names.empty() ? "no columns at all"
                                           : std::to_string(names.size()) +
                                                 " columns: " + join(first_n(names, 12), ", ") +
                                                 (names.size() > 12 ? ", ..." : ""),
                    .hint = nearest.empty() ? "" : "nearest names: " + join(nearest, ", ")});
}

Categorical as_labels(const Column& column) {
  if (const auto* labels = std::get_if<Categorical>(&column.values)) {
    return *labels;
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.values)) {
    return Categorical::from_labels(*texts);
  }
  std::vector<std::string> texts;
  if (const auto* truths = std::get_if<std::vector<bool>>(&column.values)) {
    for (const bool truth : *truths) {
      texts.emplace_back(truth ? "True" : "False");
    }
  } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
    for (const std::int64_t value : *integers) {
      texts.push_back(std::to_string(value));
    }
  } else {
    for (const double value : std::get<std::vector<double>>(column.values)) {
      texts.push_back(number_text(value));
    }
  }
  return labels_with_missing(texts);
}

std::optional<std::vector<double>> as_numbers(const Column& column) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    return *numbers;
  }
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
    return std::vector<double>(integers->begin(), integers->end());
  }
  if (const auto* truths = std::get_if<std::vector<bool>>(&column.values)) {
    return std::vector<double>(truths->begin(), truths->end());
  }
  return std::nullopt;
}

Table select_rows(const Table& table, std::span<const Index> rows) {
  Table out;
  out.names = pick(table.names, rows);
  for (const Column& column : table.columns) {
    Column picked{column.name, {}};
    std::visit(
        [&](const auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, Categorical>) {
            picked.values =
                Categorical{values.categories, pick(values.codes, rows), values.ordered};
          } else {
            picked.values = pick(values, rows);
          }
        },
        column.values);
    out.columns.push_back(std::move(picked));
  }
  return out;
}

std::vector<std::string> numbered_names(std::string_view prefix, Index count) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (Index i = 1; i <= count; ++i) {
    names.push_back(std::string(prefix) + std::to_string(i));
  }
  return names;
}

}  // namespace mixvae
