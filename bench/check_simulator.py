#!/usr/bin/env python3
"""How hard is a simulated data set? Supervised and unsupervised yardsticks.

The counts of an .h5ad file are normalised per cell, logarithms are taken and
the most variable genes are kept. A linear classifier learns the true types on
part of the cells and is scored on the rest; k-means, a Gaussian mixture and
Leiden communities see the leading principal components without labels and are
scored by the best one-to-one match with the true types.

    check_simulator.py cortex.h5ad --methods linear,kmeans,gmm,leiden
"""
import argparse
import random
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import (adjusted_rand_score, confusion_matrix,
                             normalized_mutual_info_score)
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors

METHODS = ("linear", "kmeans", "gmm", "leiden")


def log_normalised(counts, target):
    """ln(1 + counts scaled to `target` per cell), still sparse."""
    counts = sp.csr_matrix(counts, dtype=np.float64)
    sums = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    return (sp.diags(target / sums) @ counts).log1p()


def most_variable(matrix, count):
    """Dense float32 matrix of the `count` columns of highest variance."""
    matrix = sp.csc_matrix(matrix)
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    square = np.asarray(matrix.multiply(matrix).mean(axis=0)).ravel()
    order = np.argsort(mean ** 2 - square, kind="stable")
    return matrix[:, np.sort(order[:count])].toarray().astype(np.float32)


def matched(truth, found):
    """Accuracy after matching, mean F1 of the small types, NMI and ARI."""
    table = confusion_matrix(truth, found)
    rows, columns = linear_sum_assignment(-table)
    hits = table[rows, columns]
    f1 = 2 * hits / np.maximum(table.sum(1)[rows] + table.sum(0)[columns], 1)
    small = (table.sum(1)[rows] > 0) & (table.sum(1)[rows] < 30)
    return {"accuracy": hits.sum() / table.sum(),
            "small f1": f1[small].mean() if small.any() else float("nan"),
            "nmi": normalized_mutual_info_score(truth, found),
            "ari": adjusted_rand_score(truth, found)}


def linear(points, truth, seed):
    """Held-out accuracy of linear discriminant analysis on 30 % of cells."""
    inside, outside, y_inside, y_outside = train_test_split(
        points, truth, test_size=0.3, random_state=seed, stratify=truth)
    model = LinearDiscriminantAnalysis().fit(inside, y_inside)
    return {"accuracy": model.score(outside, y_outside)}


def neighbour_graph(points, neighbours):
    """Undirected union of the nearest-neighbour lists, without weights."""
    import igraph

    finder = NearestNeighbors(n_neighbors=neighbours + 1).fit(points)
    lists = finder.kneighbors(points, return_distance=False)[:, 1:]
    origin = np.repeat(np.arange(len(points)), neighbours)
    edges = np.sort(np.column_stack([origin, lists.ravel()]), axis=1)
    return igraph.Graph(len(points), np.unique(edges, axis=0).tolist())


def leiden(points, types, seed, neighbours=15, steps=20):
    """Communities of the neighbour graph; the resolution is bisected until
    their number is that of the types, or comes as close as it can."""
    import igraph

    graph = neighbour_graph(points, neighbours)
    low, high = np.log(0.01), np.log(100)
    best = None
    for _ in range(steps):
        igraph.set_random_number_generator(random.Random(seed))
        middle = (low + high) / 2
        found = np.asarray(graph.community_leiden(
            objective_function="modularity",
            resolution_parameter=float(np.exp(middle)),
            n_iterations=5).membership)
        number = found.max() + 1
        if best is None or abs(number - types) < abs(best.max() + 1 - types):
            best = found
        if number == types:
            break
        low, high = (middle, high) if number < types else (low, middle)
    return best


def evaluate(method, spaces, truth, seed):
    """Scores of one method; spaces: principal components, few and many."""
    few, many = spaces
    types = len(np.unique(truth))
    if method == "linear":
        return linear(many, truth, seed)
    if method == "kmeans":
        found = KMeans(types, n_init=3, random_state=seed).fit_predict(few)
    elif method == "gmm":
        found = GaussianMixture(types, random_state=seed,
                                reg_covar=1e-4).fit_predict(few)
    else:
        found = leiden(few, types, seed)
    return matched(truth, found)


def describe(counts, truth):
    """Size, sparsity, depth and type sizes in two lines."""
    counts = sp.csr_matrix(counts)
    sizes = np.sort(np.unique(truth, return_counts=True)[1])[::-1]
    depth = np.median(np.asarray(counts.sum(axis=1)))
    detected = np.median(np.diff(counts.indptr))
    return (f"{counts.shape[0]} cells x {counts.shape[1]} genes, "
            f"{counts.nnz / np.prod(counts.shape):.1%} non-zero, median depth "
            f"{depth:.0f}, median genes {detected:.0f}\n"
            f"{len(sizes)} types of {sizes[0]} ... {sizes[-1]} cells")


def report(counts, truth, options):
    """Prints the table."""
    print(describe(counts, truth))
    matrix = most_variable(log_normalised(counts, options.library),
                           options.features)
    wanted = min(options.linear_pcs, matrix.shape[1], matrix.shape[0] - 1)
    many = PCA(wanted, svd_solver="randomized",
               random_state=options.seed).fit_transform(matrix)
    spaces = many[:, :options.pcs], many
    columns = ("accuracy", "small f1", "nmi", "ari")
    print("method   " + "".join(f"{name:>10}" for name in columns)
          + f"{'seconds':>10}")
    for method in options.methods:
        start = time.perf_counter()
        scores = evaluate(method, spaces, truth, options.seed)
        cells = [f"{scores[c]:10.3f}" if c in scores else f"{'-':>10}"
                 for c in columns]
        print(f"{method:9}" + "".join(cells)
              + f"{time.perf_counter() - start:10.1f}", flush=True)


def parse_arguments(arguments=None):
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", help=".h5ad with counts in X")
    parser.add_argument("--labels", default="true_type", help="column of obs")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--library", type=float, default=1e4,
                        help="sum per cell before the logarithm")
    parser.add_argument("--features", type=int, default=2000,
                        help="number of most variable genes")
    parser.add_argument("--pcs", type=int, default=50,
                        help="principal components for the clusterings")
    parser.add_argument("--linear-pcs", type=int, default=200,
                        help="principal components for the classifier")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    options.methods = options.methods.split(",")
    unknown = sorted(set(options.methods) - set(METHODS))
    if unknown:
        parser.error(f"unknown method {unknown}; known: {METHODS}")
    return options


def main(arguments=None):
    """Entry point."""
    import anndata

    options = parse_arguments(arguments)
    data = anndata.read_h5ad(options.file)
    if options.labels not in data.obs:
        sys.exit(f"{options.file}: no column '{options.labels}' in obs")
    truth = np.unique(data.obs[options.labels].astype(str),
                      return_inverse=True)[1]
    report(data.X, truth, options)


if __name__ == "__main__":
    main()
