#include "report/run_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/index.hpp"
#include "base/text.hpp"
#include "metrics/accuracy.hpp"
#include "report/cell_colors.hpp"
#include "report/figures/learning_curves.hpp"
#include "report/markers_output.hpp"
#include "report/page.hpp"
#include "report/runs_chapter.hpp"
#include "report/sample_chapter.hpp"
#include "report/state_chapter.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr Index kMarkersInRow = 6;
constexpr Index kMarkersInTable = 20;
constexpr Index kColouredFeatures = 60;
constexpr double kMixed = 0.2;  // consensus of two types from which they are named
constexpr std::size_t kPairsShown = 10;

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string number_or_dash(double value) { return std::isfinite(value) ? fixed(value, 2) : "–"; }

void tell_ending(Section& section, const Ending& ending, bool held_out) {
  const std::string loss = held_out ? "the loss on held-out cells" : "the loss";
  const std::string said = fmt::format(
      "In the last tenth of the longest phase {} changed by {:.1f} % of its whole fall.", loss,
      100 * std::abs(ending.share));
  switch (ending.kind) {
    case Ending::Kind::converged:
      section.say(said + " It has converged.");
      return;
    case Ending::Kind::falling:
      section.warn(said + " It was still falling: more --epochs may give another result.");
      return;
    case Ending::Kind::rising:
      section.warn(said + " It was rising: fewer --epochs or a lower --learning-rate may help.");
      return;
    case Ending::Kind::never_fell:
      section.warn("In the longest phase " + loss + " never fell: the model learnt nothing there.");
      return;
    case Ending::Kind::not_finite:
      section.warn("In the longest phase " + loss +
                   " was no number: the training failed. A lower --learning-rate may help.");
      return;
  }
}

Section convergence(const RunView& view) {
  Section section("convergence", "Did it converge?");
  if (view.history.epochs.empty()) {
    section.say("The run has no history of its training.");
    return section;
  }
  const auto& last = view.history.epochs.back();
  section.say(fmt::format("{} epochs, {} steps, {:.0f} s of training.",
                          with_commas(static_cast<long long>(view.history.epochs.size())),
                          with_commas(last.step), last.seconds));
  if (const auto ending = ending_of(view.history)) {
    tell_ending(section, *ending, !view.history.validation_terms.empty());
  }
  section.add(figure_of(view, "learning-curves"));
  return section;
}

/// Pairs of types of which the arms give one where another gives the other.
void tell_mixed_types(Section& section, const analysis::Overview& seen) {
  std::vector<std::string> pairs;
  for (std::size_t k = 0; k < seen.agreement.size(); ++k) {
    for (std::size_t l = k + 1; l < seen.agreement.size(); ++l) {
      if (seen.agreement[k][l] >= kMixed) {
        pairs.push_back(seen.types[k].name + " and " + seen.types[l].name + " (" +
                        fixed(seen.agreement[k][l], 2) + ")");
      }
    }
  }
  if (!pairs.empty()) {
    section.warn("Where one arm says one of these types, another often says the other: " +
                 join(first_n(pairs, kPairsShown), ", ") +
                 (pairs.size() > kPairsShown ? ", ..." : "") + ".");
  }
}

Section types(const RunView& view) {
  const analysis::Overview& seen = view.seen;
  Section section("types", "How many types, and how sure?");
  const auto cells = static_cast<long long>(seen.assignment.types.size());
  std::string said = fmt::format("{} types in {} cells.", seen.types.size(), with_commas(cells));
  if (!seen.assignment.confidence.empty()) {
    said += fmt::format(
        " Mean confidence {}: that share of the cells would get the same type from "
        "an independent fit of another sample.",
        fixed(analysis::mean_of_numbers(seen.assignment.confidence), 2));
  }
  section.say(said);
  if (const std::string weak = join(analysis::weak_types(seen.types), ", "); !weak.empty()) {
    section.warn("Weak: " + weak +
                 ". Their confidence or support is below 0.5: do not build on them alone.");
  }
  if (seen.unknown > 0) {
    section.warn(
        with_commas(seen.unknown) +
        " cells are unlike any cell of the fit (novelty above 1) and have no type here. Of "
        "cells like those of the fit, about 1 in 100 is.");
  }
  if (seen.assignment.left_out > 0) {
    section.warn(with_commas(seen.assignment.left_out) +
                 " cells were left out by the preprocessing and have no type.");
  }
  section.add_map(figure_of(view, "map"));
  section.add(figure_of(view, "type-sizes"));
  if (has_figure(view, "type-tree")) {
    section.add(figure_of(view, "type-tree"));
  }
  if (has_figure(view, "consensus")) {
    tell_mixed_types(section, seen);
    section.add(figure_of(view, "consensus"));
  }
  if (has_figure(view, "pruning")) {
    section.add(figure_of(view, "pruning"));
  }
  return section;
}

/// "T3" of "T3 B cell".
std::string number_of(const std::string& shown) { return shown.substr(0, shown.find(' ')); }

/// The other type, or group of types, at a type's lowest fork.
std::vector<std::string> nearest_of_types(const analysis::Overview& seen) {
  const auto count = seen.types.size();
  std::vector<std::string> nearest(count, "–");
  std::vector<std::vector<std::size_t>> of_node;
  for (std::size_t t = 0; t < count; ++t) {
    of_node.push_back({t});
  }
  for (const cluster::TypeFork& fork : seen.tree) {
    if (!std::isfinite(fork.height)) {
      break;  // types without cells, which hang nowhere
    }
    const auto name = [&](Index side, Index other) {
      if (at(side) < count) {
        std::vector<std::string> names;
        for (const std::size_t t : of_node[at(other)]) {
          names.push_back(number_of(seen.types[t].name));
        }
        nearest[at(side)] = join(first_n(names, 4), ", ") + (names.size() > 4 ? ", ..." : "");
      }
    };
    name(fork.a, fork.b);
    name(fork.b, fork.a);
    std::vector<std::size_t> both = of_node[at(fork.a)];
    both.insert(both.end(), of_node[at(fork.b)].begin(), of_node[at(fork.b)].end());
    of_node.push_back(std::move(both));
  }
  return nearest;
}

/// The label that most cells of a type have, with its share; "–" without labels.
std::string label_of(const analysis::Evaluation& evaluation, std::size_t type) {
  const metrics::Contingency& table = evaluation.confusion;
  Index best = -1;
  for (Index row = 0; row < table.rows; ++row) {
    const Index cells = table(row, static_cast<Index>(type));
    if (cells > 0 && (best < 0 || cells > table(best, static_cast<Index>(type)))) {
      best = row;
    }
  }
  if (best < 0) {
    return "–";
  }
  const double share = static_cast<double>(table(best, static_cast<Index>(type))) /
                       static_cast<double>(table.column_totals[type]);
  return evaluation.label_names[at(best)] + " (" + percent(share) + ")";
}

PageTable type_table(const RunView& view) {
  const analysis::Overview& seen = view.seen;
  const auto markers = has_figure(view, "markers")
                           ? metrics::top_markers(seen.markers, kMarkersInRow, view.level)
                           : std::vector<std::vector<Index>>(seen.types.size());
  const std::vector<std::string> nearest = nearest_of_types(seen);
  PageTable table{
      .name = "types",
      .header = {"type", "cells", "share", "confidence", "support", "nearest", "strongest markers"},
      .rows = {},
      .searchable = true,
      .by_type = true};
  if (seen.evaluation) {
    table.header.insert(table.header.begin() + 5, "most common label");
  }
  for (std::size_t t = 0; t < seen.types.size(); ++t) {
    const analysis::TypeSummary& type = seen.types[t];
    std::vector<std::string> names;
    for (const Index feature : markers[t]) {
      names.push_back(seen.values.names[at(feature)]);
    }
    std::vector<std::string> row{
        type.name,
        with_commas(type.cells),
        fmt::format("{:.1f} %", 100 * static_cast<double>(type.cells) /
                                    static_cast<double>(seen.assignment.types.size())),
        number_or_dash(type.confidence),
        number_or_dash(type.support),
        nearest[t],
        join(names, ", ")};
    if (seen.evaluation) {
      row.insert(row.begin() + 5, label_of(*seen.evaluation, t));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

PageTable marker_rows(const RunView& view) {
  const analysis::Overview& seen = view.seen;
  const TablePrinter table = marker_table(
      {seen.markers, seen.assignment.type_names, seen.values.names, view.level}, kMarkersInTable);
  return {.name = "all-markers",
          .header = table.header(),
          .rows = table.rows(),
          .searchable = true,
          .by_type = true};
}

Section markers(const RunView& view) {
  Section section("markers", "What is each type?");
  section.say(
      std::string("A row for each type; choose one to see its cells on the map. ") +
      (analysis::has_labels(view.seen.assignment)
           ? "Names were given to the run (mixvae rename, merge or label)."
           : "Types have no names yet: the markers are what names them (mixvae label, rename)."));
  section.add(type_table(view));
  if (!has_figure(view, "markers")) {
    section.say("No cell has a type: there are no markers.");
    return section;
  }
  section.add(figure_of(view, "markers"));
  section.say(
      fmt::format("The first {} markers of each type (Wilcoxon's rank-sum test against all "
                  "other cells; p adjusted by Benjamini and Hochberg).",
                  kMarkersInTable));
  section.add(marker_rows(view));
  return section;
}

Section labels(const RunView& view, const analysis::Evaluation& scores) {
  Section section("labels", "How do types agree with the known labels?");
  PageTable table{.name = "scores", .header = {"score", "value", "meaning"}, .rows = {}};
  table.rows = {{"accuracy", fixed(scores.accuracy),
                 "cells whose type is matched to their label, one to one"},
                {"ARI", fixed(scores.ari), "agreement about pairs of cells; 0: chance"},
                {"NMI", fixed(scores.nmi), "information that types and labels share"},
                {"F weighted", fixed(scores.f_weighted), "best F1 of each label, by its cells"},
                {"F matched", fixed(scores.f_matched), "F1 of matched pairs, every label alike"}};
  section.say(fmt::format("{} labels and {} types in {} cells that have both.", scores.labels,
                          scores.k_used, with_commas(scores.cells)));
  section.add(table);
  section.add(figure_of(view, "confusion"));
  return section;
}

/// Settings without the words that explain each.
std::string without_comments(const std::string& settings) {
  std::string kept;
  for (std::size_t begin = 0; begin < settings.size();) {
    const std::size_t end = std::min(settings.find('\n', begin), settings.size());
    if (end > begin && settings[begin] != '#') {
      kept += settings.substr(begin, end - begin) + "\n";
    }
    begin = end + 1;
  }
  return kept;
}

Section provenance(const RunView& view) {
  Section section("provenance", "What was run?");
  section.say("mixvae " + view.version + ", model " + view.model + ", run " + view.run + ", data " +
              view.input + ". This repeats it:");
  section.add_preformatted("mixvae fit --config " + shell_quoted(view.run + "/config.toml") +
                           " --out ANOTHER");
  section.say("Its settings:");
  section.add_preformatted(without_comments(view.settings));
  return section;
}

}  // namespace

std::string lead_of(const RunView& view) {
  const analysis::Overview& seen = view.seen;
  std::string text =
      fmt::format("{} types in {} cells of {}", seen.types.size(),
                  with_commas(static_cast<long long>(seen.assignment.types.size())), view.input);
  if (!seen.assignment.confidence.empty()) {
    text += ", mean confidence " + fixed(analysis::mean_of_numbers(seen.assignment.confidence), 2);
  }
  if (seen.evaluation) {
    text += ", accuracy against the known labels " + fixed(seen.evaluation->accuracy, 2);
  }
  return text + ".";
}

std::string run_report(const RunView& view) {
  std::vector<Section> sections{convergence(view), types(view), markers(view), state_chapter(view)};
  if (has_figure(view, "abundances")) {
    sections.push_back(sample_chapter(view));
  }
  if (view.seen.comparison) {
    sections.push_back(runs_chapter(view));
  }
  if (view.seen.evaluation) {
    sections.push_back(labels(view, *view.seen.evaluation));
  }
  sections.push_back(provenance(view));
  return html_page("mixvae: " + view.name, lead_of(view), sections,
                   page_data(view.seen, cell_colors(view.seen, kColouredFeatures)));
}

}  // namespace mixvae::report
