#include "report/abundance_output.hpp"

#include <gtest/gtest.h>

namespace mixvae::report {
namespace {

TEST(AbundanceCsv, MayHaveASampleInEachColumn) {
  const Categorical samples{{"s1", "s,2", "s3"}, {0, 0, 0, 1, 1, -1, 2, 0}, false};
  const Categorical types{{"T1", "T2"}, {0, 1, 0, 1, -1, 1, -1, 1}, false};
  EXPECT_EQ(abundance_csv(samples, types, AbundanceLayout::wide_cells),
            "type,s1,\"s,2\",s3\n"
            "T1,2,0,0\n"
            "T2,2,1,0\n");
  EXPECT_EQ(abundance_csv(samples, types, AbundanceLayout::wide_fractions),
            "type,s1,\"s,2\",s3\n"
            "T1,0.5,0,0\n"
            "T2,0.5,1,0\n");
}

TEST(AbundanceCsv, CountsEveryPairAndLeavesOutWhatIsMissing) {
  const Categorical samples{{"s1", "s,2", "s3"}, {0, 0, 0, 1, 1, -1, 2}, false};
  const Categorical types{{"T1", "T2"}, {0, 1, 0, 1, -1, 1, -1}, false};
  EXPECT_EQ(abundance_csv(samples, types),
            "sample,type,cells,fraction\n"
            "s1,T1,2,0.6666666666666666\n"
            "s1,T2,1,0.3333333333333333\n"
            "\"s,2\",T1,0,0\n"
            "\"s,2\",T2,1,1\n"
            "s3,T1,0,0\n"
            "s3,T2,0,0\n");
}

}  // namespace
}  // namespace mixvae::report
