#include "app/type_names_file.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::app {
namespace type_names_file_test {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kTypes{"T1", "T2", "T3"};

std::string refused_file(const std::string& text) {
  const support::TemporaryFolder folder;
  folder.write("type_names.toml", text);
  return support::refusal<InputError>([&] { read_type_names(folder.path(), kTypes); });
}

std::string refused_table(const std::string& text) {
  const support::TemporaryFolder folder;
  const std::string path = folder.write("names.csv", text);
  return support::refusal<InputError>([&] { read_names_table(path); });
}

TEST(TypeNamesFile, ComesBackAsItWasWritten) {
  const support::TemporaryFolder folder;
  analysis::TypeNames names;
  names.types = {{"T1", "CD4 \"naïve\" T", "a\\b\nc"}, {"T3", "T3", "only a note"}};
  names.merges = {{{"T1", "T2"}, "both"}, {{"T3", "T2"}, ""}};
  write_type_names(folder.path(), names);
  const analysis::TypeNames read = read_type_names(folder.path(), kTypes);
  ASSERT_EQ(read.types.size(), 2U);
  EXPECT_EQ(read.types[0].name, names.types[0].name);
  EXPECT_EQ(read.types[0].note, names.types[0].note);
  EXPECT_EQ(read.types[1].note, "only a note");
  ASSERT_EQ(read.merges.size(), 2U);
  EXPECT_THAT(read.merges[0].types, ElementsAre("T1", "T2"));
  EXPECT_EQ(read.merges[0].name, "both");
  EXPECT_EQ(type_names_toml(read), type_names_toml(names));
  write_type_names(folder.path(), {});
  EXPECT_FALSE(std::filesystem::exists(folder / "type_names.toml"));
  EXPECT_TRUE(read_type_names(folder.path(), kTypes).empty());
  write_type_names(folder.path(), {});  // nothing to remove
}

TEST(TypeNamesFile, RefusesOtherContent) {
  EXPECT_THAT(refused_file("format = \n"), AllOf(HasSubstr("line 1"), HasSubstr("--clear")));
  EXPECT_THAT(refused_file("[[type]]\ntype = \"T1\"\n"), HasSubstr("no 'format'"));
  EXPECT_THAT(refused_file("format = 2\n"),
              AllOf(HasSubstr("a later mixvae"), HasSubstr("at most 1")));
  EXPECT_THAT(refused_file("format = 1\ntype = 3\n"), HasSubstr("type is no list of tables"));
  EXPECT_THAT(refused_file("format = 1\n[[type]]\ntype = 3\n"), HasSubstr("type is no text"));
  EXPECT_THAT(refused_file("format = 1\n[[merge]]\ntypes = 3\n"), HasSubstr("no list of texts"));
  EXPECT_THAT(refused_file("format = 1\n[[type]]\ntype = \"T9\"\nname = \"a\"\n"),
              AllOf(HasSubstr("no such type"), HasSubstr("'T9'")));
  EXPECT_THAT(refused_file("format = 1\n[[type]]\ntype = \"T1\"\n"),
              HasSubstr("the name of T1 is empty"));
  EXPECT_THAT(refused_file("format = 1\n[[merge]]\ntypes = [\"T1\"]\n"),
              HasSubstr("two types or more"));
}

TEST(NamesTable, HasTypeNameAndMaybeNote) {
  const support::TemporaryFolder folder;
  const NamesTable table = read_names_table(
      folder.write("names.csv", "Name,score,type,note\n\"a, b\",1,T2, why \nc,2,T1,\n"));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].type, "T2");
  EXPECT_EQ(table.rows[0].name, "a, b");
  EXPECT_EQ(table.rows[0].note, "why");
  EXPECT_THAT(table.places[1], HasSubstr("line 3"));
}

TEST(NamesTable, IsReadAsItWasWritten) {
  const support::TemporaryFolder folder;
  const std::string text = names_table_csv({{"T1", "a, b", "n"}, {"T2", "T2", ""}});
  EXPECT_EQ(text, "type,name,note\nT1,\"a, b\",n\nT2,T2,\n");
  EXPECT_EQ(read_names_table(folder.write("names.csv", text)).rows[0].name, "a, b");
}

TEST(NamesTable, RefusesOtherTables) {
  EXPECT_THAT(refused_table(""), HasSubstr("an empty file"));
  EXPECT_THAT(refused_table("type,label\nT1,a\n"),
              AllOf(HasSubstr("needs the columns type and name"), HasSubstr("type, label")));
  EXPECT_THAT(refused_table("type,name\n"), HasSubstr("names no type"));
  EXPECT_THAT(refused_table("type,name\nT1,a\nT2,b,c\n"),
              AllOf(HasSubstr("another number of fields"), HasSubstr("line 3"),
                    HasSubstr("double quotes")));
}

}  // namespace type_names_file_test
}  // namespace mixvae::app
