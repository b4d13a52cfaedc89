#include "nn/kernels/sparse_product.hpp"

#include <algorithm>
#include <numeric>

#include "nn/kernels/simd.hpp"

namespace mixvae::nn::kernels {
namespace {

constexpr int kMostVectors = 8;               // accumulated in registers at a time
constexpr std::int64_t kCachedColumns = 512;  // rows of the dense factor that stay in the cache

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

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

MIXVAE_CLONES
void multiply_sorted(const std::int32_t* begins, const std::int32_t* rows, const float* values,
                     std::int64_t count, const float* dense, std::int64_t width, float* out) {
  for (std::int64_t j = 0; j < count; ++j) {
    sum_all_lanes(rows + begins[j], values + begins[j], begins[j + 1] - begins[j], false, dense,
                  width, out + j * width);
  }
}

}  // namespace

MIXVAE_CLONES
void multiply_rows(const SparseView& x, std::int64_t first, std::int64_t last, std::int64_t columns,
                   const float* dense, std::int64_t width, float* out) {
  std::vector<std::int64_t> next(x.begins + first, x.begins + last);
  for (std::int64_t limit = kCachedColumns; limit < columns + kCachedColumns;
       limit += kCachedColumns) {
    for (std::int64_t r = first; r < last; ++r) {
      const std::int64_t begin = next[at(r - first)];
      std::int64_t end = begin;
      while (end < x.ends[r] && x.columns[end] < limit) {
        ++end;
      }
      next[at(r - first)] = end;
      sum_all_lanes(x.columns + begin, x.values + begin, end - begin, limit > kCachedColumns, dense,
                    width, out + (r - first) * width);
    }
  }
}

std::vector<std::int64_t> starts_of_rows(const SparseView& x, std::int64_t rows,
                                         std::int64_t column) {
  std::vector<std::int64_t> starts(x.begins, x.begins + rows);
  for (std::int64_t r = 0; r < rows && column > 0; ++r) {
    starts[at(r)] =
        std::lower_bound(x.columns + x.begins[r], x.columns + x.ends[r], column) - x.columns;
  }
  return starts;
}

TransposedProduct::TransposedProduct(const SparseView& x, std::int64_t rows, std::int64_t first)
    : x_(x), next_column_(first), next_(starts_of_rows(x, rows, first)) {}

void TransposedProduct::multiply(const float* dense, std::int64_t width, float* out) const {
  multiply_sorted(begins_.data(), rows_.data(), values_.data(),
                  static_cast<std::int64_t>(begins_.size()) - 2, dense, width, out);
}

/// Sorts by column: counts each column's non-zeros two places further on than they begin; writing
/// them one place further on then moves all begins to where they belong.
void TransposedProduct::advance(std::int64_t count) {
  const std::int64_t first = next_column_;
  next_column_ += count;
  begins_.assign(at(count + 2), 0);
  std::int32_t* counts = begins_.data() + 2;
  std::vector<std::int64_t> ends(next_.size());
  for (std::size_t r = 0; r < next_.size(); ++r) {
    const std::int64_t end = x_.ends[r];
    std::int64_t i = next_[r];
    for (; i < end && x_.columns[i] < next_column_; ++i) {
      ++counts[x_.columns[i] - first];
    }
    ends[r] = i;
  }
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  rows_.resize(std::max(rows_.size(), at(begins_.back())));
  values_.resize(rows_.size());
  std::int32_t* places = begins_.data() + 1;
  std::int32_t* rows = rows_.data();
  float* values = values_.data();
  for (std::size_t r = 0; r < next_.size(); ++r) {
    for (std::int64_t i = next_[r]; i < ends[r]; ++i) {
      const std::int32_t place = places[x_.columns[i] - first]++;
      rows[place] = static_cast<std::int32_t>(r);
      values[place] = x_.values[i];
    }
  }
  next_.swap(ends);
}

}  // namespace mixvae::nn::kernels
