#include "data/summary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {
namespace {

constexpr std::size_t kExamples = 5;

Index repeated(const std::vector<std::string>& names) {
  const std::unordered_set<std::string_view> distinct(names.begin(), names.end());
  return static_cast<Index>(names.size() - distinct.size());
}

struct KindName {
  std::string operator()(const Categorical& labels) const {
    return labels.ordered ? "ordered labels" : "labels";
  }
  std::string operator()(const std::vector<std::string>&) const { return "text"; }
  std::string operator()(const std::vector<double>&) const { return "number"; }
  std::string operator()(const std::vector<std::int64_t>&) const { return "integer"; }
  std::string operator()(const std::vector<bool>&) const { return "truth value"; }
};

/// Used labels, the commonest first, or those of the first rows where each stands alone.
std::vector<std::string> examples_of(const Categorical& labels, const std::vector<Index>& counts) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) {
      order.push_back(i);
    }
  }
  std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return counts[i]; });
  std::vector<std::string> examples;
  for (std::size_t i = 0; i < std::min(kExamples, order.size()); ++i) {
    examples.push_back(labels.categories[order[i]]);
  }
  return examples;
}

AnnotationSummary summarise_column(const Column& column) {
  AnnotationSummary summary;
  summary.name = column.name;
  summary.kind = std::visit(KindName{}, column.values);
  const Categorical labels = as_labels(column);
  std::vector<Index> counts(labels.categories.size());
  for (const std::int32_t code : labels.codes) {
    if (code < 0) {
      ++summary.missing;
    } else {
      ++counts[static_cast<std::size_t>(code)];
    }
  }
  summary.distinct = std::ranges::count_if(counts, [](Index count) { return count > 0; });
  summary.examples = examples_of(labels, counts);
  return summary;
}

std::vector<AnnotationSummary> summarise_columns(const Table& table) {
  std::vector<AnnotationSummary> summaries;
  for (const Column& column : table.columns) {
    summaries.push_back(summarise_column(column));
  }
  return summaries;
}

SpreadSummary spread(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return {
      .minimum = values.front(),
      .mean =
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
      .median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2,
      .maximum = values.back()};
}

void summarise_values(const Dataset& dataset, DatasetSummary& summary) {
  std::vector<double> sums(static_cast<std::size_t>(summary.cells));
  std::vector<double> present(sums.size());
  std::vector<bool> seen(static_cast<std::size_t>(summary.features));
  Index nonzeros = 0;
  for (Index r = 0; r < summary.cells; ++r) {
    const auto cell = static_cast<std::size_t>(r);
    for_each_value(dataset.x, r, [&](Index column, float value) {
      if (value == 0) {
        return;
      }
      ++nonzeros;
      ++present[cell];
      seen[static_cast<std::size_t>(column)] = true;
      if (!std::isfinite(value)) {
        ++summary.not_finite;
        return;
      }
      sums[cell] += value;
      const bool first = nonzeros - summary.not_finite == 1;
      summary.minimum = first ? value : std::min<double>(summary.minimum, value);
      summary.maximum = first ? value : std::max<double>(summary.maximum, value);
    });
  }
  const double size = static_cast<double>(summary.cells) * static_cast<double>(summary.features);
  summary.nonzero_share = static_cast<double>(nonzeros) / size;
  if (static_cast<double>(nonzeros) < size) {
    summary.minimum = std::min(summary.minimum, 0.0);
    summary.maximum = std::max(summary.maximum, 0.0);
  }
  summary.empty_cells = std::ranges::count(present, 0.0);
  summary.empty_features = std::ranges::count(seen, false);
  summary.cell_sums = spread(std::move(sums));
  summary.cell_features = spread(std::move(present));
}

/// The channels of cytometry data, in their order.
std::vector<ChannelSummary> panel_of(const Dataset& dataset) {
  const std::vector<std::string> kinds = channel_kinds(dataset);
  const Column* own = dataset.features.find(kChannelName);
  const Categorical channels = own != nullptr ? as_labels(*own) : Categorical{};
  std::vector<ChannelSummary> panel;
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const std::string& name = dataset.features.names[c];
    panel.push_back(
        {.name = name,
         .channel = own != nullptr ? std::string(channels.label(static_cast<Index>(c))) : name,
         .kind = kinds[c]});
  }
  for (const Index marker : panel.empty() ? std::vector<Index>{} : marker_features(dataset)) {
    panel[at(marker)].used = true;
  }
  return panel;
}

}  // namespace

DatasetSummary summarise(const Dataset& dataset) {
  DatasetSummary summary;
  summary.source = dataset.source;
  summary.source.notes.insert(summary.source.notes.begin(), dataset.source.warnings.begin(),
                              dataset.source.warnings.end());
  summary.cells = dataset.cell_count();
  summary.features = dataset.feature_count();
  summary.sparse = std::holds_alternative<CsrMatrix>(dataset.x);
  if (summary.cells > 0 && summary.features > 0) {
    summarise_values(dataset, summary);
  }
  try {
    const ValueJudgement judgement = judge_dataset(dataset);
    summary.values = describe(judgement.kind);
    summary.values_reason = judgement.reason;
    if (judgement.kind != ValueKind::counts && !summary.source.count_layers.empty()) {
      summary.source.notes.push_back("The file also holds counts: --layer " +
                                     summary.source.count_layers.front() + ".");
    }
  } catch (const InputError& error) {
    summary.values = "not known: " + error.fault().what;
  }
  summary.repeated_cell_names = repeated(dataset.cells.names);
  summary.repeated_feature_names = repeated(dataset.features.names);
  summary.panel = panel_of(dataset);
  summary.cell_annotations = summarise_columns(dataset.cells);
  summary.feature_annotations = summarise_columns(dataset.features);
  for (const auto& [name, array] : dataset.arrays) {
    summary.arrays.push_back(name + " [" + with_commas(array.rows) + ", " +
                             with_commas(array.columns) + "]");
  }
  for (const auto& [name, text] : dataset.texts) {
    summary.texts.push_back(name);
  }
  return summary;
}

}  // namespace mixvae
