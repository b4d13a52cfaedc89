#pragma once

#include <string>
#include <vector>

#include "analysis/type_proposals.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {

/// Where proposals come from, which decides what is said of them.
enum class ProposalSource { markers, reference };

/// A row for each type: cells, name ("-": none), and of markers score, margin, p, the second best
/// and the markers that spoke for it; of a reference share, share of the label, the second and
/// whether both agree one to one. Last: why there is no name.
TablePrinter proposal_table(const std::vector<analysis::Proposal>& proposals,
                            ProposalSource source);

/// The same as JSON: a list of objects; numbers that do not exist are null.
std::string proposal_json(const std::vector<analysis::Proposal>& proposals, ProposalSource source,
                          const std::vector<std::string>& missing);

/// In few words what a proposal rests on: "score 1.07, margin 0.52".
std::string proposal_note(const analysis::Proposal& proposal, ProposalSource source);

}  // namespace mixvae::report
