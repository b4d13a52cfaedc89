#!/usr/bin/python3
"""Whether cells of a type that the fit never saw are called unknown, and others are not.

    bench/novel_cells.py [--sets "zheng;pbmc3k"] [--out FOLDER] [--mixvae PROGRAM]

For each label with at least 30 cells: a fit of half of the other cells (types: the other labels), then mixvae assign of the other
half and of the cells of that label. Prints a table in Markdown: the share called unknown of either.
"""
import argparse
import json
import pathlib
import subprocess

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse

DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
FEWEST = 30


def h5ad(path, column):
    cells = anndata.read_h5ad(DATA / path)
    return anndata.AnnData(cells.X, obs=pd.DataFrame({"label": cells.obs[column].astype(str)}, index=cells.obs_names), var=cells.var[[]])


def pbmc3k():
    folder = DATA / "pbmc3k"
    names = pd.read_csv(folder / "barcodes.tsv.gz", header=None, sep="\t")[0].astype(str)
    genes = pd.read_csv(folder / "features.tsv.gz", header=None, sep="\t")[0].astype(str)
    labels = pd.read_csv(folder / "labels.csv", index_col=0)["cell_type"].reindex(names).astype(str)
    x = scipy.sparse.csr_matrix(scipy.io.mmread(folder / "matrix.mtx.gz").T)
    return anndata.AnnData(x.astype("f4"), obs=pd.DataFrame({"label": labels.values}, index=list(names)), var=pd.DataFrame(index=list(genes)))


def cite():
    with h5py.File(DATA / "cite_cbmc" / "CITE_CBMC_counts_top2000.h5") as file:
        x, y = file["X"][:], file["Y"][:]
    names = [f"c{i}" for i in range(len(x))]
    return anndata.AnnData(x.astype("f4"), obs=pd.DataFrame({"label": [f"label {k}" for k in y]}, index=names),
                           var=pd.DataFrame(index=[f"g{i}" for i in range(x.shape[1])]))


SETS = {
    "zheng": lambda: h5ad("zheng_facs_pbmc/zheng_facs_pbmc.h5ad", "celltype"),
    "worm embryo": lambda: h5ad("worm_embryo/worm_embryo.h5ad", "cell_type"),
    "pbmc3k": pbmc3k,
    "cite": cite,
}


def run(args, *words):
    result = subprocess.run([args.mixvae, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(result.stderr)
    return result.stdout


def share_unknown(args, fit, cells, name):
    path = args.out / f"{name}.h5ad"
    cells.write_h5ad(path)
    words = ["assign", fit, path, "--out", args.out / "types.csv", "--force", "--json", "--threads", args.threads]
    said = json.loads(run(args, *words))
    return said["unknown"] / said["cells"]


def measure(args, cells, label):
    """Shares called unknown: of other cells that the fit did not see, and of those of the label."""
    labels = cells.obs["label"].to_numpy()
    others = np.random.default_rng(0).permutation(np.flatnonzero(labels != label))
    half = len(others) // 2
    seen = cells[np.sort(others[:half])].copy()
    path, fit = args.out / "seen.h5ad", args.out / "fit"
    seen.write_h5ad(path)
    run(args, "fit", path, "--types", len(set(seen.obs["label"])), "--out", fit, "--force", "--threads", args.threads)
    return (share_unknown(args, fit, cells[np.sort(others[half:])].copy(), "others"),
            share_unknown(args, fit, cells[labels == label].copy(), "novel"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=";".join(SETS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/novel_cells"))
    parser.add_argument("--mixvae", default=pathlib.Path(__file__).resolve().parents[1] / "build" / "mixvae")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    print("| data | type left out | its cells | called unknown | of other new cells |\n|---|---|---|---|---|")
    for name in args.sets.split(";"):
        cells = SETS[name]()
        cells = cells[~cells.obs["label"].isin(["nan", "", "None"])]
        for label, count in cells.obs["label"].value_counts().items():
            if count >= FEWEST:
                others, novel = measure(args, cells, label)
                print(f"| {name} | {label} | {count} | {100 * novel:.1f} % | {100 * others:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
