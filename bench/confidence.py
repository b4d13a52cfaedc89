#!/usr/bin/python3
"""How true the confidence is: on labelled sets, a fit and fits of bootstraps of the same cells, measured by mixvae evaluate.

    bench/confidence.py [--sets rnamix,pbmc3k] [--fits 5] [--out FOLDER] [--mixvae PROGRAM]

Prints a table in Markdown: share of cells to which the other fits give their type again, and for the confidence and the type's
probability the area under the ROC curve for "right" (the label matched to the type) and for "reproduced", and the calibration error
against the latter. Fits that are in the folder already are not made again.
"""
import argparse
import json
import pathlib
import statistics
import subprocess

DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"

# name: number of labels, their column, input, what else every command needs
SETS = {
    "rnamix": (8, "mix", "rnamix_celseq2/RNAmix_celseq2.count.csv.gz", "rnamix_celseq2/RNAmix_celseq2.metadata.csv.gz"),
    "tasic types": (49, "aibs_type", "tasic2016_markers/expression.csv.gz", "tasic2016_markers/cells.csv.gz"),
    "worm embryo": (9, "cell_type", "worm_embryo/worm_embryo.h5ad", ""),
    "pbmc3k": (9, "cell_type", "pbmc3k", "pbmc3k/labels.csv"),
    "worm": (10, "Y", "worm_neuron/worm_neuron_cell.h5", ""),
    "zheng": (10, "celltype", "zheng_facs_pbmc/zheng_facs_pbmc.h5ad", ""),
    "merfish fine": (31, "fine_type", "merfish_poa/merfish_mousePOA.h5ad", ""),
    "cite": (15, "Y", "cite_cbmc/CITE_CBMC_counts_top2000.h5", ""),
}
COLUMNS = ["auroc_right", "auroc_reproduced", "ece_reproduced"]


def run(program, *words):
    result = subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(result.stderr)
    return result.stdout


def measure(args, name):
    """What evaluate says of a fit of seed 0 beside fits of bootstraps 1, 2, ... with seeds of their own."""
    types, labels, path, annotations = SETS[name]
    data = [DATA / path, *(["--annotations", DATA / annotations] if annotations else [])]
    runs = []
    for fit in range(args.fits + 1):
        out = args.out / f"{name.replace(' ', '_')}.{fit}"
        runs.append(out)
        if not (out / "model.safetensors").exists():
            other = ["--bootstrap", fit, "--replicates", 0] if fit else []
            run(args.mixvae, "fit", *data, "--types", types, "--seed", fit, "--threads", args.threads, "--out", out, *other)
    said = run(args.mixvae, "evaluate", runs[0], *data, "--labels", labels, "--independent", ",".join(map(str, runs[1:])), "--json")
    return json.loads(said)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--fits", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/confidence"))
    parser.add_argument("--mixvae", default=pathlib.Path(__file__).resolve().parents[1] / "build" / "mixvae")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    print("| data | accuracy | reproduced | confidence: " + " | ".join(COLUMNS) + " | probability: " + " | ".join(COLUMNS) + " |")
    print("|---" * (3 + 2 * len(COLUMNS)) + "|")
    rows = []
    for name in args.sets.split(","):
        found = measure(args, name)
        told = found["reliability"]
        rows.append([found["accuracy"], told["reproduced"]] +
                    [told[score][column] for score in ("confidence", "probability") for column in COLUMNS])
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in rows[-1]) + " |", flush=True)
    print("| **mean** | " + " | ".join(f"{statistics.mean(column):.3f}" for column in zip(*rows)) + " |")


if __name__ == "__main__":
    main()
