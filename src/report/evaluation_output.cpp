#include "report/evaluation_output.hpp"

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

void add_tree(TablePrinter& table, const metrics::TreeDistance& tree) {
  table.add({"tree distance", fixed(tree.mean),
             "mean from true to assigned label, over the wrong cells"});
  table.add({"  by chance", fixed(tree.random_mean) + " ± " + fixed(tree.random_deviation),
             "the same with labels permuted on the tree, p = " + fixed(tree.p, 4)});
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
  table.add({"AMP", fixed(evaluation.amp), "average maximum posterior"});
  table.add({"KL abundance", fixed(evaluation.kl_abundance),
             "divergence of the types' sizes from the labels', nats"});
  table.add({"silhouette", fixed(evaluation.silhouette.value_or(std::nan(""))),
             "of the types in the latent space"});
  if (evaluation.consensus) {
    table.add({"consensus", fixed(*evaluation.consensus),
               "cells on which two arms agree, mean over pairs"});
  }
  if (evaluation.tree) {
    add_tree(table, *evaluation.tree);
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
                 {"all_arms_equal", number_or_null(evaluation.all_arms_equal)},
                 {"k_used", evaluation.k_used},
                 {"labels_used", evaluation.labels},
                 {"cells", evaluation.cells},
                 {"left_out", evaluation.left_out}};
  if (evaluation.tree) {
    scores["tree"] = tree_json(*evaluation.tree);
  }
  return scores.dump(2) + "\n";
}

}  // namespace mixvae::report
