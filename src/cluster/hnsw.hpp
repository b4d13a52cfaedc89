#pragma once

#include "cluster/knn.hpp"

namespace mixvae::cluster {

/// Approximate k nearest rows of x [N,d] to each query [M,d] (comparable rows of the metric), by
/// hierarchical navigable small worlds (Malkov and Yashunin, TPAMI 2020; hnswlib), for metrics in
/// which means of cells say little. With `same` the queries are the rows of x and a cell is not its
/// own neighbour. The rows are dealt to a number of graphs that depends on N alone; graphs are
/// built and queried at the same time, each by one thread: the same bits for any number of threads.
/// A query for which a graph finds too few cells (many equal cells can cut a graph apart) compares
/// itself with all of them.
Neighbours neighbours_by_graph(const DenseMatrix& queries, const DenseMatrix& x, bool same, Index k,
                               Metric metric, std::uint64_t seed);

}  // namespace mixvae::cluster
