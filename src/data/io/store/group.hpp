#pragma once

#include "data/io/store/array.hpp"

namespace mixvae::store {

enum class Member { absent, group, array, other };

/// A group; the root of a file is one.
class Group : public virtual Node {
 public:
  /// Names of the members, in alphabetic order.
  virtual std::vector<std::string> names() const = 0;
  /// What stands under that name (or path with slashes); absent also for a link that leads nowhere.
  virtual Member member(const std::string& name) const = 0;
  /// The member of that name. Throws InputError when it is absent or of the other kind.
  virtual std::unique_ptr<Group> open_group(const std::string& name) const = 0;
  virtual std::unique_ptr<Array> open_array(const std::string& name) const = 0;

  bool has_group(const std::string& name) const { return member(name) == Member::group; }
  bool has_array(const std::string& name) const { return member(name) == Member::array; }
  /// The path of a member inside the file.
  std::string path_of(const std::string& name) const;

 protected:
  /// Throws InputError unless the member of that name is what is wanted.
  void require_member(const std::string& name, Member wanted) const;
};

}  // namespace mixvae::store
