#include "data/io/hdf5/writing.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace mixvae::hdf5 {
namespace {

constexpr Index kChunkValues = 65'536;
constexpr Index kLargestPlain = 1'024;  // arrays up to here are neither chunked nor compressed
constexpr unsigned kGzipLevel = 2;      // nearly as small as 9 on counts, several times faster

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  const std::string reasons = failure_reasons();
  throw SystemError({.what = what,
                     .where = where,
                     .found = "HDF5 says: " + reasons,
                     .hint = "is the disk full?"});
}

Handle made(hid_t id, const std::string& name, const Object& parent) {
  if (id < 0) {
    fail("cannot write '" + name + "'", parent.where());
  }
  return Handle(id);
}

Handle space_of(std::span<const Index> shape) {
  const std::vector<hsize_t> lengths(shape.begin(), shape.end());
  return Handle(lengths.empty()
                    ? H5Screate(H5S_SCALAR)
                    : H5Screate_simple(static_cast<int>(lengths.size()), lengths.data(), nullptr));
}

Index value_count(std::span<const Index> shape) {
  Index size = 1;
  for (const Index length : shape) {
    size *= length;
  }
  return size;
}

/// Chunks of whole lines, about 65,536 values each.
Handle storage_of(std::span<const Index> shape) {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  const Index size = value_count(shape);
  if (shape.empty() || size <= kLargestPlain) {
    return properties;
  }
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  const Index line = size / shape.front();
  chunk.front() = static_cast<hsize_t>(std::clamp<Index>(kChunkValues / line, 1, shape.front()));
  H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
  return properties;
}

void compress_chunks(hid_t properties) {
  if (H5Pget_layout(properties) == H5D_CHUNKED) {
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, kGzipLevel);
  }
}

/// Groups on the way to a name with slashes are made, as h5py does.
Handle link_properties() {
  Handle properties(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(properties.get(), 1);
  H5Pset_char_encoding(properties.get(), H5T_CSET_UTF8);
  return properties;
}

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

Handle truth_type() {
  Handle type(H5Tenum_create(H5T_NATIVE_INT8));
  std::int8_t value = 0;
  H5Tenum_insert(type.get(), "FALSE", &value);
  value = 1;
  H5Tenum_insert(type.get(), "TRUE", &value);
  return type;
}

std::vector<const char*> pointers_to(std::span<const std::string> texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) {
    pointers.push_back(text.c_str());
  }
  return pointers;
}

void write_attribute_values(const Object& object, const std::string& name, hid_t type, hid_t space,
                            const void* values) {
  if (object.has_attribute(name)) {
    H5Adelete(object.id(), name.c_str());
  }
  const Handle attribute = made(
      H5Acreate2(object.id(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), name, object);
  if (H5Sget_simple_extent_npoints(space) > 0 && H5Awrite(attribute.get(), type, values) < 0) {
    fail("cannot write the attribute '" + name + "'", object.where());
  }
}

}  // namespace

Group create_group(const Group& parent, const std::string& name) {
  require_free_name(parent, name);
  made(H5Gcreate2(parent.id(), name.c_str(), link_properties().get(), H5P_DEFAULT, H5P_DEFAULT),
       name, parent);
  return parent.group(name);
}

void remove_member(const Group& parent, const std::string& name) {
  if (H5Ldelete(parent.id(), name.c_str(), H5P_DEFAULT) < 0) {
    fail("cannot replace '" + name + "'", parent.where());
  }
}

void replace_member(const Group& parent, const std::string& name, const std::string& replacement) {
  remove_member(parent, name);
  if (H5Lmove(parent.id(), replacement.c_str(), parent.id(), name.c_str(), link_properties().get(),
              H5P_DEFAULT) < 0) {
    fail("cannot replace '" + name + "'", parent.where());
  }
}

void require_free_name(const Group& parent, const std::string& name) {
  if (name.empty() || name == "." || parent.member(name) != Member::absent) {
    throw InputError({.what = "a name cannot be used in an HDF5 file",
                      .where = parent.where(),
                      .found = "'" + name + "'",
                      .expected = "a name that is not empty and not taken twice"});
  }
}

void write_attribute(const Object& object, const std::string& name, const std::string& text) {
  const char* pointer = text.c_str();
  const Handle space(H5Screate(H5S_SCALAR));
  write_attribute_values(object, name, text_type().get(), space.get(),
                         static_cast<const void*>(&pointer));
}

void write_attribute(const Object& object, const std::string& name,
                     std::span<const std::string> texts) {
  const std::array<Index, 1> shape = {static_cast<Index>(texts.size())};
  const auto pointers = pointers_to(texts);
  write_attribute_values(object, name, text_type().get(), space_of(shape).get(),
                         static_cast<const void*>(pointers.data()));
}

void write_attribute(const Object& object, const std::string& name,
                     std::span<const std::int64_t> numbers) {
  const std::array<Index, 1> shape = {static_cast<Index>(numbers.size())};
  write_attribute_values(object, name, H5T_NATIVE_INT64, space_of(shape).get(), numbers.data());
}

void write_truth_attribute(const Object& object, const std::string& name, bool value) {
  const std::int8_t number = value ? 1 : 0;
  const Handle space(H5Screate(H5S_SCALAR));
  write_attribute_values(object, name, truth_type().get(), space.get(), &number);
}

void write_encoding(const Object& object, const std::string& type, const std::string& version) {
  write_attribute(object, "encoding-type", type);
  write_attribute(object, "encoding-version", version);
}

void write_raw(const Group& parent, const std::string& name, hid_t type, const void* values,
               std::span<const Index> shape, hid_t stored) {
  require_free_name(parent, name);
  const Handle storage = storage_of(shape);
  compress_chunks(storage.get());
  const Handle array = made(H5Dcreate2(parent.id(), name.c_str(), stored, space_of(shape).get(),
                                       link_properties().get(), storage.get(), H5P_DEFAULT),
                            name, parent);
  if (value_count(shape) > 0 &&
      H5Dwrite(array.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    fail("cannot write '" + name + "'", parent.where());
  }
}

template <class Number>
void write_numbers(const Group& parent, const std::string& name, std::span<const Number> values,
                   std::span<const Index> shape, hid_t stored) {
  MIXVAE_ASSERT(value_count(shape) == static_cast<Index>(values.size()), "values fill the shape");
  write_raw(parent, name, memory_type<Number>(), values.data(), shape,
            stored >= 0 ? stored : memory_type<Number>());
  write_encoding(parent.array(name), shape.empty() ? "numeric-scalar" : "array", "0.2.0");
}

void write_truths(const Group& parent, const std::string& name, const std::vector<bool>& values) {
  const std::vector<std::int8_t> bytes(values.begin(), values.end());
  const std::array<Index, 1> shape = {static_cast<Index>(bytes.size())};
  write_raw(parent, name, truth_type().get(), bytes.data(), shape, truth_type().get());
  write_encoding(parent.array(name), "array", "0.2.0");
}

void write_texts(const Group& parent, const std::string& name, std::span<const std::string> texts) {
  const std::array<Index, 1> shape = {static_cast<Index>(texts.size())};
  const auto pointers = pointers_to(texts);
  write_raw(parent, name, text_type().get(), static_cast<const void*>(pointers.data()), shape,
            text_type().get());
  write_encoding(parent.array(name), "string-array", "0.2.0");
}

void write_text(const Group& parent, const std::string& name, const std::string& text) {
  const char* pointer = text.c_str();
  write_raw(parent, name, text_type().get(), static_cast<const void*>(&pointer), {},
            text_type().get());
  write_encoding(parent.array(name), "string", "0.2.0");
}

template void write_numbers(const Group&, const std::string&, std::span<const float>,
                            std::span<const Index>, hid_t);
template void write_numbers(const Group&, const std::string&, std::span<const double>,
                            std::span<const Index>, hid_t);
template void write_numbers(const Group&, const std::string&, std::span<const std::int32_t>,
                            std::span<const Index>, hid_t);
template void write_numbers(const Group&, const std::string&, std::span<const std::int64_t>,
                            std::span<const Index>, hid_t);

}  // namespace mixvae::hdf5
