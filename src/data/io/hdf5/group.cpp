#include "data/io/hdf5/group.hpp"

namespace mixvae::hdf5 {
namespace {

herr_t collect_name(hid_t, const char* name, const H5L_info_t*, void* into) {
  static_cast<std::vector<std::string>*>(into)->emplace_back(name);
  return 0;
}

bool link_exists(hid_t group, const std::string& name) {
  std::size_t end = 0;
  while (end != std::string::npos) {
    end = name.find('/', end + 1);
    if (H5Lexists(group, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0 ||
        H5Oexists_by_name(group, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::string> Group::names() const {
  std::vector<std::string> names;
  if (H5Literate(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collect_name, &names) < 0) {
    refuse("cannot list the members of the group", where());
  }
  return names;
}

Member Group::member(const std::string& name) const {
  if (name.empty() || !link_exists(id(), name)) {
    return Member::absent;
  }
  const Handle object(H5Oopen(id(), name.c_str(), H5P_DEFAULT));
  switch (object.valid() ? H5Iget_type(object.get()) : H5I_BADID) {
    case H5I_GROUP:
      return Member::group;
    case H5I_DATASET:
      return Member::array;
    default:
      return Member::other;
  }
}

Handle Group::open(const std::string& name, Member wanted) const {
  require_member(name, wanted);
  return checked(H5Oopen(id(), name.c_str(), H5P_DEFAULT), "cannot open '" + path_of(name) + "'",
                 file());
}

Group Group::group(const std::string& name) const {
  return {open(name, Member::group), file(), path_of(name)};
}

Array Group::array(const std::string& name) const {
  return {open(name, Member::array), file(), path_of(name)};
}

std::unique_ptr<store::Group> Group::open_group(const std::string& name) const {
  return std::make_unique<Group>(open(name, Member::group), file(), path_of(name));
}

std::unique_ptr<store::Array> Group::open_array(const std::string& name) const {
  return std::make_unique<Array>(open(name, Member::array), file(), path_of(name));
}

Array Group::array(const std::string& name, std::size_t chunk_cache_bytes) const {
  constexpr std::size_t kSlots = 100'003;  // a prime well above the number of chunks in a cache
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.get(), kSlots, chunk_cache_bytes, 1.0);
  return {checked(H5Dopen2(id(), name.c_str(), access.get()), "cannot open the array",
                  file() + ": '" + path_of(name) + "'"),
          file(), path_of(name)};
}

}  // namespace mixvae::hdf5
