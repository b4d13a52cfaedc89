#pragma once

#include "cluster/knn.hpp"

namespace mixvae::cluster {

/// Approximate k nearest rows of x [N,d] to each query [M,d], rows that Euclidean distance compares
/// (comparable rows of euclidean, cosine or correlation). With `same` the queries are the rows of x
/// and a cell is not its own neighbour. The rows are dealt to about sqrt(N) parts by k-means on
/// some of them; a query is compared with the parts whose centres are nearest, about 16 of them.
/// Rows of 128 values and more are searched by 48 principal components where these hold 60 % of the
/// variance: three times as many candidates as wanted, then compared as they are. O(N^1.5) time.
/// Same bits for any number of threads.
Neighbours neighbours_by_parts(const DenseMatrix& queries, const DenseMatrix& x, bool same, Index k,
                               Metric metric, std::uint64_t seed);

}  // namespace mixvae::cluster
