#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/assignment.hpp"
#include "analysis/batch_scores.hpp"
#include "analysis/reliability.hpp"
#include "data/table.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"
#include "metrics/disentanglement.hpp"
#include "metrics/tree_distance.hpp"

namespace mixvae::analysis {

/// Labels with fewer cells are rare.
constexpr Index kRareCells = 30;

/// How well an assignment agrees with known labels, and with itself. Names follow `evaluate
/// --json`.
struct Evaluation {
  double accuracy = 0;       // of the consensus label (argmax of the averaged posterior)
  double accuracy_arms = 0;  // mean over arms of each arm's own accuracy: what the papers report
  double nmi = 0;            // arithmetic
  double nmi_geometric = 0;
  double nmi_max = 0;
  double ari = 0;
  double f_weighted = 0;         // FlowCAP
  double f_matched = 0;          // unweighted mean F1 under the best one-to-one matching
  std::optional<double> f_rare;  // of labels with fewer than kRareCells cells, if there are any
  double amp = 0;                // average maximum posterior
  double kl_abundance = 0;       // nats
  std::optional<double>
      silhouette;  // of the types in the latent space; nothing where it is not defined
  std::optional<double> consensus;       // mean over pairs of arms of the share of equal labels;
                                         // nothing for one arm
  std::optional<double> names;           // share of cells whose type has their label as its name;
                                         // nothing where no type has a label's name
  std::optional<double> all_arms_equal;  // share of cells to which all arms give one type
  Index k_used = 0;                      // types with cells
  Index labels = 0;                      // distinct labels
  Index cells = 0;                       // cells with a type and a label
  Index left_out = 0;
  Reliability reliability;  // of the probability and the confidence
  std::optional<metrics::TreeDistance> tree;
  std::optional<BatchScores> batch;
  std::vector<std::string> factor_names;  // [F]
  std::optional<metrics::Disentanglement> disentanglement;
  std::vector<std::string> label_names;  // rows of the confusion matrix
  metrics::Contingency confusion;        // [labels, types]
  metrics::Matching matching;
};

/// What an assignment may be compared with besides labels.
struct EvaluationSettings {
  std::string newick = {};                   // a tree whose leaves are the labels; or empty
  std::uint64_t seed = 0;                    // of random draws in scores
  std::vector<Assignment> independent = {};  // of the same cells, by independent fits
  std::optional<Categorical> batch = {};     // of each cell
  std::vector<Column> factors = {};          // that made the cells, for the disentanglement score
};

/// Scores an assignment against labels of the same cells (missing labels are left out). Throws
/// InputError when no cell has both, the tree lacks a label, or a factor a value.
Evaluation evaluate(const Assignment& assignment, const Categorical& labels,
                    const EvaluationSettings& settings = {});

/// The confusion matrix as CSV, types with their names, in the order of their matched labels.
std::string confusion_csv(const Evaluation& evaluation, const Assignment& assignment);

}  // namespace mixvae::analysis
