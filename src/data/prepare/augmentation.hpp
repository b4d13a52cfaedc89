#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Where a pixel of a moved image lies in the image, relative to the centre:
/// (xx x + xy y + x0, yx x + yy y + y0).
struct AffineMap {
  float xx, xy, x0, yx, yy, y0;
};

/// Copies of cells as rows of the data and what is done to their values, in this order: for a
/// device that has the data and makes the copies itself.
struct RowCopies {
  std::vector<Index> rows;             // [B] whose values they begin with
  std::vector<AffineMap> maps = {};    // [B] moves of square images, or empty
  std::span<const float> noise = {};   // [D] deviations of normals that are added, or empty: four
                                       // of each block of Philox(seed, Purpose::copy_noise, step),
  std::vector<Index> noise_from = {};  // [B] from this block on, as many as the features take
  std::uint64_t seed = 0;
};

/// Makes each arm's own noisy copy of the cells ("augmented copies": same type, other noise).
/// Copies are data: models and trainer only see their values, so a learned augmenter is one more
/// implementation in a room above.
class CopyMaker {
 public:
  virtual ~CopyMaker() = default;

  /// Writes the arm's copy of the chosen cells to out [rows.size(), D]. A pure function of (seed,
  /// arm, step, cell): neither the place in the batch nor the number of threads matters. rows: row
  /// numbers of the prepared data.
  virtual void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
                    std::span<float> out) const = 0;

  /// Whether copies of sparse data can be had as sparse rows.
  virtual bool sparse() const { return false; }
  /// The same copies as sparse rows [rows.size(), D], in memory of `out` that is used again. A bug
  /// where sparse() is false.
  virtual void fill_sparse(Index arm, std::uint64_t step, std::span<const Index> rows,
                           CsrMatrix& out) const;

  /// The same copies as rows of the data, or nothing where they are more than that.
  virtual std::optional<RowCopies> row_copies(Index /*arm*/, std::uint64_t /*step*/,
                                              std::span<const Index> /*rows*/) const {
    return std::nullopt;
  }
};

/// How far a copy of an image may be moved; each amount is drawn evenly from [-x, x].
struct AffineOptions {
  double shift = 2;       // pixels, along each axis
  double rotation = 12;   // degrees
  double stretch = 0.12;  // relative change of size, along each axis
  double shear = 0.2;     // pixels along a row per row
};

/// How copies are made.
struct CopyOptions {
  std::string augment = "none";  // none|noise|thin|neighbours|affine
  double noise =
      0.1;  // standard deviation of the added noise, in standard deviations of the feature
  double keep = 0.7;  // probability that a counted molecule is kept in a thinned copy
  AffineOptions affine = {};
};

Options options(CopyOptions& copies);

/// Row numbers of the k cells that the copies of each cell are, [N, k].
struct NeighbourTable {
  Index neighbours = 0;            // k
  std::vector<std::int32_t> rows;  // [N * k]
};

/// x + noise * s.d. of the feature * N(0, 1); values may leave the range of the data.
std::unique_ptr<CopyMaker> noisy_copies(const Prepared& prepared, double noise, std::uint64_t seed);

/// Each molecule of the raw counts is kept with probability `keep` (binomial thinning); then the
/// same normalisation and scaling with the thinned library size, where the part of the library
/// outside the model's features is thinned by its expectation. Throws InputError when the data are
/// not counts.
std::unique_ptr<CopyMaker> thinned_copies(const Prepared& prepared,
                                          const Preprocessing& preprocessing, double keep,
                                          std::uint64_t seed);

/// The values of a random one of the cell's row in the table.
std::unique_ptr<CopyMaker> neighbour_copies(const Prepared& prepared, NeighbourTable table,
                                            std::uint64_t seed);

/// The kind of copies that the options name; `table` is needed for neighbours only. The maker
/// refers to `prepared` and `preprocessing`, which must outlive it.
std::unique_ptr<CopyMaker> make_copy_maker(const CopyOptions& copies, const Prepared& prepared,
                                           const Preprocessing& preprocessing, std::uint64_t seed,
                                           std::optional<NeighbourTable> table = {});

}  // namespace mixvae
