#include "cluster/layout_epoch.hpp"

#include <algorithm>

#include "cluster/lanes.hpp"

namespace mixvae::cluster {
namespace {

using lanes::Floats;
using lanes::kLanes;
using lanes::Words;

constexpr Index kPreparedSteps = 4;  // prepared together: their words fill whole Philox blocks
constexpr float kMostMove = 4;       // of one coordinate per step, before the learning rate
constexpr float kPulls = 2;          // of a link per step: both its ends' links pull both ends
constexpr unsigned kDrawBits = 24;   // random blocks per point and epoch, at most 2^24

/// (Aligned in containers, too.)
struct alignas(sizeof(Floats)) Coordinate {
  Floats values;
};

/// Sixteen points that move side by side.
struct Batch {
  std::int32_t points[kLanes] = {};
  std::int32_t acting[kLanes] = {};  // how many links of each act
  std::int32_t most = 0;
  Index stride = 0;                // of `ends`
  std::vector<std::int32_t> ends;  // of the links that act, by lane
  std::vector<Coordinate> own;     // [c], places
  std::vector<Coordinate> there;   // [kSteps * (1 + negatives), c], places of the others
  Floats push[kPreparedSteps * kMostNegatives] = {};  // 1 or 0
};

/// Whether a link that acts in a share of the epochs does so in epoch n: when floor(n share) grows.
MIXVAE_INLINE bool acts(float share, float epoch) {
  return static_cast<std::int32_t>((epoch + 1) * share) > static_cast<std::int32_t>(epoch * share);
}

MIXVAE_INLINE void find_acting_links(const LayoutEpoch& epoch, Index lane, Batch& batch) {
  const Index point = batch.points[lane];
  const auto number = static_cast<float>(epoch.number);
  std::int32_t* const ends = batch.ends.data() + lane * batch.stride;
  std::int32_t found = 0;
  for (Index e = epoch.graph.offsets[point]; e < epoch.graph.offsets[point + 1]; ++e) {
    ends[found] = epoch.graph.column_numbers[e];
    found += acts(epoch.graph.values[e], number) ? 1 : 0;
  }
  batch.acting[lane] = found;
  batch.most = std::max(batch.most, found);
}

template <Index kFixed>
MIXVAE_INLINE void copy_place(const float* points, std::int32_t cell, Index components, Index lane,
                              Coordinate* there) {
  const Index count = kFixed > 0 ? kFixed : components;
  const float* const place = points + cell * count;
  auto* const target = reinterpret_cast<float*>(there) + lane;
  for (Index c = 0; c < count; ++c) {
    target[c * kLanes] = place[c];
  }
}

/// The places of the links' other ends for steps [first, first + kSteps), behind one another.
template <Index kFixed>
MIXVAE_INLINE void fetch_ends(const LayoutEpoch& epoch, Index first, Batch& batch) {
  const Index components = kFixed > 0 ? kFixed : epoch.points.columns;
  for (Index lane = 0; lane < kLanes; ++lane) {
    const Index last = std::min<Index>(batch.acting[lane] - first, kPreparedSteps);
    const std::int32_t* const ends = batch.ends.data() + lane * batch.stride + first;
    for (Index step = 0; step < last; ++step) {
      copy_place<kFixed>(epoch.points.values.data(), ends[step], components, lane,
                         batch.there.data() + step * components);
    }
  }
}

/// The places of the random cells for the same steps, behind those of the ends; which of them push.
template <Index kFixed>
MIXVAE_INLINE void fetch_random_cells(const LayoutEpoch& epoch, Index first, Batch& batch) {
  const Index components = kFixed > 0 ? kFixed : epoch.points.columns;
  Words low;
  Words high;
  for (Index lane = 0; lane < kLanes; ++lane) {
    const auto point = static_cast<std::uint32_t>(batch.points[lane]);
    low[lane] = point << kDrawBits;
    high[lane] = point >> (32 - kDrawBits);
  }
  const auto self = __builtin_bit_cast(lanes::Ints, high << (32 - kDrawBits) | low >> kDrawBits);
  for (Index block = 0; block < epoch.negatives; ++block) {
    Words words[4];
    const auto number =
        static_cast<std::uint32_t>(first / kPreparedSteps * epoch.negatives + block);
    lanes::philox_blocks(epoch.random, low | number, high, words);
    for (Index word = 0; word < 4; ++word) {
      const Index draw = 4 * block + word;
      Words rest;
      Words cells;
      lanes::wide_product(words[word], static_cast<std::uint64_t>(epoch.points.rows), rest, cells);
      const auto numbers = __builtin_bit_cast(lanes::Ints, cells);
      batch.push[draw] = numbers == self ? Floats{} : Floats{} + 1.0F;
      alignas(64) std::int32_t picked[kLanes];
      *reinterpret_cast<lanes::Ints*>(picked) = numbers;
      for (Index lane = 0; lane < kLanes; ++lane) {
        copy_place<kFixed>(epoch.points.values.data(), picked[lane], components, lane,
                           batch.there.data() + (kPreparedSteps + draw) * components);
      }
    }
  }
}

/// d^2b and 1 + a d^2b of squared distances.
MIXVAE_INLINE void similarity(const LayoutEpoch& epoch, const Floats& squared, Floats& power,
                              Floats& denominator) {
  Floats logarithm;
  lanes::log2_of(squared, logarithm);
  lanes::exp2_of(epoch.b * logarithm, power);
  denominator = epoch.a * power + 1.0F;
}

/// Adds force times difference, within limits.
MIXVAE_INLINE void add_move(const Floats& force, const Floats& difference, Floats& moved) {
  Floats move = force * difference;
  move = move > kMostMove ? Floats{} + kMostMove : move;
  move = move < -kMostMove ? Floats{} - kMostMove : move;
  moved += move;
}

/// Squared lengths, at least 1e-12.
template <Index kFixed>
MIXVAE_INLINE void square(const Floats* difference, Index components, Floats& squared) {
  squared = Floats{};
  for (Index c = 0; c < (kFixed > 0 ? kFixed : components); ++c) {
    squared += difference[c] * difference[c];
  }
  squared = squared > 1e-12F ? squared : Floats{} + 1e-12F;
}

/// The pull of links whose ends lie so far apart. They come no nearer than to meet: beyond that
/// they would swing.
template <Index kFixed>
MIXVAE_INLINE void pull_point(const LayoutEpoch& epoch, const Floats* difference, Floats* moves) {
  const Index components = kFixed > 0 ? kFixed : epoch.points.columns;
  Floats squared;
  Floats power;
  Floats denominator;
  square<kFixed>(difference, components, squared);
  similarity(epoch, squared, power, denominator);
  const float most = 1 / (epoch.rate * kPulls * kPulls);
  Floats force = 2.0F * epoch.a * epoch.b * power / (squared * denominator);
  force = force > most ? Floats{} + most : force;
  for (Index c = 0; c < components; ++c) {
    add_move(-force, difference[c], moves[c]);
    moves[c] *= kPulls;
  }
}

/// Adds the push of random cells so far away.
template <Index kFixed>
MIXVAE_INLINE void push(const LayoutEpoch& epoch, const Floats* difference, const Floats& which,
                        Floats* moves) {
  const Index components = kFixed > 0 ? kFixed : epoch.points.columns;
  Floats squared;
  Floats power;
  Floats denominator;
  square<kFixed>(difference, components, squared);
  similarity(epoch, squared, power, denominator);
  const Floats force = which * (2.0F * epoch.b) / ((squared + 0.001F) * denominator);
  for (Index c = 0; c < components; ++c) {
    add_move(force, difference[c], moves[c]);
  }
}

/// One step of each lane that still has links.
template <Index kFixed>
MIXVAE_INLINE void take_step(const LayoutEpoch& epoch, Index step, const Floats& active,
                             Batch& batch) {
  constexpr Index kSize = kFixed > 0 ? kFixed : kMostLayoutComponents;
  const Index components = kFixed > 0 ? kFixed : epoch.points.columns;
  Floats difference[kSize];
  Floats moves[kSize];
  const Coordinate* there = batch.there.data() + step * components;
  for (Index c = 0; c < components; ++c) {
    difference[c] = batch.own[c].values - there[c].values;
    moves[c] = Floats{};
  }
  pull_point<kFixed>(epoch, difference, moves);
  for (Index n = 0; n < epoch.negatives; ++n) {
    const Index draw = step * epoch.negatives + n;
    there = batch.there.data() + (kPreparedSteps + draw) * components;
    for (Index c = 0; c < components; ++c) {
      difference[c] = batch.own[c].values - there[c].values;
    }
    push<kFixed>(epoch, difference, batch.push[draw], moves);
  }
  for (Index c = 0; c < components; ++c) {
    batch.own[c].values += active * epoch.rate * moves[c];
  }
}

template <Index kFixed>
MIXVAE_INLINE void move_batch(const LayoutEpoch& epoch, std::span<const std::int32_t> points,
                              Batch& batch, DenseMatrix& own) {
  const Index components = epoch.points.columns;
  batch.most = 0;
  for (Index lane = 0; lane < kLanes; ++lane) {
    const bool filled = lane < static_cast<Index>(points.size());
    batch.points[lane] = points[filled ? lane : 0];
    find_acting_links(epoch, lane, batch);
    batch.acting[lane] = filled ? batch.acting[lane] : 0;
    copy_place<kFixed>(own.values.data(), batch.points[lane], components, lane, batch.own.data());
  }
  const auto acting = *reinterpret_cast<const lanes::Ints*>(batch.acting);
  for (std::int32_t first = 0; first < batch.most; first += kPreparedSteps) {
    fetch_ends<kFixed>(epoch, first, batch);
    fetch_random_cells<kFixed>(epoch, first, batch);
    for (std::int32_t step = 0; step < std::min<Index>(kPreparedSteps, batch.most - first);
         ++step) {
      const Floats active = acting > first + step ? Floats{} + 1.0F : Floats{};
      take_step<kFixed>(epoch, step, active, batch);
    }
  }
  for (std::size_t lane = 0; lane < points.size(); ++lane) {
    for (Index c = 0; c < components; ++c) {
      own(points[lane], c) = batch.own[c].values[lane];
    }
  }
}

template <Index kFixed>
MIXVAE_INLINE void move_batches(const LayoutEpoch& epoch, std::span<const std::int32_t> points,
                                Batch& batch, DenseMatrix& own) {
  for (std::size_t first = 0; first < points.size(); first += kLanes) {
    const std::size_t count = std::min<std::size_t>(kLanes, points.size() - first);
    move_batch<kFixed>(epoch, points.subspan(first, count), batch, own);
  }
}

MIXVAE_WIDEST_VECTORS
void move_planar_points(const LayoutEpoch& epoch, std::span<const std::int32_t> points,
                        Batch& batch, DenseMatrix& own) {
  move_batches<2>(epoch, points, batch, own);
}

MIXVAE_WIDEST_VECTORS
void move_any_points(const LayoutEpoch& epoch, std::span<const std::int32_t> points, Batch& batch,
                     DenseMatrix& own) {
  move_batches<0>(epoch, points, batch, own);
}

}  // namespace

void move_points(const LayoutEpoch& epoch, std::span<const std::int32_t> points, DenseMatrix& own) {
  Batch batch;
  for (const std::int32_t point : points) {
    batch.stride =
        std::max(batch.stride, epoch.graph.offsets[point + 1] - epoch.graph.offsets[point]);
  }
  ++batch.stride;  // the place behind the last one found is written, too
  const Index components = epoch.points.columns;
  batch.ends.resize(kLanes * batch.stride);
  batch.own.resize(components);
  batch.there.resize(kPreparedSteps * (1 + epoch.negatives) * components);
  (components == 2 ? move_planar_points : move_any_points)(epoch, points, batch, own);
}

}  // namespace mixvae::cluster
