#pragma once

#include <string>
#include <vector>

#include "analysis/evaluation.hpp"
#include "report/figure.hpp"

namespace mixvae::report {

/// Known labels against types: the darker, the larger the share of a label's cells that were given
/// the type. Types stand in the order of the labels that they match.
Figure confusion_figure(const analysis::Evaluation& evaluation,
                        const std::vector<std::string>& types);

}  // namespace mixvae::report
