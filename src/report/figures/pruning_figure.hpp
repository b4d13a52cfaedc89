#pragma once

#include <vector>

#include "fit/pruning.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// The curve over the number of types: agreement of the arms (mean and lowest over the types) and
/// error of reconstruction after each round that removed types. The last round is the run's.
Figure pruning_figure(const std::vector<fit::PruningRound>& rounds);

}  // namespace mixvae::report
