#!/usr/bin/python3
"""Types of organs from one signature gene each (the mouse-organ experiment of MoE-Sim-VAE) beside tuned clusterers.

    bench/organs.py build/mixvae tabula_muris.h5ad --labels tissue --out out/organs
    bench/organs.py build/mixvae cells.h5ad --labels celltype --symbols symbol --signatures "CD79A=CD19+ B,..." --out out/stand-in

FILE is an .h5ad with counts and the organ of every cell (Tabula Muris: column tissue); --lengths names a column of gene lengths in bases,
with which counts of full-length protocols become TPM; without it TPM are counts per million. Only cells of the organs that have a signature
are used. A cell has a signature where the gene's TPM is above its mean; the models learn the cells of the training split that have exactly
one, told as known types, and are scored on all cells of the test split. Preparation as published: TPM, genes whose sum or variance is not
above the 20 % quantile dropped, every gene to [0, 1].

Clusterers see the test split and its number of organs, are screened over principal components, their own parameter and two preparations (the
published one and the program's default), and the setting with the best FlowCAP F on the test labels is printed: what their authors could not
know, as in the paper. Beside them: the signature itself (cells with none or several form a type of their own) and a logistic regression on
the same weak labels. Finished results are kept in --out and not computed again.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys

import numpy as np

ORGANS = ("Lpl=heart,Miox=kidney,Hpx=liver,Tspan1=large intestine,Prx=lung,Cd79a=spleen,Dntt=thymus")
PUBLISHED = "--normalise library --library-size 1000000 --low-quantile 0.2 --features all --scale unit".split()
PREPARATIONS = {"published": PUBLISHED, "default": ["--library-size", "auto"]}
# As released (docs/equations.md, settings): K experts, code 20, one hidden layer of 100.
NETWORK = ("--model moe-sim-vae --reference --latent 20 --hidden 100 --hidden-layers 1 --gating-layers 1 --gating-hidden 100").split()
CLUSTERERS = {  # method of mixvae cluster: whether it takes K, and its own parameter
    "kmeans": (True, [()]),
    "gmm": (True, [("--covariance", c) for c in ("full", "diagonal")]),
    "hierarchical": (True, [("--linkage", c) for c in ("ward", "average", "complete")]),
    "fuzzy-c-means": (True, [("--fuzzifier", m) for m in ("1.1", "1.5", "2")]),
    "hdbscan": (False, [("--noise", "nearest", "--min-cluster-size", n) for n in ("5", "10", "20", "40")]),
    "louvain": (False, [("--resolution", r) for r in ("0.25", "0.5", "1", "2")]),
    "leiden": (False, [("--resolution", r) for r in ("0.25", "0.5", "1", "2")]),
}
PAPER = "moe-sim-vae-published"
FITS = {PAPER: [*PUBLISHED, *NETWORK], "moe-sim-vae": ["--model", "moe-sim-vae"], "cpl-mixvae": []}  # the others by their default rule
SCORES = ("f_weighted", "nmi", "f_matched", "accuracy", "ari")


def plain(name):
    return name.replace("_", " ").lower()


def parse_signatures(text):
    pairs = [part.split("=", 1) for part in text.split(",")]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        sys.exit("--signatures takes GENE=ORGAN,GENE=ORGAN,...")
    return [(gene.strip(), organ.strip()) for gene, organ in pairs]


def tpm_of(cells, lengths):
    """Counts, divided by gene length in kilobases where lengths are known, and the same to a sum of 1e6 per cell."""
    import scipy.sparse
    counts = scipy.sparse.csr_matrix(cells.X, dtype=np.float64)
    if lengths:
        kilobases = cells.var[lengths].to_numpy(dtype=float) / 1000
        counts = scipy.sparse.csr_matrix(counts.multiply(1 / kilobases))
    if counts.nnz and counts.data.min() < 0:
        sys.exit("the matrix has negative values; counts are needed")
    sums = np.asarray(counts.sum(1)).ravel()
    keep = sums > 0
    scale = scipy.sparse.diags(np.divide(1e6, sums, out=np.zeros_like(sums), where=keep))
    return counts, (scale @ counts).tocsr(), keep


def signature_labels(tpm, names, signatures):
    """The organ of cells with exactly one signature, else ''."""
    has = []
    for gene, _ in signatures:
        found = np.flatnonzero(names == gene)
        if len(found) == 0:
            sys.exit(f"the data have no gene {gene}; --symbols names the column of gene symbols")
        values = tpm[:, found[0]].toarray().ravel()
        has.append(values > values.mean())
    has = np.array(has)
    organs = np.array([organ for _, organ in signatures], dtype=object)
    return np.where(has.sum(0) == 1, organs[has.argmax(0)], "")


def load(arguments):
    """Cells of the organs with a signature: counts, TPM, organ, signature, given split or None."""
    import anndata
    cells = anndata.read_h5ad(arguments.data)
    if arguments.labels not in cells.obs:
        sys.exit(f"the data have no column {arguments.labels}; there are {', '.join(cells.obs.columns)}")
    signatures = parse_signatures(arguments.signatures)
    wanted = {plain(organ): organ for _, organ in signatures}
    labels = cells.obs[arguments.labels].astype(str).map(plain)
    missing = sorted(set(wanted) - set(labels))
    if missing:
        sys.exit(f"no cell is labelled {', '.join(missing)}; labels are {', '.join(sorted(set(labels)))}")
    cells = cells[labels.isin(wanted).to_numpy()].copy()
    counts, tpm, keep = tpm_of(cells, arguments.lengths)
    counts, tpm, cells = counts[keep], tpm[keep], cells[keep]
    names = (cells.var[arguments.symbols].astype(str) if arguments.symbols else cells.var_names).to_numpy()
    organs = cells.obs[arguments.labels].astype(str).map(lambda text: wanted[plain(text)]).to_numpy()
    split = cells.obs[arguments.split].astype(str).to_numpy() if arguments.split else None
    return cells, counts, tpm, organs, signature_labels(tpm, names, signatures), split


def test_cells(organs, split, share, seed):
    """Whether each cell is in the test split: the one given, else a share of each organ."""
    if split is not None:
        return split == "test"
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(organs), dtype=bool)
    for organ in np.unique(organs):
        rows = random.permutation(np.flatnonzero(organs == organ))
        chosen[rows[:max(1, round(share * len(rows)))]] = True
    return chosen


def write(path, cells, counts, rows, organs, signature):
    import anndata
    import pandas as pd
    obs = pd.DataFrame({"organ": organs[rows], "signature": signature[rows]}, index=cells.obs_names[rows].astype(str))
    anndata.AnnData(counts[rows].astype(np.float32), obs=obs, var=pd.DataFrame(index=cells.var_names.astype(str))).write(path)


class Program:
    """Runs mixvae; results are kept under a name."""

    def __init__(self, mixvae, folder, threads):
        self.mixvae, self.folder, self.threads = mixvae, folder, str(threads)

    def __call__(self, *words):
        done = subprocess.run([self.mixvae, *map(str, words), "--threads", self.threads], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"mixvae {' '.join(map(str, words))}\n{done.stderr}")
        return done.stdout

    def kept(self, name, compute):
        path = self.folder / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(compute()), encoding="utf-8")
        return json.loads(path.read_text(encoding="utf-8"))


def scores_of(text):
    found = json.loads(text)
    return {score: found[score] for score in SCORES}


def fit_and_score(program, folder, name, seed, options):
    run, train, test = folder / name, folder / "train.h5ad", folder / "test.h5ad"
    program("fit", train, "--known-types", "signature", "--seed", seed, "--out", run, "--force", *options)
    return scores_of(program("evaluate", run, test, "--labels", "organ", "--json"))


def partition_scores(found, organs):
    """Scores of labels made here: the program's own, of a partition that cluster would have found."""
    from scipy.optimize import linear_sum_assignment
    from sklearn import metrics
    import pandas as pd
    table = pd.crosstab(organs, found).to_numpy().astype(float)
    sizes, sums = table.sum(1), table.sum(0)
    f1 = 2 * table / (sizes[:, None] + sums[None, :])
    rows, columns = linear_sum_assignment(-table)
    frows, fcolumns = linear_sum_assignment(-f1)
    return {"f_weighted": float((f1.max(1) * sizes).sum() / sizes.sum()), "nmi": float(metrics.normalized_mutual_info_score(organs, found)),
            "f_matched": float(f1[frows, fcolumns].sum() / len(sizes)), "accuracy": float(table[rows, columns].sum() / sizes.sum()),
            "ari": float(metrics.adjusted_rand_score(organs, found))}


def regression_labels(tpm, signature, train, test):
    """Organs of the test cells by logistic regression on ln(1 + TPM), learned from the weak labels of the training cells."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    logs = tpm.log1p()
    model = make_pipeline(TruncatedSVD(50, random_state=0), StandardScaler(), LogisticRegression(max_iter=500))
    return model.fit(logs[train], signature[train].astype(str)).predict(logs[test])


def screen(program, folder, method, seed, types, components, preparations):
    """The setting of a clusterer with the best F on the test cells, and its scores."""
    takes_types, own = CLUSTERERS[method]
    best = None
    for preparation, width, words in itertools.product(preparations, components, own):
        name = "-".join([method, preparation, str(width), *words[-1:]])
        options = [*PREPARATIONS[preparation], "--components", width, "--seed", seed, *words]
        found = program.kept(f"seed_{seed}_{name}", lambda options=options: scores_of(
            program("cluster", folder / "test.h5ad", "--method", method, "--labels", "organ", "--json", *options,
                    *(["--types", types] if takes_types else []))))
        if best is None or found["f_weighted"] > best[1]["f_weighted"]:
            best = (name, found)
    return best


def run_seed(arguments, data, seed):
    """Scores by row of the table, and the chosen settings of the clusterers."""
    cells, counts, tpm, organs, signature, split = data
    folder = arguments.out / f"seed_{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    test = test_cells(organs, split, arguments.test_share, seed)
    train = ~test & (signature != "")
    types = len(np.unique(organs))
    lost = sorted(set(organs) - set(signature[train]))
    if lost:
        print(f"seed {seed}: no training cell has the signature of {', '.join(lost)} alone", file=sys.stderr)
    for name, rows in (("train", train), ("test", test)):
        if not (folder / f"{name}.h5ad").exists():
            write(folder / f"{name}.h5ad", cells, counts, np.flatnonzero(rows), organs, signature)
    right = np.mean(signature[train] == organs[train])
    print(f"seed {seed}: {train.sum()} training cells with one signature ({100 * right:.1f} % of them in its organ), {test.sum()} test cells",
          file=sys.stderr)
    program = Program(arguments.mixvae, arguments.out / "results", arguments.threads)
    program.folder.mkdir(exist_ok=True)
    epochs = max(1, round(arguments.steps * 256 / max(256, train.sum())))
    rows = {}
    for name in arguments.fits:
        options = [*FITS[name], *(["--epochs", epochs] if name == PAPER else [])]
        key = f"seed_{seed}_{name}_{arguments.steps}"
        rows[name] = program.kept(key, lambda name=name, options=options: fit_and_score(
            program, folder, name, seed, ["--types", types, *options]))
    rows["signatures alone"] = partition_scores(signature[test], organs[test])
    rows["logistic regression on the weak labels"] = partition_scores(regression_labels(tpm, signature, train, test), organs[test])
    chosen = {}
    for method in arguments.methods:
        chosen[method], rows[method] = screen(program, folder, method, seed, types, arguments.components, arguments.preparations)
    return rows, chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mixvae")
    parser.add_argument("data", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--labels", required=True, help="column with the organ of every cell")
    parser.add_argument("--signatures", default=ORGANS, help="GENE=ORGAN,...; the mouse organs of the paper unless given")
    parser.add_argument("--symbols", default="", help="column of the genes with their symbols; else their names")
    parser.add_argument("--lengths", default="", help="column of the genes with their lengths in bases")
    parser.add_argument("--split", default="", help="column that says 'test' for cells of the test split; else a random share")
    parser.add_argument("--test-share", type=float, default=0.2)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20000, help="steps of the published network")
    parser.add_argument("--components", type=int, nargs="+", default=list(range(10, 101, 10)))
    parser.add_argument("--preparations", nargs="+", default=list(PREPARATIONS), choices=list(PREPARATIONS))
    parser.add_argument("--fits", nargs="+", default=list(FITS), choices=list(FITS))
    parser.add_argument("--methods", nargs="+", default=list(CLUSTERERS), choices=list(CLUSTERERS))
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    if not arguments.data.exists():
        print(f"skipped: {arguments.data} is not there")
        return
    data = load(arguments)
    all_rows, settings = {}, {}
    for seed in range(arguments.seeds):
        rows, chosen = run_seed(arguments, data, seed)
        for name, scores in rows.items():
            all_rows.setdefault(name, []).append([scores[score] for score in SCORES])
        for name, setting in chosen.items():
            settings.setdefault(name, []).append(setting)
    print("| method | " + " | ".join(SCORES) + " | chosen settings |\n|" + "---|" * (len(SCORES) + 2))
    for name, scores in all_rows.items():
        mean = np.mean(scores, axis=0)
        spread = np.std(scores, axis=0, ddof=1) if len(scores) > 1 else np.zeros(len(mean))
        print(f"| {name} | " + " | ".join(f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, spread)) + f" | {', '.join(settings.get(name, []))} |")


if __name__ == "__main__":
    main()
