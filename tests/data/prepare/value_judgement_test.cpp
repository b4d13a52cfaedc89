#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "data/prepare/value_evidence.hpp"
#include "data/prepare/value_kind.hpp"
#include "data/small_datasets.hpp"

namespace mixvae {
namespace value_judgement_test {

using ::testing::HasSubstr;

constexpr Index kCells = 200;
constexpr Index kGenes = 300;

/// Counts of four types of cells whose depths differ; `depth`: the usual sum of a cell.
DenseMatrix counts(double depth, double spread = 0.5) {
  std::mt19937 random(5);
  std::gamma_distribution<double> level(0.5, 2);
  std::normal_distribution<double> normal;
  DenseMatrix out(kCells, kGenes);
  std::vector<double> base(kGenes);
  std::vector<double> fold(4 * kGenes);
  std::ranges::generate(base, [&] { return level(random) + 1e-3; });
  std::ranges::generate(fold, [&] { return std::exp(0.4 * normal(random)); });
  for (Index cell = 0; cell < kCells; ++cell) {
    double sum = 0;
    for (Index gene = 0; gene < kGenes; ++gene) {
      sum += base[at(gene)] * fold[at(cell % 4 * kGenes + gene)];
    }
    const double scale = depth * std::exp(spread * normal(random)) / sum;
    for (Index gene = 0; gene < kGenes; ++gene) {
      const double mean = scale * base[at(gene)] * fold[at(cell % 4 * kGenes + gene)];
      out(cell, gene) = static_cast<float>(std::poisson_distribution<int>(mean)(random));
    }
    out(cell, 0) += 1;
  }
  return out;
}

/// Values changed one by one; change(value, cell's sum, gene).
template <class Change>
DenseMatrix changed(DenseMatrix matrix, Change change) {
  for (Index cell = 0; cell < matrix.rows; ++cell) {
    double sum = 0;
    for (const float value : matrix.row(cell)) {
      sum += static_cast<double>(value);
    }
    for (Index gene = 0; gene < matrix.columns; ++gene) {
      float& value = matrix(cell, gene);
      value = static_cast<float>(change(static_cast<double>(value), sum, gene));
    }
  }
  return matrix;
}

const std::vector<double> kDepths = {15, 40, 150, 1100, 30000};

void expect_kind(const DenseMatrix& matrix, ValueKind kind, const std::string& what, double depth) {
  const ValueJudgement found = judge_matrix(matrix);
  EXPECT_EQ(kind_word(found.kind), kind_word(kind))
      << what << " at depth " << depth << ": " << found.reason;
}

TEST(ValueJudgement, CorrectedCountsAreCountsAtEveryDepth) {
  for (const double depth : kDepths) {
    const DenseMatrix x = counts(depth);
    expect_kind(x, ValueKind::counts, "whole", depth);
    expect_kind(changed(x, [](double v, double, Index) { return 2 * v; }), ValueKind::counts,
                "two fragments for each cut", depth);
    expect_kind(changed(x, [](double v, double, Index) { return 0.97 * v - 0.01 * (v > 3); }),
                ValueKind::fractional_counts, "one share of ambient", depth);
    expect_kind(changed(x,
                        [](double v, double sum, Index gene) {
                          return std::max(v - 1e-4 * sum * static_cast<double>(gene % 7), 0.0);
                        }),
                ValueKind::fractional_counts, "ambient by gene", depth);
    std::mt19937 random(3);
    std::gamma_distribution<double> noise(2, 0.05);
    expect_kind(changed(x, [&](double v, double,
                               Index) { return std::max(v - noise(random) * std::sqrt(v), 0.0); }),
                ValueKind::fractional_counts, "noise removed", depth);
  }
}

TEST(ValueJudgement, ReadsSharedOutAmongGenesAreCounts) {
  for (const double depth : {150.0, 1100.0, 30000.0}) {
    std::mt19937 random(4);
    std::uniform_real_distribution<double> uniform;
    const DenseMatrix shared = changed(counts(depth), [&](double v, double, Index) {
      return uniform(random) < 0.2 ? v * uniform(random) : v;
    });
    expect_kind(shared, ValueKind::fractional_counts, "a fifth shared", depth);
  }
}

TEST(ValueJudgement, AFewCellsWithFractionsChangeNothing) {
  for (const double depth : kDepths) {
    DenseMatrix x = counts(depth);
    for (float& value : x.row(7)) {
      value *= 0.9F;
    }
    const ValueKind found = judge_values(x);
    EXPECT_EQ(suitable_normalisation(found, 0), "library-log") << depth << kind_word(found);
  }
}

TEST(ValueJudgement, OneOutlierChangesNothing) {
  for (const double depth : kDepths) {
    DenseMatrix logs = changed(
        counts(depth), [](double v, double sum, Index) { return std::log1p(v * 1e4 / sum); });
    logs(3, 5) = 1e6F;
    expect_kind(logs, ValueKind::log_normalised, "logarithms, one huge", depth);
    DenseMatrix stray = changed(counts(depth), [](double v, double, Index) { return 0.97 * v; });
    stray(4, 6) = 1e6F;
    expect_kind(stray, ValueKind::fractional_counts, "corrected, one huge", depth);
  }
  DenseMatrix negative = changed(counts(1100), [](double v, double, Index) { return 0.97 * v; });
  negative(9, 9) = -0.001F;
  expect_kind(negative, ValueKind::fractional_counts, "corrected, one just below 0", 1100);
}

TEST(ValueJudgement, ValuesDividedByTheSumOfTheirCellAreCounts) {
  for (const double depth : kDepths) {
    for (const double target : {1e6, 1e4, 1.0}) {
      expect_kind(
          changed(counts(depth), [=](double v, double sum, Index) { return v * target / sum; }),
          ValueKind::fractional_counts, "to " + std::to_string(target), depth);
    }
  }
}

TEST(ValueJudgement, LogarithmsAreLogarithms) {
  for (const double depth : kDepths) {
    const DenseMatrix x = counts(depth);
    const auto log_normalised = [&](const char* what, auto function) {
      expect_kind(changed(x, function), ValueKind::log_normalised, what, depth);
    };
    log_normalised("ln(1 + CP10k)",
                   [](double v, double sum, Index) { return std::log1p(v * 1e4 / sum); });
    log_normalised("ln(1 + x)", [](double v, double, Index) { return std::log1p(v); });
    log_normalised("log2(1 + x)", [](double v, double, Index) { return std::log2(1 + v); });
    log_normalised("log2(1 + CPM)",
                   [](double v, double sum, Index) { return std::log2(1 + v * 1e6 / sum); });
    log_normalised("ln(1 + TPM)", [](double v, double sum, Index gene) {
      return std::log1p(v * 1e5 / sum * (0.3 + 0.37 * static_cast<double>(gene % 11)));
    });
  }
}

TEST(ValueJudgement, TranscriptsPerMillionAreLinearButNoCounts) {
  for (const double depth : {150.0, 1100.0, 30000.0}) {
    std::mt19937 random(8);
    std::lognormal_distribution<double> length(7.5, 0.7);
    std::vector<double> lengths(kGenes);
    std::ranges::generate(lengths, [&] { return length(random); });
    DenseMatrix rates =
        changed(counts(depth), [&](double v, double, Index gene) { return v / lengths[at(gene)]; });
    rates = changed(rates, [](double v, double sum, Index) { return v / sum * 1e6; });
    expect_kind(rates, ValueKind::linear, "TPM", depth);
  }
}

TEST(ValueJudgement, ScaledValuesStayScaled) {
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  const DenseMatrix scores =
      changed(counts(150), [&](double, double, Index) { return normal(random); });
  EXPECT_EQ(judge_values(scores), ValueKind::scaled);
  std::uniform_int_distribution<int> grey(1, 255);
  const DenseMatrix images = changed(counts(150), [&](double v, double, Index) {
    return v > 0 ? static_cast<double>(grey(random)) / 255 : 0.0;
  });
  EXPECT_EQ(judge_values(images), ValueKind::scaled) << "steps of grey are no counts";
}

TEST(ValueJudgement, IntensitiesArePlainlyLinear) {
  std::mt19937 random(2);
  std::lognormal_distribution<double> intensity(5, 1);
  DenseMatrix x(200, 30);
  std::ranges::generate(x.values, [&] { return static_cast<float>(intensity(random)); });
  EXPECT_EQ(judge_values(x), ValueKind::linear);
  std::uniform_real_distribution<double> percent(0, 100);
  std::ranges::generate(x.values, [&] { return static_cast<float>(percent(random)); });
  EXPECT_EQ(judge_values(x), ValueKind::linear);
}

TEST(ValueJudgement, SaysWhy) {
  const DenseMatrix x = counts(1100);
  EXPECT_EQ(judge_matrix(x).reason, "all are whole numbers");
  EXPECT_THAT(judge_matrix(changed(x, [](double v, double, Index) { return 0.97 * v; })).reason,
              HasSubstr("lie near multiples of 1"));
  EXPECT_THAT(
      judge_matrix(changed(x, [](double v, double, Index) { return std::log1p(v); })).reason,
      HasSubstr("after exp(x) - 1"));
}

TEST(ValueEvidence, ValuesThatAreNotFiniteAreLeftOut) {
  DenseMatrix x = changed(counts(150), [](double v, double, Index) { return 0.97 * v; });
  x(0, 0) = NAN;
  x(1, 1) = INFINITY;
  EXPECT_EQ(judge_values(x), ValueKind::fractional_counts);
  EXPECT_LT(value_evidence(x).largest, 100);
}

}  // namespace value_judgement_test
}  // namespace mixvae
