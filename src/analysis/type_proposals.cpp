#include "analysis/type_proposals.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "analysis/type_names.hpp"
#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "metrics/contingency.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kNotThere = std::numeric_limits<double>::quiet_NaN();
constexpr double kHighestP = 0.05;
constexpr std::size_t kShownMarkers = 6;
constexpr double kSpeaks = 0.25;  // least contrast of a marker that is listed

std::vector<Index> cells_of_types(const std::vector<std::int32_t>& types, std::size_t count) {
  std::vector<Index> cells(count, 0);
  for (const std::int32_t type : types) {
    if (type >= 0) {
      ++cells[at(type)];
    }
  }
  return cells;
}

/// The places of the highest and the second highest number; -1 where there is none.
std::pair<Index, Index> best_two(const std::vector<double>& numbers) {
  Index best = -1;
  Index second = -1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto place = static_cast<Index>(i);
    if (best < 0 || numbers[i] > numbers[at(best)]) {
      second = best;
      best = place;
    } else if (second < 0 || numbers[i] > numbers[at(second)]) {
      second = place;
    }
  }
  return {best, second};
}

/// The markers of a signature that are as it says in a type, the clearest first.
std::vector<std::string> speaking_markers(const metrics::TypeTable& contrasts, Index type,
                                          const metrics::Signature& signature,
                                          const std::vector<std::string>& features) {
  std::vector<std::pair<double, std::string>> spoken;
  for (const Index f : signature.up) {
    spoken.emplace_back(contrasts(type, f), features[at(f)]);
  }
  for (const Index f : signature.down) {
    spoken.emplace_back(-contrasts(type, f), features[at(f)] + " low");
  }
  std::erase_if(spoken, [](const auto& one) { return one.first < kSpeaks; });
  std::ranges::stable_sort(spoken, std::ranges::greater(), &std::pair<double, std::string>::first);
  std::vector<std::string> names;
  for (const auto& [contrast, name] : spoken) {
    names.push_back(name);
  }
  return first_n(names, kShownMarkers);
}

std::string reason_against(const Proposal& proposal, const ProposalOptions& options) {
  if (!(proposal.score >= options.least_score)) {
    return fmt::format("weak: the score is below {:g}", options.least_score);
  }
  if (proposal.p > kHighestP) {
    return "weak: random genes often score as high";
  }
  if (proposal.margin < options.least_margin) {
    return "ambiguous: " + proposal.best + " or " + proposal.second;
  }
  return {};
}

std::vector<double> scores_of_type(const metrics::SignatureScores& scores, Index type) {
  std::vector<double> row;
  for (Index s = 0; s < scores.signatures; ++s) {
    row.push_back(scores(type, s));
  }
  return row;
}

}  // namespace

Options options(ProposalOptions& proposals) {
  return {{.name = "min-score",
           .target = &proposals.least_score,
           .meaning = "of --markers: lowest score (mean over the markers of how many standard "
                      "deviations a type lies above, or for low ones below, the mean of all "
                      "types) with which a name is proposed"},
          {.name = "min-margin",
           .target = &proposals.least_margin,
           .meaning = "of --markers: how far the second best name must lie below",
           .minimum = 0},
          {.name = "min-share",
           .target = &proposals.least_share,
           .meaning = "of --reference: more than this share of a type's cells must have a label "
                      "that becomes its name",
           .minimum = 0,
           .maximum = 1},
          {.name = "permutations",
           .target = &proposals.permutations,
           .meaning = "of --markers: how often the markers stand for random genes, to learn which "
                      "scores chance gives",
           .minimum = 19,
           .maximum = 1e6}};
}

std::vector<Proposal> propose_from_markers(const MarkerValues& values,
                                           const std::vector<std::string>& types,
                                           const FoundMarkers& markers,
                                           const ProposalOptions& options, std::uint64_t seed) {
  const std::vector<Index> cells = cells_of_types(values.types, types.size());
  if (std::ranges::count_if(cells, [](Index count) { return count > 0; }) < 2) {
    throw InputError(
        {.what = "markers tell types by comparing them, and there is nothing to compare",
         .found = "fewer than two types with cells",
         .hint = "--reference FILE:COLUMN names types by labelled cells"});
  }
  const metrics::TypeTable contrasts = metrics::type_contrasts(
      metrics::type_means(values.x, values.types, static_cast<Index>(types.size()), values.scale));
  const metrics::SignatureScores scores = metrics::signature_scores(
      contrasts, markers.signatures, {.permutations = options.permutations, .seed = seed});
  std::vector<Proposal> proposals;
  for (std::size_t t = 0; t < types.size(); ++t) {
    Proposal proposal{.type = types[t], .cells = cells[t]};
    if (cells[t] == 0) {
      proposal.reason = "no cells";
      proposal.score = proposal.margin = proposal.p = kNotThere;
      proposals.push_back(std::move(proposal));
      continue;
    }
    const auto type = static_cast<Index>(t);
    const auto [best, second] = best_two(scores_of_type(scores, type));
    proposal.best = markers.names[at(best)];
    proposal.second = second < 0 ? "" : markers.names[at(second)];
    proposal.score = scores(type, best);
    proposal.margin = second < 0 ? kNotThere : proposal.score - scores(type, second);
    proposal.p = scores.p[t];
    proposal.markers =
        speaking_markers(contrasts, type, markers.signatures[at(best)], values.names);
    proposal.reason = reason_against(proposal, options);
    proposal.name = proposal.reason.empty() ? proposal.best : "";
    proposals.push_back(std::move(proposal));
  }
  return proposals;
}

std::vector<Proposal> propose_from_labels(const std::vector<std::int32_t>& types,
                                          const std::vector<std::string>& names,
                                          const Categorical& labels,
                                          const ProposalOptions& options) {
  const std::vector<Index> cells = cells_of_types(types, names.size());
  const metrics::Contingency table =
      metrics::contingency(labels.codes, types, static_cast<Index>(labels.categories.size()),
                           static_cast<Index>(names.size()));
  std::vector<Proposal> proposals;
  for (std::size_t t = 0; t < names.size(); ++t) {
    const auto type = static_cast<Index>(t);
    Proposal proposal{.type = names[t], .cells = cells[t], .p = kNotThere};
    const Index labelled = table.column_totals[t];
    if (labelled == 0) {
      proposal.reason = cells[t] == 0 ? "no cells" : "no cell has a label";
      proposal.score = proposal.margin = proposal.of_label = kNotThere;
      proposals.push_back(std::move(proposal));
      continue;
    }
    std::vector<double> shares;
    for (Index row = 0; row < table.rows; ++row) {
      shares.push_back(static_cast<double>(table(row, type)) / static_cast<double>(labelled));
    }
    const auto [best, second] = best_two(shares);
    const bool has_second = second >= 0 && shares[at(second)] > 0;
    proposal.best = labels.categories[at(best)];
    proposal.second = has_second ? labels.categories[at(second)] : "";
    proposal.score = shares[at(best)];
    proposal.margin = has_second ? proposal.score - shares[at(second)] : proposal.score;
    proposal.of_label =
        static_cast<double>(table(best, type)) / static_cast<double>(table.row_totals[at(best)]);
    proposal.one_to_one = true;
    for (Index other = 0; other < table.columns; ++other) {
      proposal.one_to_one = proposal.one_to_one && table(best, other) <= table(best, type);
    }
    const std::string fault = name_fault(proposal.best, proposal.type);
    if (proposal.score > options.least_share && !fault.empty()) {
      proposal.reason = "most have '" + proposal.best + "', but " + fault;
    } else if (proposal.score > options.least_share) {
      proposal.name = proposal.best;
    } else {
      proposal.reason = "ambiguous: " + proposal.best +
                        (has_second ? " or " + proposal.second : "") +
                        fmt::format(", no label has more than {:.0f} %", 100 * options.least_share);
    }
    proposals.push_back(std::move(proposal));
  }
  return proposals;
}

}  // namespace mixvae::analysis
