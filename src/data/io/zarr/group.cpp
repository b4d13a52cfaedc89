#include "base/error.hpp"
#include "data/io/zarr/node.hpp"

namespace mixvae::zarr {
namespace {

using Json = nlohmann::json;
using store::Kind;
using store::Member;

/// Attributes are single values or lists of them.
Json as_list(const Json& value) { return value.is_array() ? value : Json::array({value}); }

template <class Test>
bool all_are(const Json& list, Test test) {
  return !list.empty() && std::all_of(list.begin(), list.end(), test);
}

/// Names are part of keys: none may lead out of its group.
void require_inside(const std::string& name, const std::string& where) {
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    if (part == "." || part == "..") {
      throw InputError({.what = "a name in the Zarr store leads out of its group",
                        .where = where,
                        .found = "'" + name + "'",
                        .expected = "a name without '.' and '..' between its slashes"});
    }
    begin = end + 1;
  }
}

}  // namespace

Kind Node::attribute_kind(const std::string& name) const {
  const Json list = as_list(attributes_.value(name, Json()));
  if (all_are(list, [](const Json& value) { return value.is_string(); })) {
    return Kind::text;
  }
  if (all_are(list, [](const Json& value) { return value.is_boolean(); })) {
    return Kind::truth;
  }
  if (all_are(list, [](const Json& value) { return value.is_number_integer(); })) {
    return Kind::integer;
  }
  return all_are(list, [](const Json& value) { return value.is_number(); }) ? Kind::real
                                                                            : Kind::other;
}

std::vector<std::string> Node::texts_attribute(const std::string& name) const {
  if (!has_attribute(name) || attribute_kind(name) != Kind::text) {
    return {};
  }
  return as_list(attributes_[name]).get<std::vector<std::string>>();
}

std::vector<std::int64_t> Node::integers_attribute(const std::string& name) const {
  const Kind kind = has_attribute(name) ? attribute_kind(name) : Kind::other;
  if (kind != Kind::integer && kind != Kind::truth) {
    return {};
  }
  std::vector<std::int64_t> values;
  for (const Json& value : as_list(attributes_[name])) {
    values.push_back(value.is_boolean() ? std::int64_t{value.get<bool>()}
                                        : value.get<std::int64_t>());
  }
  return values;
}

Group::Group(const std::shared_ptr<const Files>& files, const std::string& path)
    : Node(files, path, group_attributes(*files, path)) {}

std::vector<std::string> Group::names() const {
  std::vector<std::string> names = files()->folders(path());
  std::erase_if(names, [this](const std::string& name) {
    const std::string key = key_in(path(), name);
    return !files()->holds(key_in(key, "zarr.json")) && !files()->holds(key_in(key, ".zarray")) &&
           !files()->holds(key_in(key, ".zgroup"));
  });
  return names;
}

Member Group::member(const std::string& name) const {
  if (name.empty()) {
    return Member::absent;
  }
  require_inside(name, where());
  switch (node_type(*files(), key_in(path(), name))) {
    case NodeType::group:
      return Member::group;
    case NodeType::array:
      return Member::array;
    case NodeType::absent:
      break;
  }
  return Member::absent;
}

std::unique_ptr<store::Group> Group::open_group(const std::string& name) const {
  require_member(name, Member::group);
  return std::make_unique<Group>(files(), key_in(path(), name));
}

std::unique_ptr<store::Array> Group::open_array(const std::string& name) const {
  require_member(name, Member::array);
  return std::make_unique<Array>(files(), key_in(path(), name));
}

}  // namespace mixvae::zarr
