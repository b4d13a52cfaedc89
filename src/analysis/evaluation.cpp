#include "analysis/evaluation.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/amp.hpp"
#include "metrics/ari.hpp"
#include "metrics/confusion.hpp"
#include "metrics/consensus.hpp"
#include "metrics/f_measure.hpp"
#include "metrics/kl_abundance.hpp"
#include "metrics/newick.hpp"
#include "metrics/nmi.hpp"
#include "metrics/silhouette.hpp"

namespace mixvae::analysis {
namespace {

/// Rows of the cells that have a type.
std::vector<Index> typed_cells(const Assignment& assignment) {
  std::vector<Index> rows;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] >= 0) {
      rows.push_back(static_cast<Index>(n));
    }
  }
  return rows;
}

DenseMatrix rows_of(const DenseMatrix& matrix, const std::vector<Index>& rows) {
  return std::get<DenseMatrix>(select_rows(matrix, rows));
}

std::vector<std::int32_t> picked(const std::vector<std::int32_t>& values,
                                 const std::vector<Index>& rows) {
  std::vector<std::int32_t> out(rows.size());
  std::ranges::transform(rows, out.begin(), [&](Index row) { return values[row]; });
  return out;
}

metrics::Contingency table_of(const Categorical& labels, const std::vector<std::int32_t>& types,
                              const Assignment& assignment) {
  return metrics::contingency(labels.codes, types, static_cast<Index>(labels.categories.size()),
                              static_cast<Index>(assignment.type_names.size()));
}

double mean_arm_accuracy(const Assignment& assignment, const Categorical& labels) {
  double sum = 0;
  for (const auto& arm : assignment.arm_types) {
    sum += metrics::accuracy(table_of(labels, arm, assignment));
  }
  return sum / static_cast<double>(assignment.arm_types.size());
}

std::optional<double> silhouette_of(const Assignment& assignment, const std::vector<Index>& rows,
                                    std::uint64_t seed) {
  const std::vector<std::int32_t> types = picked(assignment.types, rows);
  const auto [low, high] = std::ranges::minmax_element(types);
  const bool defined = *low != *high && rows.size() > 2;
  if (!defined) {
    return std::nullopt;
  }
  return metrics::silhouette(rows_of(assignment.latent, rows), types, {.seed = seed}).mean;
}

void score_agreement_of_arms(const Assignment& assignment, const std::vector<Index>& rows,
                             Evaluation& evaluation) {
  if (assignment.arm_types.size() < 2) {
    return;
  }
  std::vector<std::vector<std::int32_t>> arms(assignment.arm_types.size());
  std::ranges::transform(assignment.arm_types, arms.begin(),
                         [&](const auto& arm) { return picked(arm, rows); });
  const metrics::Consensus consensus =
      metrics::consensus(arms, static_cast<Index>(assignment.type_names.size()));
  evaluation.consensus = consensus.mean;
  evaluation.all_arms_equal = consensus.all_equal;
}

/// Share of the cells, of those with type and label, whose type has their label as its name.
std::optional<double> agreement_of_names(const Assignment& assignment, const Categorical& labels) {
  const bool comparable =
      has_labels(assignment) &&
      std::ranges::any_of(assignment.labels, [&labels](const std::string& name) {
        return std::ranges::find(labels.categories, name) != labels.categories.end();
      });
  if (!comparable) {
    return std::nullopt;
  }
  double cells = 0;
  double agreeing = 0;
  for (std::size_t n = 0; n < assignment.types.size(); ++n) {
    if (assignment.types[n] >= 0 && labels.codes[n] >= 0) {
      cells += 1;
      agreeing += assignment.labels[static_cast<std::size_t>(assignment.types[n])] ==
                          labels.label(static_cast<Index>(n))
                      ? 1
                      : 0;
    }
  }
  return agreeing / cells;
}

/// Values of a factor for these cells as codes from 0, -1 without one.
std::vector<std::int32_t> factor_codes(const Column& factor, const std::vector<Index>& rows) {
  return picked(as_labels(factor).codes, rows);
}

void score_disentanglement(const Assignment& assignment, const std::vector<Index>& rows,
                           const EvaluationSettings& settings, Evaluation& evaluation) {
  std::vector<std::vector<std::int32_t>> factors;
  for (const Column& factor : settings.factors) {
    evaluation.factor_names.push_back(factor.name);
    factors.push_back(factor_codes(factor, rows));
  }
  evaluation.disentanglement = metrics::disentanglement(
      {rows_of(assignment.state, rows), rows_of(assignment.state_variance, rows),
       picked(assignment.types, rows)},
      factors, {.seed = settings.seed});
}

}  // namespace

Evaluation evaluate(const Assignment& assignment, const Categorical& labels,
                    const EvaluationSettings& settings) {
  const std::vector<Index> rows = typed_cells(assignment);
  Evaluation evaluation;
  evaluation.confusion = table_of(labels, assignment.types, assignment);
  const metrics::Contingency& table = evaluation.confusion;
  evaluation.matching = metrics::best_matching(table);
  evaluation.accuracy = metrics::accuracy(table);
  evaluation.accuracy_arms = mean_arm_accuracy(assignment, labels);
  evaluation.nmi = metrics::nmi(table);
  evaluation.nmi_geometric = metrics::nmi(table, metrics::NmiNorm::geometric);
  evaluation.nmi_max = metrics::nmi(table, metrics::NmiNorm::maximum);
  evaluation.ari = metrics::ari(table);
  evaluation.f_weighted = metrics::f_weighted(table);
  evaluation.f_matched = metrics::f_matched(table);
  evaluation.f_rare = metrics::f_matched_rare(table, kRareCells);
  evaluation.kl_abundance = metrics::kl_abundance(table, evaluation.matching);
  evaluation.amp = metrics::average_maximum_posterior(rows_of(assignment.type_probs, rows));
  evaluation.silhouette = silhouette_of(assignment, rows, settings.seed);
  score_agreement_of_arms(assignment, rows, evaluation);
  evaluation.k_used = std::ranges::count_if(table.column_totals, [](Index n) { return n > 0; });
  evaluation.labels = std::ranges::count_if(table.row_totals, [](Index n) { return n > 0; });
  evaluation.cells = table.total;
  evaluation.left_out = table.left_out;
  evaluation.label_names = labels.categories;
  evaluation.names = agreement_of_names(assignment, labels);
  evaluation.reliability = reliability_of(assignment, labels, settings.independent);
  if (!settings.newick.empty()) {
    const std::vector<double> distances =
        metrics::leaf_distances(metrics::parse_newick(settings.newick, "the tree of labels"),
                                labels.categories, "the tree of labels");
    evaluation.tree = metrics::tree_distance(
        table, metrics::cluster_types(table, evaluation.matching), distances, settings.seed);
  }
  if (settings.batch) {
    evaluation.batch = batch_scores(assignment, labels, *settings.batch, settings.seed);
  }
  if (!settings.factors.empty()) {
    score_disentanglement(assignment, rows, settings, evaluation);
  }
  return evaluation;
}

std::string confusion_csv(const Evaluation& evaluation, const Assignment& assignment) {
  return metrics::confusion_csv(evaluation.confusion, evaluation.matching, evaluation.label_names,
                                shown_types(assignment));
}

}  // namespace mixvae::analysis
