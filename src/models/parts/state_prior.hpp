#pragma once

#include <string>

#include "base/options.hpp"
#include "models/model.hpp"
#include "models/parts/decoder.hpp"
#include "models/parts/state_head.hpp"

namespace mixvae::models {

enum class StatePriorKind { standard, type };

struct StatePriorOptions {
  StatePriorKind state_prior = StatePriorKind::standard;
};

Options options(StatePriorOptions& prior);

/// The prior p(s|c) of states: N(0, I) for every type, as the authors' program has it, or
/// N(m_c, I) with learned means, as the paper allows (cpl-mixVAE Eq. 3; docs/equations.md, state
/// posterior).
class StatePrior {
 public:
  struct Shape {
    std::int64_t arms = 1;
    std::int64_t types = 0;
    std::int64_t states = 0;
  };
  StatePrior(const Shape& shape, StatePriorKind kind);

  /// KL(q(s|c,x) || p(s|c)) of each cell, [A, B]; types [A, B, K] weigh the means.
  torch::Tensor kl(const StatePosterior& states, const torch::Tensor& types) const;
  /// States drawn from N(0, spread^2 I) become those of their types' prior.
  void move_states(DecoderInput& drawn) const;
  /// The type's mean counts no longer.
  void prune(std::int64_t type);
  void visit(const std::string& name, const TensorVisitor& visitor);

 private:
  torch::Tensor means_;  // [A, K, S], or undefined: all 0
};

}  // namespace mixvae::models
