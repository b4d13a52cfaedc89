#pragma once

#include <memory>

#include "data/io/store/group.hpp"
#include "data/io/zarr/chunks.hpp"

namespace mixvae::zarr {

/// A group or array of a Zarr store, with its attributes.
class Node : public virtual store::Node {
 public:
  Node(std::shared_ptr<const Files> files, std::string path, nlohmann::json attributes)
      : files_(std::move(files)), path_(std::move(path)), attributes_(std::move(attributes)) {}

  const std::string& file() const override { return files_->path(); }
  const std::string& path() const override { return path_; }
  bool has_attribute(const std::string& name) const override { return attributes_.contains(name); }
  store::Kind attribute_kind(const std::string& name) const override;
  std::vector<std::string> texts_attribute(const std::string& name) const override;
  std::vector<std::int64_t> integers_attribute(const std::string& name) const override;

 protected:
  const std::shared_ptr<const Files>& files() const { return files_; }

 private:
  std::shared_ptr<const Files> files_;
  std::string path_;
  nlohmann::json attributes_;
};

/// An array: values in chunks, each a file of its own or a part of a shard.
class Array : public Node, public store::Array {
 public:
  Array(const std::shared_ptr<const Files>& files, const std::string& path);

  const std::vector<Index>& shape() const override { return chunks_.metadata().shape; }
  store::Kind kind() const override { return chunks_.metadata().type.kind; }
  std::size_t element_bytes() const override { return chunks_.metadata().type.bytes; }
  void require_plausible(std::size_t bytes) const override;
  std::vector<std::string> texts() const override;

 protected:
  void read_numbers(std::span<const Index> start, std::span<const Index> count,
                    store::NumberType type, void* out) const override;

 private:
  Array(const std::shared_ptr<const Files>& files, const std::string& path,
        const ArrayMetadata& metadata);

  Chunks chunks_;
};

/// A group; the root of a store is one.
class Group : public Node, public store::Group {
 public:
  Group(const std::shared_ptr<const Files>& files, const std::string& path);

  std::vector<std::string> names() const override;
  store::Member member(const std::string& name) const override;
  std::unique_ptr<store::Group> open_group(const std::string& name) const override;
  std::unique_ptr<store::Array> open_array(const std::string& name) const override;
};

}  // namespace mixvae::zarr
