#pragma once

#include <span>

#include "data/io/hdf5/group.hpp"

/// Writing groups, arrays and attributes as h5py and anndata 0.8 do. All functions throw
/// SystemError when the system fails, and InputError for a name that cannot be stored.
namespace mixvae::hdf5 {

Group create_group(const Group& parent, const std::string& name);

/// Removes a member; its space is not reused.
void remove_member(const Group& parent, const std::string& name);

/// Puts the member `replacement` in the place of the member `name`.
void replace_member(const Group& parent, const std::string& name, const std::string& replacement);

/// Throws InputError unless a member of that name could be created.
void require_free_name(const Group& parent, const std::string& name);

/// Replaces an attribute.
void write_attribute(const Object& object, const std::string& name, const std::string& text);
void write_attribute(const Object& object, const std::string& name,
                     std::span<const std::string> texts);
void write_attribute(const Object& object, const std::string& name,
                     std::span<const std::int64_t> numbers);
void write_truth_attribute(const Object& object, const std::string& name, bool value);

/// anndata's pair of attributes "encoding-type" and "encoding-version".
void write_encoding(const Object& object, const std::string& type, const std::string& version);

/// An array of numbers, gzip-compressed in chunks when it is large; an empty shape makes a scalar.
/// `stored` is the type in the file, by default the numbers' own.
template <class Number>
void write_numbers(const Group& parent, const std::string& name, std::span<const Number> values,
                   std::span<const Index> shape, hid_t stored = H5I_INVALID_HID);
void write_truths(const Group& parent, const std::string& name, const std::vector<bool>& values);
/// One-dimensional array of UTF-8 texts of variable length.
void write_texts(const Group& parent, const std::string& name, std::span<const std::string> texts);
void write_text(const Group& parent, const std::string& name, const std::string& text);

/// An array of any type from values in memory as `type` lays them out.
void write_raw(const Group& parent, const std::string& name, hid_t type, const void* values,
               std::span<const Index> shape, hid_t stored);

extern template void write_numbers(const Group&, const std::string&, std::span<const float>,
                                   std::span<const Index>, hid_t);
extern template void write_numbers(const Group&, const std::string&, std::span<const double>,
                                   std::span<const Index>, hid_t);
extern template void write_numbers(const Group&, const std::string&, std::span<const std::int32_t>,
                                   std::span<const Index>, hid_t);
extern template void write_numbers(const Group&, const std::string&, std::span<const std::int64_t>,
                                   std::span<const Index>, hid_t);

}  // namespace mixvae::hdf5
