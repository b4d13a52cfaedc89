#include "analysis/type_names.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace mixvae::analysis {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr const char* kUnknown = "unknown";

std::string range_of(const std::vector<std::string>& types) {
  return types.size() < 2 ? join(types, ", ") : types.front() + " to " + types.back();
}

std::size_t type_place(const std::string& type, const std::vector<std::string>& types,
                       const std::string& where) {
  const auto found = std::ranges::find(types, type);
  if (found == types.end()) {
    throw UsageError({.what = "the run has no such type",
                      .where = where,
                      .found = "'" + type + "'",
                      .expected = range_of(types)});
  }
  return static_cast<std::size_t>(found - types.begin());
}

bool is_number_of_type(const std::string& name) {
  return name.size() > 1 && name.front() == 'T' &&
         name.find_first_not_of("0123456789", 1) == std::string::npos;
}

void require_name(const std::string& name, const std::string& type, const std::string& where) {
  const auto refuse = [&](const std::string& what, const std::string& expected) {
    throw UsageError(
        {.what = what, .where = where, .found = "'" + name + "'", .expected = expected});
  };
  if (trimmed(name).empty()) {
    refuse("the name of " + type + " is empty",
           "a name; mixvae rename RUN --clear takes names away");
  }
  if (!is_utf8(name)) {
    throw UsageError({.what = "the name of " + type + " is no UTF-8 text",
                      .where = where,
                      .expected = "UTF-8, as terminals and editors write it"});
  }
  if (has_control_characters(name)) {
    throw UsageError({.what = "the name of " + type + " holds line breaks or control characters",
                      .where = where,
                      .expected = "one line of text"});
  }
  if (name.size() > kLongestName) {
    refuse("the name of " + type + " is too long",
           "at most " + std::to_string(kLongestName) + " bytes");
  }
  if (name == kUnknown) {
    refuse("this name is that of cells unlike those of the fit", "another name");
  }
  if (is_number_of_type(name) && name != type) {
    refuse("this name is the number of another type", "a name in words");
  }
}

/// The group of each type [T], named by the place of its first type.
std::vector<std::size_t> groups_of(const TypeNames& names, const std::vector<std::string>& types) {
  std::vector<std::size_t> group(types.size());
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (const TypeMerge& merge : names.merges) {
    std::set<std::size_t> linked;
    for (const std::string& type : merge.types) {
      linked.insert(group[type_place(type, types, {})]);
    }
    for (std::size_t& one : group) {
      one = linked.contains(one) ? *linked.begin() : one;
    }
  }
  return group;
}

/// The latest merge of a group; null for a type that was never merged.
TypeMerge* latest_merge(TypeNames& names, const std::vector<std::string>& types, std::size_t group,
                        const std::vector<std::size_t>& groups, bool named) {
  for (auto merge = names.merges.rbegin(); merge != names.merges.rend(); ++merge) {
    if (groups[type_place(merge->types.front(), types, {})] == group &&
        (!named || !merge->name.empty())) {
      return &*merge;
    }
  }
  return nullptr;
}

NamedType* find_named(TypeNames& names, const std::string& type) {
  const auto found = std::ranges::find(names.types, type, &NamedType::type);
  return found == names.types.end() ? nullptr : &*found;
}

/// The different names of the types of a group, in the order of the types.
std::string joined_names(const TypeNames& names, const std::vector<std::string>& types,
                         std::size_t group, const std::vector<std::size_t>& groups) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < types.size(); ++t) {
    if (groups[t] == group) {
      const auto found = std::ranges::find(names.types, types[t], &NamedType::type);
      const std::string& name = found == names.types.end() ? types[t] : found->name;
      if (std::ranges::find(parts, name) == parts.end()) {
        parts.push_back(name);
      }
    }
  }
  return join(parts, " + ");
}

bool has_name(const NamedType& named) { return named.name != named.type; }

/// In the order of the types; one without name and note is not kept.
void tidy_named_types(TypeNames& names, const std::vector<std::string>& types) {
  std::erase_if(names.types,
                [](const NamedType& named) { return !has_name(named) && named.note.empty(); });
  std::ranges::sort(names.types, {}, [&types](const NamedType& named) {
    return std::ranges::find(types, named.type) - types.begin();
  });
}

void set_name(TypeNames& names, const NamedType& change, const std::vector<std::string>& types) {
  if (NamedType* named = find_named(names, change.type)) {
    const bool same = named->name == change.name;
    named->name = change.name;
    named->note = same && change.note.empty() ? named->note : change.note;
  } else {
    names.types.push_back(change);
  }
  tidy_named_types(names, types);
}

void require_note(const std::string& note, const std::string& type, const std::string& where) {
  if (!is_utf8(note)) {
    throw UsageError({.what = "the note of " + type + " is no UTF-8 text",
                      .where = where,
                      .expected = "UTF-8, as terminals and editors write it"});
  }
}

void require_changes(const std::vector<NamedType>& changes, const std::vector<std::string>& types,
                     const std::vector<std::size_t>& groups,
                     const std::vector<std::string>& places) {
  std::set<std::string> listed;
  std::map<std::size_t, std::size_t> first_of_group;
  for (std::size_t c = 0; c < changes.size(); ++c) {
    const NamedType& change = changes[c];
    const std::string place = places.empty() ? "" : places[c];
    const std::size_t group = groups[type_place(change.type, types, place)];
    if (!listed.insert(change.type).second) {
      throw UsageError({.what = "the type " + change.type + " is listed twice", .where = place});
    }
    require_name(change.name, change.type, place);
    require_note(change.note, change.type, place);
    if (!has_name(change)) {
      continue;
    }
    const NamedType& first = changes[first_of_group.emplace(group, c).first->second];
    if (first.name != change.name) {
      throw UsageError({.what = "merged types cannot have different names",
                        .where = place,
                        .found = first.type + ": '" + first.name + "', " + change.type + ": '" +
                                 change.name + "'",
                        .hint = "mixvae merge RUN --undo takes the latest merge back"});
    }
  }
}

}  // namespace

std::vector<std::string> type_labels(const TypeNames& names,
                                     const std::vector<std::string>& types) {
  TypeNames copy = names;
  const std::vector<std::size_t> groups = groups_of(names, types);
  std::vector<std::string> labels;
  for (std::size_t t = 0; t < types.size(); ++t) {
    const TypeMerge* merge = latest_merge(copy, types, groups[t], groups, true);
    labels.push_back(merge != nullptr ? merge->name
                                      : joined_names(names, types, groups[t], groups));
  }
  return labels;
}

std::string shown_type(const std::string& type, const std::string& label) {
  return label == type ? type : type + " " + label;
}

std::string name_fault(const std::string& name, const std::string& type) {
  try {
    require_name(name, type, {});
  } catch (const UsageError& error) {
    return error.fault().what;
  }
  return "";
}

void rename_types(TypeNames& names, const std::vector<NamedType>& changes,
                  const std::vector<std::string>& types, const std::vector<std::string>& places) {
  const std::vector<std::size_t> groups = groups_of(names, types);
  require_changes(changes, types, groups, places);
  for (const NamedType& change : changes) {
    set_name(names, change, types);
    if (!has_name(change)) {
      continue;
    }
    const std::size_t group = groups[type_place(change.type, types, {})];
    if (TypeMerge* merge = latest_merge(names, types, group, groups, false)) {
      merge->name = change.name;
    }
  }
}

void set_note(TypeNames& names, const std::string& type, const std::string& note,
              const std::vector<std::string>& types) {
  static_cast<void>(type_place(type, types, {}));
  require_note(note, type, {});
  if (NamedType* named = find_named(names, type)) {
    named->note = note;
  } else {
    names.types.push_back({type, type, note});
  }
  tidy_named_types(names, types);
}

void clear_names(TypeNames& names, const std::vector<std::string>& which,
                 const std::vector<std::string>& types) {
  if (which.empty()) {
    names = {};
    return;
  }
  for (const std::string& type : which) {
    static_cast<void>(type_place(type, types, {}));
  }
  const std::vector<std::size_t> groups = groups_of(names, types);
  for (const std::string& type : which) {
    std::erase_if(names.types, [&](const NamedType& named) { return named.type == type; });
    const std::size_t group = groups[type_place(type, types, {})];
    for (TypeMerge& merge : names.merges) {
      if (groups[type_place(merge.types.front(), types, {})] == group) {
        merge.name.clear();
      }
    }
  }
}

void merge_types(TypeNames& names, const TypeMerge& merge, const std::vector<std::string>& types) {
  if (merge.types.size() < 2) {
    throw UsageError({.what = "a merge needs two types or more",
                      .found = merge.types.empty() ? "none" : merge.types.front(),
                      .expected = "types of the run, such as T1 T2"});
  }
  const std::vector<std::size_t> groups = groups_of(names, types);
  std::set<std::string> listed;
  std::set<std::size_t> linked;
  for (const std::string& type : merge.types) {
    linked.insert(groups[type_place(type, types, {})]);
    if (!listed.insert(type).second) {
      throw UsageError({.what = "the type " + type + " is listed twice"});
    }
  }
  if (linked.size() < 2) {
    throw UsageError({.what = "these types are merged already", .found = join(merge.types, ", ")});
  }
  if (!merge.name.empty()) {
    require_name(merge.name, join(merge.types, " and "), {});
  }
  names.merges.push_back(merge);
}

TypeMerge undo_merge(TypeNames& names) {
  if (names.merges.empty()) {
    throw UsageError({.what = "no types of the run are merged: there is nothing to undo"});
  }
  TypeMerge latest = std::move(names.merges.back());
  names.merges.pop_back();
  return latest;
}

void require_types_of_run(const TypeNames& names, const std::vector<std::string>& types) {
  TypeNames rebuilt;
  rename_types(rebuilt, names.types, types);
  for (const TypeMerge& merge : names.merges) {
    merge_types(rebuilt, merge, types);
  }
}

}  // namespace mixvae::analysis
