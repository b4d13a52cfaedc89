#include "data/io/hdf5/modernise.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "data/io/hdf5/frame_writing.hpp"
#include "data/io/store/frame.hpp"

namespace mixvae::hdf5 {
namespace {

constexpr int kDeepestGroup = 32;  // hard links can make groups contain themselves

/// One numeric field as an array of its own, in the type that the file has it in.
void write_field(const Group& group, const Array& records, const Field& field) {
  std::vector<Index> shape = {records.size()};
  if (field.width > 1) {
    shape.push_back(field.width);
  }
  const RawField raw = records.raw_field(field);
  write_raw(group, field.name, raw.type.get(), raw.bytes.data(), shape, raw.type.get());
  write_encoding(group.array(field.name), "array", "0.2.0");
}

/// Codes that all have a category among the entries of uns.
std::optional<Categorical> old_categorical(const Group& root, const Array& records,
                                           const Field& field) {
  const auto categories =
      field.kind == Kind::integer ? categories_in_uns(root, field.name) : std::nullopt;
  if (!categories) {
    return std::nullopt;
  }
  const std::vector<double> numbers = records.field_numbers(field);
  const std::vector<std::int64_t> codes(numbers.begin(), numbers.end());
  const auto count = static_cast<std::int64_t>(categories->size());
  if (!std::ranges::all_of(codes, [count](std::int64_t code) { return code < count; })) {
    return std::nullopt;
  }
  return store::make_categorical(codes, *categories, false, records.where());
}

void require_rewritable(const Array& records, const Field& field) {
  if (field.kind > Kind::text || (field.kind == Kind::text && field.width != 1)) {
    throw InputError({.what = "an old table has a column that cannot be rewritten",
                      .where = records.where() + ", column '" + field.name + "'",
                      .found = describe(field.kind),
                      .hint = "open the file in anndata and write it again first"});
  }
}

void write_any_field(const Group& group, const Array& records, const Field& field) {
  require_rewritable(records, field);
  if (field.kind == Kind::text) {
    write_texts(group, field.name, records.field_texts(field));
  } else {
    write_field(group, records, field);
  }
}

/// Replaces the array of records `name` by a data frame; adds to `used` the entries of uns that it
/// needed.
void rewrite_frame(const Group& root, const std::string& name, std::set<std::string>& used) {
  const std::string temporary = name + " as a group";
  {
    const Array records = root.array(name);
    const std::vector<Field> fields = records.fields();
    if (fields.empty()) {
      throw InputError({.what = "a table of a kind that is not read", .where = records.where()});
    }
    const Group frame = create_group(root, temporary);
    std::vector<std::string> names;
    for (const Field& field : fields) {
      if (const auto labels = old_categorical(root, records, field)) {
        write_categorical(frame, field.name, *labels);
        used.insert("uns/" + field.name + "_categories");
      } else {
        write_any_field(frame, records, field);
      }
      names.push_back(field.name);
    }
    write_encoding(frame, "dataframe", "0.2.0");
    write_attribute(frame, "_index", names.front());
    names.erase(names.begin());
    write_attribute(frame, "column-order", names);
  }
  replace_member(root, name, temporary);
}

void rewrite_obsm(const Group& root) {
  const std::string temporary = "obsm as a group";
  {
    const Array records = root.array("obsm");
    const Group group = create_dict(root, temporary);
    for (const Field& field : records.fields()) {
      write_any_field(group, records, field);
    }
  }
  replace_member(root, "obsm", temporary);
}

void rewrite_nullable_texts(const Group& parent, const std::string& name) {
  const std::string temporary = name + " as texts";
  store::Notes notes;
  const auto column = read_column(parent, name, notes);
  MIXVAE_ASSERT(column.has_value(), "nullable texts are readable as a column");
  write_column(parent, {temporary, column->values});
  replace_member(parent, name, temporary);
}

void rewrite_newer(const Group& group, int depth) {
  if (depth > kDeepestGroup) {
    return;
  }
  for (const std::string& name : group.names()) {
    if (group.has_array(name)) {
      if (group.array(name).encoding() == "null") {
        remove_member(group, name);
      }
    } else if (group.has_group(name)) {
      const Group inner = group.group(name);
      if (inner.encoding() == "nullable-string-array") {
        rewrite_nullable_texts(group, name);
      } else {
        rewrite_newer(inner, depth + 1);
      }
    }
  }
}

}  // namespace

Index frame_rows(const Group& frame) {
  const std::string index = index_name(frame);
  store::Notes notes;
  const auto column = index.empty() ? std::nullopt : read_column(frame, index, notes);
  if (!column) {
    throw InputError({.what = "the table has no names of rows", .where = frame.where()});
  }
  return column->size();
}

void rewrite_records(const Group& root) {
  std::set<std::string> used;
  for (const std::string name : {"obs", "var"}) {
    if (root.has_array(name)) {
      rewrite_frame(root, name, used);
    }
  }
  if (root.has_array("obsm") && root.array("obsm").kind() == Kind::compound) {
    rewrite_obsm(root);
  }
  for (const std::string& name : used) {
    remove_member(root, name);
  }
}

void rewrite_newer_encodings(const Group& root) { rewrite_newer(root, 0); }

}  // namespace mixvae::hdf5
