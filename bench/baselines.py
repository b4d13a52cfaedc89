#!/usr/bin/python3
"""Classic clusterers as yardsticks: k-means, Gaussian mixture, Leiden.

Reads a preprocessed matrix of cells x features: an .h5ad, or an .npz, dense (X) or in compressed rows (data,
indices, indptr, shape). k-means and the mixture see 50 principal components, Leiden the graph of 15 neighbours on
them, with the resolution searched that gives as many communities as there are types.

Prints one JSON row per method and seed. With --types K the row holds the type found for every cell ("labels"), as
`mixvae benchmark` wants it. Without, the .npz must hold the known types (labels: integers, negative where unknown,
or texts, empty where unknown); all cells are clustered, those with a known type are scored, and the scores have the
names that `mixvae evaluate --json` uses:

    bench/baselines.py prepared.h5ad --methods kmeans --types 10 --seed 3
    bench/baselines.py zheng.npz --methods kmeans,leiden --seeds 5
"""
import argparse
import json
import pathlib
import random
import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix, issparse
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors


def read_matrix(path):
    """The matrix [N, D] of a file as a dense array."""
    if path.suffix == ".h5ad":
        import anndata

        x = anndata.read_h5ad(path).X
    else:
        stored = np.load(path, allow_pickle=False)
        if "X" in stored:
            x = stored["X"]
        else:
            parts = (stored["data"], stored["indices"], stored["indptr"])
            x = csr_matrix(parts, shape=tuple(stored["shape"]))
    return np.asarray(x.toarray() if issparse(x) else x, dtype=np.float32)


def read_labels(path):
    """Known types [N] of an .npz as integers, -1 where unknown."""
    labels = np.load(path, allow_pickle=False)["labels"]
    if labels.dtype.kind in "iu":
        return labels.astype(np.int64)
    names, codes = np.unique(labels, return_inverse=True)
    return np.where(names[codes] == "", -1, codes)


def matched_accuracy(truth, found):
    """Share of cells on the best one-to-one match of found and known types."""
    table = contingency_matrix(truth, found)
    return table[linear_sum_assignment(-table)].sum() / table.sum()


def principal_components(matrix, count):
    """The leading principal components, fewer when the matrix is small."""
    count = min(count, matrix.shape[1], matrix.shape[0] - 1)
    solver = "randomized" if 2 * count < min(matrix.shape) else "full"
    return PCA(count, svd_solver=solver, random_state=0).fit_transform(matrix)


def neighbour_graph(points, neighbours):
    """Undirected union of the lists of nearest neighbours, without weights."""
    import igraph

    neighbours = min(neighbours, len(points) - 1)
    finder = NearestNeighbors(n_neighbors=neighbours).fit(points)
    lists = finder.kneighbors(return_distance=False)
    edges = np.column_stack([np.repeat(np.arange(len(points)), neighbours), lists.ravel()])
    edges = np.unique(np.sort(edges, axis=1), axis=0)
    return igraph.Graph(n=len(points), edges=edges.tolist())


def leiden_at(graph, resolution, seed):
    """One Leiden partition by modularity at a resolution."""
    import igraph

    igraph.set_random_number_generator(random.Random(seed))
    partition = graph.community_leiden(objective_function="modularity", resolution_parameter=resolution,
                                       n_iterations=5)
    return np.asarray(partition.membership)


def leiden(graph, types, seed, steps=25):
    """The partition whose number of communities is nearest to `types`: bisection over the log of the resolution."""
    low, high = np.log(1e-2), np.log(50)
    tried = []
    for _ in range(steps):
        middle = (low + high) / 2
        found = leiden_at(graph, float(np.exp(middle)), seed)
        communities = found.max() + 1
        tried.append((abs(communities - types), len(tried), found))
        if communities == types:
            break
        if communities < types:
            low = middle
        else:
            high = middle
    return min(tried)[2]


class Methods:
    """The clusterers by name, on one data set; components and graph are computed once."""

    def __init__(self, matrix, types, options):
        self.types = types
        self.points = principal_components(matrix, options.components)
        self.graph = neighbour_graph(self.points, options.neighbours) if "leiden" in options.methods else None

    def kmeans(self, seed):
        """The best of ten k-means++ starts."""
        return KMeans(self.types, n_init=10, random_state=seed).fit_predict(self.points)

    def gmm(self, seed):
        """Mixture with full covariances from a k-means start."""
        return GaussianMixture(self.types, random_state=seed, reg_covar=1e-4).fit_predict(self.points)

    def leiden(self, seed):
        """Leiden at the resolution that gives the wanted number of communities."""
        return leiden(self.graph, self.types, seed)


def score(truth, found):
    """Agreement of the types found with the known ones, over the cells whose type is known."""
    known = truth >= 0
    truth, found = truth[known], found[known]
    return {"accuracy": matched_accuracy(truth, found), "nmi": normalized_mutual_info_score(truth, found),
            "ari": adjusted_rand_score(truth, found)}


def rows(matrix, truth, types, options):
    """One dictionary per method and seed: scores where the truth is known, else the type found for every cell."""
    methods = Methods(matrix, types, options)
    for name in options.methods:
        for seed in range(options.seed, options.seed + options.seeds):
            start = time.perf_counter()
            found = getattr(methods, name)(seed)
            row = {"method": name, "seed": seed, "cells": len(matrix), "features": matrix.shape[1], "types": types,
                   "k_used": len(np.unique(found)), "seconds": round(time.perf_counter() - start, 3)}
            yield {**row, "labels": found.tolist()} if truth is None else {**row, **score(truth, found)}


def parse_arguments():
    """The command line."""
    known = ("kmeans", "gmm", "leiden")
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--methods", default=",".join(known), help="with commas between")
    parser.add_argument("--types", type=int, help="how many to find; default: as many as the labels have")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--components", type=int, default=50)
    parser.add_argument("--neighbours", type=int, default=15)
    options = parser.parse_args()
    options.methods = options.methods.split(",")
    if not set(options.methods) <= set(known):
        parser.error(f"--methods: known are {', '.join(known)}")
    return options


def main():
    options = parse_arguments()
    matrix, truth = read_matrix(options.file), None
    if options.types is None:
        truth = read_labels(options.file)
        if len(matrix) != len(truth):
            sys.exit(f"{options.file}: {len(matrix)} cells but {len(truth)} labels")
    types = options.types or len(np.unique(truth[truth >= 0]))
    for row in rows(matrix, truth, types, options):
        print(json.dumps({"data": options.file.stem, **row}), flush=True)


if __name__ == "__main__":
    main()
