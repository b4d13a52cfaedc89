#include "report/markers_output.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/type_names.hpp"
#include "base/index.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {
namespace {

using metrics::MarkerScale;
using metrics::MarkerStatistics;

std::string level_of(double score) { return score > 0 ? "high" : "low"; }

/// What the effect is.
std::string effect_name(MarkerScale scale) {
  return scale == MarkerScale::counts ? "log2 ratio" : "difference";
}

/// "3.2e-15": two digits are what a p value needs.
std::string p_text(double log10_p) {
  if (std::isnan(log10_p)) {
    return "-";
  }
  return log10_p < std::log10(kSmallestP) ? fmt::format("<{:.0e}", kSmallestP)
                                          : fmt::format("{:.1e}", std::pow(10.0, log10_p));
}

/// The p value itself, but not below kSmallestP; NaN stays NaN.
double p_number(double log10_p) {
  return std::isnan(log10_p) ? log10_p : std::max(std::pow(10.0, log10_p), kSmallestP);
}

std::string csv_number(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.6g}", value);
}

/// What is told of the cells of the type, and of the others: fractions or medians.
struct BothSides {
  std::string name;
  double in;
  double out;
};

BothSides sides_of(const MarkerStatistics& statistics, std::size_t i) {
  if (statistics.scale == MarkerScale::channels) {
    return {"median", statistics.median_in[i], statistics.median_out[i]};
  }
  return {"fraction", static_cast<double>(statistics.fraction_in[i]),
          static_cast<double>(statistics.fraction_out[i])};
}

/// Calls visit(type, feature, place in the arrays) for the first n markers of each type.
template <class Visit>
void for_each_marker(const MarkerList& list, Index n, Visit visit) {
  const auto top = metrics::top_markers(list.statistics, n, list.level);
  for (std::size_t type = 0; type < top.size(); ++type) {
    for (const Index feature : top[type]) {
      visit(type, at(feature), at(list.statistics.at(static_cast<Index>(type), feature)));
    }
  }
}

std::vector<std::string> table_header(const MarkerList& list) {
  const bool channels = list.statistics.scale == MarkerScale::channels;
  const std::string what = channels ? "median" : "share";
  std::vector<std::string> header = {"type", channels ? "marker" : "feature"};
  if (list.level == metrics::MarkerLevel::both) {
    header.emplace_back("level");
  }
  for (const std::string& name : {effect_name(list.statistics.scale), std::string("adjusted p"),
                                  what + " in type", what + " in others"}) {
    header.push_back(name);
  }
  return header;
}

}  // namespace

TablePrinter marker_table(const MarkerList& list, Index n) {
  const MarkerStatistics& statistics = list.statistics;
  TablePrinter table(table_header(list));
  for_each_marker(list, n, [&](std::size_t type, std::size_t feature, std::size_t i) {
    std::vector<std::string> row = {list.labels.empty()
                                        ? list.types[type]
                                        : analysis::shown_type(list.types[type], list.labels[type]),
                                    list.features[feature]};
    if (list.level == metrics::MarkerLevel::both) {
      row.push_back(level_of(statistics.score[i]));
    }
    const BothSides sides = sides_of(statistics, i);
    for (const std::string& text :
         {fixed(statistics.effect[i], 2), p_text(statistics.log10_p_adjusted[i]),
          fixed(sides.in, 2), fixed(sides.out, 2)}) {
      row.push_back(text);
    }
    table.add(std::move(row));
  });
  return table;
}

std::string marker_csv(const MarkerList& list) {
  const MarkerStatistics& statistics = list.statistics;
  const bool channels = statistics.scale == MarkerScale::channels;
  std::string text = "type,feature,level,effect,score,p,p_adjusted,log10_p_adjusted,";
  text += channels ? "median_in,median_out" : "fraction_in,fraction_out";
  text += list.labels.empty() ? "\n" : ",label\n";
  for_each_marker(list, statistics.features,
                  [&](std::size_t type, std::size_t feature, std::size_t i) {
                    text += csv_field(list.types[type]) + "," + csv_field(list.features[feature]) +
                            "," + level_of(statistics.score[i]);
                    const BothSides sides = sides_of(statistics, i);
                    for (const double value :
                         {statistics.effect[i], statistics.score[i],
                          p_number(statistics.log10_p[i]), p_number(statistics.log10_p_adjusted[i]),
                          statistics.log10_p_adjusted[i], sides.in, sides.out}) {
                      text += "," + csv_number(value);
                    }
                    text += list.labels.empty() ? "\n" : "," + csv_field(list.labels[type]) + "\n";
                  });
  return text;
}

std::string marker_json(const MarkerList& list, Index n) {
  using nlohmann::json;
  const MarkerStatistics& statistics = list.statistics;
  json types = json::object();
  for (const std::string& type : list.types) {
    types[type] = json::array();
  }
  for_each_marker(list, n, [&](std::size_t type, std::size_t feature, std::size_t i) {
    const BothSides sides = sides_of(statistics, i);
    types[list.types[type]].push_back({{"feature", list.features[feature]},
                                       {"level", level_of(statistics.score[i])},
                                       {"effect", statistics.effect[i]},
                                       {"p_adjusted", p_number(statistics.log10_p_adjusted[i])},
                                       {"log10_p_adjusted", statistics.log10_p_adjusted[i]},
                                       {sides.name + "_in", sides.in},
                                       {sides.name + "_out", sides.out}});
  });
  json all = {{"effect", effect_name(statistics.scale)}, {"types", types}};
  for (std::size_t t = 0; t < list.labels.size(); ++t) {
    all["labels"][list.types[t]] = list.labels[t];
  }
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace mixvae::report
