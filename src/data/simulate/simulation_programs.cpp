#include "data/simulate/simulation_programs.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "data/simulate/simulation_streams.hpp"

namespace mixvae {
namespace {

/// Splatter's defaults for the gene means, and the degrees of freedom of its dispersions.
constexpr double kMeanShape = 0.6;
constexpr double kMeanRate = 0.3;
constexpr double kDispersionFreedom = 60;

/// Relative expression below which no gene falls, so that every logarithm is finite.
constexpr double kLowestBase = 1e-4;

std::vector<double> gene_levels(Index genes, std::uint64_t seed) {
  std::vector<double> levels;
  for (Index g = 0; g < genes; ++g) {
    PhiloxStream random =
        simulation_stream(seed, SimulationStream::gene_level, static_cast<std::uint64_t>(g));
    std::gamma_distribution<double> level(kMeanShape, 1 / kMeanRate);
    levels.push_back(std::max(level(random), kLowestBase));
  }
  return levels;
}

std::vector<double> dispersion_factors(Index genes, std::uint64_t seed) {
  std::vector<double> factors;
  for (Index g = 0; g < genes; ++g) {
    PhiloxStream random =
        simulation_stream(seed, SimulationStream::gene_dispersion, static_cast<std::uint64_t>(g));
    std::chi_squared_distribution<double> chi_square(kDispersionFreedom);
    factors.push_back(kDispersionFreedom / chi_square(random));
  }
  return factors;
}

/// `count` different genes with normal effects of standard deviation `spread`.
GeneProgram draw_program(Index genes, Index count, double spread, PhiloxStream random) {
  GeneProgram program;
  std::vector<bool> taken(at(genes));
  while (static_cast<Index>(program.genes.size()) < std::min(count, genes)) {
    const auto gene = static_cast<Index>(random.integer(static_cast<std::uint64_t>(genes)));
    if (!taken[at(gene)]) {
      taken[at(gene)] = true;
      program.genes.push_back(gene);
      program.effects.push_back(spread * random.normal());
    }
  }
  return program;
}

double norm(const std::vector<double>& effects) {
  double squares = 0;
  for (const double effect : effects) {
    squares += effect * effect;
  }
  return std::sqrt(squares);
}

/// Draws the program of every branch, notes its norm as the branch's length, and adds it to the
/// types below.
void add_markers(SimulatedPrograms& programs, const SimulateCellsOptions& simulate,
                 std::uint64_t seed) {
  for (std::size_t b = 1; b < programs.tree.branches.size(); ++b) {
    TypeTree::Branch& branch = programs.tree.branches[b];
    const double spread = simulate.marker_effect *
                          std::pow(simulate.depth_decay, static_cast<double>(branch.depth - 1));
    const GeneProgram program = draw_program(
        simulate.genes, branch.is_leaf() ? simulate.private_markers : simulate.shared_markers,
        spread, simulation_stream(seed, SimulationStream::markers, b));
    branch.length = norm(program.effects);
    for (const Index type : branch.types) {
      for (std::size_t i = 0; i < program.genes.size(); ++i) {
        programs.type_level[at(type)][at(program.genes[i])] += program.effects[i];
      }
    }
  }
}

std::vector<GeneProgram> state_programs(const SimulateCellsOptions& simulate, Index count,
                                        std::uint64_t seed, SimulationStream stream,
                                        std::uint64_t first) {
  std::vector<GeneProgram> programs;
  for (Index s = 0; s < count; ++s) {
    programs.push_back(
        draw_program(simulate.genes, simulate.state_genes, simulate.state_effect,
                     simulation_stream(seed, stream, first + static_cast<std::uint64_t>(s))));
  }
  return programs;
}

std::vector<std::vector<double>> batch_effects(const SimulateCellsOptions& simulate,
                                               std::uint64_t seed) {
  std::vector<std::vector<double>> effects;
  for (Index b = 0; simulate.batches > 1 && b < simulate.batches; ++b) {
    PhiloxStream random =
        simulation_stream(seed, SimulationStream::batch_effect, static_cast<std::uint64_t>(b));
    std::vector<double> genes(at(simulate.genes));
    std::ranges::generate(genes, [&] { return simulate.batch_effect * random.normal(); });
    effects.push_back(std::move(genes));
  }
  return effects;
}

}  // namespace

SimulatedPrograms draw_programs(const SimulateCellsOptions& simulate, std::uint64_t seed) {
  SimulatedPrograms programs;
  programs.tree = random_tree(simulate.types, seed);
  programs.base = gene_levels(simulate.genes, seed);
  programs.dispersion_factor = dispersion_factors(simulate.genes, seed);
  std::vector<double> log_base(programs.base.size());
  std::ranges::transform(programs.base, log_base.begin(), [](double x) { return std::log(x); });
  programs.type_level.assign(at(simulate.types), log_base);
  add_markers(programs, simulate, seed);
  programs.shared_states =
      state_programs(simulate, simulate.shared_states, seed, SimulationStream::shared_state, 0);
  for (Index type = 0; type < simulate.types; ++type) {
    programs.type_states.push_back(
        state_programs(simulate, simulate.type_states, seed, SimulationStream::type_state,
                       static_cast<std::uint64_t>(type * simulate.type_states)));
  }
  programs.batch_effects = batch_effects(simulate, seed);
  return programs;
}

}  // namespace mixvae
