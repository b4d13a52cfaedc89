"""How well inferred states follow the true ones of a simulated data set, within types.

For each true type with enough cells: the largest absolute Pearson correlation between any inferred and any true state
dimension that varies in the type. Prints the mean over types, weighted by nothing and by cells, and the same after permuting
cells within types (what chance gives).
"""
import argparse
import json
import pathlib

import anndata
import numpy as np


def best_match(inferred, true):
    """Largest absolute correlation between columns; NaN where nothing varies."""
    inferred = inferred[:, inferred.std(0) > 1e-9]
    true = true[:, true.std(0) > 1e-9]
    if not inferred.shape[1] or not true.shape[1]:
        return np.nan
    both = np.corrcoef(np.hstack([inferred, true]).T)
    return np.abs(both[: inferred.shape[1], inferred.shape[1]:]).max()


def correlations(inferred, true, types, least, order):
    """Best match and number of cells of every type with at least `least` cells; `order` permutes inferred rows of a type."""
    found = []
    for name in np.unique(types):
        rows = np.flatnonzero(types == name)
        if len(rows) >= least:
            found.append((best_match(inferred[order(rows)], true[rows]), len(rows)))
    return np.array(found)


def summary(found):
    """Mean over types, and mean over cells."""
    found = found[~np.isnan(found[:, 0])]
    return {"types": len(found), "mean": round(float(found[:, 0].mean()), 4),
            "mean_by_cells": round(float(np.average(found[:, 0], weights=found[:, 1])), 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=pathlib.Path, help="a simulated .h5ad annotated by mixvae assign")
    parser.add_argument("--least", type=int, default=50, help="cells of the smallest type that counts")
    options = parser.parse_args()
    data = anndata.read_h5ad(options.file, backed="r")
    inferred, true = np.asarray(data.obsm["X_mixvae_state"]), np.asarray(data.obsm["X_true_state"])
    types = np.asarray(data.obs["true_type"])
    generator = np.random.default_rng(0)
    print(json.dumps({
        "found": summary(correlations(inferred, true, types, options.least, lambda rows: rows)),
        "by_chance": summary(correlations(inferred, true, types, options.least, generator.permutation))}))


if __name__ == "__main__":
    main()
