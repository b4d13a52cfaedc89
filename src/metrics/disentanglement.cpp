#include "metrics/disentanglement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "base/philox.hpp"

namespace mixvae::metrics {
namespace {

/// Added to variances within logarithms and to global dispersions, as in the authors' code.
constexpr double kLeastDispersion = 1e-10;

using Factors = std::vector<std::vector<std::int32_t>>;

/// Images of each value of a factor that has any, by rising value.
std::vector<std::vector<Index>> images_by_value(const std::vector<std::int32_t>& factor) {
  if (std::ranges::any_of(factor, [](std::int32_t value) { return value < 0; })) {
    throw InputError(
        {.what = "a factor has no value for some images",
         .hint = "the disentanglement score needs images whose factors are all known"});
  }
  const std::int32_t largest = *std::ranges::max_element(factor);
  std::vector<std::vector<Index>> images(static_cast<std::size_t>(largest) + 1);
  for (std::size_t n = 0; n < factor.size(); ++n) {
    images[static_cast<std::size_t>(factor[n])].push_back(static_cast<Index>(n));
  }
  std::erase_if(images, [](const auto& of_value) { return of_value.empty(); });
  return images;
}

/// Mean over images of KL(N(mean, variance) || N(0, 1)) of each state.
std::vector<double> mean_kl(const LatentCode& code) {
  std::vector<double> kl(at(code.mean.columns), 0.0);
  for (Index n = 0; n < code.mean.rows; ++n) {
    for (Index s = 0; s < code.mean.columns; ++s) {
      const double mean = code.mean(n, s);
      const double variance = code.variance(n, s);
      const double log_deviation = std::log(std::sqrt(variance) + kLeastDispersion);
      kl[at(s)] += 0.5 * (mean * mean + variance - 2 * log_deviation - 1);
    }
  }
  for (double& value : kl) {
    value /= static_cast<double>(code.mean.rows);
  }
  return kl;
}

/// Unbiased variance of a state's mean among images.
double state_dispersion(const DenseMatrix& mean, Index state, std::span<const Index> images) {
  double sum = 0;
  for (const Index n : images) {
    sum += mean(n, state);
  }
  const double middle = sum / static_cast<double>(images.size());
  double squares = 0;
  for (const Index n : images) {
    squares += (mean(n, state) - middle) * (mean(n, state) - middle);
  }
  return squares / (static_cast<double>(images.size()) - 1);
}

double type_dispersion(const std::vector<std::int32_t>& types, std::span<const Index> images) {
  std::vector<double> counts(static_cast<std::size_t>(*std::ranges::max_element(types)) + 1, 0.0);
  for (const Index n : images) {
    counts[at(types[at(n)])] += 1;
  }
  const auto size = static_cast<double>(images.size());
  const double squares = std::inner_product(counts.begin(), counts.end(), counts.begin(), 0.0);
  return (size * size - squares) / (2 * size * (size - 1));
}

/// The latents that vote, with their dispersions among all images; the type is number S.
class Voters {
 public:
  Voters(const LatentCode& code, const std::vector<bool>& active) : code_(code) {
    for (Index s = 0; s < code.mean.columns; ++s) {
      if (active[at(s)]) {
        latents_.push_back(s);
      }
    }
    if (!code.types.empty()) {
      latents_.push_back(code.mean.columns);
    }
    std::vector<Index> all(at(code.mean.rows));
    std::iota(all.begin(), all.end(), Index{0});
    for (const Index latent : latents_) {
      global_.push_back(dispersion(latent, all));
    }
  }

  bool empty() const { return latents_.empty(); }

  /// The latent of the smallest share of its dispersion.
  Index vote(std::span<const Index> images) const {
    std::vector<double> shares;
    for (std::size_t i = 0; i < latents_.size(); ++i) {
      shares.push_back(dispersion(latents_[i], images) / (global_[i] + kLeastDispersion));
    }
    return latents_[at(std::ranges::min_element(shares) - shares.begin())];
  }

 private:
  double dispersion(Index latent, std::span<const Index> images) const {
    return latent == code_.mean.columns ? type_dispersion(code_.types, images)
                                        : state_dispersion(code_.mean, latent, images);
  }

  const LatentCode& code_;
  std::vector<Index> latents_;
  std::vector<double> global_;
};

/// Votes [S + 1, F] of each latent for each factor.
std::vector<Index> count_votes(const Voters& voters, const std::vector<FactorVote>& votes,
                               Index latents, std::size_t factors) {
  std::vector<Index> counts(at(latents) * factors, 0);
  for (const FactorVote& vote : votes) {
    ++counts[at(voters.vote(vote.images)) * factors + vote.factor];
  }
  return counts;
}

}  // namespace

std::vector<FactorVote> factor_votes(const Factors& factors, const DisentanglementOptions& options,
                                     std::uint64_t round) {
  std::vector<std::size_t> varying;
  std::vector<std::vector<std::vector<Index>>> images;
  for (std::size_t f = 0; f < factors.size(); ++f) {
    MIXVAE_ASSERT(factors[f].size() == factors[0].size(), "factors are of the same images");
    images.push_back(images_by_value(factors[f]));
    if (images.back().size() > 1) {
      varying.push_back(f);
    }
  }
  if (varying.empty()) {
    throw InputError({.what = "no factor has more than one value"});
  }
  const Index each = options.votes / std::ssize(varying);
  std::vector<FactorVote> votes;
  for (const std::size_t f : varying) {
    for (Index v = 0; v < each; ++v) {
      const auto number = static_cast<std::uint64_t>(votes.size());
      const Philox random(options.seed, Purpose::subsample, 2 * number + round);
      const std::vector<Index>& chosen = images[f][random.integer(0, images[f].size())];
      FactorVote vote{f, {}};
      for (Index i = 1; i <= options.images; ++i) {
        vote.images.push_back(chosen[random.integer(static_cast<std::uint64_t>(i), chosen.size())]);
      }
      votes.push_back(std::move(vote));
    }
  }
  return votes;
}

Disentanglement disentanglement(const LatentCode& code, const Factors& factors,
                                const DisentanglementOptions& options) {
  const auto images = static_cast<std::size_t>(code.mean.rows);
  MIXVAE_ASSERT(!factors.empty() && factors[0].size() == images &&
                    code.variance.values.size() == code.mean.values.size() &&
                    (code.types.empty() || code.types.size() == images),
                "latents and factors are of the same images");
  Disentanglement result;
  result.state_kl = mean_kl(code);
  for (const double kl : result.state_kl) {
    result.active.push_back(kl > options.active_kl);
  }
  const Voters voters(code, result.active);
  const std::vector<FactorVote> votes = factor_votes(factors, options, 0);
  const Index latents = code.mean.columns + 1;
  result.votes = std::ssize(votes);
  result.counts.assign(at(latents) * factors.size(), 0);
  if (voters.empty()) {
    const auto varying = std::ranges::count_if(factors, [](const auto& factor) {
      return std::ranges::any_of(factor, [&](std::int32_t value) { return value != factor[0]; });
    });
    result.score = result.held_out = 1.0 / static_cast<double>(varying);
    return result;
  }
  result.counts = count_votes(voters, votes, latents, factors.size());
  const std::vector<Index> others =
      count_votes(voters, factor_votes(factors, options, 1), latents, factors.size());
  Index right = 0;
  Index right_others = 0;
  for (Index latent = 0; latent < latents; ++latent) {
    const auto row = std::span(result.counts).subspan(at(latent) * factors.size(), factors.size());
    const auto largest = std::ranges::max_element(row);
    right += *largest;
    if (*largest > 0) {
      right_others += others[at(latent) * factors.size() + at(largest - row.begin())];
    }
  }
  result.score = static_cast<double>(right) / static_cast<double>(result.votes);
  result.held_out = static_cast<double>(right_others) / static_cast<double>(result.votes);
  return result;
}

}  // namespace mixvae::metrics
