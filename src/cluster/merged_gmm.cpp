#include "cluster/merged_gmm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/parallel.hpp"
#include "cluster/gmm_steps.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/labels.hpp"

namespace mixvae::cluster {
namespace {

constexpr std::size_t kTriedPairs = 6;  // pairs whose merging is tried out
constexpr int kFirstSteps = 100;        // largest number of EM steps: after k-means,
constexpr int kPieceSteps = 10;         // between merges of more components than allowed,
constexpr int kMergedSteps = 30;        // of fewer,
constexpr int kLastSteps = 300;         // and of the result
constexpr double kGain = 1.0;           // EM stops below this gain of the log likelihood, in nats
constexpr double kLastGain = 0.1;
constexpr double kFewer = 0.8;  // merging ends at this share of the best number,
constexpr Index kLess = 4;      // and at least so many below it

struct Mixture {
  std::vector<Component> components;
  Posteriors posteriors;
  double log_likelihood = 0;  // of all cells, nats
  double bic = 0;
  int steps = 0;
  bool converged = false;

  Index size() const { return posteriors.of_components.cols(); }
};

struct Pair {
  Index first;
  Index second;
  double loss;  // of classification likelihood, nats
};

double log_determinant(const Component& component) { return -2 * component.log_scale; }

Component merged_component(const Component& a, const Component& b) {
  const double weight_a = std::exp(a.log_weight);
  const double weight_b = std::exp(b.log_weight);
  const double share = weight_a / (weight_a + weight_b);
  const Eigen::RowVectorXd apart = a.mean - b.mean;
  Component merged;
  merged.log_weight = std::log(weight_a + weight_b);
  merged.mean = share * a.mean + (1 - share) * b.mean;
  merged.covariance = share * a.covariance + (1 - share) * b.covariance +
                      share * (1 - share) * apart.transpose() * apart;
  update_whitening(merged, Covariance::full);
  return merged;
}

/// A component's part of the classification likelihood, as a cost per cell of the data.
double classification_cost(const Component& component) {
  return std::exp(component.log_weight) * (0.5 * log_determinant(component) - component.log_weight);
}

/// The pairs that cost least classification likelihood, cheapest first.
std::vector<Pair> cheapest_pairs(const std::vector<Component>& components) {
  std::vector<Pair> pairs;
  const auto count = static_cast<Index>(components.size());
  for (Index i = 0; i < count; ++i) {
    for (Index j = i + 1; j < count; ++j) {
      const double loss = classification_cost(merged_component(components[i], components[j])) -
                          classification_cost(components[i]) - classification_cost(components[j]);
      pairs.push_back({i, j, loss});
    }
  }
  const std::size_t kept = std::min(kTriedPairs, pairs.size());
  std::ranges::partial_sort(pairs, pairs.begin() + static_cast<std::ptrdiff_t>(kept), {},
                            &Pair::loss);
  pairs.resize(kept);
  return pairs;
}

class MergingSearch {
 public:
  MergingSearch(const DenseMatrix& x, const MergedGmmOptions& options)
      : x_(x),
        options_(options),
        step_options_{.covariance = Covariance::full, .regularisation = options.regularisation} {}

  /// The mixture with the lowest BIC on the way from too many components to few.
  Mixture run() {
    Mixture mixture = first_mixture();
    Mixture best;
    best.bic = std::numeric_limits<double>::infinity();
    while (true) {
      if (mixture.size() <= options_.most && mixture.bic < best.bic) {
        best = mixture;
      }
      if (mixture.size() == 1 || far_below(mixture.size(), best.size())) {
        break;
      }
      merge(mixture);
      maximise_likelihood(mixture, mixture.size() > options_.most ? kPieceSteps : kMergedSteps,
                          kGain);
    }
    best.steps = mixture.steps;
    maximise_likelihood(best, kLastSteps, kLastGain);
    return best;
  }

 private:
  Mixture first_mixture() const {
    const Index most_pieces = std::max(x_.rows / (3 * (x_.columns + 1)), Index{1});
    const Index pieces = std::min(options_.most * options_.pieces, most_pieces);
    const Kmeans start = kmeans(x_, {.clusters = pieces, .starts = 1, .seed = options_.seed});
    Mixture mixture;
    mixture.posteriors.of_components = one_hot(start.labels, pieces);
    maximise_likelihood(mixture, kFirstSteps, kGain);
    return mixture;
  }

  static bool far_below(Index size, Index best) {
    return size < best - kLess && static_cast<double>(size) < kFewer * static_cast<double>(best);
  }

  void maximise_likelihood(Mixture& mixture, int steps, double gain) const {
    double last = -std::numeric_limits<double>::infinity();
    bool complete = true;
    mixture.converged = false;
    for (int step = 0; !complete || (step < steps && !mixture.converged); ++step) {
      mixture.components.resize(mixture.size());
      maximise(x_, mixture.posteriors.of_components, step_options_, mixture.components);
      mixture.log_likelihood = static_cast<double>(x_.rows) *
                               expect(x_, mixture.components, Covariance::full, mixture.posteriors);
      ++mixture.steps;
      complete = !drop_small(mixture.posteriors.of_components);
      mixture.converged = complete && mixture.log_likelihood - last < gain;
      last = complete ? mixture.log_likelihood : -std::numeric_limits<double>::infinity();
    }
    mixture.bic = bic(mixture.log_likelihood / static_cast<double>(x_.rows), x_.rows,
                      mixture.size(), x_.columns);
  }

  /// Leaves out components of too few cells for a covariance, but not the largest; returns whether
  /// there were any.
  bool drop_small(RowMatrixD& posteriors) const {
    const Eigen::RowVectorXd sizes = posteriors.colwise().sum();
    const double smallest = std::min(static_cast<double>(x_.columns + 1), sizes.maxCoeff() / 2);
    std::vector<Index> kept;
    for (Index k = 0; k < sizes.size(); ++k) {
      if (sizes[k] > smallest) {
        kept.push_back(k);
      }
    }
    if (static_cast<Index>(kept.size()) == sizes.size()) {
      return false;
    }
    const RowMatrixD rest = posteriors(Eigen::all, kept);
    posteriors = rest.array().colwise() / rest.rowwise().sum().array().max(1e-300);
    return true;
  }

  /// Log likelihood of all cells after merging a pair, before any EM step.
  double likelihood_after(const Mixture& mixture, const Pair& pair) const {
    const auto& posteriors = mixture.posteriors;
    const Component component =
        merged_component(mixture.components[pair.first], mixture.components[pair.second]);
    const Eigen::ArrayXd merged =
        (log_joint(x_, 0, x_.rows, component, Covariance::full) - posteriors.log_densities)
            .array()
            .exp();
    const Eigen::ArrayXd others = (1 - posteriors.of_components.col(pair.first).array() -
                                   posteriors.of_components.col(pair.second).array())
                                      .max(std::numeric_limits<double>::min());
    return (others + merged).log().sum() + posteriors.log_densities.sum();
  }

  void merge(Mixture& mixture) const {
    const std::vector<Pair> pairs = cheapest_pairs(mixture.components);
    std::vector<double> likelihoods(pairs.size());
    parallel_tasks(static_cast<std::int64_t>(pairs.size()), [&](std::int64_t pair) {
      likelihoods[pair] = likelihood_after(mixture, pairs[pair]);
    });
    const Pair& best = pairs[std::ranges::max_element(likelihoods) - likelihoods.begin()];
    RowMatrixD& posteriors = mixture.posteriors.of_components;
    posteriors.col(best.first) += posteriors.col(best.second);
    std::vector<Index> kept(posteriors.cols());
    std::iota(kept.begin(), kept.end(), Index{0});
    kept.erase(kept.begin() + best.second);
    posteriors = RowMatrixD(posteriors(Eigen::all, kept));
  }

  const DenseMatrix& x_;
  const MergedGmmOptions& options_;
  GmmOptions step_options_;
};

}  // namespace

double bic(double log_likelihood, Index cells, Index components, Index columns) {
  const auto n = static_cast<double>(cells);
  const Index each = 1 + columns + columns * (columns + 1) / 2;
  return -2 * n * log_likelihood + static_cast<double>(components * each - 1) * std::log(n);
}

MergedGmm merged_gmm(const DenseMatrix& x, const MergedGmmOptions& options) {
  require_cluster_count(options.most, x.rows);
  require_finite(x);
  const Mixture mixture = MergingSearch(x, options).run();
  MergedGmm result;
  result.bic = mixture.bic;
  result.mixture.log_likelihood = mixture.log_likelihood / static_cast<double>(x.rows);
  result.mixture.iterations = mixture.steps;
  result.mixture.converged = mixture.converged;
  write_result(mixture.components, mixture.posteriors.of_components, result.mixture);
  return result;
}

}  // namespace mixvae::cluster
