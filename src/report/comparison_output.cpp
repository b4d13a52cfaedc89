#include "report/comparison_output.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

using nlohmann::json;

constexpr std::size_t kShownPairs = 10;

const char* kind_of(const metrics::GroupMmd& test) { return test.within() ? "within" : "between"; }

std::string name_of(const analysis::GroupComparison& comparison, Index group) {
  return comparison.names[static_cast<std::size_t>(group)];
}

std::string share(Index part, Index all) {
  return std::to_string(part) + " of " + std::to_string(all);
}

json side_json(double squared, double scaled, Index tests, Index apart) {
  return {{"mmd2", squared}, {"scaled", scaled}, {"tests", tests}, {"apart", apart}};
}

/// Pairs of groups whose difference may be chance.
std::string pairs_alike(const analysis::GroupComparison& comparison) {
  std::vector<std::string> pairs;
  for (const metrics::GroupMmd& test : comparison.tests) {
    if (!test.within() && test.adjusted_p > metrics::kApartLevel) {
      pairs.push_back(name_of(comparison, test.first) + " and " + name_of(comparison, test.second) +
                      " (p = " + fixed(test.adjusted_p) + ")");
    }
  }
  if (pairs.empty()) {
    return {};
  }
  const std::size_t more = pairs.size() - std::min(pairs.size(), kShownPairs);
  return "\nnot told apart: " + join(first_n(pairs, kShownPairs), ", ") +
         (more > 0 ? " and " + std::to_string(more) + " more" : "") + "\n";
}

}  // namespace

std::string comparison_csv(const analysis::GroupComparison& comparison) {
  TablePrinter table({"first", "second", "kind", "first_cells", "second_cells", "mmd2", "scaled",
                      "bandwidth", "p", "p_adjusted"});
  for (const metrics::GroupMmd& test : comparison.tests) {
    table.add({name_of(comparison, test.first), name_of(comparison, test.second), kind_of(test),
               std::to_string(test.first_cells), std::to_string(test.second_cells),
               shortest(test.test.squared), shortest(test.scaled), shortest(test.test.bandwidth),
               shortest(test.test.p), shortest(test.adjusted_p)});
  }
  return table.csv();
}

std::string comparison_text(const analysis::GroupComparison& comparison) {
  const metrics::GroupMmdSummary& summary = comparison.summary;
  TablePrinter table({"compared", "mean MMD^2", "mean scaled", "told apart", "meaning"});
  table.add({"between groups", fixed(summary.between, 4), fixed(summary.between_scaled, 2),
             share(summary.pairs_apart, summary.pairs), "pairs of groups"});
  table.add({"within groups", fixed(summary.within, 4), fixed(summary.within_scaled, 2),
             share(summary.halves_apart, summary.halves), "random halves of each group"});
  table.add({"ratio", fixed(summary.ratio.value_or(std::nan("")), 1), "", "",
             summary.ratio ? "between / within" : "not defined: the mean within is not above 0"});
  return table.text() + pairs_alike(comparison);
}

std::string comparison_json(const analysis::GroupComparison& comparison) {
  const metrics::GroupMmdSummary& summary = comparison.summary;
  json tests = json::array();
  for (const metrics::GroupMmd& test : comparison.tests) {
    tests.push_back({{"first", name_of(comparison, test.first)},
                     {"second", name_of(comparison, test.second)},
                     {"kind", kind_of(test)},
                     {"cells", {test.first_cells, test.second_cells}},
                     {"mmd2", test.test.squared},
                     {"scaled", test.scaled},
                     {"bandwidth", test.test.bandwidth},
                     {"p", test.test.p},
                     {"p_adjusted", test.adjusted_p}});
  }
  const json ratio = summary.ratio ? json(*summary.ratio) : json(nullptr);
  return json{{"between", side_json(summary.between, summary.between_scaled, summary.pairs,
                                    summary.pairs_apart)},
              {"within", side_json(summary.within, summary.within_scaled, summary.halves,
                                   summary.halves_apart)},
              {"ratio", ratio},
              {"small", comparison.small},
              {"tests", tests}}
             .dump(2) +
         "\n";
}

}  // namespace mixvae::report
