#include "report/evaluation_output.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

using nlohmann::json;

json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json number_or_null(const std::optional<double>& value) {
  return number_or_null(value.value_or(std::nan("")));
}

json tree_json(const metrics::TreeDistance& tree) {
  return {{"mean_distance", number_or_null(tree.mean)},
          {"random_mean", number_or_null(tree.random_mean)},
          {"random_sd", number_or_null(tree.random_deviation)},
          {"z", number_or_null(tree.standard_score)},
          {"p", tree.p},
          {"wrong_cells", tree.wrong_cells}};
}

json score_json(const analysis::ScoreReliability& score) {
  return {{"auroc_right", number_or_null(score.auroc_right)},
          {"ece_right", number_or_null(score.ece_right)},
          {"auroc_reproduced", number_or_null(score.auroc_reproduced)},
          {"ece_reproduced", number_or_null(score.ece_reproduced)}};
}

json reliability_json(const analysis::Reliability& reliability) {
  json scores = {{"reproduced", number_or_null(reliability.reproduced)},
                 {"probability", score_json(reliability.probability)}};
  if (reliability.confidence) {
    scores["confidence"] = score_json(*reliability.confidence);
  }
  return scores;
}

void add_score(TablePrinter& table, const std::string& name,
               const analysis::ScoreReliability& score) {
  const auto add = [&](const std::string& what, double value, const std::string& meaning) {
    if (std::isfinite(value)) {
      table.add({what, fixed(value), meaning});
    }
  };
  add(name + ", AUROC", score.auroc_right,
      "chance that of a right and a wrong cell the right one has the higher " + name);
  add("  calibration error", score.ece_right, "how far it is from the share of right cells");
  add("  AUROC, reproduced", score.auroc_reproduced,
      "the same for cells to which the independent fits give their type again");
  add("  calibration error", score.ece_reproduced, "how far it is from the share of those");
}

void add_reliability(TablePrinter& table, const analysis::Reliability& reliability) {
  if (std::isfinite(reliability.reproduced)) {
    table.add({"reproduced", fixed(reliability.reproduced),
               "cells to which an independent fit gives their type again, mean"});
  }
  if (reliability.confidence) {
    add_score(table, "confidence", *reliability.confidence);
  }
  add_score(table, "probability", reliability.probability);
}

void add_tree(TablePrinter& table, const metrics::TreeDistance& tree) {
  table.add({"tree distance", fixed(tree.mean),
             "mean from true to assigned label, over the wrong cells"});
  table.add({"  by chance", fixed(tree.random_mean) + " ± " + fixed(tree.random_deviation),
             "the same with labels permuted on the tree, p = " + fixed(tree.p, 4)});
}

/// Votes of each latent for each factor: "state 1", ..., "type".
json disentanglement_json(const analysis::Evaluation& evaluation) {
  const metrics::Disentanglement& found = *evaluation.disentanglement;
  const std::size_t factors = evaluation.factor_names.size();
  json latents = json::array();
  for (std::size_t latent = 0; latent <= found.active.size(); ++latent) {
    const bool is_type = latent == found.active.size();
    json votes;
    for (std::size_t f = 0; f < factors; ++f) {
      votes[evaluation.factor_names[f]] = found.counts[latent * factors + f];
    }
    latents.push_back(
        {{"latent", is_type ? "type" : "state " + std::to_string(latent + 1)}, {"votes", votes}});
    if (!is_type) {
      latents.back()["kl"] = found.state_kl[latent];
      latents.back()["active"] = static_cast<bool>(found.active[latent]);
    }
  }
  return {{"score", found.score}, {"held_out", found.held_out}, {"latents", latents}};
}

void add_disentanglement(TablePrinter& table, const metrics::Disentanglement& found) {
  const auto active = std::ranges::count(found.active, true);
  table.add({"disentanglement", fixed(found.score),
             "votes of single latents for the factors they vary with, " + std::to_string(active) +
                 " active states and the type"});
  table.add({"  held out", fixed(found.held_out), "the same on votes of their own"});
}

}  // namespace

std::string evaluation_text(const analysis::Evaluation& evaluation) {
  TablePrinter table({"score", "value", "meaning"});
  table.add({"accuracy", fixed(evaluation.accuracy),
             "cells whose type is matched to their label, one to one"});
  if (evaluation.consensus) {
    table.add({"  mean over arms", fixed(evaluation.accuracy_arms),
               "the same for each arm by itself, as papers report it"});
  }
  table.add({"NMI", fixed(evaluation.nmi), "normalised mutual information (arithmetic mean)"});
  table.add({"ARI", fixed(evaluation.ari), "adjusted Rand index"});
  table.add(
      {"F weighted", fixed(evaluation.f_weighted), "best F1 of each label, weighted by its cells"});
  table.add(
      {"F matched", fixed(evaluation.f_matched), "mean F1 under the best one-to-one matching"});
  if (evaluation.f_rare) {
    table.add(
        {"  rare labels", fixed(*evaluation.f_rare),
         "the same over labels of fewer than " + std::to_string(analysis::kRareCells) + " cells"});
  }
  table.add({"AMP", fixed(evaluation.amp),
             "average maximum posterior: how sure the model is, mean over types"});
  table.add({"KL abundance", fixed(evaluation.kl_abundance),
             "how far the sizes of types are from those of labels (divergence, nats)"});
  table.add({"silhouette", fixed(evaluation.silhouette.value_or(std::nan(""))),
             "how well types lie apart in the latent space, -1 to 1"});
  if (evaluation.consensus) {
    table.add({"consensus", fixed(*evaluation.consensus),
               "cells on which two arms agree, mean over pairs"});
  }
  if (evaluation.names) {
    table.add({"names", fixed(*evaluation.names),
               "cells whose type has their label as its name, letter for letter"});
  }
  add_reliability(table, evaluation.reliability);
  if (evaluation.tree) {
    add_tree(table, *evaluation.tree);
  }
  if (evaluation.batch) {
    table.add({"types and batches", fixed(evaluation.batch->nmi_types),
               "NMI of types with batches: how far types follow them"});
    table.add({"  labels and batches", fixed(evaluation.batch->nmi_labels),
               "the same of the labels: what the contents of the batches explain"});
    table.add({"  mixing", fixed(evaluation.batch->mixing.value_or(std::nan(""))),
               "other batches among the nearest cells, over chance: 1 mixed, 0 apart"});
  }
  if (evaluation.disentanglement) {
    add_disentanglement(table, *evaluation.disentanglement);
  }
  return with_commas(evaluation.cells) + " cells with label and type" +
         (evaluation.left_out > 0 ? ", " + with_commas(evaluation.left_out) + " without" : "") +
         "; " + std::to_string(evaluation.k_used) + " types, " + std::to_string(evaluation.labels) +
         " labels\n\n" + table.text();
}

std::string evaluation_json(const analysis::Evaluation& evaluation) {
  json scores = {{"accuracy", evaluation.accuracy},
                 {"accuracy_arms", evaluation.accuracy_arms},
                 {"nmi", evaluation.nmi},
                 {"nmi_geometric", evaluation.nmi_geometric},
                 {"nmi_max", evaluation.nmi_max},
                 {"ari", evaluation.ari},
                 {"f_weighted", evaluation.f_weighted},
                 {"f_matched", evaluation.f_matched},
                 {"f_rare", number_or_null(evaluation.f_rare)},
                 {"amp", evaluation.amp},
                 {"kl_abundance", evaluation.kl_abundance},
                 {"silhouette", number_or_null(evaluation.silhouette)},
                 {"consensus", number_or_null(evaluation.consensus)},
                 {"names", number_or_null(evaluation.names)},
                 {"all_arms_equal", number_or_null(evaluation.all_arms_equal)},
                 {"reliability", reliability_json(evaluation.reliability)},
                 {"k_used", evaluation.k_used},
                 {"labels_used", evaluation.labels},
                 {"cells", evaluation.cells},
                 {"left_out", evaluation.left_out}};
  if (evaluation.tree) {
    scores["tree"] = tree_json(*evaluation.tree);
  }
  if (evaluation.batch) {
    scores["batch"] = {{"nmi_types", evaluation.batch->nmi_types},
                       {"nmi_labels", evaluation.batch->nmi_labels},
                       {"mixing", number_or_null(evaluation.batch->mixing)}};
  }
  if (evaluation.disentanglement) {
    scores["disentanglement"] = disentanglement_json(evaluation);
  }
  return scores.dump(2) + "\n";
}

}  // namespace mixvae::report
