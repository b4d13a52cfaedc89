#include "data/io/hdf5/object.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae::hdf5 {
namespace {

constexpr hssize_t kMostAttributeValues = hssize_t{1} << 24;

/// h5py stores truth values as an enumeration with the members FALSE and TRUE.
bool is_truth(hid_t type) {
  return H5Tget_nmembers(type) == 2 && H5Tget_member_index(type, "FALSE") >= 0 &&
         H5Tget_member_index(type, "TRUE") >= 0;
}

std::string fixed_text(const char* begin, std::size_t size, bool space_padded) {
  std::string text(begin, std::find(begin, begin + size, '\0'));
  if (space_padded) {
    text.erase(text.find_last_not_of(' ') + 1);
  }
  return text;
}

std::vector<std::string> read_fixed(hid_t type, std::size_t count,
                                    const std::function<herr_t(hid_t, void*)>& read,
                                    const std::string& where) {
  const std::size_t size = H5Tget_size(type);
  const bool space_padded = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  std::vector<char> bytes(count * size);
  if (count > 0 && read(type, bytes.data()) < 0) {
    refuse("cannot read the texts", where);
  }
  std::vector<std::string> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back(fixed_text(bytes.data() + i * size, size, space_padded));
  }
  return texts;
}

struct OpenAttribute {
  Handle attribute;
  Handle type;
  Handle space;
  std::size_t count;
};

OpenAttribute open_attribute(const Object& object, const std::string& name) {
  const std::string what = "cannot read the attribute '" + name + "'";
  OpenAttribute open{
      checked(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), what, object.where()), {}, {}, 0};
  open.type = checked(H5Aget_type(open.attribute.get()), what, object.where());
  open.space = checked(H5Aget_space(open.attribute.get()), what, object.where());
  const hssize_t count = std::max<hssize_t>(0, H5Sget_simple_extent_npoints(open.space.get()));
  if (count > kMostAttributeValues) {
    throw InputError({.what = "the attribute '" + name + "' claims more values than it can hold",
                      .where = object.where(),
                      .found = std::to_string(count) + " values",
                      .hint = "the file is damaged; fetch or write it again"});
  }
  open.count = static_cast<std::size_t>(count);
  return open;
}

}  // namespace

Kind kind_of(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
    case H5T_BITFIELD:
      return Kind::integer;
    case H5T_FLOAT:
      return Kind::real;
    case H5T_STRING:
      return Kind::text;
    case H5T_ENUM:
      return is_truth(type) ? Kind::truth : Kind::integer;
    case H5T_COMPOUND:
      return Kind::compound;
    case H5T_REFERENCE:
      return Kind::reference;
    default:
      return Kind::other;
  }
}

std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count,
                                    const std::function<herr_t(hid_t, void*)>& read,
                                    const std::string& where) {
  if (H5Tis_variable_str(type) <= 0) {
    return read_fixed(type, count, read, where);
  }
  std::vector<char*> pointers(count, nullptr);
  if (count > 0 && read(type, static_cast<void*>(pointers.data())) < 0) {
    refuse("cannot read the texts", where);
  }
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const char* pointer : pointers) {
    texts.emplace_back(pointer == nullptr ? "" : pointer);
  }
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
  return texts;
}

bool Object::has_attribute(const std::string& name) const {
  return H5Aexists(id(), name.c_str()) > 0;
}

Kind Object::attribute_kind(const std::string& name) const {
  return kind_of(open_attribute(*this, name).type.get());
}

std::vector<std::string> Object::texts_attribute(const std::string& name) const {
  if (!has_attribute(name)) {
    return {};
  }
  const OpenAttribute open = open_attribute(*this, name);
  if (kind_of(open.type.get()) != Kind::text) {
    return {};
  }
  return read_texts(
      open.type.get(), open.space.get(), open.count,
      [&](hid_t type, void* out) { return H5Aread(open.attribute.get(), type, out); }, where());
}

std::vector<std::int64_t> Object::integers_attribute(const std::string& name) const {
  if (!has_attribute(name)) {
    return {};
  }
  const OpenAttribute open = open_attribute(*this, name);
  const Kind kind = kind_of(open.type.get());
  if (kind != Kind::integer && kind != Kind::truth && kind != Kind::real) {
    return {};
  }
  std::vector<std::int64_t> values(open.count);
  if (!values.empty() && H5Aread(open.attribute.get(), H5T_NATIVE_INT64, values.data()) < 0) {
    refuse("cannot read the attribute '" + name + "'", where());
  }
  return values;
}

}  // namespace mixvae::hdf5
