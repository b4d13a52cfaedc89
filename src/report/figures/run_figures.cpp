#include "report/figures/run_figures.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/heat_map.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

using analysis::RunComparison;
using analysis::TypeMatch;

std::vector<std::string> names_of_runs(const RunComparison& comparison) {
  std::vector<std::string> names;
  for (const analysis::ComparedRun& run : comparison.runs) {
    names.push_back(run.name);
  }
  return names;
}

std::string pairs_csv(const RunComparison& comparison) {
  TablePrinter table({"run", "other", "ari", "nmi"});
  for (std::size_t a = 0; a < comparison.runs.size(); ++a) {
    for (std::size_t b = a + 1; b < comparison.runs.size(); ++b) {
      table.add({comparison.runs[a].name, comparison.runs[b].name, shortest(comparison.ari[a][b]),
                 shortest(comparison.nmi[a][b])});
    }
  }
  return table.csv();
}

std::string matches_csv(const RunComparison& comparison) {
  TablePrinter table({"type", "run", "most_alike", "jaccard"});
  const std::vector<std::string>& types = comparison.runs.front().type_names;
  for (std::size_t t = 0; t < types.size(); ++t) {
    for (std::size_t r = 1; r < comparison.runs.size(); ++r) {
      const TypeMatch& match = comparison.matches[r - 1][t];
      table.add({types[t], comparison.runs[r].name,
                 match.type < 0 ? "" : comparison.runs[r].type_names[at(match.type)],
                 shortest(match.jaccard)});
    }
  }
  return table.csv();
}

HeatCell match_cell(const RunComparison& comparison, std::size_t type, std::size_t run) {
  const TypeMatch& match = comparison.matches[run - 1][type];
  const analysis::ComparedRun& other = comparison.runs[run];
  return {match.jaccard, fixed(match.jaccard, 2),
          match.type < 0 ? "no cell in common with a type of " + other.name
                         : comparison.runs.front().type_names[type] + " and " +
                               other.type_names[at(match.type)] + " of " + other.name + ": " +
                               fixed(match.jaccard, 3)};
}

}  // namespace

Figure run_agreement(const RunComparison& comparison) {
  const std::vector<std::string> names = names_of_runs(comparison);
  HeatMap map{.title = "Agreement of runs",
              .columns_title = "above the diagonal ARI, below NMI",
              .rows = names,
              .columns = names,
              .cells = {}};
  for (std::size_t a = 0; a < names.size(); ++a) {
    std::vector<HeatCell> row(names.size(), HeatCell{.value = std::nan("")});
    for (std::size_t b = 0; b < names.size(); ++b) {
      if (a != b) {
        const double value = a < b ? comparison.ari[a][b] : comparison.nmi[a][b];
        row[b] = {
            std::clamp(value, 0.0, 1.0), fixed(value, 2),
            names[a] + " and " + names[b] + ": " + (a < b ? "ARI " : "NMI ") + fixed(value, 3)};
      }
    }
    map.cells.push_back(std::move(row));
  }
  return {.name = "run-agreement",
          .title = map.title,
          .caption =
              "How far two runs give the same cells the same types. ARI (adjusted Rand index): "
              "agreement about pairs of cells, 0 by chance, 1 in full; NMI: information that both "
              "share.",
          .svg = heat_map(map).document(),
          .csv = pairs_csv(comparison)};
}

Figure type_stability(const RunComparison& comparison) {
  const std::vector<std::string> names = names_of_runs(comparison);
  HeatMap map{.title = "Types of " + names.front() + " in other runs",
              .columns_title = "Jaccard index with the most alike type of",
              .rows = comparison.runs.front().type_names,
              .columns = {names.begin() + 1, names.end()},
              .cells = {}};
  for (std::size_t t = 0; t < map.rows.size(); ++t) {
    std::vector<HeatCell> row;
    for (std::size_t r = 1; r < names.size(); ++r) {
      row.push_back(match_cell(comparison, t, r));
    }
    map.cells.push_back(std::move(row));
  }
  return {.name = "type-stability",
          .title = map.title,
          .caption =
              "Jaccard index: cells that have both types over cells that have either. 1: the "
              "other run has the same type; near 0: it has none like it. A type that is "
              "split in two there has about a half.",
          .svg = heat_map(map).document(),
          .csv = matches_csv(comparison)};
}

}  // namespace mixvae::report
