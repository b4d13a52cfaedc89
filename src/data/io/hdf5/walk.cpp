#include "data/io/hdf5/walk.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "data/io/hdf5/handle.hpp"

namespace mixvae::hdf5 {
namespace {

constexpr int kDeepest = 64;
constexpr hsize_t kBlockTexts = hsize_t{1} << 16;
constexpr std::uint64_t kMostBytesOfAnAttribute = std::uint64_t{16} << 20;
constexpr std::uint64_t kMostBytesOfTexts = std::uint64_t{64} << 20;

/// One walk through one file.
class Walk {
 public:
  explicit Walk(std::uint64_t sample_bytes) : left_(sample_bytes) {}

  void object(hid_t id, int depth);
  bool out_of_memory() const { return out_of_memory_; }

 private:
  /// Keeps the reason of a call that failed.
  bool ok(herr_t status) {
    if (status < 0) {
      H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, note_memory, this);
      H5Eclear2(H5E_DEFAULT);
    }
    return status >= 0;
  }
  static herr_t note_memory(unsigned, const H5E_error2_t* entry, void* walk) {
    const bool memory = entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC;
    static_cast<Walk*>(walk)->out_of_memory_ |= memory;
    return 0;
  }

  void type(hid_t id, int depth);
  void attributes(hid_t id);
  void attribute(hid_t id);
  void members(hid_t group, int depth);
  void array(hid_t id);
  void texts(hid_t array, hid_t type, hid_t space);
  void numbers(hid_t array, hid_t type, hid_t space);
  std::uint64_t chunk_bytes(hid_t array, hid_t type) const;

  std::set<haddr_t> seen_;
  std::uint64_t left_;  // bytes of values that may still be read
  bool out_of_memory_ = false;
};

void Walk::type(hid_t id, int depth) {
  if (id < 0 || depth > kDeepest) {
    return;
  }
  const H5T_class_t kind = H5Tget_class(id);
  if (kind == H5T_COMPOUND || kind == H5T_ENUM) {
    const int count = H5Tget_nmembers(id);
    for (int i = 0; i < count; ++i) {
      H5free_memory(H5Tget_member_name(id, static_cast<unsigned>(i)));
      if (kind == H5T_COMPOUND) {
        const Handle member(H5Tget_member_type(id, static_cast<unsigned>(i)));
        type(member.get(), depth + 1);
      }
    }
    if (kind == H5T_ENUM) {
      H5Tget_member_index(id, "TRUE");
    }
  }
  if (kind == H5T_ARRAY || kind == H5T_VLEN || kind == H5T_ENUM) {
    const Handle base(H5Tget_super(id));
    type(base.get(), depth + 1);
  }
}

void Walk::attribute(hid_t id) {
  const Handle stored(H5Aget_type(id));
  const Handle space(H5Aget_space(id));
  if (!stored.valid() || !space.valid()) {
    return;
  }
  type(stored.get(), 0);
  const Handle memory(H5Tget_native_type(stored.get(), H5T_DIR_DEFAULT));
  const hid_t as = H5Tget_class(stored.get()) == H5T_STRING ? stored.get() : memory.get();
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  const std::uint64_t size = as < 0 ? 0 : std::max(H5Tget_size(as), H5Tget_size(stored.get()));
  if (count <= 0 || size == 0 ||
      static_cast<std::uint64_t>(count) > kMostBytesOfAnAttribute / size) {
    return;  // the reader refuses such an attribute, or allocates no more than its size
  }
  std::vector<char> bytes(static_cast<std::size_t>(count) * size);
  if (ok(H5Aread(id, as, bytes.data()))) {
    H5Dvlen_reclaim(as, space.get(), H5P_DEFAULT, bytes.data());
  }
}

herr_t add_attribute_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

void Walk::attributes(hid_t id) {
  std::vector<std::string> names;
  ok(H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add_attribute_name, &names));
  for (const std::string& name : names) {
    const Handle opened(H5Aopen(id, name.c_str(), H5P_DEFAULT));
    if (opened.valid()) {
      attribute(opened.get());
    }
  }
}

herr_t add_link_name(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

void Walk::members(hid_t group, int depth) {
  std::vector<std::string> names;
  ok(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_link_name, &names));
  for (const std::string& name : names) {
    if (H5Lexists(group, name.c_str(), H5P_DEFAULT) <= 0 ||
        H5Oexists_by_name(group, name.c_str(), H5P_DEFAULT) <= 0) {
      continue;
    }
    const Handle opened(H5Oopen(group, name.c_str(), H5P_DEFAULT));
    if (opened.valid()) {
      object(opened.get(), depth + 1);
    } else {
      ok(-1);
    }
  }
}

/// All of them in blocks, or in fields of records: what makes libhdf5 follow every reference into
/// its heaps.
void Walk::texts(hid_t array, hid_t stored, hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  const std::size_t size = H5Tget_size(stored);
  if (count <= 0 || size == 0) {
    return;
  }
  if (rank != 1 || static_cast<hsize_t>(count) <= kBlockTexts) {
    if (static_cast<std::uint64_t>(count) > kMostBytesOfTexts / size) {
      return;
    }
    std::vector<char> bytes(static_cast<std::size_t>(count) * size);
    if (ok(H5Dread(array, stored, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()))) {
      H5Dvlen_reclaim(stored, space, H5P_DEFAULT, bytes.data());
    }
    return;
  }
  std::vector<char> bytes(kBlockTexts * size);
  for (hsize_t begin = 0; begin < static_cast<hsize_t>(count); begin += kBlockTexts) {
    const hsize_t length = std::min(kBlockTexts, static_cast<hsize_t>(count) - begin);
    const Handle memory(H5Screate_simple(1, &length, nullptr));
    if (!ok(H5Sselect_hyperslab(space, H5S_SELECT_SET, &begin, nullptr, &length, nullptr)) ||
        !ok(H5Dread(array, stored, memory.get(), space, H5P_DEFAULT, bytes.data()))) {
      return;
    }
    H5Dvlen_reclaim(stored, memory.get(), H5P_DEFAULT, bytes.data());
  }
}

std::uint64_t Walk::chunk_bytes(hid_t array, hid_t stored) const {
  const Handle properties(H5Dget_create_plist(array));
  const Handle space(H5Dget_space(array));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 1 || H5Pget_layout(properties.get()) != H5D_CHUNKED) {
    return 0;
  }
  std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
  if (H5Pget_chunk(properties.get(), rank, lengths.data()) < 0) {
    return 0;
  }
  std::uint64_t bytes = H5Tget_size(stored);
  for (const hsize_t length : lengths) {
    if (__builtin_mul_overflow(bytes, length, &bytes)) {
      return UINT64_MAX;
    }
  }
  return bytes;
}

/// The first rows, as many as there is time for.
void Walk::numbers(hid_t array, hid_t stored, hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> lengths(static_cast<std::size_t>(std::max(rank, 0)));
  const std::uint64_t size = H5Tget_size(stored);
  if (rank < 0 || size == 0 || H5Sget_simple_extent_dims(space, lengths.data(), nullptr) < 0 ||
      std::ranges::find(lengths, hsize_t{0}) != lengths.end() ||
      chunk_bytes(array, stored) > left_) {
    return;
  }
  std::uint64_t row = size;
  for (std::size_t d = 1; d < lengths.size(); ++d) {
    if (__builtin_mul_overflow(row, lengths[d], &row)) {
      return;
    }
  }
  const hsize_t rows = lengths.empty() ? 1 : std::min<hsize_t>(lengths[0], left_ / row);
  if (rows == 0 || rows * row > left_) {
    return;
  }
  left_ -= rows * row;
  const std::vector<hsize_t> start(lengths.size(), 0);
  const Handle memory(lengths.empty() ? H5Screate(H5S_SCALAR) : H5Scopy(space));
  if (!lengths.empty()) {
    lengths[0] = rows;
    ok(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, lengths.data(), nullptr));
    ok(H5Sset_extent_simple(memory.get(), rank, lengths.data(), nullptr));
  }
  std::vector<char> bytes(rows * row);
  ok(H5Dread(array, stored, memory.get(), space, H5P_DEFAULT, bytes.data()));
}

void Walk::array(hid_t id) {
  const Handle stored(H5Dget_type(id));
  const Handle space(H5Dget_space(id));
  const Handle properties(H5Dget_create_plist(id));
  if (!stored.valid() || !space.valid() || !properties.valid()) {
    return;
  }
  type(stored.get(), 0);
  if (H5Pget_layout(properties.get()) == H5D_CHUNKED) {
    hsize_t chunks = 0;
    ok(H5Dget_num_chunks(id, H5S_ALL, &chunks));  // goes through the whole index
  }
  if (H5Tdetect_class(stored.get(), H5T_VLEN) > 0 || H5Tis_variable_str(stored.get()) > 0 ||
      H5Tget_class(stored.get()) == H5T_COMPOUND) {
    texts(id, stored.get(), space.get());
  } else {
    numbers(id, stored.get(), space.get());
  }
}

void Walk::object(hid_t id, int depth) {
  H5O_info_t info = {};
  if (depth > kDeepest || !ok(H5Oget_info2(id, &info, H5O_INFO_BASIC)) ||
      !seen_.insert(info.addr).second) {
    return;
  }
  attributes(id);
  switch (H5Iget_type(id)) {
    case H5I_GROUP:
      members(id, depth);
      break;
    case H5I_DATASET:
      array(id);
      break;
    case H5I_DATATYPE:
      type(id, 0);
      break;
    default:
      break;
  }
}

}  // namespace

WalkResult walk_file(const std::string& path, std::uint64_t sample_bytes) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_file_locking(access.get(), false, true);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file.valid()) {
    return WalkResult::done;  // the reader says why
  }
  const Handle root(H5Gopen2(file.get(), "/", H5P_DEFAULT));
  Walk walk(sample_bytes);
  if (root.valid()) {
    walk.object(root.get(), 0);
  }
  return walk.out_of_memory() ? WalkResult::out_of_memory : WalkResult::done;
}

}  // namespace mixvae::hdf5
