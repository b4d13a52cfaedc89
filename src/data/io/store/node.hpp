#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/matrix.hpp"

/// Groups, arrays and attributes as anndata stores them, whatever keeps them: HDF5 files
/// (data/io/hdf5) and Zarr stores (data/io/zarr) are two back ends of these interfaces. All reading
/// throws InputError.
namespace mixvae::store {

/// What the elements of an array or attribute are.
enum class Kind { integer, real, truth, text, compound, reference, other };

/// "whole numbers", "numbers", "truth values", "texts", ...
std::string describe(Kind kind);

/// A group or array, with its attributes.
class Node {
 public:
  virtual ~Node() = default;

  /// The file or folder that holds everything.
  virtual const std::string& file() const = 0;
  /// Path inside the file without a leading slash; empty for the root.
  virtual const std::string& path() const = 0;
  virtual bool has_attribute(const std::string& name) const = 0;
  virtual Kind attribute_kind(const std::string& name) const = 0;
  /// All texts of an attribute; empty when it is absent, empty or no text.
  virtual std::vector<std::string> texts_attribute(const std::string& name) const = 0;
  /// All whole numbers of an attribute; empty when it is absent or not numeric.
  virtual std::vector<std::int64_t> integers_attribute(const std::string& name) const = 0;

  /// "FILE: 'obs/celltype'": the place for messages.
  std::string where() const;
  /// The only text of an attribute; empty when there is none.
  std::string text_attribute(const std::string& name) const;
  /// anndata's "encoding-type"; empty when there is none.
  std::string encoding() const { return text_attribute("encoding-type"); }
};

}  // namespace mixvae::store
