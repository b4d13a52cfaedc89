#pragma once

#include <string>

#include "analysis/evaluation.hpp"

namespace mixvae::report {

/// The scores as a table for people, each with a word on what it means.
std::string evaluation_text(const analysis::Evaluation& evaluation);

/// The scores as JSON: accuracy, nmi, ari, f_weighted, f_matched, amp,
/// kl_abundance, silhouette (null where undefined), consensus (null for one arm), k_used; besides
/// accuracy_arms (mean over arms), the other NMI norms, cells, left_out,
/// labels, and "tree" where there is one.
std::string evaluation_json(const analysis::Evaluation& evaluation);

}  // namespace mixvae::report
