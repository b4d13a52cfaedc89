#include "data/label_column.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kExamplesShown = 3;
constexpr std::size_t kColumnsShown = 8;

enum class ValueSort { fractions, whole_numbers, texts };

ValueSort sort_of(const Column& column) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
    const bool whole = std::ranges::all_of(
        *numbers, [](double value) { return std::isnan(value) || value == std::round(value); });
    return whole ? ValueSort::whole_numbers : ValueSort::fractions;
  }
  const bool integers = std::holds_alternative<std::vector<std::int64_t>>(column.values);
  return integers ? ValueSort::whole_numbers : ValueSort::texts;
}

/// Labels that cells have, and how many cells have one.
struct LabelUse {
  std::vector<std::string> labels;
  Index cells = 0;

  Index kinds() const { return std::ssize(labels); }
};

LabelUse use_of(const Categorical& labels) {
  LabelUse use;
  std::vector<bool> seen(labels.categories.size(), false);
  for (const std::int32_t code : labels.codes) {
    if (code >= 0) {
      ++use.cells;
      seen[static_cast<std::size_t>(code)] = true;
    }
  }
  for (std::size_t label = 0; label < seen.size(); ++label) {
    if (seen[label]) {
      use.labels.push_back(labels.categories[label]);
    }
  }
  return use;
}

bool can_be_labels(ValueSort sort, const LabelUse& use) {
  const Index kinds = use.kinds();
  switch (sort) {
    case ValueSort::fractions:
      return kinds <= std::min(kMostFractions, use.cells / 2);
    case ValueSort::whole_numbers:
      return kinds <= kManyKinds || (kinds <= kMostNumbers && kFewCells * kinds <= use.cells);
    default:
      return kinds <= kManyKinds || 2 * kinds <= use.cells;
  }
}

/// Other columns with at least two labels.
std::vector<std::string> columns_of_labels(const Table& cells) {
  std::vector<std::string> names;
  for (const Column& column : cells.columns) {
    const LabelUse use = use_of(as_labels(column));
    if (use.kinds() > 1 && can_be_labels(sort_of(column), use)) {
      names.push_back(column.name);
    }
  }
  return names;
}

[[noreturn]] void refuse_labels(const Table& cells, const std::string& name,
                                const std::string& where, ValueSort sort, const LabelUse& use) {
  const bool texts = sort == ValueSort::texts;
  const std::vector<std::string> others = columns_of_labels(cells);
  throw InputError(
      {.what = "the column '" + name + "' holds " + (texts ? "names of cells" : "numbers") +
               ", not labels",
       .where = where,
       .found = with_commas(use.kinds()) + " different " + (texts ? "texts" : "numbers") + " in " +
                with_commas(use.cells) + " cells, such as " +
                join(first_n(use.labels, kExamplesShown), ", "),
       .expected = "labels that many cells share" +
                   (others.empty() ? "; no column has such"
                                   : ", as in " + join(first_n(others, kColumnsShown), ", ") +
                                         (others.size() > kColumnsShown ? ", ..." : "")),
       .hint = texts ? ""
                     : "where these numbers are labels, put a letter before them, so that they are "
                       "text"});
}

}  // namespace

Categorical label_column(const Table& cells, const std::string& name, const std::string& where) {
  const Column& column = require_column(cells, name, where);
  Categorical labels = as_labels(column);
  const LabelUse use = use_of(labels);
  if (const ValueSort sort = sort_of(column); !can_be_labels(sort, use)) {
    refuse_labels(cells, name, where, sort, use);
  }
  return labels;
}

}  // namespace mixvae
