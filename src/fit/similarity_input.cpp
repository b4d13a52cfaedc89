#include "fit/similarity_input.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "cluster/knn.hpp"
#include "data/io/similarity_file.hpp"

namespace mixvae::fit {

Options options(SimilarityOptions& similarity) {
  return {
      {.name = "similarity",
       .target = &similarity.similarity,
       .meaning = "which pairs of cells the model is told to put into one type: none, nearest "
                  "neighbours (knn), cells within --similarity-distance (distance), or the pairs "
                  "in a file (a square matrix or a table of pairs)",
       .placeholder = "none|knn|distance|FILE"},
      {.name = "similarity-neighbours",
       .target = &similarity.neighbours,
       .meaning = "how many nearest neighbours count as similar; auto: of a batch of B cells B / "
                  "100, or 0.8 B / K for K types where all others count as different "
                  "(--similarity-different 1); of all data 15",
       .minimum = 1,
       .maximum = 100000,
       .needs = {"similarity=knn"}},
      {.name = "similarity-different",
       .target = &similarity.different,
       .meaning =
           "share of the cells of a batch, the farthest ones, that count as different from a cell; "
           "those in between count as neither. 1: all but the neighbours, as published",
       .minimum = 1e-6,
       .maximum = 1,
       .needs = {"similarity=knn", "similarity-scope=batch"}},
      {.name = "similarity-scope",
       .target = &similarity.scope,
       .meaning = "among which cells neighbours are found: those of a batch, or all data",
       .choices = {"batch", "data"},
       .needs = {"similarity=knn"}},
      {.name = "similarity-distance",
       .target = &similarity.distance,
       .meaning = "with --similarity distance: cells nearer than this count as similar",
       .minimum = 1e-12,
       .needs = {"similarity=distance"}},
      {.name = "pairs",
       .target = &similarity.pairs,
       .meaning =
           "table of pairs of cells of which it is known whether they are of one type: two columns "
           "of cell names, and 1 (one type) or 0 (different types); they overrule everything else",
       .placeholder = "FILE"},
  };
}

namespace {

/// Similarities of the kept cells from a file of all cells.
CsrMatrix from_file(const std::string& path, const SimilarityData& data) {
  const CsrMatrix all = read_similarity(path, data.names);
  const auto& kept = data.kept;
  return std::get<CsrMatrix>(select_columns(select_rows(all, kept), kept));
}

/// The first, which speaks where it knows, over the second, which may be null.
std::unique_ptr<Similarity> overruling(std::unique_ptr<Similarity> first,
                                       std::unique_ptr<Similarity> second) {
  return second ? overruled_by(std::move(first), std::move(second)) : std::move(first);
}

std::unique_ptr<Similarity> batch_similarity(const SimilarityOptions& options,
                                             const DenseMatrix& coordinates, std::int64_t types,
                                             std::int64_t batch_size) {
  if (!options.neighbours) {
    return batch_neighbours(coordinates, similar_share_of_batch(types, options.different),
                            options.different);
  }
  if (*options.neighbours >= batch_size) {
    throw UsageError(
        {.what = "a batch has too few cells for so many neighbours",
         .found = "--similarity-neighbours " + std::to_string(*options.neighbours),
         .expected = "fewer than the " + std::to_string(batch_size) + " cells of a batch"});
  }
  return batch_neighbours(
      coordinates, static_cast<double>(*options.neighbours) / static_cast<double>(batch_size),
      options.different);
}

/// What --similarity names; null for none.
std::unique_ptr<Similarity> computed(const SimilarityOptions& options, const SimilarityData& data,
                                     std::int64_t types, std::int64_t batch_size) {
  if (options.similarity == "none") {
    return nullptr;
  }
  if (options.similarity == "distance") {
    return within_distance(data.coordinates, options.distance);
  }
  if (options.similarity != "knn") {
    return given_similarity(from_file(options.similarity, data));
  }
  if (options.scope == "batch") {
    return batch_similarity(options, data.coordinates, types, batch_size);
  }
  constexpr std::int64_t kUsual = 15;
  const Index others = data.coordinates.rows - 1;
  const Index k = options.neighbours.value_or(std::min(kUsual, others));
  const cluster::Neighbours graph = cluster::nearest_neighbours(data.coordinates, k);
  return given_similarity(neighbour_matrix(graph.cells, data.coordinates.rows));
}

}  // namespace

double similar_share_of_batch(std::int64_t types, double different) {
  if (different < 1) {
    return 0.01;
  }
  return std::min(0.8 / static_cast<double>(types), 0.5);
}

std::unique_ptr<Similarity> make_similarity(const SimilarityOptions& options,
                                            const SimilarityData& data, std::int64_t types,
                                            std::int64_t batch_size) {
  std::unique_ptr<Similarity> similarity = computed(options, data, types, batch_size);
  if (!data.known.empty()) {
    similarity = overruling(similarity_of_known_types(data.known), std::move(similarity));
  }
  if (!options.pairs.empty()) {
    similarity =
        overruling(given_similarity(from_file(options.pairs, data), true), std::move(similarity));
  }
  return similarity;
}

}  // namespace mixvae::fit
