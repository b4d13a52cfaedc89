#include "fit/confidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/parallel.hpp"
#include "cluster/knn.hpp"
#include "metrics/accuracy.hpp"
#include "metrics/contingency.hpp"
#include "metrics/logistic_regression.hpp"

namespace mixvae::fit {
namespace {

using Partition = std::vector<std::int32_t>;
using Evidence = std::array<double, Confidence::kWeights>;

constexpr Index kCellGrain = 256;
constexpr double kDoubt = 0.025;  // no share is beyond these odds
constexpr double kHalf = 0.5;
constexpr Index kLeading = 10;  // coordinates that tell novelty: later ones of few cells are noise
constexpr double kLikeOthers = 0.99;  // share of landmarks that are like the others
constexpr double kLeastReach = 1e-9;  // of cells that are equal

double log_odds(double share) { return std::log((share + kDoubt) / (1 - share + kDoubt)); }

Index types_with_cells(const Partition& types) {
  return static_cast<Index>(std::set<std::int32_t>(types.begin(), types.end()).size());
}

/// Whether partitions belong to replicates 0, 1, 2, ..., each to at least two of them, its joint
/// one and a member.
bool replicates_in_turn(const std::vector<float>& replicate_of) {
  float present = -1;
  std::size_t partitions = 2;
  for (const float replicate : replicate_of) {
    if (replicate == present) {
      ++partitions;
    } else if (replicate == present + 1 && partitions > 1) {
      present = replicate;
      partitions = 1;
    } else {
      return false;
    }
  }
  return present >= 1 && partitions > 1;
}

/// Whether partition p is the first of its replicate: the joint one.
bool is_joint(const std::vector<float>& replicate_of, std::size_t p) {
  return p == 0 || replicate_of[p - 1] != replicate_of[p];
}

/// [B] partitions of each replicate besides the joint one.
std::vector<double> members_of_replicates(const std::vector<float>& replicate_of) {
  std::vector<double> members;
  for (std::size_t p = 0; p < replicate_of.size(); ++p) {
    if (is_joint(replicate_of, p)) {
      members.push_back(0);
    } else {
      members.back() += 1;
    }
  }
  return members;
}

/// How often replicates agree about the cells of a type.
class AgreementAboutTypes {
 public:
  /// From what joint partitions say [N, B], 1 or 0, of cells with types [N] in [0, types).
  AgreementAboutTypes(const DenseMatrix& joint, const Partition& types, std::size_t count)
      : agreeing_(count, std::vector<double>(at(joint.columns), 0.0)), sizes_(count, 0.0) {
    for (Index cell = 0; cell < joint.rows; ++cell) {
      const auto type = at(types[at(cell)]);
      sizes_[type] += 1;
      for (Index b = 0; b < joint.columns; ++b) {
        agreeing_[type][at(b)] += static_cast<double>(joint.row(cell)[at(b)]);
      }
    }
  }

  /// Mean over the cells of a type and over all replicates but one (-1: over all); 0 for none.
  double of(std::int32_t type, Index without) const {
    const std::vector<double>& agreeing = agreeing_[at(type)];
    const double left = without < 0 ? 0.0 : agreeing[at(without)];
    const double trials = static_cast<double>(agreeing.size()) - (without < 0 ? 0.0 : 1.0);
    const double all = std::accumulate(agreeing.begin(), agreeing.end(), 0.0) - left;
    return sizes_[at(type)] > 0 ? all / (sizes_[at(type)] * trials) : 0.0;
  }

 private:
  std::vector<std::vector<double>> agreeing_;  // [K, B] cells about which a replicate agrees
  std::vector<double> sizes_;                  // [K]
};

/// Largest Jaccard index of each type [K] with a cluster.
std::vector<double> jaccard_of_types(const metrics::Contingency& table) {
  std::vector<double> best(at(table.rows), 0.0);
  for (Index type = 0; type < table.rows; ++type) {
    for (Index cluster = 0; cluster < table.columns; ++cluster) {
      const auto both = static_cast<double>(table(type, cluster));
      const auto either =
          static_cast<double>(table.row_totals[at(type)] + table.column_totals[at(cluster)]) - both;
      best[at(type)] = std::max(best[at(type)], either > 0 ? both / either : 0.0);
    }
  }
  return best;
}

/// Coordinates of the largest variance, which came first.
DenseMatrix first_columns(const DenseMatrix& points) {
  std::vector<Index> columns(at(std::min(kLeading, points.columns)));
  std::iota(columns.begin(), columns.end(), 0);
  return std::get<DenseMatrix>(select_columns(Matrix(points), columns));
}

std::vector<double> mean_distances(const cluster::Neighbours& nearest) {
  std::vector<double> means;
  for (Index cell = 0; cell < static_cast<Index>(nearest.cells.size()) / nearest.k; ++cell) {
    const auto distances = nearest.distances_of(cell);
    means.push_back(std::accumulate(distances.begin(), distances.end(), 0.0) /
                    static_cast<double>(nearest.k));
  }
  return means;
}

/// Mean distance of each cell to its neighbours, over the mean of these neighbours' own.
std::vector<double> over_those_of_neighbours(const cluster::Neighbours& nearest,
                                             const std::vector<double>& of_neighbours) {
  std::vector<double> ratios = mean_distances(nearest);
  for (std::size_t cell = 0; cell < ratios.size(); ++cell) {
    double sum = 0;
    for (const std::int32_t neighbour : nearest.of(static_cast<Index>(cell))) {
      sum += of_neighbours[at(neighbour)];
    }
    ratios[cell] /= std::max(sum / static_cast<double>(nearest.k), kLeastReach);
  }
  return ratios;
}

}  // namespace

/// What the replicates say of cells.
struct Confidence::Votes {
  DenseMatrix members;      // [N, B] share of a replicate's partitions that agree
  DenseMatrix joint;        // [N, B] 1 where its joint one does, else 0
  std::vector<float> near;  // [N] share of the nearest landmarks that have the cell's type

  /// Of all replicates but one (-1: of all), with the mean agreement about the cell's type.
  Evidence evidence(Index cell, double probability, double about_type, Index without) const {
    const auto mean = [&](const DenseMatrix& share) {
      const auto row = share.row(cell);
      const double left = without < 0 ? 0.0 : static_cast<double>(row[at(without)]);
      const double count = static_cast<double>(row.size()) - (without < 0 ? 0.0 : 1.0);
      return (std::accumulate(row.begin(), row.end(), 0.0) - left) / count;
    };
    return {1.0,
            log_odds(mean(members)),
            log_odds(mean(joint)),
            log_odds(static_cast<double>(near[at(cell)])),
            log_odds(probability),
            log_odds(about_type)};
  }
};

bool Confidence::can_learn(const TypedCells& cells, Index types) {
  return can_replicate(cells.points.rows, types);
}

Confidence Confidence::learn(const TypedCells& cells, Index types,
                             const ConfidenceOptions& options) {
  const std::vector<Index> rows = landmark_cells(
      cells.types, options.landmarks, options.of_each_type, options.replicates.start.seed);
  Confidence learnt;
  learnt.landmarks_ = std::get<DenseMatrix>(select_rows(Matrix(cells.points), rows));
  Partition landmark_types;
  std::vector<float> probs;
  for (const Index row : rows) {
    landmark_types.push_back(cells.types[at(row)]);
    probs.push_back(cells.probs[at(row)]);
  }
  ReplicateOptions wanted = options.replicates;
  wanted.start.types = types_with_cells(landmark_types);
  learnt.keep(replicates(learnt.landmarks_, wanted), landmark_types, types);
  learnt.learn_weights({learnt.landmarks_, landmark_types, probs});
  return learnt;
}

void Confidence::keep(const std::vector<Replicate>& found, const Partition& landmark_types,
                      Index types) {
  std::vector<Partition> rows = {landmark_types};
  support_.assign(at(types), 0.0F);
  const auto in_types = [&](Partition labels) {
    const metrics::Contingency table = metrics::contingency(landmark_types, labels, types);
    const metrics::Matching matching = metrics::best_matching(table);
    std::ranges::transform(labels, labels.begin(), [&](std::int32_t label) {
      return label < 0 ? -1 : matching.type_of_cluster[at(label)];
    });
    return labels;
  };
  for (std::size_t b = 0; b < found.size(); ++b) {
    const std::vector<double> jaccard =
        jaccard_of_types(metrics::contingency(landmark_types, found[b].types, types));
    for (std::size_t k = 0; k < jaccard.size(); ++k) {
      support_[k] += jaccard[k] > kHalf ? 1.0F : 0.0F;
    }
    rows.push_back(in_types(found[b].types));
    replicate_of_.push_back(static_cast<float>(b));
    for (const Partition& member : found[b].members) {
      rows.push_back(in_types(member));
      replicate_of_.push_back(static_cast<float>(b));
    }
  }
  for (float& support : support_) {
    support /= static_cast<float>(found.size());
  }
  labels_ = DenseMatrix(static_cast<Index>(rows.size()), landmarks_.rows);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::ranges::transform(rows[r], labels_.row(static_cast<Index>(r)).begin(),
                           [](std::int32_t label) { return static_cast<float>(label); });
  }
}

void Confidence::require_whole(const std::string& where, Index coordinates, Index types) const {
  const auto count = static_cast<std::size_t>(types);
  const auto in_types = [types](float label) {
    return label >= -1 && label < static_cast<float>(types) && label == std::floor(label);
  };
  const bool whole =
      landmarks_.rows > 1 && landmarks_.columns == coordinates && labels_.rows > 1 &&
      labels_.columns == landmarks_.rows && replicate_of_.size() == at(labels_.rows - 1) &&
      weights_.size() == kWeights && agreement_.size() == count && support_.size() == count &&
      std::ranges::all_of(labels_.values, in_types) && replicates_in_turn(replicate_of_);
  if (!whole) {
    throw InputError({.what = "the model file contradicts itself: the parts of its confidence do "
                              "not belong together",
                      .where = where,
                      .hint = "fit again"});
  }
}

Confidence::Votes Confidence::votes(const TypedCells& cells) const {
  const Index count = cells.points.rows;
  const auto replicates = static_cast<Index>(replicate_of_.back()) + 1;
  std::vector<Partition> partitions(at(labels_.rows));
  for (Index r = 0; r < labels_.rows; ++r) {
    const auto row = labels_.row(r);
    partitions[at(r)].assign(row.begin(), row.end());
  }
  const cluster::Neighbours nearest = cluster::neighbours_among(
      cells.points, landmarks_, {.neighbours = std::min(kVoters, landmarks_.rows)});
  Votes votes{DenseMatrix(count, replicates), DenseMatrix(count, replicates),
              std::vector<float>(at(count))};
  const std::vector<double> members = members_of_replicates(replicate_of_);
  parallel_for(count, kCellGrain, [&](Index begin, Index end) {
    for (Index cell = begin; cell < end; ++cell) {
      const auto voters = nearest.of(cell);
      const std::int32_t type = cells.types[at(cell)];
      const auto alike = std::ranges::count_if(
          voters, [&](std::int32_t voter) { return partitions[0][at(voter)] == type; });
      votes.near[at(cell)] = static_cast<float>(alike) / static_cast<float>(voters.size());
      for (std::size_t p = 0; p < replicate_of_.size(); ++p) {
        const auto b = static_cast<std::size_t>(replicate_of_[p]);
        const bool agrees = majority(voters, partitions[p + 1]) == type;
        if (is_joint(replicate_of_, p)) {
          votes.joint.row(cell)[b] = agrees ? 1.0F : 0.0F;
        } else if (agrees) {
          votes.members.row(cell)[b] += static_cast<float>(1 / members[b]);
        }
      }
    }
  });
  return votes;
}

void Confidence::learn_weights(const TypedCells& landmarks) {
  const Votes said = votes(landmarks);
  const Index replicates = said.joint.columns;
  const AgreementAboutTypes about(said.joint, landmarks.types, support_.size());
  std::vector<double> evidence;
  std::vector<double> outcome;
  for (Index cell = 0; cell < landmarks.points.rows; ++cell) {
    for (Index b = 0; b < replicates; ++b) {
      const Evidence e = said.evidence(cell, static_cast<double>(landmarks.probs[at(cell)]),
                                       about.of(landmarks.types[at(cell)], b), b);
      evidence.insert(evidence.end(), e.begin(), e.end());
      outcome.push_back(static_cast<double>(said.joint.row(cell)[at(b)]));
    }
  }
  const std::vector<double> learnt = metrics::logistic_regression(evidence, outcome);
  weights_.assign(learnt.begin(), learnt.end());
  for (std::size_t k = 0; k < support_.size(); ++k) {
    agreement_.push_back(static_cast<float>(about.of(static_cast<std::int32_t>(k), -1)));
  }
}

std::vector<float> Confidence::of(const TypedCells& cells) const {
  if (!present()) {
    throw Bug("a confidence was asked of a model without one");
  }
  const Votes said = votes(cells);
  std::vector<float> confidence(at(cells.points.rows));
  for (Index cell = 0; cell < cells.points.rows; ++cell) {
    const Evidence e =
        said.evidence(cell, static_cast<double>(cells.probs[at(cell)]),
                      static_cast<double>(agreement_[at(cells.types[at(cell)])]), -1);
    confidence[at(cell)] = static_cast<float>(
        metrics::logistic(std::inner_product(e.begin(), e.end(), weights_.begin(), 0.0)));
  }
  return confidence;
}

std::vector<float> Confidence::novelty(const DenseMatrix& points) const {
  if (!present()) {
    throw Bug("a novelty was asked of a model without landmarks");
  }
  const DenseMatrix landmarks = first_columns(landmarks_);
  const cluster::Neighbours own =
      cluster::nearest_neighbours(landmarks, std::min(kVoters, landmarks.rows - 1));
  const std::vector<double> reach = mean_distances(own);
  std::vector<double> usual = over_those_of_neighbours(own, reach);
  const auto limit = usual.begin() + static_cast<std::ptrdiff_t>(
                                         kLikeOthers * static_cast<double>(usual.size() - 1));
  std::ranges::nth_element(usual, limit);
  const cluster::Neighbours nearest = cluster::neighbours_among(
      first_columns(points), landmarks, {.neighbours = std::min(kVoters, landmarks.rows)});
  std::vector<float> novelty;
  for (const double ratio : over_those_of_neighbours(nearest, reach)) {
    novelty.push_back(static_cast<float>(ratio / std::max(*limit, kLeastReach)));
  }
  return novelty;
}

}  // namespace mixvae::fit
