#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/philox.hpp"
#include "support/python.hpp"

namespace mixvae::metrics {

using Labelling = std::vector<std::int32_t>;
using LabelPair = std::pair<Labelling, Labelling>;

/// N random labels in [0, count); with missing > 0 about that fraction is -1.
inline Labelling random_labels(std::size_t cells, std::uint64_t count, std::uint64_t seed,
                               double missing = 0) {
  PhiloxStream random(seed, Purpose::test);
  Labelling labels(cells);
  for (auto& label : labels) {
    label = random.uniform() < missing ? -1 : static_cast<std::int32_t>(random.integer(count));
  }
  return labels;
}

/// Labels that agree with `truth` for most cells, with some clusters split and some random.
inline Labelling noisy_copy(const Labelling& truth, std::int32_t clusters, std::uint64_t seed) {
  PhiloxStream random(seed, Purpose::test, 1);
  Labelling labels = truth;
  for (auto& label : labels) {
    const auto other =
        static_cast<std::int32_t>(random.integer(static_cast<std::uint64_t>(clusters)));
    label = random.uniform() < 0.3 ? other : (label * 7 + 3) % clusters;
  }
  return labels;
}

/// Pairs of labellings of every awkward kind: one cell, two cells, one cluster, singletons, unequal
/// numbers, rare types.
inline std::vector<LabelPair> awkward_pairs() {
  Labelling singletons(30);
  for (std::size_t i = 0; i < singletons.size(); ++i) {
    singletons[i] = static_cast<std::int32_t>(29 - i);
  }
  const Labelling some = random_labels(30, 4, 1);
  const Labelling many = random_labels(2000, 12, 2);
  return {{{0}, {0}},
          {{0}, {3}},
          {{0, 1}, {1, 0}},
          {{0, 1}, {0, 0}},
          {{0, 0}, {0, 1}},
          {{2, 2, 2, 2}, {1, 1, 1, 1}},
          {singletons, singletons},
          {singletons, some},
          {some, singletons},
          {some, Labelling(30, 0)},
          {Labelling(30, 5), some},
          {some, some},
          {random_labels(50, 3, 3), random_labels(50, 9, 4)},
          {random_labels(50, 9, 5), random_labels(50, 3, 6)},
          {many, noisy_copy(many, 12, 7)},
          {many, noisy_copy(many, 20, 8)},
          {many, noisy_copy(many, 5, 9)}};
}

/// One line of numbers per labelling, for Python: truth, clusters, truth, clusters, ...
inline std::string text_of(const std::vector<LabelPair>& pairs) {
  std::string text;
  for (const auto& [truth, clusters] : pairs) {
    text += test::number_text(truth, truth.size()) + test::number_text(clusters, clusters.size());
  }
  return text;
}

/// Python that reads such lines into `pairs` and prints the values of `score(truth, clusters)`.
inline test::PythonRun score_in_python(const std::string& score,
                                       const std::vector<LabelPair>& pairs) {
  const std::string script =
      "import numpy as np\n"
      "rows = [np.array(line.split(), dtype=float).astype(int) for line in open('labels.txt')]\n" +
      score +
      "\nfor truth, clusters in zip(rows[::2], rows[1::2]):\n"
      "  print(*np.atleast_1d(score(truth, clusters)))\n";
  return test::run_python(script, {{"labels.txt", text_of(pairs)}});
}

/// The labelling under another numbering of its labels.
inline Labelling relabelled(Labelling labels, std::int32_t count) {
  for (auto& label : labels) {
    label = label < 0 ? label : count - 1 - label;
  }
  return labels;
}

}  // namespace mixvae::metrics
