#include "analysis/run_comparison.hpp"

#include <set>

#include "analysis/type_summary.hpp"
#include "base/error.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/ari.hpp"
#include "metrics/nmi.hpp"

namespace mixvae::analysis {
namespace {

std::vector<TypeMatch> most_alike(const metrics::Contingency& table) {
  std::vector<TypeMatch> matches;
  for (Index a = 0; a < table.rows; ++a) {
    TypeMatch best;
    for (Index b = 0; b < table.columns; ++b) {
      const Index both = table(a, b);
      const Index either = table.row_totals[at(a)] + table.column_totals[at(b)] - both;
      const double jaccard =
          both > 0 ? static_cast<double>(both) / static_cast<double>(either) : 0.0;
      if (jaccard > best.jaccard) {
        best = {static_cast<std::int32_t>(b), jaccard};
      }
    }
    matches.push_back(best);
  }
  return matches;
}

metrics::Contingency table_of(const ComparedRun& a, const ComparedRun& b) {
  return metrics::contingency(a.types, b.types, std::ssize(a.type_names), std::ssize(b.type_names));
}

}  // namespace

ComparedRun compared_run(const std::string& name, const fit::TrainedModel& model,
                         const Assignment& assignment, const training::History& history,
                         const Categorical* labels) {
  ComparedRun run;
  run.name = name;
  run.model = model.model;
  run.seed = model.seed;
  run.begun = model.network->types();
  const std::set<std::int32_t> used(assignment.types.begin(), assignment.types.end());
  run.found = std::ssize(used) - (used.contains(-1) ? 1 : 0);
  run.epochs = std::ssize(history.epochs);
  if (run.epochs > 0) {
    const training::EpochRecord& last = history.epochs.back();
    run.loss = last.validation.empty() ? last.training.front() : last.validation.front();
    run.seconds = last.seconds;
  }
  run.confidence = mean_of_numbers(assignment.confidence);
  run.consensus = mean_of_numbers(assignment.consensus);
  run.type_names = shown_types(assignment);
  run.types = assignment.types;
  if (labels != nullptr) {
    const metrics::Contingency table = metrics::contingency(labels->codes, run.types);
    run.scores = {metrics::accuracy(table), metrics::ari(table), metrics::nmi(table)};
  }
  return run;
}

RunComparison compare_runs(std::vector<ComparedRun> runs) {
  MIXVAE_ASSERT(runs.size() > 1, "several runs");
  RunComparison found;
  const std::vector<double> alike(runs.size(), 1.0);
  found.ari.assign(runs.size(), alike);
  found.nmi.assign(runs.size(), alike);
  for (std::size_t a = 0; a < runs.size(); ++a) {
    for (std::size_t b = a + 1; b < runs.size(); ++b) {
      const metrics::Contingency table = table_of(runs[a], runs[b]);
      found.ari[a][b] = found.ari[b][a] = metrics::ari(table);
      found.nmi[a][b] = found.nmi[b][a] = metrics::nmi(table);
      if (a == 0) {
        found.matches.push_back(most_alike(table));
        found.paired.push_back(metrics::best_matching(table).type_of_cluster);
      }
    }
  }
  found.runs = std::move(runs);
  return found;
}

}  // namespace mixvae::analysis
