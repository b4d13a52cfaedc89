#include "cluster/hdbscan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/samples.hpp"
#include "support/python.hpp"

namespace mixvae::cluster {
namespace hdbscan_test {

using testing::Each;
using testing::HasSubstr;

/// HDBSCAN from the papers: the hierarchy by removing the longest link of the spanning tree again
/// and again, recursively.
const char* const kPlain = R"(
import sys
import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
x = np.loadtxt('x.txt'); size, samples, leaf = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == 'leaf'
n = len(x)
d = np.sqrt(((x[:, None] - x) ** 2).sum(2))
core = np.sort(d, 1)[:, samples]
m = np.maximum(d, np.maximum(core[:, None], core))
np.fill_diagonal(m, 0)
t = minimum_spanning_tree(m).tocoo()
links = sorted(zip(t.data, t.row, t.col))
def parts(cells, links):
    "what is left when all links as long as the longest are cut"
    longest = links[-1][0]
    rest, left, found = [l for l in links if l[0] < longest], set(cells), []
    while left:
        side, grew = {min(left)}, True
        while grew:
            grew = False
            for w, a, b in rest:
                if (a in side) != (b in side):
                    side |= {a, b}; grew = True
        found.append((side, [l for l in rest if l[1] in side]))
        left -= side
    return longest, found
def cluster(cells, links, birth, root):
    "best stability within a cluster and the cells of the clusters that give it"
    own, stability, children = set(cells), 0, []
    while links:
        w, sides = parts(cells, links)
        density = 1 / w
        big = [s for s in sides if len(s[0]) >= size]
        gone = len(cells) if len(big) > 1 else len(cells) - sum(len(s[0]) for s in big)
        stability += (density - birth) * gone
        if len(big) != 1:
            children = [cluster(c, l, density, False) for c, l in big]
            break
        cells, links = big[0]
    below = sum(c[0] for c in children)
    inner = [g for c in children for g in c[1]]
    if root: return 0, inner
    if children and (leaf or below > stability): return max(below, stability), inner
    return max(below, stability), [own]
labels = np.full(n, -1)
for k, g in enumerate(cluster(set(range(n)), links, 0, True)[1]):
    labels[list(g)] = k
print(*labels)
)";

void compare_with_plain(const DenseMatrix& x, const HdbscanOptions& options) {
  std::string script = kPlain;
  const std::string words = "import sys\nsys.argv = ['', '" +
                            std::to_string(options.min_cluster_size) + "', '" +
                            std::to_string(options.min_samples.value_or(options.min_cluster_size)) +
                            "', '" + options.selection + "']\n";
  const auto run = test::run_python(
      words + script,
      {{"x.txt", test::number_text(x.values, static_cast<std::size_t>(x.columns))}});
  MIXVAE_NEEDS_PYTHON(run);
  const std::vector<double> expected = test::numbers_in(run.output);
  const Hdbscan found = hdbscan(x, options);
  ASSERT_EQ(expected.size(), found.labels.size());
  EXPECT_GT(found.clusters, 1);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(found.labels[i] < 0, expected[i] < 0) << "cell " << i;
    for (std::size_t j = 0; j < i; ++j) {
      ASSERT_EQ(found.labels[i] == found.labels[j], expected[i] == expected[j]);
    }
  }
}

TEST(Hdbscan, IsThatOfThePapersInNumpy) {
  compare_with_plain(separated_groups(160, 2, 5, 1.2), {});
  compare_with_plain(separated_groups(160, 2, 5, 2.0), {.min_cluster_size = 8, .min_samples = 3});
  compare_with_plain(separated_groups(160, 3, 4, 2.0),
                     {.min_cluster_size = 4, .selection = "leaf"});
}

TEST(Hdbscan, FindsGroupsOfSeveralDensitiesAndNoise) {
  DenseMatrix x = separated_groups(300, 2, 3, 0.1);
  x(0, 0) = 1000;
  const Hdbscan found = hdbscan(x, {.min_cluster_size = 20});
  EXPECT_EQ(found.clusters, 3);
  EXPECT_EQ(found.labels[0], -1);
  for (Index i = 4; i < 300; ++i) {
    EXPECT_EQ(found.labels[i], found.labels[(i - 1) % 3 + 1]);
  }
}

TEST(Hdbscan, CallsFewAndEqualCellsNoise) {
  EXPECT_THAT(hdbscan(DenseMatrix(1, 2), {}).labels, Each(-1));
  EXPECT_THAT(hdbscan(DenseMatrix(3, 2), {}).labels, Each(-1));
  EXPECT_THAT(hdbscan(DenseMatrix(50, 2), {}).labels, Each(-1));
  DenseMatrix two(40, 1);
  for (Index i = 20; i < 40; ++i) {
    two(i, 0) = 1;
  }
  const Hdbscan found = hdbscan(two, {});
  EXPECT_EQ(found.clusters, 2);
  EXPECT_EQ(found.labels[0], found.labels[19]);
  EXPECT_NE(found.labels[0], found.labels[20]);
}

TEST(Hdbscan, GivesTheSameLabelsForAnyNumberOfThreads) {
  const DenseMatrix x = separated_groups(800, 200, 4, 2.0);
  set_thread_count(1);
  const Hdbscan one = hdbscan(x, {});
  set_thread_count(3);
  const Hdbscan three = hdbscan(x, {});
  set_thread_count(0);
  EXPECT_EQ(one.labels, three.labels);
}

TEST(Hdbscan, FewerCellsThanThreadsAreSharedOut) {
  const DenseMatrix x = separated_groups(12, 70000, 2, 0.1);
  set_thread_count(4);
  const Hdbscan found = hdbscan(x, {.min_cluster_size = 3});
  set_thread_count(0);
  EXPECT_EQ(found.clusters, 2);
  for (Index i = 2; i < 12; ++i) {
    EXPECT_EQ(found.labels[i], found.labels[i % 2]);
  }
}

template <class Error>
std::string refusal(const HdbscanOptions& options) {
  try {
    hdbscan(DenseMatrix(4, 2), options);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Hdbscan, RefusesWhatMakesNoSense) {
  EXPECT_THAT(refusal<UsageError>({.min_cluster_size = 1}), HasSubstr("at least 2"));
  EXPECT_THAT(refusal<UsageError>({.min_samples = 0}), HasSubstr("at least 2 and 1"));
  EXPECT_THAT(refusal<UsageError>({.selection = "all"}), HasSubstr("eom or leaf"));
  EXPECT_THAT(refusal<InputError>({.metric = "cosine"}), HasSubstr("zero in all features"));
}

}  // namespace hdbscan_test
}  // namespace mixvae::cluster
