#include "analysis/abundance.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"
#include "metrics/analysis_of_variance.hpp"
#include "metrics/benjamini_hochberg.hpp"

namespace mixvae::analysis {
namespace {

constexpr const char* kSampleOfFolder = "sample";
constexpr Index kFewestSamples = 2;  // of each condition, for a test

/// The annotation of the samples; empty: none.
std::string sample_column(const Dataset& dataset, const AbundanceOptions& options) {
  if (options.sample.empty() && !dataset.source.files.empty() &&
      dataset.cells.find(kSampleOfFolder) != nullptr) {
    return kSampleOfFolder;
  }
  return options.sample;
}

/// The condition of each sample [samples]; -1: none of its cells has one.
std::vector<std::int32_t> conditions_of_samples(const Categorical& samples,
                                                const Categorical& conditions,
                                                const std::string& where) {
  std::vector<std::int32_t> of_sample(samples.categories.size(), -1);
  for (std::size_t n = 0; n < samples.codes.size(); ++n) {
    if (samples.codes[n] < 0 || conditions.codes[n] < 0) {
      continue;
    }
    std::int32_t& known = of_sample[at(samples.codes[n])];
    if (known >= 0 && known != conditions.codes[n]) {
      throw InputError({.what = "a sample has cells of two conditions",
                        .where = where,
                        .found = "sample '" + samples.categories[at(samples.codes[n])] + "': '" +
                                 conditions.categories[at(known)] + "' and '" +
                                 conditions.categories[at(conditions.codes[n])] + "'",
                        .expected = "one condition for all cells of a sample",
                        .hint = "--sample names the annotation that tells the samples apart"});
    }
    known = conditions.codes[n];
  }
  return of_sample;
}

/// The annotations of samples and conditions.
struct SampleLabels {
  Categorical samples;
  std::vector<std::string> conditions;  // empty: none named
  std::vector<std::int32_t> condition;  // [samples] -1: none
};

std::optional<SampleLabels> sample_labels(const Dataset& dataset, const AbundanceOptions& options) {
  const std::string column = sample_column(dataset, options);
  if (column.empty()) {
    if (!options.condition.empty()) {
      throw UsageError({.what = "nothing says which sample each cell is from",
                        .found = "--condition " + options.condition,
                        .expected = "--sample COLUMN beside it"});
    }
    return std::nullopt;
  }
  SampleLabels labels;
  labels.samples = label_column(dataset.cells, column, dataset.source.path);
  if (!options.condition.empty()) {
    const Categorical conditions =
        label_column(dataset.cells, options.condition, dataset.source.path);
    labels.conditions = conditions.categories;
    labels.condition = conditions_of_samples(labels.samples, conditions, dataset.source.path);
  }
  return labels;
}

/// Samples with a cell that has a type, by condition.
std::vector<std::size_t> order_of_samples(const SampleLabels& labels,
                                          const std::vector<Index>& totals) {
  std::vector<std::size_t> order;
  for (std::size_t m = 0; m < totals.size(); ++m) {
    if (totals[m] > 0) {
      order.push_back(m);
    }
  }
  if (!labels.condition.empty()) {
    std::ranges::stable_sort(order, {}, [&](std::size_t m) { return labels.condition[m]; });
  }
  return order;
}

/// Conditions without a sample go.
void keep_used_conditions(Abundances& found) {
  std::vector<std::string> used;
  std::vector<std::int32_t> place(found.conditions.size(), -1);
  for (const std::int32_t condition : found.condition) {
    if (place[at(condition)] < 0) {
      place[at(condition)] = static_cast<std::int32_t>(used.size());
      used.push_back(found.conditions[at(condition)]);
    }
  }
  for (std::int32_t& condition : found.condition) {
    condition = place[at(condition)];
  }
  found.conditions = used;
}

std::string why_untested(const Abundances& found, bool named) {
  if (found.conditions.empty()) {
    return named ? "no sample has a condition" : "no conditions were named (--condition COLUMN)";
  }
  if (found.conditions.size() == 1) {
    return "all samples have the condition '" + found.conditions.front() + "'";
  }
  std::vector<std::string> few;
  for (std::size_t c = 0; c < found.conditions.size(); ++c) {
    if (std::ranges::count(found.condition, static_cast<std::int32_t>(c)) < kFewestSamples) {
      few.push_back("'" + found.conditions[c] + "'");
    }
  }
  return few.empty() ? ""
                     : "a test needs at least two samples of each condition; there is one of " +
                           join(few, ", ");
}

std::vector<ConditionTest> condition_tests(const Abundances& found, std::size_t types) {
  std::vector<ConditionTest> tests;
  std::vector<double> p;
  for (std::size_t t = 0; t < types; ++t) {
    std::vector<double> logits;
    Index of_all = 0;
    for (std::size_t m = 0; m < found.samples.size(); ++m) {
      const auto of_type = static_cast<double>(found.cells[m][t]);
      const auto others = static_cast<double>(found.totals[m] - found.cells[m][t]);
      logits.push_back(std::log((of_type + 0.5) / (others + 0.5)));
      of_all += found.cells[m][t];
    }
    const std::vector<std::int32_t> nobody(logits.size(), -1);
    const metrics::FTest test =
        metrics::f_test(logits, of_all > 0 ? std::span(found.condition) : std::span(nobody));
    tests.push_back({.f = test.f, .p = test.p});
    p.push_back(test.p);
  }
  const std::vector<double> adjusted = metrics::benjamini_hochberg(p);
  for (std::size_t t = 0; t < types; ++t) {
    tests[t].adjusted = adjusted[t];
  }
  return tests;
}

}  // namespace

Options options(AbundanceOptions& abundance) {
  return {{.name = "sample",
           .target = &abundance.sample,
           .meaning = "annotation that says which sample each cell is from, to show the share of "
                      "each type in each sample; data from a folder have 'sample', named after "
                      "the files, which is taken where left out",
           .placeholder = "COLUMN"},
          {.name = "condition",
           .target = &abundance.condition,
           .meaning = "annotation with the condition of each sample (treatment, diagnosis, ...): "
                      "tests whether the share of a type differs between conditions",
           .placeholder = "COLUMN"}};
}

double Abundances::fraction(std::size_t sample, std::size_t type) const {
  return static_cast<double>(cells[sample][type]) / static_cast<double>(totals[sample]);
}

double Abundances::mean_fraction(std::int32_t of, std::size_t type) const {
  double sum = 0;
  double count = 0;
  for (std::size_t m = 0; m < samples.size(); ++m) {
    if (condition[m] == of) {
      sum += fraction(m, type);
      count += 1;
    }
  }
  return sum / count;
}

void require_abundances(const Dataset& dataset, const AbundanceOptions& options) {
  static_cast<void>(sample_labels(dataset, options));
}

std::optional<Abundances> abundances(const Dataset& dataset, const std::vector<std::int32_t>& types,
                                     Index type_count, const AbundanceOptions& options) {
  const std::optional<SampleLabels> labels = sample_labels(dataset, options);
  if (!labels) {
    return std::nullopt;
  }
  const std::size_t samples = labels->samples.categories.size();
  std::vector<std::vector<Index>> cells(samples, std::vector<Index>(at(type_count)));
  std::vector<Index> totals(samples);
  for (std::size_t n = 0; n < types.size(); ++n) {
    if (types[n] >= 0 && labels->samples.codes[n] >= 0) {
      ++cells[at(labels->samples.codes[n])][at(types[n])];
      ++totals[at(labels->samples.codes[n])];
    }
  }
  Abundances found;
  found.conditions = labels->conditions;
  for (const std::size_t m : order_of_samples(*labels, totals)) {
    if (!labels->condition.empty()) {
      if (labels->condition[m] < 0) {
        found.without_condition.push_back(labels->samples.categories[m]);
        continue;
      }
      found.condition.push_back(labels->condition[m]);
    }
    found.samples.push_back(labels->samples.categories[m]);
    found.cells.push_back(cells[m]);
    found.totals.push_back(totals[m]);
  }
  keep_used_conditions(found);
  found.untested = why_untested(found, !options.condition.empty());
  if (found.untested.empty()) {
    found.tests = condition_tests(found, at(type_count));
  }
  return found;
}

}  // namespace mixvae::analysis
