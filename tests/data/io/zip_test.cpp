#include "data/io/zip.hpp"

#include "data/arrays.hpp"
#include "data/files.hpp"

namespace mixvae {
namespace zip_test {

using namespace testing_files;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string refusal_of(const std::string& archive) {
  return refusal([&] {
    for (const ZipMember& member : zip_members(archive, "a.zip")) {
      unzip(archive, member, "a.zip");
    }
  });
}

TEST(Zip, ReadsStoredAndDeflatedMembers) {
  const std::string long_text(5000, 'x');
  for (const bool deflated : {false, true}) {
    const std::string archive =
        zip_file({{"a", "alpha"}, {"b/c", long_text}, {"empty", ""}}, deflated);
    const auto members = zip_members(archive, "a.zip");
    ASSERT_THAT(members, SizeIs(3));
    EXPECT_EQ(members[1].name, "b/c");
    EXPECT_EQ(unzip(archive, members[0], "a.zip"), "alpha");
    EXPECT_EQ(unzip(archive, members[1], "a.zip"), long_text);
    EXPECT_EQ(unzip(archive, members[2], "a.zip"), "");
  }
}

TEST(Zip, RefusesDamage) {
  const std::string archive = zip_file({{"a", "some content"}});
  const std::size_t directory = archive.find("PK\x01\x02");
  const auto changed = [&](std::size_t at, char value) {
    std::string copy = archive;
    copy[at] = value;
    return copy;
  };
  EXPECT_THAT(refusal_of(archive.substr(0, archive.size() - 1)), HasSubstr("cut off"));
  EXPECT_THAT(refusal_of(""), HasSubstr("cut off"));
  EXPECT_THAT(refusal_of(changed(35, '!')), HasSubstr("damaged"));
  EXPECT_THAT(refusal_of(changed(directory + 10, 12)),
              AllOf(HasSubstr("compression method 12"), HasSubstr("member 'a'")));
  EXPECT_THAT(refusal_of(changed(directory + 8, 1)), HasSubstr("encrypted"));
  EXPECT_THAT(refusal_of(changed(directory, 'X')), HasSubstr("directory is incomplete"));
  EXPECT_THAT(refusal_of(changed(directory + 42, 9)), HasSubstr("not where the directory says"));
  EXPECT_THAT(refusal_of(changed(directory + 21, 9)), HasSubstr("runs over its end"));
  EXPECT_THAT(refusal_of(changed(directory + 29, 9)), HasSubstr("a name runs over its end"));
  std::string huge = archive;
  huge.replace(directory + 24, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(refusal_of(huge), HasSubstr("larger than 4 GiB"));
  huge = archive;
  huge.replace(huge.size() - 6, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(refusal_of(huge), HasSubstr("larger than 4 GiB"));
  huge = archive;
  huge.replace(huge.size() - 12, 2, "\xff\xff");
  EXPECT_THAT(refusal_of(huge), HasSubstr("more members than its short directory can count"));
}

TEST(Zip, RefusesSizesThatDeflatedDataCannotHave) {
  std::string archive = zip_file({{"a", "some content"}}, true);
  const std::size_t directory = archive.find("PK\x01\x02");
  archive[directory + 26] = 1;  // a size of more than 64 KiB
  EXPECT_THAT(refusal_of(archive), HasSubstr("a size that its data cannot have"));
  archive[directory + 26] = 0;
  archive[directory + 24] = 11;
  EXPECT_THAT(refusal_of(archive), HasSubstr("damaged"));
}

}  // namespace zip_test
}  // namespace mixvae
