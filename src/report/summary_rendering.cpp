#include "report/summary_rendering.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "report/table_printer.hpp"

namespace mixvae::report {
namespace {

void line(std::string& text, std::string_view label, const std::string& value) {
  text += fmt::format("{:<20}{}\n", label, value);
}

std::string spread_text(const SpreadSummary& spread) {
  return fmt::format("{:.6g} to {:.6g}, mean {:.6g}, median {:.6g}", spread.minimum, spread.maximum,
                     spread.mean, spread.median);
}

std::string counted(Index count, std::string_view what) {
  return count == 0 ? std::string{} : with_commas(count) + " " + std::string(what);
}

/// The things worth a look, separated by commas.
std::string attention(const DatasetSummary& summary) {
  std::string text;
  for (const std::string& part :
       {counted(summary.empty_cells, "cells with zeros only"),
        counted(summary.empty_features, "features with zeros only"),
        counted(summary.not_finite, "values that are NaN or infinite"),
        counted(summary.repeated_cell_names, "repeated cell names"),
        counted(summary.repeated_feature_names, "repeated feature names")}) {
    if (!part.empty()) {
      text += (text.empty() ? "" : ", ") + part;
    }
  }
  return text.empty() ? "nothing" : text;
}

void annotation_lines(std::string& text, std::string_view title,
                      const std::vector<AnnotationSummary>& annotations) {
  line(text, title, annotations.empty() ? "none" : "");
  for (const AnnotationSummary& annotation : annotations) {
    text += fmt::format(
        "  {:<18}{}, {} distinct{}: {}{}\n", annotation.name, annotation.kind,
        with_commas(annotation.distinct),
        annotation.missing == 0 ? "" : ", " + with_commas(annotation.missing) + " missing",
        join(annotation.examples, ", "),
        annotation.distinct > static_cast<Index>(annotation.examples.size()) ? ", ..." : "");
  }
}

std::string size_text(const Modality& modality) {
  return with_commas(modality.cells) + " cells x " + with_commas(modality.features) + " features";
}

nlohmann::ordered_json to_json(const std::vector<Modality>& modalities) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Modality& modality : modalities) {
    list.push_back(
        {{"name", modality.name}, {"cells", modality.cells}, {"features", modality.features}});
  }
  return list;
}

std::string list_text(const std::vector<std::string>& names) {
  return names.empty() ? "none" : join(names, ", ");
}

/// The channels of a cytometer: how many of them a fit uses, and a row for each.
std::string panel_text(const std::vector<ChannelSummary>& panel) {
  TablePrinter table({"channel", "marker", "kind", "used by fit"});
  for (const ChannelSummary& channel : panel) {
    table.add({channel.channel, channel.name == channel.channel ? "-" : channel.name, channel.kind,
               channel.used ? "yes" : "no"});
  }
  const auto used = std::ranges::count_if(panel, &ChannelSummary::used);
  std::string text;
  line(text, "panel",
       fmt::format("{} of {} channels are used by fit (--features chooses others)", used,
                   panel.size()));
  std::istringstream rows(table.text());
  for (std::string row; std::getline(rows, row);) {
    text += "  " + row + "\n";
  }
  return text;
}

/// Without what the panel tells already.
std::vector<AnnotationSummary> other_annotations(const DatasetSummary& summary) {
  std::vector<AnnotationSummary> others = summary.feature_annotations;
  if (!summary.panel.empty()) {
    std::erase_if(others, [](const AnnotationSummary& annotation) {
      return annotation.name == kChannelName || annotation.name == kChannelKind;
    });
  }
  return others;
}

nlohmann::json to_json(const std::vector<ChannelSummary>& panel) {
  nlohmann::json list = nlohmann::json::array();
  for (const ChannelSummary& channel : panel) {
    list.push_back({{"name", channel.name},
                    {"channel", channel.channel},
                    {"kind", channel.kind},
                    {"used", channel.used}});
  }
  return list;
}

nlohmann::json to_json(const SpreadSummary& spread) {
  return {{"minimum", spread.minimum},
          {"mean", spread.mean},
          {"median", spread.median},
          {"maximum", spread.maximum}};
}

nlohmann::json to_json(const std::vector<AnnotationSummary>& annotations) {
  nlohmann::json list = nlohmann::json::array();
  for (const AnnotationSummary& annotation : annotations) {
    list.push_back({{"name", annotation.name},
                    {"kind", annotation.kind},
                    {"distinct", annotation.distinct},
                    {"missing", annotation.missing},
                    {"examples", annotation.examples}});
  }
  return list;
}

}  // namespace

std::string summary_text(const DatasetSummary& summary) {
  const Source& source = summary.source;
  std::string text;
  line(text, "file", source.path + " (" + source.format + ")");
  line(text, "shape",
       with_commas(summary.cells) + " cells x " + with_commas(summary.features) + " features");
  for (const Modality& modality : source.modalities) {
    const bool chosen = modality.name == source.modality;
    line(text, "modality",
         modality.name + " (" + size_text(modality) + ")" + (chosen ? ", which was read" : ""));
  }
  line(text, "non-zero",
       fmt::format("{:.3g} % ({} in memory)", 100 * summary.nonzero_share,
                   summary.sparse ? "sparse" : "dense"));
  line(text, "layer",
       source.layer + " (of " + (source.layers.empty() ? source.layer : join(source.layers, ", ")) +
           ")");
  line(text, "values",
       fmt::format("{}, from {:.6g} to {:.6g}{}", summary.values, summary.minimum, summary.maximum,
                   summary.values_reason.empty() ? "" : " (" + summary.values_reason + ")"));
  if (summary.panel.empty()) {
    line(text, "sum per cell", spread_text(summary.cell_sums));
    line(text, "features per cell", spread_text(summary.cell_features));
  }
  line(text, "worth a look", attention(summary));
  if (!summary.panel.empty()) {
    text += panel_text(summary.panel);
  }
  annotation_lines(text, "cell annotations", summary.cell_annotations);
  annotation_lines(text, "feature annotations", other_annotations(summary));
  line(text, "arrays", list_text(summary.arrays));
  line(text, "texts", list_text(summary.texts));
  for (const std::string& note : source.notes) {
    line(text, "note", note);
  }
  return text;
}

std::string summary_json(const DatasetSummary& summary) {
  const Source& source = summary.source;
  const nlohmann::ordered_json json = {
      {"path", source.path},
      {"format", source.format},
      {"cells", summary.cells},
      {"features", summary.features},
      {"sparse", summary.sparse},
      {"nonzero_share", summary.nonzero_share},
      {"modality", source.modality},
      {"modalities", to_json(source.modalities)},
      {"layer", source.layer},
      {"layers", source.layers},
      {"values", summary.values},
      {"values_reason", summary.values_reason},
      {"count_layers", source.count_layers},
      {"minimum", summary.minimum},
      {"maximum", summary.maximum},
      {"not_finite", summary.not_finite},
      {"cell_sums", to_json(summary.cell_sums)},
      {"cell_features", to_json(summary.cell_features)},
      {"empty_cells", summary.empty_cells},
      {"empty_features", summary.empty_features},
      {"repeated_cell_names", summary.repeated_cell_names},
      {"repeated_feature_names", summary.repeated_feature_names},
      {"cells_unnamed", source.cells_unnamed},
      {"features_unnamed", source.features_unnamed},
      {"panel", to_json(summary.panel)},
      {"cell_annotations", to_json(summary.cell_annotations)},
      {"feature_annotations", to_json(summary.feature_annotations)},
      {"arrays", summary.arrays},
      {"texts", summary.texts},
      {"notes", source.notes},
  };
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string modalities_text(const std::string& path, const std::vector<Modality>& modalities) {
  std::string text;
  line(text, "file", path + " (several modalities of its cells)");
  for (const Modality& modality : modalities) {
    line(text, "modality", modality.name + " (" + size_text(modality) + ")");
  }
  return text + "\nNext: mixvae inspect " + shell_quoted(path) + " --modality " +
         shell_quoted(modalities.front().name) + "\n";
}

std::string modalities_json(const std::string& path, const std::vector<Modality>& modalities) {
  const nlohmann::ordered_json json = {{"path", path}, {"modalities", to_json(modalities)}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace mixvae::report
