#include "data/io/fcs/read_fcs.hpp"

#include <cmath>

#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/fcs/write_fcs.hpp"
#include "data/table.hpp"

namespace mixvae {
namespace read_fcs_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using namespace testing_files;

/// Three events of two markers, with a channel of labels.
Dataset with_labels(const std::string& name, const std::vector<float>& labels) {
  const TemporaryFolder folder;
  const std::string out = folder.path("out.fcs");
  write_fcs(folder.write("in.fcs", float_draft().bytes()),
            std::vector<AddedChannel>{{name, labels}}, {}, out);
  return read_fcs(out);
}

TEST(ReadFcs, ChannelsOfLabelsAreAnnotationsOfTheCells) {
  const Dataset dataset = with_labels("label", {2, 7, 2});
  EXPECT_THAT(dataset.features.names, Contains("label"));
  const Categorical labels = as_labels(require_column(dataset.cells, "label", "a.fcs"));
  EXPECT_THAT(labels.categories, ElementsAre("2", "7"));
  EXPECT_THAT(labels.codes, ElementsAre(0, 1, 0));
  EXPECT_THAT(dataset.source.notes, Not(Contains(HasSubstr("label"))));
}

TEST(ReadFcs, OfSeveralDataSetsTheFirstIsReadAndThatIsSaid) {
  const TemporaryFolder folder;
  const Dataset dataset = read_fcs(folder.write("two.fcs", two_data_sets()));
  EXPECT_EQ(dataset.cell_count(), 3);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("2 data sets; the first was read")));
}

TEST(ReadFcs, EventsWithoutALabelHaveNoneAndNoNaNIsLeft) {
  const Dataset dataset = with_labels("label", {2, std::nanf(""), 3});
  const Categorical labels = as_labels(require_column(dataset.cells, "label", "a.fcs"));
  EXPECT_THAT(labels.codes, ElementsAre(0, -1, 1));
  EXPECT_EQ(to_dense(dataset.x)(1, 2), 0);
  EXPECT_THAT(dataset.source.notes, Contains(HasSubstr("1 events have no number for label")));
}

TEST(ReadFcs, MarkersAreNoAnnotationsAndSamplesAreLeftToFolders) {
  EXPECT_THAT(with_labels("sample", {1, 1, 2}).cells.columns, ::testing::IsEmpty());
  EXPECT_THAT(with_labels("cluster", {1, 1, 2}).cells.find("CD3"), IsNull());
}

}  // namespace read_fcs_test
}  // namespace mixvae
