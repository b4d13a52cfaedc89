#include "fit/counts_of_cells.hpp"

#include <numeric>

#include "base/index.hpp"

namespace mixvae::fit {

torch::Tensor mean_shares(const CountsOfCells& cells) {
  std::vector<double> sums(at(cells.counts.columns), 0.0);
  for (std::size_t i = 0; i < cells.counts.values.size(); ++i) {
    sums[at(cells.counts.column_numbers[i])] += static_cast<double>(cells.counts.values[i]);
  }
  const double all = std::accumulate(cells.library.begin(), cells.library.end(), 0.0);
  return (torch::tensor(sums, torch::kFloat64) / all).to(torch::kFloat32);
}

Prepared counts_of_rows(const Prepared& prepared, const std::vector<Index>& rows) {
  Prepared chosen;
  if (prepared.counts) {
    chosen.counts = std::get<CsrMatrix>(select_rows(Matrix(*prepared.counts), rows));
    for (const Index row : rows) {
      chosen.library.push_back(prepared.library[at(row)]);
    }
  }
  return chosen;
}

}  // namespace mixvae::fit
