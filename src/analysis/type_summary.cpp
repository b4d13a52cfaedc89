#include "analysis/type_summary.hpp"

#include <algorithm>
#include <cmath>

#include "base/index.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kWeak = 0.5;

/// Mean of values [N] over the cells of each type; NaN without any.
std::vector<double> means_of_types(const std::vector<float>& values, const Assignment& of) {
  std::vector<double> sums(of.type_names.size(), 0.0);
  std::vector<double> sizes(of.type_names.size(), 0.0);
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (of.types[n] >= 0) {
      sums[at(of.types[n])] += static_cast<double>(values[n]);
      sizes[at(of.types[n])] += 1;
    }
  }
  for (std::size_t t = 0; t < sums.size(); ++t) {
    sums[t] = values.empty() || sizes[t] == 0 ? std::nan("") : sums[t] / sizes[t];
  }
  return sums;
}

}  // namespace

double mean_of_numbers(const std::vector<float>& values) {
  double sum = 0;
  double count = 0;
  for (const float value : values) {
    if (std::isfinite(value)) {
      sum += static_cast<double>(value);
      count += 1;
    }
  }
  return count > 0 ? sum / count : std::nan("");
}

std::vector<TypeSummary> type_summaries(const Assignment& of) {
  const std::vector<double> confidence = means_of_types(of.confidence, of);
  const std::vector<double> probability = means_of_types(of.type_prob, of);
  const std::vector<double> consensus = means_of_types(of.consensus, of);
  std::vector<TypeSummary> types;
  for (std::size_t t = 0; t < of.type_names.size(); ++t) {
    const double support = of.support.empty() ? std::nan("") : static_cast<double>(of.support[t]);
    types.push_back({.name = of.type_names[t],
                     .cells = std::ranges::count(of.types, static_cast<std::int32_t>(t)),
                     .confidence = confidence[t],
                     .support = support,
                     .probability = probability[t],
                     .consensus = consensus[t]});
  }
  return types;
}

std::vector<std::string> weak_types(const std::vector<TypeSummary>& types) {
  std::vector<std::string> names;
  for (const TypeSummary& type : types) {
    if (type.cells > 0 && (type.confidence < kWeak || type.support < kWeak)) {
      names.push_back(type.name);
    }
  }
  return names;
}

}  // namespace mixvae::analysis
