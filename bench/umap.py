#!/usr/bin/python3
"""UMAP by mixvae beside umap-learn, in one run: trustworthiness, clusters in the embedding, time.

Reads matrices of cells x features as .npy (float32), or labelled ones as .npz (X, labels). Both programs get the same
matrix, untransformed, and the same number of threads; umap-learn once with a seed, and once as its users run it, without
(in parallel). Its compilation is not timed; ours includes starting, reading and writing.

    bench/umap.py --program build/mixvae --threads 2 mnist_test.npz zheng_pca.npz
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path = [place for place in sys.path if pathlib.Path(place) != pathlib.Path(__file__).parent]  # "umap" is not this file


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", nargs="+", type=pathlib.Path)
    parser.add_argument("--program", default="build/mixvae")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--without-scores", action="store_true", help="only time, for large data")
    return parser.parse_args()


def read(path):
    """Matrix [N, D] and labels as integers, or None."""
    stored = np.load(path, allow_pickle=False)
    if isinstance(stored, np.ndarray):
        return np.ascontiguousarray(stored, dtype=np.float32), None
    return np.ascontiguousarray(stored["X"], dtype=np.float32), np.unique(stored["labels"], return_inverse=True)[1]


def processor_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def ours(x, options, seed, folder):
    """Embedding, seconds, seconds of processor time."""
    np.save(folder / "x.npy", x)
    out = folder / "out.csv"
    before, start = processor_seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([options.program, "cluster", folder / "x.npy", "--method", "umap", "--space", "features", "--normalise",
                    "none", "--scale", "none", "--features", "all", "--trust-values", "--out", out, "--force", "--seed", str(seed),
                    "--threads", str(options.threads)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    used = processor_seconds(resource.RUSAGE_CHILDREN) - before
    return np.loadtxt(out, delimiter=",", skiprows=1, usecols=(1, 2)), seconds, used


def umap_learn(x, seed):
    """The same by umap-learn; without a seed it runs in parallel."""
    import umap

    before, start = processor_seconds(resource.RUSAGE_SELF), time.perf_counter()
    embedding = umap.UMAP(random_state=seed).fit_transform(x)
    return embedding, time.perf_counter() - start, processor_seconds(resource.RUSAGE_SELF) - before


def matched_accuracy(truth, found):
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics.cluster import contingency_matrix

    table = contingency_matrix(truth, found)
    return table[linear_sum_assignment(-table)].sum() / len(truth)


def scores(x, labels, embedding):
    """Trustworthiness at 15 neighbours; mean and best accuracy of Gaussian mixtures from ten starts each."""
    from sklearn.manifold import trustworthiness
    from sklearn.mixture import GaussianMixture

    row = {"trustworthiness": round(float(trustworthiness(x, embedding, n_neighbors=15)), 4)}
    if labels is not None:
        types = int(labels.max()) + 1
        found = [GaussianMixture(types, n_init=10, random_state=s).fit_predict(embedding) for s in range(3)]
        row["gmm_accuracy"] = round(float(np.mean([matched_accuracy(labels, f) for f in found])), 4)
    return row


def main():
    options = arguments()
    os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import umap

    warm_up = np.random.default_rng(0).normal(size=(5000, 20)).astype(np.float32)
    for seed in (0, None):
        umap.UMAP(n_epochs=3, random_state=seed).fit_transform(warm_up)
    for path in options.file:
        x, labels = read(path)
        with tempfile.TemporaryDirectory() as folder:
            runs = [("mixvae", ours(x, options, seed, pathlib.Path(folder))) for seed in range(options.seeds)]
        runs += [("umap-learn, seed", umap_learn(x, seed)) for seed in range(options.seeds)]
        runs += [("umap-learn, parallel", umap_learn(x, None))]
        for name, (embedding, seconds, used) in runs:
            row = {"data": path.stem, "cells": len(x), "features": x.shape[1], "program": name,
                   "seconds": round(seconds, 1), "processor_seconds": round(used, 1)}
            if not options.without_scores:
                row |= scores(x, labels, embedding)
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
