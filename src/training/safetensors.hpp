#pragma once

#include <map>
#include <string>
#include <vector>

#include "nn/torch.hpp"

namespace mixvae::training {

/// Tensors by name with facts about them as text: the content of a safetensors file.
struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, torch::Tensor> tensors;  // on the CPU when read
};

/// Writes the safetensors layout: 8 bytes of header length, a JSON header, raw little-endian
/// values. Readable by any safetensors library. The metadata gains "checksum", which covers header
/// and values. Written through AtomicFile. Throws SystemError when the system refuses.
void write_safetensors(const std::string& path, const TensorFile& content);

/// Reads a file that write_safetensors wrote. Nothing is executed, no size is trusted: throws
/// InputError when the file is missing, not of this layout, damaged (checksum), or holds a type of
/// number that is not known.
TensorFile read_safetensors(const std::string& path);

/// The facts of such a file without its tensors, from the header alone. Throws InputError as
/// read_safetensors does, also for a file that is too short or too long; damage amid the values is
/// not seen.
TensorFile read_facts(const std::string& path);

/// The tensor of that name; throws InputError naming `path` when there is none.
const torch::Tensor& find_tensor(const TensorFile& content, const std::string& name,
                                 const std::string& path);

/// The fact of that name; throws InputError naming `path` when there is none.
const std::string& find_fact(const TensorFile& content, const std::string& name,
                             const std::string& path);

}  // namespace mixvae::training
