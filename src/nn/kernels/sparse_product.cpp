#include "nn/kernels/sparse_product.hpp"

#include <algorithm>

#include "base/index.hpp"
#include "base/parallel.hpp"
#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr int kMostVectors = 8;  // accumulated in registers at a time

// Shares of non-zeros from which on smaller blocks are faster (measured from 2.5 to 20 %).
constexpr double kSparse = 0.04;
constexpr double kDense = 0.15;
constexpr std::int64_t kNarrow = 128;
constexpr std::int64_t kWide = 256;
constexpr std::int64_t kStretch = 512;

double density(std::int64_t rows, std::int64_t columns, std::int64_t nonzeros) {
  return static_cast<double>(nonzeros) /
         static_cast<double>(std::max<std::int64_t>(rows * columns, 1));
}

/// out[0 .. 16 V) = sum_i values[i] dense[places[i], 0 .. 16 V), added to what `out` holds or not.
template <int V>
[[gnu::always_inline]] inline void sum_rows(const std::int32_t* places, const float* values,
                                            std::int64_t count, bool add, const float* dense,
                                            std::int64_t width, float* out) {
  Floats sum[V];
  for (int v = 0; v < V; ++v) {
    sum[v] = add ? lanes(out + kLanes * v) : Floats{};
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const float* row = dense + places[i] * width;
    const float value = values[i];
    for (int v = 0; v < V; ++v) {
      sum[v] += value * lanes(row + kLanes * v);
    }
  }
  for (int v = 0; v < V; ++v) {
    lanes(out + kLanes * v) = sum[v];
  }
}

[[gnu::always_inline]] inline void sum_rows(int vectors, const std::int32_t* places,
                                            const float* values, std::int64_t count, bool add,
                                            const float* dense, std::int64_t width, float* out) {
  switch (vectors) {
    case 1:
      return sum_rows<1>(places, values, count, add, dense, width, out);
    case 2:
      return sum_rows<2>(places, values, count, add, dense, width, out);
    case 3:
      return sum_rows<3>(places, values, count, add, dense, width, out);
    case 4:
      return sum_rows<4>(places, values, count, add, dense, width, out);
    case 5:
      return sum_rows<5>(places, values, count, add, dense, width, out);
    case 6:
      return sum_rows<6>(places, values, count, add, dense, width, out);
    case 7:
      return sum_rows<7>(places, values, count, add, dense, width, out);
    default:
      return sum_rows<kMostVectors>(places, values, count, add, dense, width, out);
  }
}

/// A whole row of `width` floats.
[[gnu::always_inline]] inline void sum_all_lanes(const std::int32_t* places, const float* values,
                                                 std::int64_t count, bool add, const float* dense,
                                                 std::int64_t width, float* out) {
  for (std::int64_t lane = 0; lane < width; lane += kMostVectors * kLanes) {
    const auto vectors =
        static_cast<int>(std::min<std::int64_t>((width - lane) / kLanes, kMostVectors));
    sum_rows(vectors, places, values, count, add, dense + lane, width, out + lane);
  }
}

/// target[columns[i], 0 .. 16 V) += values[i] row[0 .. 16 V).
template <int V>
[[gnu::always_inline]] inline void add_rows(const std::int32_t* columns, const float* values,
                                            std::int64_t count, const float* row,
                                            std::int64_t width, float* target) {
  Floats kept[V];
  for (int v = 0; v < V; ++v) {
    kept[v] = lanes(row + kLanes * v);
  }
  for (std::int64_t i = 0; i < count; ++i) {
    float* out = target + columns[i] * width;
    const float value = values[i];
    for (int v = 0; v < V; ++v) {
      lanes(out + kLanes * v) += value * kept[v];
    }
  }
}

[[gnu::always_inline]] inline void add_rows(int vectors, const std::int32_t* columns,
                                            const float* values, std::int64_t count,
                                            const float* row, std::int64_t width, float* target) {
  switch (vectors) {
    case 1:
      return add_rows<1>(columns, values, count, row, width, target);
    case 2:
      return add_rows<2>(columns, values, count, row, width, target);
    case 3:
      return add_rows<3>(columns, values, count, row, width, target);
    case 4:
      return add_rows<4>(columns, values, count, row, width, target);
    case 5:
      return add_rows<5>(columns, values, count, row, width, target);
    case 6:
      return add_rows<6>(columns, values, count, row, width, target);
    case 7:
      return add_rows<7>(columns, values, count, row, width, target);
    default:
      return add_rows<kMostVectors>(columns, values, count, row, width, target);
  }
}

/// One block of columns, whose sums stay in the cache.
MIXVAE_CLONES
void multiply_block(const SparseView& x, const std::int32_t* begins, const std::int32_t* ends,
                    std::int64_t rows, std::int64_t first_column, const float* dense,
                    std::int64_t width, float* out) {
  for (std::int64_t lane = 0; lane < width; lane += kMostVectors * kLanes) {
    const auto vectors =
        static_cast<int>(std::min<std::int64_t>((width - lane) / kLanes, kMostVectors));
    float* target = out - first_column * width + lane;
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int64_t begin = x.begins[r] + begins[r];
      add_rows(vectors, x.columns + begin, x.values + begin, ends[r] - begins[r],
               dense + r * width + lane, width, target);
    }
  }
}

/// How many of `count` rising columns lie below the limit.
[[gnu::always_inline]] inline std::int32_t columns_below(std::int32_t limit,
                                                         const std::int32_t* columns,
                                                         std::int32_t count) {
  std::int32_t below = 0;
  while (below + kLanes <= count && columns[below + kLanes - 1] < limit) {
    below += kLanes;
  }
  const std::int32_t* next = columns + below;
  const auto rest = static_cast<int>(std::min<std::int64_t>(kLanes, count - below));
  for (int i = 0; i < rest; ++i) {
    below += next[i] < limit ? 1 : 0;
  }
  return below;
}

MIXVAE_CLONES
void locate_rows(const SparseView& x, std::int64_t first, std::int64_t last, std::int64_t rows,
                 std::int64_t width, std::int64_t count, std::int32_t* begins) {
  for (std::int64_t r = first; r < last; ++r) {
    const std::int32_t* columns = x.columns + x.begins[r];
    const auto size = static_cast<std::int32_t>(x.ends[r] - x.begins[r]);
    std::int32_t place = 0;
    begins[r] = 0;
    for (std::int64_t b = 1; b < count; ++b) {
      place += columns_below(static_cast<std::int32_t>(b * width), columns + place, size - place);
      begins[b * rows + r] = place;
    }
    begins[count * rows + r] = size;
  }
}

}  // namespace

ColumnBlocks::ColumnBlocks(std::int64_t rows, std::int64_t columns, std::int64_t nonzeros)
    : rows_(rows),
      columns_(columns),
      width_(density(rows, columns, nonzeros) < kSparse ? kWide : kNarrow),
      stretch_(density(rows, columns, nonzeros) < kDense ? kStretch : kNarrow),
      count_((columns + width_ - 1) / width_),
      begins_(at((count_ + 1) * rows)) {}

void ColumnBlocks::locate(const SparseView& x, std::int64_t first, std::int64_t last) {
  locate_rows(x, first, last, rows_, width_, count_, begins_.data());
}

ColumnBlocks column_blocks(const SparseView& x, std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kGrain = 64;
  ColumnBlocks blocks(rows, columns, rows == 0 ? 0 : x.ends[rows - 1] - x.begins[0]);
  parallel_for(rows, kGrain,
               [&](std::int64_t first, std::int64_t last) { blocks.locate(x, first, last); });
  return blocks;
}

MIXVAE_CLONES
void multiply_rows(const SparseView& x, const ColumnBlocks& blocks, std::int64_t first,
                   std::int64_t last, const float* dense, std::int64_t width, float* out) {
  for (std::int64_t column = 0; column < blocks.columns() || column == 0;
       column += blocks.stretch()) {
    const std::int32_t* begins = blocks.begins(column);
    const std::int32_t* ends = blocks.begins(column + blocks.stretch());
    for (std::int64_t r = first; r < last; ++r) {
      if (begins[r] == ends[r] && column > 0) {
        continue;
      }
      const std::int64_t begin = x.begins[r] + begins[r];
      sum_all_lanes(x.columns + begin, x.values + begin, ends[r] - begins[r], column > 0, dense,
                    width, out + (r - first) * width);
    }
  }
}

void multiply_transposed(const SparseView& x, const ColumnBlocks& blocks, std::int64_t rows,
                         std::int64_t first, std::int64_t count, const float* dense,
                         std::int64_t width, float* out) {
  for (std::int64_t done = 0; done < count; done += blocks.width()) {
    const std::int64_t column = first + done;
    float* sums = out + done * width;
    std::fill_n(sums, std::min(blocks.width(), count - done) * width, 0.0F);
    multiply_block(x, blocks.begins(column), blocks.begins(column + blocks.width()), rows, column,
                   dense, width, sums);
  }
}

}  // namespace mixvae::nn::kernels
