#include "report/markers_output.hpp"

#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {
namespace {

std::size_t at(const metrics::MarkerStatistics& statistics, Index type, Index feature) {
  return static_cast<std::size_t>(statistics.at(type, feature));
}

/// "3.2e-15": two digits are what a p value needs.
std::string p_text(double p) {
  if (std::isnan(p)) {
    return "-";
  }
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1e", p);
  return buffer;
}

std::string csv_number(double value) { return std::isnan(value) ? "" : shortest(value); }

}  // namespace

TablePrinter marker_table(const metrics::MarkerStatistics& statistics,
                          const std::vector<std::string>& types,
                          const std::vector<std::string>& features, Index n) {
  TablePrinter table({"type", "feature", "effect", "adjusted p", "in", "others"});
  const auto top = metrics::top_markers(statistics, n);
  for (std::size_t type = 0; type < top.size(); ++type) {
    for (const Index feature : top[type]) {
      const std::size_t i = at(statistics, static_cast<Index>(type), feature);
      table.add({types[type], features[static_cast<std::size_t>(feature)],
                 fixed(statistics.effect[i], 2), p_text(statistics.p_adjusted[i]),
                 fixed(static_cast<double>(statistics.fraction_in[i]), 2),
                 fixed(static_cast<double>(statistics.fraction_out[i]), 2)});
    }
  }
  return table;
}

std::string marker_csv(const metrics::MarkerStatistics& statistics,
                       const std::vector<std::string>& types,
                       const std::vector<std::string>& features) {
  std::string text = "type,feature,effect,score,p,p_adjusted,fraction_in,fraction_out\n";
  const auto all = metrics::top_markers(statistics, statistics.features);
  for (std::size_t type = 0; type < all.size(); ++type) {
    for (const Index feature : all[type]) {
      const std::size_t i = at(statistics, static_cast<Index>(type), feature);
      text += csv_field(types[type]) + "," + csv_field(features[static_cast<std::size_t>(feature)]);
      for (const double value :
           {statistics.effect[i], statistics.score[i], statistics.p[i], statistics.p_adjusted[i],
            static_cast<double>(statistics.fraction_in[i]),
            static_cast<double>(statistics.fraction_out[i])}) {
        text += "," + csv_number(value);
      }
      text += "\n";
    }
  }
  return text;
}

std::string marker_json(const metrics::MarkerStatistics& statistics,
                        const std::vector<std::string>& types,
                        const std::vector<std::string>& features, Index n) {
  using nlohmann::json;
  json result = json::object();
  const auto top = metrics::top_markers(statistics, n);
  for (std::size_t type = 0; type < top.size(); ++type) {
    json markers = json::array();
    for (const Index feature : top[type]) {
      const std::size_t i = at(statistics, static_cast<Index>(type), feature);
      markers.push_back({{"feature", features[static_cast<std::size_t>(feature)]},
                         {"effect", statistics.effect[i]},
                         {"p_adjusted", statistics.p_adjusted[i]},
                         {"fraction_in", statistics.fraction_in[i]},
                         {"fraction_out", statistics.fraction_out[i]}});
    }
    result[types[type]] = markers;
  }
  return json{{"types", result}}.dump(2) + "\n";
}

}  // namespace mixvae::report
