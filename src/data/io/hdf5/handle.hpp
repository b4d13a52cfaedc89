#pragma once

#include <string>
#include <utility>

#include <hdf5.h>

namespace mixvae::hdf5 {

/// Owns one HDF5 identifier of any kind and releases it.
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
  }

  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
};

/// Starts the HDF5 library once: it prints nothing by itself and knows the LZF filter. Every way
/// into a file calls this.
void start_library();

/// HDF5's own account of its last failure, innermost reason first; told once, empty when nothing
/// failed.
std::string failure_reasons();

/// Throws InputError: `what` at `where`, with HDF5's reasons.
[[noreturn]] void refuse(const std::string& what, const std::string& where,
                         const std::string& hint = "");

/// The identifier owned, or InputError with HDF5's reasons when it is a failure.
Handle checked(hid_t id, const std::string& what, const std::string& where);

/// The HDF5 type of a C++ number in memory.
template <class Number>
hid_t memory_type() {
  if constexpr (std::is_same_v<Number, float>) {
    return H5T_NATIVE_FLOAT;
  } else if constexpr (std::is_same_v<Number, double>) {
    return H5T_NATIVE_DOUBLE;
  } else if constexpr (sizeof(Number) == 8) {
    return H5T_NATIVE_INT64;
  } else if constexpr (sizeof(Number) == 4) {
    return H5T_NATIVE_INT32;
  } else {
    static_assert(sizeof(Number) == 1);
    return H5T_NATIVE_INT8;
  }
}

}  // namespace mixvae::hdf5
