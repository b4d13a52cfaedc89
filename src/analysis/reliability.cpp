#include "analysis/reliability.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"

namespace mixvae::analysis {
namespace {

/// The cells that have a type and a partner's label, and whether the two are matched.
struct Compared {
  std::vector<Index> cells;
  std::vector<double> agrees;

  double share() const {
    double sum = 0;
    for (const double one : agrees) {
      sum += one;
    }
    return sum / static_cast<double>(agrees.size());
  }
  std::vector<double> of(const std::vector<float>& score) const {
    std::vector<double> picked;
    for (const Index cell : cells) {
      picked.push_back(static_cast<double>(score[at(cell)]));
    }
    return picked;
  }
};

Compared compare(const std::vector<std::int32_t>& types, const std::vector<std::int32_t>& others) {
  if (types.size() != others.size()) {
    throw Bug("types of " + std::to_string(types.size()) + " cells and labels of " +
              std::to_string(others.size()));
  }
  Compared compared;
  std::vector<std::int32_t> mine;
  std::vector<std::int32_t> theirs;
  for (std::size_t n = 0; n < types.size(); ++n) {
    if (types[n] >= 0 && others[n] >= 0) {
      compared.cells.push_back(static_cast<Index>(n));
      mine.push_back(types[n]);
      theirs.push_back(others[n]);
    }
  }
  compared.agrees = metrics::agreement(mine, theirs);
  return compared;
}

ScoreReliability measure(const std::vector<float>& score, const Compared& labels,
                         const std::vector<Compared>& fits, std::size_t cells) {
  if (score.size() != cells) {
    throw Bug("a score of " + std::to_string(score.size()) + " cells for " + std::to_string(cells));
  }
  ScoreReliability measured;
  const std::vector<double> of_labelled = labels.of(score);
  measured.auroc_right = metrics::auroc(labels.agrees, of_labelled);
  measured.ece_right = metrics::calibration_error(labels.agrees, of_labelled);
  double area = 0;
  double areas = 0;
  double error = 0;
  for (const Compared& fit : fits) {
    const std::vector<double> of_fit = fit.of(score);
    const double one = metrics::auroc(fit.agrees, of_fit);
    area += std::isnan(one) ? 0.0 : one;
    areas += std::isnan(one) ? 0.0 : 1.0;
    error += metrics::calibration_error(fit.agrees, of_fit);
  }
  measured.auroc_reproduced = area / areas;
  measured.ece_reproduced = error / static_cast<double>(fits.size());
  return measured;
}

}  // namespace

Reliability reliability_of(const Assignment& assignment, const Categorical& labels,
                           const std::vector<Assignment>& independent) {
  const Compared labelled = compare(assignment.types, labels.codes);
  std::vector<Compared> fits;
  double reproduced = 0;
  for (const Assignment& other : independent) {
    fits.push_back(compare(assignment.types, other.types));
    reproduced += fits.back().share();
  }
  Reliability measured;
  measured.reproduced = reproduced / static_cast<double>(fits.size());
  measured.probability = measure(assignment.type_prob, labelled, fits, assignment.types.size());
  if (!assignment.confidence.empty()) {
    measured.confidence = measure(assignment.confidence, labelled, fits, assignment.types.size());
  }
  return measured;
}

}  // namespace mixvae::analysis
