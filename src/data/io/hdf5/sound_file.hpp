#pragma once

#include <string>

namespace mixvae::hdf5 {

/// libhdf5 1.10 ends the process (or never comes back) on some damaged files. This walks through
/// the file in a process of its own, with limits of time and memory: all groups, attributes, types,
/// indices of chunks and texts, and a sample of the numbers. Throws InputError when that process
/// dies, takes longer or needs more than any sound file of this size does. A file that was found
/// sound is not walked through again as long as it stays as it is. Faults that libhdf5 reports are
/// left to the reader.
void require_sound_file(const std::string& path);

}  // namespace mixvae::hdf5
