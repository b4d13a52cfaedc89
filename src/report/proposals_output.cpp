#include "report/proposals_output.hpp"

#include <cmath>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace mixvae::report {
namespace {

using nlohmann::json;

std::string word_or_dash(const std::string& word) { return word.empty() ? "-" : word; }

json finite_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json proposal_object(const analysis::Proposal& proposal, ProposalSource source) {
  json object = {{"type", proposal.type},
                 {"cells", proposal.cells},
                 {"name", text_or_null(proposal.name)},
                 {"reason", text_or_null(proposal.reason)},
                 {"best", text_or_null(proposal.best)},
                 {"second", text_or_null(proposal.second)},
                 {"margin", finite_or_null(proposal.margin)}};
  if (source == ProposalSource::markers) {
    object["score"] = finite_or_null(proposal.score);
    object["p"] = finite_or_null(proposal.p);
    object["markers"] = proposal.markers;
  } else {
    object["share"] = finite_or_null(proposal.score);
    object["share_of_label"] = finite_or_null(proposal.of_label);
    object["one_to_one"] = proposal.one_to_one;
  }
  return object;
}

}  // namespace

TablePrinter proposal_table(const std::vector<analysis::Proposal>& proposals,
                            ProposalSource source) {
  const bool markers = source == ProposalSource::markers;
  TablePrinter table(
      markers ? std::vector<std::string>{"type", "cells", "name", "score", "margin", "p",
                                         "second best", "spoken for by, or why no name"}
              : std::vector<std::string>{"type", "cells", "name", "share", "of the label",
                                         "one to one", "second", "why no name"});
  for (const analysis::Proposal& proposal : proposals) {
    std::vector<std::string> row{proposal.type, with_commas(proposal.cells),
                                 word_or_dash(proposal.name), fixed(proposal.score, 2)};
    if (markers) {
      row.insert(row.end(),
                 {fixed(proposal.margin, 2), fixed(proposal.p, 3), word_or_dash(proposal.second),
                  proposal.reason.empty() ? join(proposal.markers, ", ") : proposal.reason});
    } else {
      row.insert(row.end(), {fixed(proposal.of_label, 2), proposal.one_to_one ? "yes" : "no",
                             word_or_dash(proposal.second), word_or_dash(proposal.reason)});
    }
    table.add(std::move(row));
  }
  return table;
}

std::string proposal_json(const std::vector<analysis::Proposal>& proposals, ProposalSource source,
                          const std::vector<std::string>& missing) {
  json types = json::array();
  for (const analysis::Proposal& proposal : proposals) {
    types.push_back(proposal_object(proposal, source));
  }
  json all = {{"types", types}};
  if (source == ProposalSource::markers) {
    all["missing_markers"] = missing;
  }
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string proposal_note(const analysis::Proposal& proposal, ProposalSource source) {
  if (!proposal.reason.empty()) {
    return proposal.reason;
  }
  if (source == ProposalSource::reference) {
    return fmt::format("{:.0f} % of its labelled cells", 100 * proposal.score);
  }
  return "score " + fixed(proposal.score, 2) + ", margin " + fixed(proposal.margin, 2);
}

}  // namespace mixvae::report
