#include "data/io/hdf5/array.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "base/error.hpp"
#include "data/io/hdf5/filters.hpp"

namespace mixvae::hdf5 {
namespace {

// No filter in use packs data of any use tighter than this; gzip ends at about 1,030.
constexpr std::uint64_t kLargestPacking = 4096;
constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{64} << 20;

std::vector<Index> shape_of(hid_t space, const std::string& where) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) {
    return {0};
  }
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> lengths(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank < 0 || H5Sget_simple_extent_dims(space, lengths.data(), nullptr) < 0) {
    refuse("cannot read the shape", where);
  }
  std::vector<Index> shape;
  shape.reserve(lengths.size());
  for (const hsize_t length : lengths) {
    shape.push_back(static_cast<Index>(
        std::min<hsize_t>(length, static_cast<hsize_t>(std::numeric_limits<Index>::max()))));
  }
  return shape;
}

hid_t type_in_memory(NumberType type) {
  switch (type) {
    case NumberType::float32:
      return memory_type<float>();
    case NumberType::float64:
      return memory_type<double>();
    case NumberType::int32:
      return memory_type<std::int32_t>();
    case NumberType::int64:
      break;
  }
  return memory_type<std::int64_t>();
}

/// A record type in memory that holds one field of the file's record type, with the given element
/// type.
Handle field_type(const std::string& name, hid_t element) {
  Handle record(H5Tcreate(H5T_COMPOUND, H5Tget_size(element)));
  H5Tinsert(record.get(), name.c_str(), 0, element);
  return record;
}

Handle member_type(hid_t type, const std::string& name) {
  const int member = H5Tget_member_index(type, name.c_str());
  return Handle(H5Tget_member_type(type, static_cast<unsigned>(std::max(member, 0))));
}

Field describe_field(hid_t type, unsigned member) {
  Field field;
  char* name = H5Tget_member_name(type, member);
  field.name = name == nullptr ? "" : name;
  H5free_memory(name);
  const Handle element(H5Tget_member_type(type, member));
  field.kind = kind_of(element.get());
  if (H5Tget_class(element.get()) == H5T_ARRAY) {
    const Handle base(H5Tget_super(element.get()));
    field.kind = kind_of(base.get());
    field.width = static_cast<Index>(H5Tget_size(element.get()) / H5Tget_size(base.get()));
  }
  return field;
}

}  // namespace

Array::Array(Handle handle, std::string file, std::string path)
    : Object(std::move(handle), std::move(file), std::move(path)),
      type_(checked(H5Dget_type(id()), "cannot read the type", where())),
      space_(checked(H5Dget_space(id()), "cannot read the shape", where())),
      shape_(shape_of(space_.get(), where())),
      kind_(kind_of(type_.get())) {}

std::size_t Array::element_bytes() const { return H5Tget_size(type_.get()); }

std::vector<Index> Array::chunk() const {
  const Handle properties(H5Dget_create_plist(id()));
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED) {
    return shape_;
  }
  std::vector<hsize_t> lengths(shape_.size());
  H5Pget_chunk(properties.get(), static_cast<int>(lengths.size()), lengths.data());
  return {lengths.begin(), lengths.end()};
}

void Array::require_plausible(std::size_t bytes) const {
  std::error_code error;
  const std::uint64_t file_bytes = std::filesystem::file_size(file(), error);
  const std::uint64_t limit = file_bytes * kLargestPacking + kAlwaysAllowed;
  const auto values = static_cast<std::uint64_t>(size());
  if (values > limit / std::max<std::size_t>(bytes, 1)) {
    store::refuse_implausible(*this, file_bytes);
  }
}

void Array::require_readable() const {
  const Handle properties(H5Dget_create_plist(id()));
  require_filters(properties.get(), where());
}

void Array::read_all(hid_t type, void* out) const {
  if (size() > 0 && H5Dread(id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
    refuse("cannot read the data", where(), "the file may be damaged; fetch or write it again");
  }
}

void Array::read_numbers(std::span<const Index> start, std::span<const Index> count,
                         NumberType type, void* out) const {
  require_readable();
  if (std::ranges::equal(count, shape_)) {
    read_all(type_in_memory(type), out);
    return;
  }
  const std::vector<hsize_t> first(start.begin(), start.end());
  const std::vector<hsize_t> lengths(count.begin(), count.end());
  const Handle memory(H5Screate_simple(static_cast<int>(lengths.size()), lengths.data(), nullptr));
  const Handle block(H5Scopy(space_.get()));
  if (H5Sselect_hyperslab(block.get(), H5S_SELECT_SET, first.data(), nullptr, lengths.data(),
                          nullptr) < 0 ||
      H5Dread(id(), type_in_memory(type), memory.get(), block.get(), H5P_DEFAULT, out) < 0) {
    refuse("cannot read the data", where(), "the file may be damaged; fetch or write it again");
  }
}

std::vector<std::string> Array::texts() const {
  if (kind_ != Kind::text) {
    throw InputError({.what = "texts are needed here",
                      .where = where(),
                      .found = describe(kind_),
                      .expected = "texts"});
  }
  require_readable();
  require_plausible(element_bytes());
  return read_texts(
      type_.get(), space_.get(), static_cast<std::size_t>(size()),
      [this](hid_t type, void* out) {
        return H5Dread(id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
      },
      where());
}

std::vector<Field> Array::fields() const {
  std::vector<Field> fields;
  const int count = kind_ == Kind::compound ? H5Tget_nmembers(type_.get()) : 0;
  fields.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    fields.push_back(describe_field(type_.get(), static_cast<unsigned>(i)));
  }
  return fields;
}

std::vector<double> Array::field_numbers(const Field& field) const {
  require_readable();
  require_plausible(element_bytes());
  const auto width = static_cast<hsize_t>(field.width);
  const Handle element(field.width == 1 ? H5Tcopy(H5T_NATIVE_DOUBLE)
                                        : H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &width));
  std::vector<double> values(static_cast<std::size_t>(size() * field.width));
  read_all(field_type(field.name, element.get()).get(), values.data());
  return values;
}

std::vector<std::string> Array::field_texts(const Field& field) const {
  require_readable();
  require_plausible(element_bytes());
  const Handle element = member_type(type_.get(), field.name);
  return read_texts(
      element.get(), space_.get(), static_cast<std::size_t>(size()),
      [&](hid_t type, void* out) {
        return H5Dread(id(), field_type(field.name, type).get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       out);
      },
      where());
}

RawField Array::raw_field(const Field& field) const {
  require_readable();
  require_plausible(element_bytes());
  const Handle element = member_type(type_.get(), field.name);
  RawField raw{Handle(H5Tget_class(element.get()) == H5T_ARRAY ? H5Tget_super(element.get())
                                                               : H5Tcopy(element.get())),
               std::vector<char>(static_cast<std::size_t>(size()) * H5Tget_size(element.get()))};
  read_all(field_type(field.name, element.get()).get(), raw.bytes.data());
  return raw;
}

std::unique_ptr<store::Array> Array::referred_array(const std::string& attribute) const {
  const Handle stored(H5Aopen(id(), attribute.c_str(), H5P_DEFAULT));
  hobj_ref_t reference = 0;
  if (H5Aread(stored.get(), H5T_STD_REF_OBJ, &reference) < 0) {
    refuse("cannot read the reference to the " + attribute, where());
  }
  Handle target = checked(H5Rdereference2(id(), H5P_DEFAULT, H5R_OBJECT, &reference),
                          "the reference to the " + attribute + " leads nowhere", where());
  if (H5Iget_type(target.get()) != H5I_DATASET) {
    throw InputError(
        {.what = "the reference to the " + attribute + " leads to no array", .where = where()});
  }
  return std::make_unique<Array>(std::move(target), file(), path() + " (" + attribute + ")");
}

}  // namespace mixvae::hdf5
