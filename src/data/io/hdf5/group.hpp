#pragma once

#include "data/io/hdf5/array.hpp"
#include "data/io/store/group.hpp"

namespace mixvae::hdf5 {

using store::Member;

/// An HDF5 group; the root of a file is one.
class Group : public Object, public store::Group {
 public:
  using Object::Object;

  std::vector<std::string> names() const override;
  Member member(const std::string& name) const override;
  std::unique_ptr<store::Group> open_group(const std::string& name) const override;
  std::unique_ptr<store::Array> open_array(const std::string& name) const override;

  /// The member of that name. Throws InputError when it is absent or of the other kind.
  Group group(const std::string& name) const;
  Array array(const std::string& name) const;
  /// The same with a cache for chunks of that many bytes; only as long as the array is not open
  /// already.
  Array array(const std::string& name, std::size_t chunk_cache_bytes) const;

 private:
  Handle open(const std::string& name, Member wanted) const;
};

/// Opens a file for reading and returns its root. Throws InputError when it is missing, a folder,
/// not HDF5, truncated or locked by a program that writes it.
Group open_file(const std::string& path);

/// Opens a file for reading and writing, or creates it empty, without locks: for temporary files
/// that nobody else knows. Throws SystemError.
Group open_for_writing(const std::string& path);
Group create_file(const std::string& path);

/// Hands everything written to the system. Throws SystemError when that fails, e.g. because the
/// disk is full.
void flush(const Object& object);

}  // namespace mixvae::hdf5
