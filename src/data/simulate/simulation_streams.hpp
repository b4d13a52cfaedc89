#pragma once

#include "base/philox.hpp"

namespace mixvae {

/// What the random numbers of a simulated data set are for; each has its own streams.
enum class SimulationStream : std::uint64_t {
  tree,
  order,
  gene_level,
  gene_dispersion,
  markers,
  shared_state,
  type_state,
  batch_effect,
  cell,
  counts,
};

inline std::uint64_t simulation_step(SimulationStream stream, std::uint64_t index) {
  return (static_cast<std::uint64_t>(stream) << 32) | index;
}

/// The sequence for one object (a branch, a type, a cell) of one stream.
inline PhiloxStream simulation_stream(std::uint64_t seed, SimulationStream stream,
                                      std::uint64_t index = 0) {
  return {seed, Purpose::simulation, simulation_step(stream, index)};
}

}  // namespace mixvae
