#include "metrics/signatures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"

namespace mixvae::metrics {
namespace {

constexpr double kOffset = 0.1;
constexpr double kDiffers = 0.1;  // range of contrasts of a feature that differs between types
constexpr double kCellSum = 1e4;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// What to multiply a cell's counts by.
double library_factor(const Matrix& x, Index cell) {
  double sum = 0;
  for_each_value(x, cell, [&sum](Index, float value) { sum += static_cast<double>(value); });
  return sum > 0 ? kCellSum / sum : 0;
}

/// The types that have cells.
std::vector<Index> present_types(const TypeTable& table) {
  std::vector<Index> present;
  for (Index t = 0; t < table.types; ++t) {
    if (table.features > 0 && !std::isnan(table(t, 0))) {
      present.push_back(t);
    }
  }
  return present;
}

/// A signature's score for one type, its features at `places`.
double score_of(const TypeTable& contrasts, Index type, const Signature& signature,
                const std::vector<Index>& places) {
  double sum = 0;
  for (const Index feature : signature.up) {
    sum += contrasts(type, places[at(feature)]);
  }
  for (const Index feature : signature.down) {
    sum -= contrasts(type, places[at(feature)]);
  }
  return sum / static_cast<double>(signature.up.size() + signature.down.size());
}

/// Signatures whose features are numbered among those that any of them has.
struct Numbered {
  std::vector<Signature> signatures;
  std::vector<Index> features;  // of each number
};

Numbered numbered(const std::vector<Signature>& signatures) {
  Numbered result;
  std::map<Index, Index> number;
  const auto renumber = [&](const std::vector<Index>& features) {
    std::vector<Index> numbers;
    for (const Index feature : features) {
      const auto [found, is_new] =
          number.emplace(feature, static_cast<Index>(result.features.size()));
      if (is_new) {
        result.features.push_back(feature);
      }
      numbers.push_back(found->second);
    }
    return numbers;
  };
  for (const Signature& signature : signatures) {
    result.signatures.push_back({renumber(signature.up), renumber(signature.down)});
  }
  return result;
}

/// Features whose contrasts differ between the types.
std::vector<Index> differing_features(const TypeTable& contrasts,
                                      const std::vector<Index>& present) {
  std::vector<Index> features;
  for (Index f = 0; f < contrasts.features; ++f) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const Index t : present) {
      least = std::min(least, contrasts(t, f));
      most = std::max(most, contrasts(t, f));
    }
    if (most - least > kDiffers) {
      features.push_back(f);
    }
  }
  return features;
}

/// The first `count` of a random order of the features (Fisher and Yates).
std::vector<Index> draw(std::vector<Index> features, Index count, const Philox& random) {
  for (Index n = 0; n < count; ++n) {
    const auto rest = static_cast<std::uint64_t>(features.size()) - static_cast<std::uint64_t>(n);
    std::swap(features[at(n)], features[at(n + static_cast<Index>(random.integer(at(n), rest)))]);
  }
  features.resize(at(count));
  return features;
}

/// The highest score of each type.
std::vector<double> best_scores(const TypeTable& contrasts, const Numbered& all,
                                const std::vector<Index>& places) {
  std::vector<double> best(at(contrasts.types), kNone);
  for (Index t = 0; t < contrasts.types; ++t) {
    for (const Signature& signature : all.signatures) {
      best[at(t)] = std::fmax(best[at(t)], score_of(contrasts, t, signature, places));
    }
  }
  return best;
}

std::vector<double> permutation_p(const TypeTable& contrasts, const Numbered& all,
                                  const SignatureOptions& options) {
  const std::vector<Index> present = present_types(contrasts);
  const std::vector<Index> pool = differing_features(contrasts, present);
  std::vector<double> p(at(contrasts.types), kNone);
  const auto used = static_cast<Index>(all.features.size());
  if (static_cast<Index>(pool.size()) < std::max(kPermutedFeatures, used)) {
    return p;
  }
  const std::vector<double> observed = best_scores(contrasts, all, all.features);
  std::vector<std::vector<double>> permuted(at(options.permutations));
  parallel_for(options.permutations, 16, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const Philox random(options.seed, Purpose::permutation_test, at(i));
      permuted[at(i)] = best_scores(contrasts, all, draw(pool, used, random));
    }
  });
  for (const Index t : present) {
    const auto reached = std::ranges::count_if(
        permuted, [&](const std::vector<double>& best) { return best[at(t)] >= observed[at(t)]; });
    p[at(t)] = (1 + static_cast<double>(reached)) / (1 + static_cast<double>(options.permutations));
  }
  return p;
}

}  // namespace

TypeTable type_means(const Matrix& x, Labels labels, Index types, MarkerScale scale) {
  MIXVAE_ASSERT(row_count(x) == static_cast<Index>(labels.size()), "labels of other cells");
  TypeTable means{types, column_count(x), {}};
  means.values.resize(at(types * means.features), 0.0);
  std::vector<Index> sizes(at(types), 0);
  const bool counts = scale == MarkerScale::counts;
  for (Index cell = 0; cell < row_count(x); ++cell) {
    const std::int32_t type = labels[at(cell)];
    MIXVAE_ASSERT(type >= -1 && type < types, "a type out of range");
    if (type < 0) {
      continue;
    }
    ++sizes[at(type)];
    const double factor = counts ? library_factor(x, cell) : 1.0;
    for_each_value(x, cell, [&](Index feature, float value) {
      const double scaled = static_cast<double>(value) * factor;
      means.values[at(type * means.features + feature)] += counts ? std::log1p(scaled) : scaled;
    });
  }
  for (Index t = 0; t < types; ++t) {
    for (Index f = 0; f < means.features; ++f) {
      double& mean = means.values[at(t * means.features + f)];
      mean = sizes[at(t)] > 0 ? mean / static_cast<double>(sizes[at(t)]) : kNone;
    }
  }
  return means;
}

TypeTable type_contrasts(const TypeTable& means) {
  TypeTable contrasts = means;
  const std::vector<Index> present = present_types(means);
  const auto count = static_cast<double>(present.size());
  for (Index f = 0; f < means.features; ++f) {
    double sum = 0;
    for (const Index t : present) {
      sum += means(t, f);
    }
    const double mean = sum / count;
    double squares = 0;
    for (const Index t : present) {
      squares += (means(t, f) - mean) * (means(t, f) - mean);
    }
    const double deviation = std::sqrt(squares / count);
    for (const Index t : present) {
      contrasts.values[at(t * means.features + f)] = (means(t, f) - mean) / (deviation + kOffset);
    }
  }
  return contrasts;
}

SignatureScores signature_scores(const TypeTable& contrasts,
                                 const std::vector<Signature>& signatures,
                                 const SignatureOptions& options) {
  SignatureScores result{contrasts.types, static_cast<Index>(signatures.size()), {}, {}};
  const Numbered all = numbered(signatures);
  for (Index t = 0; t < contrasts.types; ++t) {
    for (const Signature& signature : all.signatures) {
      MIXVAE_ASSERT(signature.up.size() + signature.down.size() > 0, "a signature of nothing");
      result.scores.push_back(score_of(contrasts, t, signature, all.features));
    }
  }
  result.p = permutation_p(contrasts, all, options);
  return result;
}

}  // namespace mixvae::metrics
