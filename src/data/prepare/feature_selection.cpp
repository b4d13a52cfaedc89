#include "data/prepare/feature_selection.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fnmatch.h>
#include <limits>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"
#include "data/prepare/feature_list.hpp"

namespace mixvae {
namespace {

bool excluded(const std::string& name, std::span<const std::string> globs) {
  return std::ranges::any_of(
      globs, [&](const std::string& glob) { return fnmatch(glob.c_str(), name.c_str(), 0) == 0; });
}

std::optional<Index> as_number(const std::string& text) {
  Index number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = result.ec == std::errc{} && result.ptr == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::vector<double> scores(const FeatureFacts& facts, const std::string& select) {
  if (select == "variance") {
    return facts.normalised.variance;
  }
  if (select == "peak") {
    return {facts.normalised.maximum.begin(), facts.normalised.maximum.end()};
  }
  MIXVAE_ASSERT(select == "dispersion", "--select is one of its choices");
  const FeatureStatistics linear = facts.linear();
  return normalised_dispersion(linear.mean, linear.variance);
}

/// The `count` best-scored of the eligible features, in the order of the data.
std::vector<Index> best(std::span<const Index> eligible, const std::vector<double>& score,
                        Index count) {
  std::vector<Index> chosen(eligible.begin(), eligible.end());
  std::ranges::stable_sort(chosen, std::greater<>{}, [&](Index f) { return score[at(f)]; });
  chosen.resize(at(count));
  std::ranges::sort(chosen);
  return chosen;
}

/// How many features --features asks for; nothing for a file.
std::optional<Index> wanted_number(const std::string& features, Index eligible) {
  if (features == "all") {
    return eligible;
  }
  if (features == "auto") {
    return std::min(eligible, kAutoFeatures);
  }
  return as_number(features);
}

struct Bin {
  double sum = 0;
  double squares = 0;
  Index count = 0;

  void add(double value) {
    sum += value;
    squares += value * value;
    ++count;
  }
  double mean() const { return sum / static_cast<double>(count); }
  double deviation() const {
    const auto n = static_cast<double>(count);
    return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
  }
};

constexpr int kBins = 20;

/// Number of the bin, of 20 of equal width and closed on the right, for every feature.
std::vector<std::size_t> bin_numbers(const std::vector<double>& log_mean) {
  const auto [low, high] = std::ranges::minmax(log_mean);
  std::vector<std::size_t> bins;
  for (const double value : log_mean) {
    const double share = high > low ? (value - low) / (high - low) : 0;
    bins.push_back(
        static_cast<std::size_t>(std::clamp(std::ceil(share * kBins) - 1, 0.0, kBins - 1.0)));
  }
  return bins;
}

double standardised(double value, const Bin& bin) {
  if (bin.count == 1) {
    return 1;
  }
  const double deviation = bin.deviation();
  return deviation > 0 ? (value - bin.mean()) / deviation : 0;
}

bool is_glob(const std::string& pattern) {
  return pattern.find_first_of("*?[") != std::string::npos;
}

bool matches_pattern(const std::string& name, const std::string& pattern) {
  return name == pattern || fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// Refuses a name that no feature has; notes a glob pattern that fits none.
void require_match(const std::string& pattern, std::span<const std::string> names,
                   std::vector<std::string>& notes) {
  if (std::ranges::any_of(names,
                          [&](const auto& name) { return matches_pattern(name, pattern); })) {
    return;
  }
  if (!is_glob(pattern)) {
    throw InputError({.what = "a feature of --features is not in the data",
                      .found = pattern,
                      .expected = "names or patterns of features, with commas between them",
                      .hint = nearest_hint(pattern, names)});
  }
  notes.push_back("no feature fits the pattern " + pattern + " of --features");
}

/// Names or glob patterns with commas between them.
std::vector<std::string> patterns_of(const std::string& text) {
  std::vector<std::string> patterns;
  std::istringstream stream(text);
  for (std::string pattern; std::getline(stream, pattern, ',');) {
    if (!trimmed(pattern).empty()) {
      patterns.emplace_back(trimmed(pattern));
    }
  }
  return patterns;
}

std::vector<Index> matching_features(const std::vector<std::string>& patterns,
                                     std::span<const std::string> names,
                                     std::span<const Index> eligible) {
  std::vector<Index> chosen;
  std::ranges::copy_if(eligible, std::back_inserter(chosen), [&](Index f) {
    return std::ranges::any_of(patterns,
                               [&](const auto& p) { return matches_pattern(names[at(f)], p); });
  });
  return chosen;
}

/// The eligible features that --features names, itself or in a file.
std::vector<Index> named_features(const std::string& wanted, std::span<const std::string> names,
                                  std::span<const Index> eligible,
                                  std::vector<std::string>& notes) {
  std::error_code no_file;  // a long list of names is no path
  const std::vector<std::string> patterns = patterns_of(wanted);
  std::vector<Index> matching = matching_features(patterns, names, eligible);
  if (std::filesystem::exists(wanted, no_file) || (patterns.size() < 2 && matching.empty())) {
    return listed_features(wanted, names, eligible, notes);
  }
  for (const std::string& pattern : patterns) {
    require_match(pattern, names, notes);
  }
  return matching;
}

/// The quantile of the values, interpolated linearly between order statistics.
double quantile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

/// Whether each feature's mean and variance are above that quantile of all features'; all are at 0.
std::vector<bool> above_quantile(const FeatureStatistics& statistics, double share) {
  std::vector<bool> above(statistics.mean.size(), true);
  if (share <= 0 || above.empty()) {
    return above;
  }
  const double low_mean = quantile(statistics.mean, share);
  const double low_variance = quantile(statistics.variance, share);
  for (std::size_t f = 0; f < above.size(); ++f) {
    above[f] = statistics.mean[f] > low_mean && statistics.variance[f] > low_variance;
  }
  return above;
}

}  // namespace

bool chooses_by_rule(const std::string& features) {
  return features == "auto" || as_number(features).has_value();
}

std::vector<bool> named_by_options(std::span<const std::string> names,
                                   const PreprocessingOptions& wanted) {
  std::vector<Index> left;
  for (Index f = 0; f < static_cast<Index>(names.size()); ++f) {
    if (!excluded(names[at(f)], wanted.exclude)) {
      left.push_back(f);
    }
  }
  std::vector<std::string> said_later;
  if (!left.empty() && !wanted_number(wanted.features, static_cast<Index>(left.size()))) {
    left = named_features(wanted.features, names, left, said_later);
  }
  std::vector<bool> named(names.size(), false);
  for (const Index f : left) {
    named[at(f)] = true;
  }
  return named;
}

std::vector<Index> eligible_features(const FeatureFacts& facts,
                                     const PreprocessingOptions& wanted) {
  const std::vector<bool> above = above_quantile(facts.normalised, wanted.low_quantile);
  std::vector<Index> eligible;
  for (Index f = 0; f < static_cast<Index>(facts.names.size()); ++f) {
    const bool seen = static_cast<double>(facts.normalised.expressed[at(f)]) >= wanted.min_cells;
    if (seen && above[at(f)] && !excluded(facts.names[at(f)], wanted.exclude)) {
      eligible.push_back(f);
    }
  }
  return eligible;
}

std::vector<Index> choose_features(const FeatureFacts& facts, std::span<const Index> eligible,
                                   const PreprocessingOptions& wanted,
                                   std::vector<std::string>& notes) {
  const auto available = static_cast<Index>(eligible.size());
  const std::optional<Index> number = wanted_number(wanted.features, available);
  if (!number) {
    return named_features(wanted.features, facts.names, eligible, notes);
  }
  if (*number < available) {
    notes.push_back(std::to_string(*number) + " of " + std::to_string(available) +
                    " features kept, by " + wanted.select);
    return best(eligible, scores(facts, wanted.select), *number);
  }
  if (wanted.select != PreprocessingOptions().select && chooses_by_rule(wanted.features)) {
    notes.push_back("--select " + wanted.select + " has no effect: all " +
                    std::to_string(available) + " features are kept");
  }
  if (*number > available) {
    notes.push_back("only " + std::to_string(available) + " features are there, all are kept");
  }
  return {eligible.begin(), eligible.end()};
}

std::vector<double> normalised_dispersion(std::span<const double> mean,
                                          std::span<const double> variance) {
  std::vector<double> log_mean;
  std::vector<double> dispersion;
  for (std::size_t f = 0; f < mean.size(); ++f) {
    log_mean.push_back(std::log1p(mean[f]));
    dispersion.push_back(std::log(variance[f] / std::max(mean[f], 1e-12)));
  }
  const std::vector<std::size_t> bin_of = bin_numbers(log_mean);
  std::vector<Bin> bins(kBins);
  for (std::size_t f = 0; f < mean.size(); ++f) {
    if (variance[f] > 0) {
      bins[bin_of[f]].add(dispersion[f]);
    }
  }
  std::vector<double> result(mean.size(), -std::numeric_limits<double>::infinity());
  for (std::size_t f = 0; f < mean.size(); ++f) {
    if (variance[f] > 0) {
      result[f] = standardised(dispersion[f], bins[bin_of[f]]);
    }
  }
  return result;
}

}  // namespace mixvae
