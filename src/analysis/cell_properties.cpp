#include "analysis/cell_properties.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

#include "base/index.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "metrics/association.hpp"

namespace mixvae::analysis {
namespace {

constexpr double kSame = 1e-6;
constexpr double kFollows = 0.3;   // of 1
constexpr Index kMostKinds = 300;  // labels of an annotation: more are names
constexpr std::array<std::string_view, 9> kOrigins = {
    "batch", "sample", "donor", "patient", "plate", "lane", "run", "library", "file"};
constexpr std::string_view kMitochondrial = "mt-";  // of gene symbols, in any case

/// Of each cell, from counts.
struct CountSums {
  std::vector<double> molecules;
  std::vector<double> features;
  std::vector<double> mitochondrial;  // share
};

bool is_mitochondrial(const std::string& name) {
  return lower(name.substr(0, kMitochondrial.size())) == kMitochondrial;
}

CountSums count_sums(const Dataset& dataset) {
  std::vector<bool> mitochondrial;
  mitochondrial.reserve(dataset.features.names.size());
  for (const std::string& name : dataset.features.names) {
    mitochondrial.push_back(is_mitochondrial(name));
  }
  CountSums sums;
  const auto add = [&](std::size_t feature, double value, double& mito) {
    sums.molecules.back() += value;
    sums.features.back() += value > 0 ? 1 : 0;
    mito += mitochondrial[feature] ? value : 0;
  };
  for (Index n = 0; n < dataset.cell_count(); ++n) {
    sums.molecules.push_back(0);
    sums.features.push_back(0);
    double mito = 0;
    if (const CsrMatrix* sparse = std::get_if<CsrMatrix>(&dataset.x)) {
      const SparseRow row = sparse->row(n);
      for (std::size_t i = 0; i < row.values.size(); ++i) {
        add(at(row.columns[i]), static_cast<double>(row.values[i]), mito);
      }
    } else {
      const auto row = std::get<DenseMatrix>(dataset.x).row(n);
      for (std::size_t f = 0; f < row.size(); ++f) {
        add(f, static_cast<double>(row[f]), mito);
      }
    }
    sums.mitochondrial.push_back(sums.molecules.back() > 0 ? mito / sums.molecules.back() : 0);
  }
  return sums;
}

std::vector<double> state_of(const Assignment& assignment, Index s) {
  std::vector<double> state;
  for (Index n = 0; n < assignment.state.rows; ++n) {
    state.push_back(static_cast<double>(assignment.state(n, s)));
  }
  return state;
}

DenseMatrix as_column(const std::vector<double>& values) {
  DenseMatrix column(static_cast<Index>(values.size()), 1);
  std::ranges::transform(values, column.values.begin(),
                         [](double value) { return static_cast<float>(value); });
  return column;
}

/// Types of the cells with a finite value.
std::vector<std::int32_t> types_with(const std::vector<double>& values,
                                     std::vector<std::int32_t> types) {
  for (std::size_t n = 0; n < types.size(); ++n) {
    types[n] = std::isfinite(values[n]) ? types[n] : -1;
  }
  return types;
}

bool varies(const std::vector<double>& values) {
  std::optional<double> first;
  return std::ranges::any_of(values, [&](double value) {
    if (!std::isfinite(value)) {
      return false;
    }
    first = first.value_or(value);
    return value != *first;
  });
}

void add_number(std::vector<CellProperty>& properties, const std::string& name,
                std::vector<double> values, const Assignment& assignment) {
  if (!varies(values)) {
    return;
  }
  const std::vector<std::int32_t> types = types_with(values, assignment.types);
  CellProperty property{.name = name,
                        .numeric = true,
                        .types = std::sqrt(metrics::share_between(values, types)),
                        .states = {}};
  std::ranges::replace_if(
      values, [](double value) { return !std::isfinite(value); }, 0.0);
  const Matrix column = as_column(values);
  std::vector<std::vector<double>> states;
  for (Index s = 0; s < assignment.state.columns; ++s) {
    states.push_back(state_of(assignment, s));
  }
  for (const std::vector<double>& one : metrics::correlations_within(column, states, types)) {
    property.states.push_back(one.front());
  }
  properties.push_back(std::move(property));
}

void add_labels(std::vector<CellProperty>& properties, const std::string& name,
                const Categorical& labels, const Assignment& assignment) {
  const std::set<std::int32_t> used(labels.codes.begin(), labels.codes.end());
  const auto different = static_cast<Index>(used.size()) - static_cast<Index>(used.count(-1));
  const bool both = std::ranges::any_of(
      labels.codes, [n = std::size_t{0}, &assignment](std::int32_t code) mutable {
        return assignment.types[n++] >= 0 && code >= 0;
      });
  if (different < 2 || different > kMostKinds ||
      2 * different > static_cast<Index>(labels.codes.size()) || !both) {
    return;
  }
  CellProperty property{
      .name = name,
      .numeric = false,
      .types = metrics::cramers_v(metrics::contingency(labels.codes, assignment.types)),
      .states = {}};
  for (Index s = 0; s < assignment.state.columns; ++s) {
    const std::vector<double> state =
        metrics::within_groups(state_of(assignment, s), assignment.types);
    property.states.push_back(std::sqrt(metrics::share_between(state, labels.codes)));
  }
  properties.push_back(std::move(property));
}

/// The words of a name, in lower case: parted by signs and where small letters end.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  bool was_small = false;
  for (const char c : name) {
    const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    const bool large = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (!letter || (large && was_small)) {
      words.emplace_back();
    }
    if (letter) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    was_small = letter && !large;
  }
  return words;
}

/// Whether an annotation says where or when cells were measured, by its name.
bool names_an_origin(const std::string& name) {
  return std::ranges::any_of(words_of(name), [](const std::string& word) {
    return std::ranges::find(kOrigins, word) != kOrigins.end();
  });
}

/// Numbers that stand for kinds: few whole ones of an annotation that names an origin.
bool are_kinds(const std::string& name, const std::vector<double>& numbers) {
  std::set<double> kinds;
  for (const double number : numbers) {
    if (!std::isfinite(number)) {
      continue;
    }
    if (number != std::floor(number)) {
      return false;
    }
    kinds.insert(number);
    if (static_cast<Index>(kinds.size()) > kMostKinds) {
      return false;
    }
  }
  return names_an_origin(name);
}

bool say_the_same(const CellProperty& a, const CellProperty& b) {
  const auto close = [](double x, double y) {
    return std::abs(x - y) < kSame || (std::isnan(x) && std::isnan(y));
  };
  return close(a.types, b.types) && std::ranges::equal(a.states, b.states, close);
}

/// The properties without those that say the same as an earlier one: the same column twice.
std::vector<CellProperty> different(const std::vector<CellProperty>& properties) {
  std::vector<CellProperty> kept;
  for (const CellProperty& property : properties) {
    if (std::ranges::none_of(kept, [&](const auto& one) { return say_the_same(one, property); })) {
      kept.push_back(property);
    }
  }
  return kept;
}

}  // namespace

std::vector<CellProperty> cell_properties(const Dataset& dataset, const Assignment& assignment) {
  std::vector<CellProperty> properties;
  const ValueKind kind = judge_dataset(dataset).kind;
  if (kind == ValueKind::counts || kind == ValueKind::fractional_counts) {
    CountSums sums = count_sums(dataset);
    add_number(properties, "molecules", std::move(sums.molecules), assignment);
    add_number(properties, "features found", std::move(sums.features), assignment);
    add_number(properties, "mitochondrial share", std::move(sums.mitochondrial), assignment);
  }
  for (const Column& column : dataset.cells.columns) {
    const std::optional<std::vector<double>> numbers = as_numbers(column);
    if (numbers && !std::holds_alternative<std::vector<bool>>(column.values) &&
        !are_kinds(column.name, *numbers)) {
      add_number(properties, column.name, *numbers, assignment);
    } else {
      add_labels(properties, column.name, as_labels(column), assignment);
    }
  }
  return properties;
}

std::vector<Column> measurement_of_cells(const Dataset& dataset) {
  std::vector<Column> found;
  const ValueKind kind = judge_dataset(dataset).kind;
  if (kind == ValueKind::counts || kind == ValueKind::fractional_counts) {
    CountSums sums = count_sums(dataset);
    found.push_back({"molecules", std::move(sums.molecules)});
    if (std::ranges::any_of(dataset.features.names, is_mitochondrial)) {
      found.push_back({"mitochondrial share", std::move(sums.mitochondrial)});
    }
  }
  for (const Column& column : dataset.cells.columns) {
    if (names_an_origin(column.name)) {
      found.push_back({column.name, as_labels(column)});
    }
  }
  return found;
}

std::vector<std::string> suspicions(const std::vector<CellProperty>& properties) {
  std::vector<std::string> found;
  std::map<std::size_t, std::vector<std::string>> of_state;
  for (const CellProperty& property : different(properties)) {
    if (!property.numeric && names_an_origin(property.name) && property.types > kFollows) {
      found.push_back(fmt::format(
          "Types differ with '{}' (Cramér's V {:.2f}): some may be batches, not types of cells.",
          property.name, property.types));
    }
    for (std::size_t s = 0; s < property.states.size(); ++s) {
      if (std::abs(property.states[s]) > kFollows) {
        of_state[s].push_back(fmt::format("'{}' ({:.2f})", property.name, property.states[s]));
      }
    }
  }
  for (const auto& [state, names] : of_state) {
    found.push_back(
        fmt::format("State {} follows, within types: {}.", state + 1, join(names, ", ")));
  }
  return found;
}

}  // namespace mixvae::analysis
