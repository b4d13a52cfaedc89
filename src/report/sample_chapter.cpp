#include "report/sample_chapter.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr double kDiffers = 0.05;  // adjusted p below which a type is named
constexpr std::size_t kNamesShown = 20;

std::string p_or_dash(double p) { return std::isnan(p) ? "–" : fmt::format("{:.2g}", p); }

std::string samples_sentence(const analysis::Abundances& abundances) {
  std::string text = fmt::format("{} samples", abundances.samples.size());
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < abundances.conditions.size(); ++c) {
    parts.push_back(
        fmt::format("{} {}", std::ranges::count(abundances.condition, static_cast<std::int32_t>(c)),
                    abundances.conditions[c]));
  }
  return text + (parts.empty() ? "" : ": " + join(first_n(parts, kNamesShown), ", ")) + ".";
}

std::string outcome(const RunView& view, const analysis::Abundances& abundances) {
  std::vector<std::string> differing;
  for (std::size_t t = 0; t < abundances.tests.size(); ++t) {
    if (abundances.tests[t].adjusted < kDiffers) {
      differing.push_back(view.seen.types[t].name);
    }
  }
  return differing.empty() ? "No type's share differs between conditions (adjusted p below 0.05)."
                           : "The share differs between conditions (adjusted p below 0.05) in: " +
                                 join(differing, ", ") +
                                 ". Shares of a sample sum to 1: where one type grows, "
                                 "others must shrink.";
}

PageTable condition_table(const RunView& view, const analysis::Abundances& abundances) {
  PageTable table{.name = "conditions", .header = {"type"}, .rows = {}, .by_type = true};
  for (const std::string& condition : abundances.conditions) {
    table.header.push_back("mean share, " + condition);
  }
  table.header.insert(table.header.end(), {"F", "p", "adjusted p"});
  for (std::size_t t = 0; t < abundances.tests.size(); ++t) {
    const analysis::ConditionTest& test = abundances.tests[t];
    std::vector<std::string> row{view.seen.types[t].name};
    for (std::size_t c = 0; c < abundances.conditions.size(); ++c) {
      row.push_back(
          fmt::format("{:.2f} %", 100 * abundances.mean_fraction(static_cast<std::int32_t>(c), t)));
    }
    row.insert(row.end(), {p_or_dash(test.f), p_or_dash(test.p), p_or_dash(test.adjusted)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Section sample_chapter(const RunView& view) {
  const analysis::Abundances& abundances = *view.seen.abundances;
  Section section("samples", "How do samples differ in their types?");
  section.say(samples_sentence(abundances));
  if (!abundances.without_condition.empty()) {
    section.warn("Samples without a condition, which are left out here: " +
                 join(first_n(abundances.without_condition, kNamesShown), ", ") +
                 (abundances.without_condition.size() > kNamesShown ? ", ..." : ""));
  }
  section.say(abundances.untested.empty() ? outcome(view, abundances)
                                          : "Nothing is tested: " + abundances.untested + ".");
  section.add(figure_of(view, "abundances"));
  if (abundances.untested.empty()) {
    section.add(condition_table(view, abundances));
  }
  return section;
}

}  // namespace mixvae::report
