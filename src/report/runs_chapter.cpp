#include "report/runs_chapter.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "base/text.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

using analysis::ComparedRun;
using analysis::RunComparison;

constexpr double kStable = 0.5;  // mean Jaccard below which a type is named

std::string known_number(double value, int decimals) {
  return std::isfinite(value) ? fixed(value, decimals) : "–";
}

PageTable run_table(const RunComparison& comparison) {
  PageTable table{.name = "runs",
                  .header = {"run", "model", "seed", "types at the start", "types found", "epochs",
                             "loss", "confidence", "consensus", "training, s"},
                  .rows = {}};
  const bool labelled = comparison.runs.front().scores.has_value();
  if (labelled) {
    table.header.insert(table.header.end(), {"accuracy", "ARI with labels", "NMI with labels"});
  }
  for (const ComparedRun& run : comparison.runs) {
    std::vector<std::string> row{run.name,
                                 run.model,
                                 std::to_string(run.seed),
                                 std::to_string(run.begun),
                                 std::to_string(run.found),
                                 run.epochs > 0 ? std::to_string(run.epochs) : "–",
                                 known_number(run.loss, 2),
                                 known_number(run.confidence, 2),
                                 known_number(run.consensus, 2),
                                 known_number(run.seconds, 0)};
    if (labelled) {
      row.insert(row.end(),
                 {fixed(run.scores->accuracy), fixed(run.scores->ari), fixed(run.scores->nmi)});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

double mean_jaccard(const RunComparison& comparison, std::size_t type) {
  double sum = 0;
  for (const auto& of_run : comparison.matches) {
    sum += of_run[type].jaccard;
  }
  return sum / static_cast<double>(comparison.matches.size());
}

PageTable match_table(const RunComparison& comparison) {
  PageTable table{
      .name = "matches", .header = {"type", "mean Jaccard index"}, .rows = {}, .by_type = true};
  for (std::size_t r = 1; r < comparison.runs.size(); ++r) {
    table.header.push_back("most alike in " + comparison.runs[r].name);
  }
  const std::vector<std::string>& types = comparison.runs.front().type_names;
  for (std::size_t t = 0; t < types.size(); ++t) {
    std::vector<std::string> row{types[t], fixed(mean_jaccard(comparison, t), 2)};
    for (std::size_t r = 1; r < comparison.runs.size(); ++r) {
      const analysis::TypeMatch& match = comparison.matches[r - 1][t];
      row.push_back(match.type < 0 ? "–"
                                   : comparison.runs[r].type_names[at(match.type)] + " (" +
                                         fixed(match.jaccard, 2) + ")");
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

/// Least, mean and largest agreement of the pairs.
std::string agreement_sentence(const RunComparison& comparison) {
  std::vector<double> pairs;
  for (std::size_t a = 0; a < comparison.runs.size(); ++a) {
    for (std::size_t b = a + 1; b < comparison.runs.size(); ++b) {
      pairs.push_back(comparison.ari[a][b]);
    }
  }
  if (pairs.size() == 1) {
    return "Two runs of the same data, whose types agree with ARI " + fixed(pairs.front(), 2) + ".";
  }
  const auto [least, most] = std::ranges::minmax(pairs);
  return fmt::format(
      "{} runs of the same data. Two of them agree with ARI {} on average ({} to {}).",
      comparison.runs.size(),
      fixed(std::accumulate(pairs.begin(), pairs.end(), 0.0) / static_cast<double>(pairs.size()),
            2),
      fixed(least, 2), fixed(most, 2));
}

}  // namespace

Section runs_chapter(const RunView& view) {
  const RunComparison& comparison = *view.seen.comparison;
  Section section("runs", "Do other runs find the same types?");
  section.say(agreement_sentence(comparison) +
              " The map above can be coloured by the types of each run: types that are paired "
              "with one of this run have its colour.");
  section.add(run_table(comparison));
  section.say("A loss can be compared between runs of one model with the same options alone.");
  section.add(figure_of(view, "run-agreement"));
  std::vector<std::string> unstable;
  for (std::size_t t = 0; t < view.seen.types.size(); ++t) {
    if (view.seen.types[t].cells > 0 && mean_jaccard(comparison, t) < kStable) {
      unstable.push_back(view.seen.types[t].name);
    }
  }
  if (!unstable.empty()) {
    section.warn("Not found again by the other runs (mean Jaccard index below 0.5): " +
                 join(unstable, ", ") + ".");
  }
  section.add(figure_of(view, "type-stability"));
  section.add(match_table(comparison));
  return section;
}

}  // namespace mixvae::report
