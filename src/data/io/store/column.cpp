#include "data/io/store/column.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace mixvae::store {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

bool is_ordered(const Node& node) {
  const auto values = node.integers_attribute("ordered");
  return !values.empty() && values.front() != 0;
}

/// The texts of an array or of a group with values and mask.
std::vector<std::string> read_category_names(const Group& parent, const std::string& name) {
  if (parent.has_group(name)) {
    return read_category_names(*parent.open_group(name), "values");
  }
  const auto array = parent.open_array(name);
  const auto values = array_values(*array);
  if (!values) {
    throw InputError({.what = "categories of a kind that is not read",
                      .where = array->where(),
                      .found = describe(array->kind()) + ", " + shape_text(array->shape())});
  }
  return as_texts(*values);
}

Categorical read_categorical(const Group& group) {
  return make_categorical(group.open_array("codes")->numbers<std::int64_t>(),
                          read_category_names(group, "categories"), is_ordered(group),
                          group.where());
}

/// The array that the attribute "categories" names, by reference or by name.
std::unique_ptr<Array> referred_categories(const Group& frame, const Array& codes) {
  return codes.attribute_kind("categories") == Kind::text
             ? frame.open_array(codes.text_attribute("categories"))
             : codes.referred_array("categories");
}

Categorical read_referring_categorical(const Group& frame, const Array& codes) {
  const auto categories = referred_categories(frame, codes);
  const auto values = array_values(*categories);
  if (!values) {
    throw InputError({.what = "categories of a kind that is not read",
                      .where = categories->where(),
                      .found = describe(categories->kind())});
  }
  return make_categorical(codes.numbers<std::int64_t>(), as_texts(*values), is_ordered(*categories),
                          codes.where());
}

std::vector<std::int64_t> read_mask(const Group& group, Index rows) {
  if (!group.has_array("mask")) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(rows), 0);
  }
  const auto mask = group.open_array("mask");
  if (mask->size() != rows) {
    throw InputError({.what = "values and mask differ in length",
                      .where = group.where(),
                      .found = std::to_string(mask->size()) + " in the mask",
                      .expected = std::to_string(rows) + ", as many as values"});
  }
  return mask->numbers<std::int64_t>();
}

ColumnValues mask_numbers(std::vector<double> numbers, const std::vector<std::int64_t>& mask) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (mask[i] != 0) {
      numbers[i] = kMissingNumber;
    }
  }
  return numbers;
}

ColumnValues mask_texts(const std::vector<std::string>& texts,
                        const std::vector<std::int64_t>& mask) {
  std::vector<std::string> present;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (mask[i] == 0) {
      present.push_back(texts[i]);
    }
  }
  const Categorical labels = Categorical::from_labels(present);
  Categorical all{labels.categories, {}, false};
  std::size_t next = 0;
  for (const std::int64_t masked : mask) {
    all.codes.push_back(masked != 0 ? -1 : labels.codes[next++]);
  }
  return all;
}

/// Values with a mask of the missing ones.
std::optional<ColumnValues> read_nullable(const Group& group) {
  const auto values = group.open_array("values");
  auto plain = array_values(*values);
  const auto mask = read_mask(group, values->size());
  const bool complete = std::ranges::all_of(mask, [](std::int64_t masked) { return masked == 0; });
  if (!plain || complete) {
    return plain;
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&*plain)) {
    return mask_texts(*texts, mask);
  }
  return mask_numbers(values->numbers<double>(), mask);
}

std::optional<ColumnValues> read_group_column(const Group& group) {
  const std::string encoding = group.encoding();
  if (encoding == "categorical" || (encoding.empty() && group.has_array("codes") &&
                                    group.member("categories") != Member::absent)) {
    return read_categorical(group);
  }
  if (encoding.starts_with("nullable-") ||
      (encoding.empty() && group.has_array("values") && group.has_array("mask"))) {
    return read_nullable(group);
  }
  return std::nullopt;
}

std::string unreadable_column_note(const Node& node, const std::string& kind) {
  const std::string encoding = node.encoding();
  return "'" + node.path() + "' was skipped: " +
         (encoding.empty() || encoding == "array" ? kind : "encoding '" + encoding + "'") +
         " cannot be a column";
}

}  // namespace

std::optional<ColumnValues> array_values(const Array& array) {
  if (array.shape().size() != 1) {
    return std::nullopt;
  }
  switch (array.kind()) {
    case Kind::text:
      return array.texts();
    case Kind::integer:
      return array.numbers<std::int64_t>();
    case Kind::real:
      return array.numbers<double>();
    case Kind::truth: {
      const auto numbers = array.numbers<std::int32_t>();
      return std::vector<bool>(numbers.begin(), numbers.end());
    }
    default:
      return std::nullopt;
  }
}

std::vector<std::string> as_texts(const ColumnValues& values) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&values)) {
    return *texts;
  }
  const Categorical labels = as_labels({"", values});
  std::vector<std::string> texts;
  texts.reserve(labels.codes.size());
  for (std::size_t i = 0; i < labels.codes.size(); ++i) {
    texts.emplace_back(labels.label(static_cast<Index>(i)));
  }
  return texts;
}

Categorical make_categorical(const std::vector<std::int64_t>& codes,
                             std::vector<std::string> categories, bool ordered,
                             const std::string& where) {
  Categorical out{std::move(categories), {}, ordered};
  const auto count = static_cast<std::int64_t>(out.categories.size());
  out.codes.reserve(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] >= count) {
      throw InputError(
          {.what = "a category code has no category",
           .where = where + ", row " + std::to_string(i + 1),
           .found = "code " + std::to_string(codes[i]),
           .expected = "below " + std::to_string(count) + ", the number of categories"});
    }
    out.codes.push_back(static_cast<std::int32_t>(std::max<std::int64_t>(codes[i], -1)));
  }
  return out;
}

std::optional<Column> read_column(const Group& frame, const std::string& name, Notes& notes) {
  if (frame.has_group(name)) {
    const auto group = frame.open_group(name);
    if (auto values = read_group_column(*group)) {
      return Column{name, std::move(*values)};
    }
    notes.push_back(unreadable_column_note(*group, "a group"));
    return std::nullopt;
  }
  const auto array = frame.open_array(name);
  if (array->has_attribute("categories") && array->kind() == Kind::integer) {
    return Column{name, read_referring_categorical(frame, *array)};
  }
  if (auto values = array_values(*array)) {
    return Column{name, std::move(*values)};
  }
  notes.push_back(unreadable_column_note(
      *array, "an array of " + describe(array->kind()) + ", " + shape_text(array->shape()) + ","));
  return std::nullopt;
}

}  // namespace mixvae::store
