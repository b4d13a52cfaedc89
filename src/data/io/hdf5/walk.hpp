#pragma once

#include <cstdint>
#include <string>

namespace mixvae::hdf5 {

/// How a walk through a file ended.
enum class WalkResult { done, out_of_memory };

/// Opens every object, attribute and type of the file, lists the chunks of every array, reads all
/// texts, and of other values `sample_bytes` in all. Faults that libhdf5 reports do not matter.
/// Meant for a process of its own: it starts no threads and takes no locks.
WalkResult walk_file(const std::string& path, std::uint64_t sample_bytes);

}  // namespace mixvae::hdf5
