#include "data/simulate/simulate_cells.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "data/simulate/negative_binomial.hpp"
#include "data/simulate/simulation_programs.hpp"
#include "data/simulate/simulation_streams.hpp"
#include "data/simulate/type_sizes.hpp"

namespace mixvae {
namespace {

/// The type of every cell, in random order.
std::vector<std::int32_t> cell_types(const SimulateCellsOptions& simulate, std::uint64_t seed) {
  std::vector<std::int32_t> types;
  const std::vector<Index> sizes =
      type_sizes(simulate.cells, simulate.types, simulate.largest_type, simulate.smallest_type);
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    types.insert(types.end(), at(sizes[k]), static_cast<std::int32_t>(k));
  }
  PhiloxStream random = simulation_stream(seed, SimulationStream::order);
  for (std::size_t i = types.size(); i > 1; --i) {
    std::swap(types[i - 1], types[random.integer(i)]);
  }
  return types;
}

/// What is particular to each cell.
struct CellTruth {
  std::vector<std::int32_t> type;   // [N]
  std::vector<std::int32_t> batch;  // [N]
  std::vector<double> library;      // [N]
  DenseMatrix state;                // [N, S]
};

CellTruth draw_cells(const SimulateCellsOptions& simulate, std::uint64_t seed) {
  CellTruth truth;
  truth.type = cell_types(simulate, seed);
  truth.state = DenseMatrix(simulate.cells, simulate.shared_states + simulate.type_states);
  for (Index cell = 0; cell < simulate.cells; ++cell) {
    PhiloxStream random =
        simulation_stream(seed, SimulationStream::cell, static_cast<std::uint64_t>(cell));
    truth.library.push_back(simulate.library_median *
                            std::exp(simulate.library_spread * random.normal()));
    truth.batch.push_back(
        static_cast<std::int32_t>(random.integer(static_cast<std::uint64_t>(simulate.batches))));
    std::ranges::generate(truth.state.row(cell),
                          [&] { return static_cast<float>(random.normal()); });
  }
  return truth;
}

void add_program(std::vector<double>& level, const GeneProgram& program, float state) {
  for (std::size_t i = 0; i < program.genes.size(); ++i) {
    level[at(program.genes[i])] += static_cast<double>(state) * program.effects[i];
  }
}

/// Counts of all cells.
class CountDrawing {
 public:
  CountDrawing(const SimulateCellsOptions& simulate, const SimulatedPrograms& programs,
               const CellTruth& truth, std::uint64_t seed)
      : simulate_(simulate), programs_(programs), truth_(truth), seed_(seed) {}

  CsrMatrix run() const {
    std::vector<Counts> cells(at(simulate_.cells));
    parallel_for(simulate_.cells, 16, [&](Index begin, Index end) {
      for (Index cell = begin; cell < end; ++cell) {
        cells[at(cell)] = draw_cell(cell);
      }
    });
    return joined(cells);
  }

 private:
  struct Counts {
    std::vector<std::int32_t> columns;
    std::vector<float> values;
  };

  /// [D] mean count of every gene in one cell.
  std::vector<double> means(Index cell) const {
    const std::size_t type = at(truth_.type[at(cell)]);
    std::vector<double> level = programs_.type_level[type];
    const auto state = truth_.state.row(cell);
    const std::size_t shared = programs_.shared_states.size();
    for (std::size_t s = 0; s < state.size(); ++s) {
      add_program(level,
                  s < shared ? programs_.shared_states[s] : programs_.type_states[type][s - shared],
                  state[s]);
    }
    if (!programs_.batch_effects.empty()) {
      const auto& effects = programs_.batch_effects[at(truth_.batch[at(cell)])];
      std::ranges::transform(level, effects, level.begin(), std::plus<>{});
    }
    std::ranges::transform(level, level.begin(), [](double x) { return std::exp(x); });
    const double sum = std::accumulate(level.begin(), level.end(), 0.0);
    std::ranges::transform(level, level.begin(),
                           [&](double rate) { return truth_.library[at(cell)] * rate / sum; });
    return level;
  }

  Counts draw_cell(Index cell) const {
    const std::vector<double> mean = means(cell);
    const Philox random(
        seed_, Purpose::simulation,
        simulation_step(SimulationStream::counts, static_cast<std::uint64_t>(cell)));
    Counts counts;
    for (std::size_t gene = 0; gene < mean.size(); ++gene) {
      ElementStream stream(random, gene);
      const bool lost = stream.uniform() * (simulate_.dropout + mean[gene]) < simulate_.dropout;
      const double variation = simulate_.dispersion + 1 / std::sqrt(mean[gene]);
      const std::int64_t count =
          lost ? 0
               : negative_binomial(
                     mean[gene], variation * variation * programs_.dispersion_factor[gene], stream);
      if (count > 0) {
        counts.columns.push_back(static_cast<std::int32_t>(gene));
        counts.values.push_back(static_cast<float>(count));
      }
    }
    return counts;
  }

  CsrMatrix joined(const std::vector<Counts>& cells) const {
    CsrMatrix matrix;
    matrix.rows = simulate_.cells;
    matrix.columns = simulate_.genes;
    for (const Counts& cell : cells) {
      matrix.column_numbers.insert(matrix.column_numbers.end(), cell.columns.begin(),
                                   cell.columns.end());
      matrix.values.insert(matrix.values.end(), cell.values.begin(), cell.values.end());
      matrix.offsets.push_back(static_cast<Index>(matrix.values.size()));
    }
    return matrix;
  }

  const SimulateCellsOptions& simulate_;
  const SimulatedPrograms& programs_;
  const CellTruth& truth_;
  std::uint64_t seed_;
};

Table simulated_cell_table(const CellTruth& truth, const SimulateCellsOptions& simulate) {
  Table cells;
  cells.names = numbered_names("cell", simulate.cells);
  cells.set({"true_type", Categorical{numbered_names("type", simulate.types), truth.type}});
  cells.set({"batch", Categorical{numbered_names("batch", simulate.batches), truth.batch}});
  cells.set({"true_library", truth.library});
  return cells;
}

Table gene_table(const SimulatedPrograms& programs, const SimulateCellsOptions& simulate) {
  Table genes;
  genes.names = numbered_names("gene", simulate.genes);
  genes.set({"mean", programs.base});
  for (std::size_t s = 0; s < programs.shared_states.size(); ++s) {
    std::vector<double> effects(at(simulate.genes));
    for (std::size_t i = 0; i < programs.shared_states[s].genes.size(); ++i) {
      effects[at(programs.shared_states[s].genes[i])] = programs.shared_states[s].effects[i];
    }
    genes.set({"shared_state_" + std::to_string(s + 1), std::move(effects)});
  }
  return genes;
}

void require_fitting(const SimulateCellsOptions& simulate) {
  if (simulate.types < 1 || simulate.types > simulate.cells) {
    throw UsageError({.what = "there are more types than cells",
                      .found = std::to_string(simulate.types) + " types, " +
                               std::to_string(simulate.cells) + " cells",
                      .hint = "lower --types or raise --cells"});
  }
}

}  // namespace

Dataset simulate_cells(const SimulateCellsOptions& simulate, std::uint64_t seed) {
  require_fitting(simulate);
  const SimulatedPrograms programs = draw_programs(simulate, seed);
  CellTruth truth = draw_cells(simulate, seed);
  Dataset dataset;
  dataset.x = CountDrawing(simulate, programs, truth, seed).run();
  dataset.cells = simulated_cell_table(truth, simulate);
  dataset.features = gene_table(programs, simulate);
  dataset.texts["tree"] = newick(programs.tree, numbered_names("type", simulate.types));
  dataset.arrays["X_true_state"] = std::move(truth.state);
  dataset.source.path = "simulated cells";
  dataset.source.format = "simulated";
  dataset.source.layers = {"X"};
  return dataset;
}

}  // namespace mixvae
