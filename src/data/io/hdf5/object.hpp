#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/io/hdf5/handle.hpp"
#include "data/io/store/node.hpp"

namespace mixvae::hdf5 {

using store::Kind;

Kind kind_of(hid_t type);

/// Texts, fixed or variable length, ASCII or UTF-8, read by `read(memory type, buffer)`; `space`
/// has `count` elements.
std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count,
                                    const std::function<herr_t(hid_t, void*)>& read,
                                    const std::string& where);

/// A group or array in an HDF5 file, with its attributes.
class Object : public virtual store::Node {
 public:
  Object(Handle handle, std::string file, std::string path)
      : handle_(std::move(handle)), file_(std::move(file)), path_(std::move(path)) {}

  hid_t id() const { return handle_.get(); }
  const std::string& file() const override { return file_; }
  const std::string& path() const override { return path_; }
  bool has_attribute(const std::string& name) const override;
  Kind attribute_kind(const std::string& name) const override;
  std::vector<std::string> texts_attribute(const std::string& name) const override;
  std::vector<std::int64_t> integers_attribute(const std::string& name) const override;

 private:
  Handle handle_;
  std::string file_;
  std::string path_;
};

}  // namespace mixvae::hdf5
