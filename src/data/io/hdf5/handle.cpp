#include "data/io/hdf5/handle.hpp"

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/hdf5/lzf.hpp"

namespace mixvae::hdf5 {
namespace {

herr_t collect(unsigned, const H5E_error2_t* entry, void* into) {
  auto& reasons = *static_cast<std::vector<std::string>*>(into);
  if (entry->desc != nullptr && *entry->desc != '\0' && reasons.size() < 3) {
    reasons.emplace_back(entry->desc);
  }
  return 0;
}

// Kept when a call fails, because releasing identifiers on the way to the message clears HDF5's own
// account.
thread_local std::string last_failure;

herr_t record_failure(hid_t stack, void*) {
  std::vector<std::string> reasons;
  H5Ewalk2(stack, H5E_WALK_UPWARD, collect, &reasons);
  last_failure = join(reasons, "; ");
  return 0;
}

}  // namespace

void start_library() {
  static const bool kStarted = [] {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, record_failure, nullptr);
    register_lzf();
    return true;
  }();
  static_cast<void>(kStarted);
}

std::string failure_reasons() { return std::exchange(last_failure, {}); }

void refuse(const std::string& what, const std::string& where, const std::string& hint) {
  const std::string reasons = failure_reasons();
  throw InputError({.what = what,
                    .where = where,
                    .found = reasons.empty() ? "" : "HDF5 says: " + reasons,
                    .hint = hint});
}

Handle checked(hid_t id, const std::string& what, const std::string& where) {
  if (id < 0) {
    refuse(what, where);
  }
  return Handle(id);
}

}  // namespace mixvae::hdf5
