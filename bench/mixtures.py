#!/usr/bin/python3
"""Does MoE-Sim-VAE with too many experts find the number of Gaussians? The curve over the true number.

Each data set: 10,000 cells of K Gaussians in 10 dimensions, weights from Dirichlet(5), covariances A A' + 0.1 I with
A ~ N(0, 1/10), means ~ N(0, 1) scaled until the Bayes classifier is right for a share of the cells that is drawn from 0.95
to 0.99. Every fit has 40 experts and the same settings. Found: types with cells in the output of assign.

    bench/mixtures.py --program build/mixvae --out out/mixtures
"""
import argparse
import csv
import pathlib
import subprocess

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import multivariate_normal

CELLS, COLUMNS, EXPERTS = 10_000, 10, 40
READING = ["--trust-values", "--threads"]
SETTINGS = """--model moe-sim-vae --start gaussian --space features --features all --normalise none --scale none
  --similarity-weight 0.05 --similar-share auto --depict-weight 0 --code-noise 0.1 --hidden 256 --gating-hidden 256 --decoder-hidden 50
  --latent 20 --learning-rate 0.005 --start-share 0.8 --epochs 60""".split()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/mixvae")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/mixtures"))
    parser.add_argument("--numbers", type=int, nargs="+", default=[2, 5, 10, 15, 20, 25, 30, 35, 40])
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def draw(number, rng):
    """Cells [N, d], their component [N] and the Bayes classifier's accuracy on them."""
    weights = rng.dirichlet([5] * number)
    means = rng.normal(size=(number, COLUMNS))
    factors = [rng.normal(size=(COLUMNS, COLUMNS)) / np.sqrt(COLUMNS) for _ in range(number)]
    covariances = [factor @ factor.T + 0.1 * np.eye(COLUMNS) for factor in factors]
    target = rng.uniform(0.95, 0.99)
    component = rng.choice(number, CELLS, p=weights)
    roots = np.stack([np.linalg.cholesky(covariance) for covariance in covariances])
    noise = np.einsum("nij,nj->ni", roots[component], rng.normal(size=(CELLS, COLUMNS)))
    low, high = 0.1, 50.0
    for _ in range(18):
        scale = np.sqrt(low * high)
        x = scale * means[component] + noise
        joint = [np.log(weights[k]) + multivariate_normal(scale * means[k], covariances[k]).logpdf(x)
                 for k in range(number)]
        accuracy = (np.argmax(joint, axis=0) == component).mean()
        low, high = (scale, high) if accuracy < target else (low, scale)
    return x, component, accuracy


def run(program, *words):
    subprocess.run([program, *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def types_of(path):
    with open(path, newline="", encoding="utf-8") as stream:
        names = [row["mixvae_type"] for row in csv.DictReader(stream)]
    return np.unique(names, return_inverse=True)[1]


def accuracy_of(found, truth):
    table = np.zeros((truth.max() + 1, found.max() + 1))
    np.add.at(table, (truth, found), 1)
    return table[linear_sum_assignment(-table)].sum() / len(truth)


def measure(number, which, options):
    """Used types, accuracy, and accuracy of the Bayes classifier."""
    x, truth, bayes = draw(number, np.random.default_rng(100 * number + which))
    folder = options.out / f"{number}_{which}"
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "cells.npz", X=x.astype(np.float32), labels=np.array([f"G{k + 1}" for k in truth]))
    reading = [*READING, options.threads]
    run(options.program, "fit", folder / "cells.npz", "--out", folder / "run", "--types", EXPERTS, *SETTINGS, *reading)
    run(options.program, "assign", folder / "run", folder / "cells.npz", "--out", folder / "types.csv", "--force", *reading)
    found = types_of(folder / "types.csv")
    return found.max() + 1, accuracy_of(found, truth), bayes


def main():
    options = arguments()
    print("| components | used types | equal | accuracy | Bayes accuracy |\n|---|---|---|---|---|", flush=True)
    for number in options.numbers:
        used, accuracy, bayes = zip(*(measure(number, which, options) for which in range(options.draws)))
        right = sum(count == number for count in used)
        print(f"| {number} | {', '.join(map(str, used))} | {right} of {options.draws} |",
              f"{', '.join(f'{a:.3f}' for a in accuracy)} | {', '.join(f'{b:.3f}' for b in bayes)} |", flush=True)


if __name__ == "__main__":
    main()
