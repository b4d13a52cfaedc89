#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/prepare/value_evidence.hpp"
#include "data/prepare/value_kind.hpp"

namespace mixvae {
namespace {

constexpr Index kLatticeValues = 30;  // small values from which on they are evidence
constexpr Index kSmallShare = 20;     // one in 20 values must be small at least
constexpr double kLattice = 0.4;      // share near multiples; chance gives 0.24
constexpr double kLogLattice = 0.6;   // the same after undoing a logarithm
constexpr double kEqual = 0.02;       // spread of sums or units that counts as none
constexpr double kFollows = 0.5;      // rank correlation of sums and detected features in counts

std::string percent(double share) { return shortest(std::round(1000 * share) / 10) + " %"; }

/// Enough small values, in enough features, near multiples.
bool convinces(const LatticeEvidence& lattice, double least, Index features) {
  const bool enough =
      lattice.judged >= kLatticeValues && kSmallShare * lattice.judged >= lattice.nonzeros;
  return enough && lattice.share() >= least && lattice.features >= 3 &&
         5 * lattice.features >= std::min<Index>(features, 50);
}

/// Rules for values some of which are not whole, one after the other.
class Judge {
 public:
  Judge(const ValueEvidence& evidence, Index features) : e_(evidence), features_(features) {}

  ValueJudgement judgement() const {
    if (has_negatives()) {
      return {ValueKind::scaled, percent(e_.negative) + " of the non-zero values are negative"};
    }
    if (const auto logarithm = by_logarithm(); !logarithm.empty()) {
      return {ValueKind::log_normalised, logarithm};
    }
    if (const auto counts = by_lattice(); !counts.empty()) {
      return {ValueKind::fractional_counts, counts};
    }
    if (e_.negative > 0) {
      return {ValueKind::scaled, "some values are negative"};
    }
    if (e_.largest > kLargestLog) {
      return by_depth();
    }
    if (e_.largest <= 1.0F) {
      return {ValueKind::scaled, "no value is beyond 1", false};
    }
    return {ValueKind::log_normalised,
            "not whole, multiples of no unit, and none beyond " +
                shortest(static_cast<double>(kLargestLog)),
            false};
  }

 private:
  /// One stray value among a thousand does not make them scaled.
  bool has_negatives() const { return e_.negative > (e_.nonzeros >= 1000 ? 0.001 : 0.0); }

  double linear_share() const { return std::max(e_.one.share(), e_.linear.share()); }

  std::string by_logarithm() const {
    for (const auto& [lattice, spread, name] :
         {std::tuple(e_.exp, e_.exp_sum_spread, "exp(x) - 1"),
          std::tuple(e_.exp2, e_.exp2_sum_spread, "2^x - 1")}) {
      if (convinces(lattice, kLogLattice, features_) && lattice.share() > linear_share() + 0.1) {
        return percent(lattice.share()) +
               " of the small values lie near multiples of a unit after " + name;
      }
      if (spread < 0.005 && e_.sum_spread > 3 * spread && e_.largest <= kLargestLog) {
        return std::string("all cells have the same sum after ") + name;
      }
    }
    return {};
  }

  bool one_unit() const { return convinces(e_.one, kLattice, features_) || e_.unit_spread < 0.05; }

  bool equal_sums() const { return e_.sum_spread < kEqual; }

  std::string by_lattice() const {
    if (is_nearly_binary()) {
      return percent(e_.at_typical) + " of the non-zero values are " + shortest(e_.typical) +
             ", or close to it";
    }
    const bool multiples =
        convinces(e_.one, kLattice, features_) || convinces(e_.linear, kLattice, features_);
    const bool steps_of_grey = e_.largest <= 1.0F && !equal_sums() && e_.few_units < 0.5;
    if (!multiples || steps_of_grey) {
      return {};
    }
    const std::string seen =
        percent(linear_share()) + " of the small values lie near multiples of ";
    if (equal_sums()) {
      return seen + "a unit of their cell, and all cells have the same sum";
    }
    if (one_unit()) {
      return seen + (convinces(e_.one, kLattice, features_) ? "1" : "one unit");
    }
    return e_.detection >= kFollows
               ? seen + "a unit of their cell, and cells with larger sums have fewer zeros"
               : std::string{};
  }

  /// Very shallow counts that were corrected: hardly anything but 0 and one other value, which is
  /// not the logarithm of a whole number.
  bool is_nearly_binary() const {
    const double log = std::abs(e_.typical - std::log(2.0));
    const double log10 = std::abs(e_.typical - std::log10(2.0));
    return e_.nonzeros >= kLatticeValues && e_.at_typical >= 0.9 && e_.zeros >= 0.5 &&
           e_.sum_spread >= kEqual && log > 0.001 && log10 > 0.001;
  }

  /// Linear values without a unit: depth tells counts from others.
  ValueJudgement by_depth() const {
    const bool rare_ones_like_counts = e_.dispersion >= 0.3 && e_.dispersion <= 4;
    if (features_ >= 50 && e_.zeros >= 0.05 && e_.sum_spread >= 0.3 && e_.detection >= kFollows &&
        rare_ones_like_counts) {
      return {ValueKind::fractional_counts,
              "cells with larger sums have fewer zeros, and rare features vary as counts do"};
    }
    return {ValueKind::linear,
            "values up to " + shortest(std::round(static_cast<double>(e_.largest))) +
                (equal_sums() ? ", and all cells have the same sum" : ", but no sign of counts")};
  }

  const ValueEvidence& e_;
  Index features_;
};

}  // namespace

ValueJudgement judge_matrix(const Matrix& matrix) {
  if (row_count(matrix) == 0 || column_count(matrix) == 0) {
    throw InputError({.what = "the matrix is empty",
                      .found = std::to_string(row_count(matrix)) + " cells and " +
                               std::to_string(column_count(matrix)) + " features"});
  }
  const ValueEvidence evidence = value_evidence(matrix);
  if (evidence.whole >= kWholeShare) {
    return {ValueKind::counts, evidence.whole == 1
                                   ? "all are whole numbers"
                                   : percent(evidence.whole) + " are whole numbers"};
  }
  return Judge(evidence, column_count(matrix)).judgement();
}

ValueKind judge_values(const Matrix& matrix) { return judge_matrix(matrix).kind; }

}  // namespace mixvae
