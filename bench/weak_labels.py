#!/usr/bin/python3
"""Accuracy against the share of cells whose type is told to the fit.

    bench/weak_labels.py build/mixvae cells.h5ad --labels celltype --out out/weak [--options "--model moe-sim-vae"]

For each seed a random order of the cells decides whose label is known (nested shares); accuracy and ARI are taken on the cells that no
share labels, after one-to-one matching.
"""

import argparse
import pathlib
import shlex
import subprocess

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

SHARES = (0.0, 0.01, 0.05, 0.2)


def accuracy(truth, found):
    table = pd.crosstab(truth, found).to_numpy()
    rows, columns = linear_sum_assignment(-table)
    return table[rows, columns].sum() / len(truth)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mixvae")
    parser.add_argument("data")
    parser.add_argument("--annotations", default="", help="file with the labels, when the data hold none")
    parser.add_argument("--labels", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--options", default="", help="further options of fit")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.annotations:
        table = pd.read_csv(arguments.annotations, index_col=0)
    else:
        import anndata
        table = anndata.read_h5ad(arguments.data, backed="r").obs
    labels = table[arguments.labels].astype(str)
    types = labels.nunique()
    results = {share: [] for share in SHARES}
    for seed in range(arguments.seeds):
        order = np.random.default_rng(seed).permutation(len(labels))
        hidden = order[int(round(max(SHARES) * len(labels))):]
        for share in SHARES:
            known = pd.Series("", index=labels.index)
            chosen = order[:int(round(share * len(labels)))]
            known.iloc[chosen] = labels.iloc[chosen]
            run, file, out = (arguments.out / name for name in ("run", "known.csv", "types.csv"))
            pd.DataFrame({"cell": labels.index, "known": known.to_numpy()}).to_csv(file, index=False)
            command = [arguments.mixvae, "fit", arguments.data, "--types", types, "--seed", seed, "--threads", 1, "--out", run,
                       "--force", *shlex.split(arguments.options)]
            if len(chosen) > 0:
                command += ["--annotations", file, "--known-types", "known"]
            subprocess.run(list(map(str, command)), check=True, capture_output=True)
            subprocess.run([arguments.mixvae, "assign", run, arguments.data, "--out", out, "--force"], check=True, capture_output=True)
            found = pd.read_csv(out, index_col=0)["mixvae_type"].fillna("none")
            truth = labels.iloc[hidden]
            scores = (accuracy(truth.to_numpy(), found.iloc[hidden].to_numpy()),
                      adjusted_rand_score(truth, found.iloc[hidden]))
            results[share].append(scores)
    for share in SHARES:
        mean, deviation = np.mean(results[share], axis=0), np.std(results[share], axis=0, ddof=1)
        print("%4.0f %% known: accuracy %.3f ± %.3f, ARI %.3f ± %.3f" % (100 * share, mean[0], deviation[0], mean[1], deviation[1]))


if __name__ == "__main__":
    main()
