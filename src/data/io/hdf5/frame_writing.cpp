#include "data/io/hdf5/frame_writing.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "data/io/store/frame.hpp"

namespace mixvae::hdf5 {
namespace {

hid_t code_type(std::size_t categories) {
  if (categories < 128) {
    return H5T_NATIVE_INT8;
  }
  return categories < 32'768 ? H5T_NATIVE_INT16 : H5T_NATIVE_INT32;
}

struct ValueWriter {
  const Group& frame;
  const std::string& name;

  void operator()(const Categorical& labels) const { write_categorical(frame, name, labels); }
  void operator()(const std::vector<std::string>& texts) const { write_texts(frame, name, texts); }
  void operator()(const std::vector<bool>& values) const { write_truths(frame, name, values); }
  template <class Number>
  void operator()(const std::vector<Number>& values) const {
    const std::array<Index, 1> shape = {static_cast<Index>(values.size())};
    write_numbers<Number>(frame, name, values, shape);
  }
};

}  // namespace

Group create_dict(const Group& parent, const std::string& name) {
  Group group = create_group(parent, name);
  write_encoding(group, "dict", "0.1.0");
  return group;
}

void write_categorical(const Group& parent, const std::string& name, const Categorical& labels) {
  const Group group = create_group(parent, name);
  write_encoding(group, "categorical", "0.2.0");
  write_truth_attribute(group, "ordered", labels.ordered);
  const std::array<Index, 1> shape = {static_cast<Index>(labels.codes.size())};
  write_numbers<std::int32_t>(group, "codes", labels.codes, shape,
                              code_type(labels.categories.size()));
  write_texts(group, "categories", labels.categories);
}

void write_column(const Group& frame, const Column& column) {
  std::visit(ValueWriter{frame, column.name}, column.values);
}

void write_frame(const Group& parent, const std::string& name, const Table& table,
                 const std::string& index) {
  const Group frame = create_group(parent, name);
  write_encoding(frame, "dataframe", "0.2.0");
  write_attribute(frame, "_index", index);
  std::vector<std::string> names;
  write_texts(frame, index, table.names);
  for (const Column& column : table.columns) {
    MIXVAE_ASSERT(column.size() == table.rows(), "a column has one value per row");
    write_column(frame, column);
    names.push_back(column.name);
  }
  write_attribute(frame, "column-order", names);
}

void set_column(const Group& frame, const Column& column) {
  if (column.name == index_name(frame)) {
    throw InputError({.what = "a result cannot take the place of the names of the cells",
                      .where = frame.where(),
                      .found = "column '" + column.name + "'",
                      .hint = "choose another prefix"});
  }
  std::vector<std::string> names = column_order(frame);
  if (std::ranges::find(names, column.name) == names.end()) {
    names.push_back(column.name);
  }
  if (frame.member(column.name) != Member::absent) {
    remove_member(frame, column.name);
  }
  write_column(frame, column);
  write_attribute(frame, "column-order", names);
}

void remove_column(const Group& frame, const std::string& name) {
  std::vector<std::string> names = column_order(frame);
  if (name == index_name(frame) || std::erase(names, name) == 0) {
    return;
  }
  if (frame.member(name) != Member::absent) {
    remove_member(frame, name);
  }
  write_attribute(frame, "column-order", names);
}

}  // namespace mixvae::hdf5
