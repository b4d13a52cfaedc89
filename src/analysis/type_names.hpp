#pragma once

#include <string>
#include <vector>

namespace mixvae::analysis {

/// A name that a person gave to a type.
struct NamedType {
  std::string type;  // "T3"
  std::string name;  // or "T3" where there is but a note
  std::string note = {};

  bool operator==(const NamedType&) const = default;
};

/// Types that count as one.
struct TypeMerge {
  std::vector<std::string> types;
  std::string name = {};  // of all of them; empty: made of theirs

  bool operator==(const TypeMerge&) const = default;
};

/// Names and merges of the types of a run. Types that are linked by merges form a group.
struct TypeNames {
  std::vector<NamedType> types;   // in the order of the types, each type once
  std::vector<TypeMerge> merges;  // in the order in which they were made

  bool empty() const { return types.empty() && merges.empty(); }
  bool operator==(const TypeNames&) const = default;
};

/// The name of each type [T]: of a group the name of its latest merge that has one, else the
/// different names of its types with " + " between them; else the name given to the type, else its
/// own ("T3").
std::vector<std::string> type_labels(const TypeNames& names, const std::vector<std::string>& types);

/// "T3", or "T3 CD4 T cells" where it has a name.
std::string shown_type(const std::string& type, const std::string& label);

/// Why the type cannot have this name, as rename_types would say; empty where it can.
std::string name_fault(const std::string& name, const std::string& type);

/// Names types; a name given to a merged type is that of its whole group. Names that were given
/// before and are not among the changes stay; a note goes with the name that it was given for; a
/// type whose name is its own ("T3" for T3) has none. `places`: where each change was read, for
/// messages; or empty. Throws UsageError for a type that there is not or that is named twice, for a
/// name that is empty, longer than 100 bytes, is no UTF-8, holds control characters, is "unknown"
/// or the number of another type, and for different names in one group.
void rename_types(TypeNames& names, const std::vector<NamedType>& changes,
                  const std::vector<std::string>& types,
                  const std::vector<std::string>& places = {});

/// Sets the note of a type, whose name stays; an empty one takes the note away. Throws UsageError
/// for a type that there is not, and for a note that is no UTF-8.
void set_note(TypeNames& names, const std::string& type, const std::string& note,
              const std::vector<std::string>& types);

/// Takes the names and notes of some types away, or all and the merges where none is listed. Throws
/// UsageError for a type that there is not.
void clear_names(TypeNames& names, const std::vector<std::string>& which,
                 const std::vector<std::string>& types);

/// Adds a merge. Throws UsageError for fewer than two types, a type that there is not or that is
/// listed twice, types that are one group already, and a name that rename_types would refuse.
void merge_types(TypeNames& names, const TypeMerge& merge, const std::vector<std::string>& types);

/// Takes the latest merge back and returns it. Throws UsageError when there is none.
TypeMerge undo_merge(TypeNames& names);

/// Throws UsageError unless every type is there, once in each list.
void require_types_of_run(const TypeNames& names, const std::vector<std::string>& types);

}  // namespace mixvae::analysis
