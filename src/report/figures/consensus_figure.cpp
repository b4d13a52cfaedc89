#include "report/figures/consensus_figure.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/heat_map.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

constexpr double kLeastWritten = 0.005;  // shares below are left blank

std::string consensus_csv(const std::vector<std::vector<double>>& agreement,
                          const std::vector<std::string>& types, const std::vector<Index>& order) {
  TablePrinter table({"type", "other", "consensus"});
  for (const Index k : order) {
    for (const Index l : order) {
      table.add({types[at(k)], types[at(l)], shortest(agreement[at(k)][at(l)])});
    }
  }
  return table.csv();
}

}  // namespace

Figure consensus_figure(const std::vector<std::vector<double>>& agreement,
                        const std::vector<std::string>& types, const std::vector<Index>& order) {
  HeatMap map{.title = "Agreement of the arms about the types",
              .columns_title = "type in another arm",
              .rows = {},
              .columns = {},
              .cells = {}};
  for (const Index k : order) {
    map.rows.push_back(types[at(k)]);
    std::vector<HeatCell> row;
    for (const Index l : order) {
      const double share = agreement[at(k)][at(l)];
      row.push_back(
          {share, share >= kLeastWritten ? fmt::format("{:.0f}", 100 * share) : "",
           types[at(k)] + " in one arm, " + types[at(l)] + " in another: " + fixed(share)});
    }
    map.cells.push_back(std::move(row));
  }
  map.columns = map.rows;
  return {.name = "consensus",
          .title = map.title,
          .caption =
              "Consensus: cells with one type in one arm and the other type in another arm, "
              "per cent of the larger of the two; mean over pairs of arms. On the diagonal "
              "how far the arms agree on a type, beside it which types they mix up.",
          .svg = heat_map(map).document(),
          .csv = consensus_csv(agreement, types, order)};
}

}  // namespace mixvae::report
