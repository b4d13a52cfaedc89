#include "app/clustering_output.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "analysis/evaluation.hpp"
#include "base/text.hpp"
#include "report/table_printer.hpp"
#include "report/type_colors.hpp"

namespace mixvae::app {
namespace {

constexpr const char* kNoiseColor = "#bbbbbb";

std::vector<std::int64_t> sizes_of(const analysis::Clustering& clustering) {
  std::vector<std::int64_t> sizes(clustering.type_names.size());
  for (const std::int32_t type : clustering.types) {
    if (type >= 0) {
      ++sizes[static_cast<std::size_t>(type)];
    }
  }
  return sizes;
}

std::vector<std::string> colors_of(const analysis::Clustering& clustering) {
  std::vector<std::string> colors = report::type_colors(clustering.type_names.size());
  if (clustering.has_noise) {
    colors.back() = kNoiseColor;
  }
  return colors;
}

std::string score_table(const std::map<std::string, double>& scores) {
  report::TablePrinter table({"score", "value", "meaning"});
  const auto add = [&](const std::string& name, const char* key, const std::string& meaning) {
    table.add({name, report::fixed(scores.at(key)), meaning});
  };
  add("accuracy", "accuracy", "cells whose type is matched to their label, one to one");
  add("NMI", "nmi", "normalised mutual information (arithmetic mean)");
  add("ARI", "ari", "adjusted Rand index");
  add("F weighted", "f_weighted", "best F1 of each label, weighted by its cells");
  add("F matched", "f_matched", "mean F1 under the best one-to-one matching");
  if (scores.contains("f_rare")) {
    add("F rare", "f_rare",
        "the same over labels of fewer than " + std::to_string(analysis::kRareCells) + " cells");
  }
  return table.text();
}

}  // namespace

Additions clustering_additions(const analysis::Clustering& clustering, const std::string& prefix) {
  Additions additions;
  if (!clustering.type_names.empty()) {
    additions.cells.push_back(
        {prefix + "_type", Categorical{clustering.type_names, clustering.types, false}});
    additions.unstructured[prefix + "_type_colors"] = colors_of(clustering);
    additions.unstructured[prefix + "/types"] = clustering.type_names;
  }
  if (clustering.type_probs.columns > 0) {
    additions.arrays[prefix + "_type_probs"] = clustering.type_probs;
  }
  if (clustering.coordinates.columns > 0) {
    additions.arrays["X_" + clustering.method] = clustering.coordinates;
  }
  additions.record = clustering.type_names.empty() ? prefix + "_" + clustering.method : prefix;
  additions.unstructured[additions.record + "/method"] = clustering.method;
  return additions;
}

std::string clustering_text(const analysis::Clustering& clustering,
                            const std::map<std::string, double>& scores) {
  if (clustering.type_names.empty()) {
    return std::to_string(clustering.coordinates.columns) + " coordinates of " +
           with_commas(clustering.coordinates.rows - clustering.left_out) + " cells\n";
  }
  const std::vector<std::int64_t> sizes = sizes_of(clustering);
  const double all = static_cast<double>(std::ssize(clustering.types) -
                                         static_cast<std::int64_t>(clustering.left_out));
  report::TablePrinter table({"type", "cells", "share"});
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    table.add({clustering.type_names[t], with_commas(sizes[t]),
               report::fixed(100 * static_cast<double>(sizes[t]) / std::max(all, 1.0), 1) + " %"});
  }
  return table.text() + (scores.empty() ? "" : "\n" + score_table(scores));
}

std::string clustering_json(const analysis::Clustering& clustering,
                            const std::map<std::string, double>& scores) {
  using nlohmann::json;
  json types = json::array();
  const std::vector<std::int64_t> sizes = sizes_of(clustering);
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    types.push_back({{"name", clustering.type_names[t]}, {"cells", sizes[t]}});
  }
  json result{{"method", clustering.method},
              {"types", types},
              {"left_out", clustering.left_out},
              {"facts", clustering.facts}};
  for (const auto& [name, value] : scores) {
    result[name] = value;
  }
  return result.dump(2) + "\n";
}

}  // namespace mixvae::app
