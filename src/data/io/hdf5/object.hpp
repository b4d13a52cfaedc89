#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/io/hdf5/handle.hpp"
#include "data/matrix.hpp"

namespace mixvae::hdf5 {

/// What the elements of an array or attribute are.
enum class Kind { integer, real, truth, text, compound, reference, other };

/// "whole numbers", "numbers", "truth values", "texts", ...
std::string describe(Kind kind);

Kind kind_of(hid_t type);

/// Texts, fixed or variable length, ASCII or UTF-8, read by `read(memory type, buffer)`; `space`
/// has `count` elements.
std::vector<std::string> read_texts(hid_t type, hid_t space, std::size_t count,
                                    const std::function<herr_t(hid_t, void*)>& read,
                                    const std::string& where);

/// A group or array in a file, with its attributes.
class Object {
 public:
  Object(Handle handle, std::string file, std::string path)
      : handle_(std::move(handle)), file_(std::move(file)), path_(std::move(path)) {}

  hid_t id() const { return handle_.get(); }
  const std::string& file() const { return file_; }
  /// Path inside the file without a leading slash; empty for the root.
  const std::string& path() const { return path_; }
  /// "FILE: 'obs/celltype'": the place for messages.
  std::string where() const;

  bool has_attribute(const std::string& name) const;
  Kind attribute_kind(const std::string& name) const;
  /// All texts of an attribute; empty when it is absent, empty or no text.
  std::vector<std::string> texts_attribute(const std::string& name) const;
  /// The only text of an attribute; empty when there is none.
  std::string text_attribute(const std::string& name) const;
  /// All whole numbers of an attribute; empty when it is absent or not numeric.
  std::vector<std::int64_t> integers_attribute(const std::string& name) const;
  /// anndata's "encoding-type"; empty when there is none.
  std::string encoding() const { return text_attribute("encoding-type"); }

 private:
  Handle handle_;
  std::string file_;
  std::string path_;
};

}  // namespace mixvae::hdf5
