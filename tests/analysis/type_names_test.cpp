#include "analysis/type_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.hpp"

namespace mixvae::analysis {
namespace type_names_test {

using support::refusal;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kTypes{"T1", "T2", "T3", "T4", "T5"};

TypeNames named(const std::vector<NamedType>& changes) {
  TypeNames names;
  rename_types(names, changes, kTypes);
  return names;
}

TEST(TypeNames, TypesWithoutANameKeepTheirOwn) {
  EXPECT_THAT(type_labels({}, kTypes), ElementsAre("T1", "T2", "T3", "T4", "T5"));
  const TypeNames names = named({{"T4", "B cell"}, {"T2", "NK cell", "checked"}});
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("T1", "NK cell", "T3", "B cell", "T5"));
  EXPECT_EQ(names.types.front().type, "T2") << "in the order of the types";
  EXPECT_EQ(shown_type("T2", "NK cell"), "T2 NK cell");
  EXPECT_EQ(shown_type("T1", "T1"), "T1");
}

TEST(TypeNames, ALaterNameReplacesTheFormerAndItsNote) {
  TypeNames names = named({{"T2", "NK cell", "checked"}});
  rename_types(names, {{"T2", "NK cell"}}, kTypes);
  EXPECT_EQ(names.types.front().note, "checked") << "the same name";
  rename_types(names, {{"T2", "T cell"}}, kTypes);
  EXPECT_EQ(names.types.front().name, "T cell");
  EXPECT_EQ(names.types.front().note, "");
}

TEST(TypeNames, ANoteIsSetAndTakenAwayWhileNamesStay) {
  TypeNames names = named({{"T1", "alpha"}, {"T2", "beta"}});
  merge_types(names, {{"T1", "T2"}, "both"}, kTypes);
  set_note(names, "T1", "look again", kTypes);
  set_note(names, "T4", "few cells", kTypes);
  EXPECT_THAT(names.types,
              ElementsAre(NamedType{"T1", "alpha", "look again"}, NamedType{"T2", "beta"},
                          NamedType{"T4", "T4", "few cells"}));
  EXPECT_EQ(names.merges.front().name, "both");
  set_note(names, "T1", "", kTypes);
  set_note(names, "T4", "", kTypes);
  EXPECT_THAT(names.types, ElementsAre(NamedType{"T1", "alpha"}, NamedType{"T2", "beta"}));
  EXPECT_THAT(refusal([&] { set_note(names, "T9", "a", kTypes); }),
              HasSubstr("the run has no such type"));
  EXPECT_THAT(refusal([&] { set_note(names, "T1", "\xFF", kTypes); }), HasSubstr("no UTF-8"));
}

TEST(TypeNames, TheOwnNumberTakesANameAway) {
  TypeNames names = named({{"T2", "NK cell"}, {"T3", "T3"}});
  EXPECT_EQ(names.types.size(), 1U);
  rename_types(names, {{"T2", "T2"}}, kTypes);
  EXPECT_TRUE(names.empty());
}

TEST(TypeNames, MergedTypesShareAName) {
  TypeNames names = named({{"T1", "CD4 T"}, {"T3", "CD8 T"}});
  merge_types(names, {{"T3", "T1"}}, kTypes);
  EXPECT_THAT(type_labels(names, kTypes),
              ElementsAre("CD4 T + CD8 T", "T2", "CD4 T + CD8 T", "T4", "T5"));
  merge_types(names, {{"T3", "T5"}, "T cell"}, kTypes);
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("T cell", "T2", "T cell", "T4", "T cell"));
  EXPECT_THAT(undo_merge(names).types, ElementsAre("T3", "T5"));
  EXPECT_THAT(type_labels(names, kTypes),
              ElementsAre("CD4 T + CD8 T", "T2", "CD4 T + CD8 T", "T4", "T5"));
  undo_merge(names);
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("CD4 T", "T2", "CD8 T", "T4", "T5"));
}

TEST(TypeNames, GroupsThatALaterMergeLinksAreOne) {
  TypeNames names;
  merge_types(names, {{"T1", "T2"}}, kTypes);
  merge_types(names, {{"T4", "T5"}}, kTypes);
  merge_types(names, {{"T5", "T2"}, "all"}, kTypes);
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("all", "all", "T3", "all", "all"));
  EXPECT_THAT(refusal([&] {
                merge_types(names, {{"T1", "T4"}}, kTypes);
              }),
              HasSubstr("these types are merged already"));
}

TEST(TypeNames, NamesWithoutDifferenceAreNotRepeatedInAMerge) {
  TypeNames names = named({{"T1", "B cell"}, {"T2", "B cell"}});
  merge_types(names, {{"T1", "T2"}}, kTypes);
  EXPECT_EQ(type_labels(names, kTypes)[1], "B cell");
}

TEST(TypeNames, NamingAMergedTypeNamesItsGroup) {
  TypeNames names;
  merge_types(names, {{"T1", "T2"}, "old"}, kTypes);
  rename_types(names, {{"T2", "new"}}, kTypes);
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("new", "new", "T3", "T4", "T5"));
  EXPECT_THAT(refusal([&] {
                rename_types(names, {{"T1", "a"}, {"T2", "b"}}, kTypes);
              }),
              AllOf(HasSubstr("merged types cannot have different names"),
                    HasSubstr("T1: 'a', T2: 'b'"), HasSubstr("--undo")));
}

TEST(TypeNames, AreClearedOneByOneOrAll) {
  TypeNames names = named({{"T1", "a"}, {"T2", "b"}, {"T3", "c"}});
  merge_types(names, {{"T4", "T5"}, "d"}, kTypes);
  clear_names(names, {"T2", "T5"}, kTypes);
  EXPECT_THAT(type_labels(names, kTypes), ElementsAre("a", "T2", "c", "T4 + T5", "T4 + T5"));
  clear_names(names, {}, kTypes);
  EXPECT_TRUE(names.empty());
  EXPECT_THAT(refusal([&] { clear_names(names, {"T9"}, kTypes); }),
              HasSubstr("the run has no such type"));
}

TEST(TypeNames, RefuseUnknownAndRepeatedTypes) {
  EXPECT_THAT(
      refusal([] {
        named({{"T6", "a"}});
      }),
      AllOf(HasSubstr("the run has no such type"), HasSubstr("'T6'"), HasSubstr("T1 to T5")));
  TypeNames names;
  EXPECT_THAT(
      refusal([&] {
        rename_types(names, {{"T1", "a"}, {"T1", "b"}}, kTypes, {"n.csv, line 2", "n.csv, line 3"});
      }),
      AllOf(HasSubstr("the type T1 is listed twice"), HasSubstr("n.csv, line 3")));
  EXPECT_TRUE(names.empty()) << "nothing is changed where anything is refused";
}

TEST(TypeNames, RefuseNamesThatAreNone) {
  EXPECT_THAT(refusal([] { named({{"T1", ""}}); }), HasSubstr("the name of T1 is empty"));
  EXPECT_THAT(refusal([] { named({{"T1", "  "}}); }), HasSubstr("the name of T1 is empty"));
  EXPECT_THAT(refusal([] { named({{"T1", "a\nb"}}); }), HasSubstr("line breaks"));
  EXPECT_THAT(refusal([] { named({{"T1", "a\u0085b"}}); }), HasSubstr("control characters"));
  EXPECT_THAT(refusal([] { named({{"T1", "a\u2028b"}}); }), HasSubstr("line breaks"));
  EXPECT_THAT(refusal([] {
                named({{"T1", "caf\xe9"}});
              }),
              HasSubstr("the name of T1 is no UTF-8 text"));
  EXPECT_THAT(refusal([] {
                named({{"T1", "a", "caf\xe9"}});
              }),
              HasSubstr("the note of T1 is no UTF-8 text"));
  EXPECT_EQ(name_fault("caf\u00e9", "T1"), "");
  EXPECT_EQ(name_fault("T2", "T1"), "this name is the number of another type");
  EXPECT_THAT(refusal([] { named({{"T1", std::string(101, 'a')}}); }), HasSubstr("too long"));
  EXPECT_THAT(refusal([] { named({{"T1", "unknown"}}); }), HasSubstr("unlike those of the fit"));
  EXPECT_THAT(refusal([] { named({{"T1", "T2"}}); }), HasSubstr("the number of another type"));
  EXPECT_THAT(type_labels(named({{"T1", "T helper 2"}}), kTypes)[0], "T helper 2");
}

TEST(TypeNames, RefuseMergesOfNothing) {
  TypeNames names;
  EXPECT_THAT(refusal([&] { merge_types(names, {{}}, kTypes); }), HasSubstr("two types or more"));
  EXPECT_THAT(refusal([&] { merge_types(names, {{"T1"}}, kTypes); }),
              HasSubstr("two types or more"));
  EXPECT_THAT(refusal([&] {
                merge_types(names, {{"T1", "T1"}}, kTypes);
              }),
              HasSubstr("listed twice"));
  EXPECT_THAT(refusal([&] {
                merge_types(names, {{"T1", "B cell"}}, kTypes);
              }),
              HasSubstr("the run has no such type"));
  EXPECT_THAT(refusal([&] {
                merge_types(names, {{"T1", "T2"}, "T5"}, kTypes);
              }),
              HasSubstr("the number of another type"));
  EXPECT_THAT(refusal([&] { undo_merge(names); }), HasSubstr("nothing to undo"));
}

}  // namespace type_names_test
}  // namespace mixvae::analysis
