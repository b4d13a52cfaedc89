#include "data/prepare/augmentation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/philox.hpp"
#include "data/prepare/affine_copies.hpp"
#include "data/prepare/binomial.hpp"
#include "data/prepare/feature_statistics.hpp"
#include "data/prepare/value_transform.hpp"

namespace mixvae {
namespace {

constexpr Index kAugmentedRows = 8;

/// Number of the first element of a cell in an arm; each cell has `width` of them.
std::uint64_t first_element(Index arm, Index cells, Index cell, Index width) {
  return static_cast<std::uint64_t>((arm * cells + cell) * width);
}

class PlainCopies : public CopyMaker {
 public:
  explicit PlainCopies(const Prepared& prepared) : prepared_(prepared) {}

  void fill(Index /*arm*/, std::uint64_t /*step*/, std::span<const Index> rows,
            std::span<float> out) const override {
    gather_rows(prepared_.x, rows, out);
  }

  bool sparse() const override { return std::holds_alternative<CsrMatrix>(prepared_.x); }
  void fill_sparse(Index /*arm*/, std::uint64_t /*step*/, std::span<const Index> rows,
                   CsrMatrix& out) const override {
    gather_rows(std::get<CsrMatrix>(prepared_.x), rows, out);
  }

 private:
  const Prepared& prepared_;
};

std::vector<float> feature_deviations(const Matrix& x) {
  std::vector<Index> rows(at(row_count(x)));
  std::iota(rows.begin(), rows.end(), Index{0});
  const FeatureStatistics statistics =
      feature_statistics(x, rows, [](Index, Index, float value) { return value; });
  std::vector<float> deviations;
  deviations.reserve(statistics.variance.size());
  for (const double variance : statistics.variance) {
    deviations.push_back(static_cast<float>(std::sqrt(variance)));
  }
  return deviations;
}

/// Four standard normals from one block.
std::array<float, 4> four_normals(const Philox::Block& block) {
  const auto [a, b] = Philox::normal_pair(block);
  const auto [c, d] = Philox::normal_pair({block[2], block[3], 0, 0});
  return {a, b, c, d};
}

class NoisyCopies : public CopyMaker {
 public:
  NoisyCopies(const Prepared& prepared, double noise, std::uint64_t seed)
      : prepared_(prepared), seed_(seed), deviations_(feature_deviations(prepared.x)) {
    for (float& deviation : deviations_) {
      deviation *= static_cast<float>(noise);
    }
  }

  void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
            std::span<float> out) const override {
    gather_rows(prepared_.x, rows, out);
    const Index features = prepared_.feature_count();
    const Philox random(seed_, Purpose::copy_noise, step);
    parallel_for(static_cast<Index>(rows.size()), kAugmentedRows, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        add_noise(random, first_block(arm, rows[at(i)]),
                  out.subspan(at(i * features), at(features)));
      }
    });
  }

  std::optional<RowCopies> row_copies(Index arm, std::uint64_t /*step*/,
                                      std::span<const Index> rows) const override {
    RowCopies copies{.rows = {rows.begin(), rows.end()}, .noise = deviations_, .seed = seed_};
    for (const Index cell : rows) {
      copies.noise_from.push_back(static_cast<Index>(first_block(arm, cell)));
    }
    return copies;
  }

 private:
  std::uint64_t first_block(Index arm, Index cell) const {
    return first_element(arm, prepared_.cell_count(), cell, (prepared_.feature_count() + 3) / 4);
  }

  void add_noise(const Philox& random, std::uint64_t element, std::span<float> values) const {
    for (std::size_t f = 0; f < values.size(); f += 4) {
      const auto normals = four_normals(random.block(element++));
      for (std::size_t j = f; j < std::min(f + 4, values.size()); ++j) {
        values[j] += deviations_[j] * normals[j - f];
      }
    }
  }

  const Prepared& prepared_;
  std::uint64_t seed_;
  std::vector<float> deviations_;  // [D] of the noise
};

/// Leaves out stored zeros, in place.
void drop_zeros(CsrMatrix& matrix) {
  std::size_t kept = 0;
  Index begin = 0;
  for (Index r = 0; r < matrix.rows; ++r) {
    const Index end = matrix.offsets[at(r) + 1];
    for (Index i = begin; i < end; ++i) {
      matrix.column_numbers[kept] = matrix.column_numbers[at(i)];
      matrix.values[kept] = matrix.values[at(i)];
      kept += matrix.values[at(i)] != 0 ? 1U : 0U;
    }
    matrix.offsets[at(r) + 1] = static_cast<Index>(kept);
    begin = end;
  }
  matrix.column_numbers.resize(kept);
  matrix.values.resize(kept);
}

/// The counts that copies are thinned from.
const CsrMatrix& counts_of(const Prepared& prepared, const ValueTransform& transform) {
  if (!prepared.counts || !transform.keeps_zeros()) {
    throw InputError({.what = "thinned copies need counts",
                      .found = "values that are not counts",
                      .hint = "use --augment none or noise, or a layer with raw counts"});
  }
  return *prepared.counts;
}

class ThinnedCopies : public CopyMaker {
 public:
  ThinnedCopies(const Prepared& prepared, const Preprocessing& preprocessing, double keep,
                std::uint64_t seed)
      : prepared_(prepared),
        transform_(preprocessing),
        counts_(counts_of(prepared, transform_)),
        keep_(keep),
        seed_(seed) {}

  void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
            std::span<float> out) const override {
    const Index features = prepared_.feature_count();
    const Philox random(seed_, Purpose::copy_thinning, step);
    parallel_for(static_cast<Index>(rows.size()), kAugmentedRows, [&](Index begin, Index end) {
      std::vector<float> values;
      for (Index i = begin; i < end; ++i) {
        thin_row(random, arm, rows[at(i)], out.subspan(at(i * features), at(features)), values);
      }
    });
  }

  bool sparse() const override { return true; }
  void fill_sparse(Index arm, std::uint64_t step, std::span<const Index> rows,
                   CsrMatrix& out) const override {
    const Philox random(seed_, Purpose::copy_thinning, step);
    gather_rows(counts_, rows, out);
    parallel_for(out.rows, kAugmentedRows, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const auto first = at(out.offsets[at(i)]);
        const auto size = at(out.offsets[at(i) + 1]) - first;
        thin_row(random, arm, rows[at(i)], {out.values.data() + first, size});
      }
    });
    drop_zeros(out);
  }

 private:
  void thin_row(const Philox& random, Index arm, Index cell, std::span<float> out,
                std::vector<float>& values) const {
    const SparseRow row = counts_.row(cell);
    values.resize(row.values.size());
    thin_row(random, arm, cell, values);
    std::ranges::fill(out, 0.0F);
    for (std::size_t j = 0; j < values.size(); ++j) {
      out[at(row.columns[j])] = values[j];
    }
  }

  /// The thinned, prepared values of the cell's counts, in their order.
  void thin_row(const Philox& random, Index arm, Index cell, std::span<float> out) const {
    const Index features = prepared_.feature_count();
    const std::uint64_t first = first_element(arm, prepared_.cell_count(), cell, features);
    const SparseRow row = counts_.row(cell);
    double seen = 0;
    double kept = 0;
    for (std::size_t j = 0; j < row.values.size(); ++j) {
      ElementStream stream(random, first + static_cast<std::uint64_t>(row.columns[j]));
      out[j] = static_cast<float>(binomial(std::llround(row.values[j]), keep_, stream));
      seen += static_cast<double>(row.values[j]);
      kept += static_cast<double>(out[j]);
    }
    const double outside = static_cast<double>(prepared_.library[at(cell)]) - seen;
    const auto library = static_cast<float>(kept + keep_ * std::max(outside, 0.0));
    for (std::size_t j = 0; j < out.size(); ++j) {
      out[j] = out[j] > 0 ? transform_(out[j], library, row.columns[j]) : 0.0F;
    }
  }

  const Prepared& prepared_;
  ValueTransform transform_;
  const CsrMatrix& counts_;
  double keep_;
  std::uint64_t seed_;
};

class NeighbourCopies : public CopyMaker {
 public:
  NeighbourCopies(const Prepared& prepared, NeighbourTable table, std::uint64_t seed)
      : prepared_(prepared), table_(std::move(table)), seed_(seed) {
    const Index cells = prepared.cell_count();
    MIXVAE_ASSERT(table_.neighbours > 0, "a neighbour table has neighbours");
    MIXVAE_ASSERT(static_cast<Index>(table_.rows.size()) == cells * table_.neighbours,
                  "the neighbour table has a row per cell");
    MIXVAE_ASSERT(std::ranges::all_of(table_.rows, [=](auto r) { return r >= 0 && r < cells; }),
                  "neighbours are rows of the data");
  }

  void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
            std::span<float> out) const override {
    gather_rows(prepared_.x, chosen(arm, step, rows), out);
  }

  bool sparse() const override { return std::holds_alternative<CsrMatrix>(prepared_.x); }
  void fill_sparse(Index arm, std::uint64_t step, std::span<const Index> rows,
                   CsrMatrix& out) const override {
    gather_rows(std::get<CsrMatrix>(prepared_.x), chosen(arm, step, rows), out);
  }
  std::optional<RowCopies> row_copies(Index arm, std::uint64_t step,
                                      std::span<const Index> rows) const override {
    return RowCopies{.rows = chosen(arm, step, rows)};
  }

 private:
  std::vector<Index> chosen(Index arm, std::uint64_t step, std::span<const Index> rows) const {
    const Philox random(seed_, Purpose::copy_neighbour, step);
    std::vector<Index> neighbours;
    neighbours.reserve(rows.size());
    for (const Index cell : rows) {
      const auto choice =
          static_cast<Index>(random.integer(first_element(arm, prepared_.cell_count(), cell, 1),
                                            static_cast<std::uint64_t>(table_.neighbours)));
      neighbours.push_back(table_.rows[at(cell * table_.neighbours + choice)]);
    }
    return neighbours;
  }

  const Prepared& prepared_;
  NeighbourTable table_;
  std::uint64_t seed_;
};

}  // namespace

void CopyMaker::fill_sparse(Index /*arm*/, std::uint64_t /*step*/, std::span<const Index> /*rows*/,
                            CsrMatrix& /*out*/) const {
  MIXVAE_ASSERT(sparse(), "sparse copies are asked of a maker that has them");
}

Options options(CopyOptions& copies) {
  return {
      {.name = "augment",
       .target = &copies.augment,
       .meaning = "what the model sees of a cell while training: the cell itself (none), the cell "
                  "with noise (noise), with some of its molecules left out at random (thin), the "
                  "cell or one of its mutual nearest neighbours (neighbours), or an image shifted, "
                  "turned, stretched and sheared (affine)",
       .choices = {"none", "noise", "thin", "neighbours", "affine"}},
      {.name = "noise",
       .target = &copies.noise,
       .meaning = "standard deviation of the noise of --augment noise, in units of each feature's "
                  "standard deviation",
       .minimum = 0,
       .needs = {"augment=noise"}},
      {.name = "keep",
       .target = &copies.keep,
       .meaning = "probability that --augment thin keeps a counted molecule",
       .minimum = 0.01,
       .maximum = 1,
       .needs = {"augment=thin"}},
      {.name = "affine-shift",
       .target = &copies.affine.shift,
       .meaning = "--augment affine: images are shifted by at most so many pixels",
       .minimum = 0,
       .maximum = 1000,
       .needs = {"augment=affine"}},
      {.name = "affine-rotation",
       .target = &copies.affine.rotation,
       .meaning = "--augment affine: images are turned by at most so many degrees",
       .minimum = 0,
       .maximum = 180,
       .needs = {"augment=affine"}},
      {.name = "affine-stretch",
       .target = &copies.affine.stretch,
       .meaning = "--augment affine: largest relative change of an image's width and height",
       .minimum = 0,
       .maximum = 0.9,
       .needs = {"augment=affine"}},
      {.name = "affine-shear",
       .target = &copies.affine.shear,
       .meaning = "--augment affine: largest shear, in pixels along a row per row",
       .minimum = 0,
       .maximum = 2,
       .needs = {"augment=affine"}},
  };
}

std::unique_ptr<CopyMaker> noisy_copies(const Prepared& prepared, double noise,
                                        std::uint64_t seed) {
  return std::make_unique<NoisyCopies>(prepared, noise, seed);
}

std::unique_ptr<CopyMaker> thinned_copies(const Prepared& prepared,
                                          const Preprocessing& preprocessing, double keep,
                                          std::uint64_t seed) {
  return std::make_unique<ThinnedCopies>(prepared, preprocessing, keep, seed);
}

std::unique_ptr<CopyMaker> neighbour_copies(const Prepared& prepared, NeighbourTable table,
                                            std::uint64_t seed) {
  return std::make_unique<NeighbourCopies>(prepared, std::move(table), seed);
}

std::unique_ptr<CopyMaker> make_copy_maker(const CopyOptions& copies, const Prepared& prepared,
                                           const Preprocessing& preprocessing, std::uint64_t seed,
                                           std::optional<NeighbourTable> table) {
  if (copies.augment == "noise") {
    return noisy_copies(prepared, copies.noise, seed);
  }
  if (copies.augment == "affine") {
    return affine_copies(prepared, copies.affine, seed);
  }
  if (copies.augment == "thin") {
    return thinned_copies(prepared, preprocessing, copies.keep, seed);
  }
  if (copies.augment == "neighbours") {
    MIXVAE_ASSERT(table.has_value(), "neighbour copies come with a neighbour table");
    return neighbour_copies(prepared, std::move(*table), seed);
  }
  MIXVAE_ASSERT(copies.augment == "none", "--augment is one of its choices");
  return std::make_unique<PlainCopies>(prepared);
}

}  // namespace mixvae
