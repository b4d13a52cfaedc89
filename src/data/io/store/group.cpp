#include "data/io/store/group.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::store {
namespace {

std::string describe_member(Member member) {
  switch (member) {
    case Member::absent:
      return "nothing";
    case Member::group:
      return "a group";
    case Member::array:
      return "an array";
    case Member::other:
      break;
  }
  return "something else";
}

}  // namespace

std::string Group::path_of(const std::string& name) const {
  return path().empty() ? name : path() + "/" + name;
}

void Group::require_member(const std::string& name, Member wanted) const {
  const Member found = member(name);
  if (found == wanted) {
    return;
  }
  const auto members = names();
  throw InputError(
      {.what = "the file lacks " + describe_member(wanted) + " '" + path_of(name) + "'",
       .where = where(),
       .found = found == Member::absent
                    ? (members.empty() ? "nothing at all"
                                       : "members: " + join(first_n(members, 12), ", "))
                    : describe_member(found) + " of that name"});
}

}  // namespace mixvae::store
