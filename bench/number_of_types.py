#!/usr/bin/python3
"""The number of types that a fit counts, and its scores, beside PhenoGraph, which chooses a number too.

    bench/number_of_types.py [--sets "2 types;pbmc3k"] [--seeds 3] [--out FOLDER] [--mixvae PROGRAM]

Prints a table in Markdown: of each set the labels with cells, and for both methods the number found by each seed, accuracy and ARI
(mean and standard deviation over seeds). Simulated sets are made in the folder. What is there already is not made again.
"""
import argparse
import json
import pathlib
import statistics
import subprocess

DATA = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
EVEN = "--largest-type 0 --smallest-type 0"

# name: how it is simulated
SIMULATED = {
    "noise, 1,000 cells": f"--cells 1000 --types 1 --shared-states 0 --type-states 0 {EVEN}",
    "noise, 3,000 cells": f"--cells 3000 --types 1 --shared-states 0 --type-states 0 {EVEN}",
    "noise, 8,000 cells": f"--cells 8000 --types 1 --shared-states 0 --type-states 0 {EVEN}",
    "1 type with states": f"--cells 3000 --types 1 {EVEN}",
    "2 types": f"--cells 4000 --types 2 {EVEN}",
    "5 types": f"--cells 4000 --types 5 {EVEN}",
    "8 types (small)": "--preset small",
    "20 types": f"--cells 4000 --types 20 {EVEN}",
    "50 types": f"--cells 4000 --types 50 {EVEN}",
}
# name: input, column of the labels, what else every command needs
REAL = {
    "pbmc3k": ("pbmc3k", "cell_type", "pbmc3k/labels.csv"),
    "zheng": ("zheng_facs_pbmc/zheng_facs_pbmc.h5ad", "celltype", ""),
    "worm": ("worm_neuron/worm_neuron_cell.h5", "Y", ""),
    "worm embryo": ("worm_embryo/worm_embryo.h5ad", "cell_type", ""),
    "cite": ("cite_cbmc/CITE_CBMC_counts_top2000.h5", "Y", ""),
    "rnamix": ("rnamix_celseq2/RNAmix_celseq2.count.csv.gz", "mix", "rnamix_celseq2/RNAmix_celseq2.metadata.csv.gz"),
    "tasic types": ("tasic2016_markers/expression.csv.gz", "aibs_type", "tasic2016_markers/cells.csv.gz"),
    "merfish fine": ("merfish_poa/merfish_mousePOA.h5ad", "fine_type", ""),
}


def run(args, *words):
    result = subprocess.run([args.mixvae, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(result.stderr)
    return result.stdout


def input_of(args, name):
    """What a command needs to read a set, and the column of its labels."""
    if name in SIMULATED:
        path = args.out / f"{name.replace(' ', '_')}.h5ad"
        if not path.exists():
            run(args, "simulate", "cells", *SIMULATED[name].split(), "--out", path)
        return [path], "true_type"
    path, labels, annotations = REAL[name]
    return [DATA / path, *(["--annotations", DATA / annotations] if annotations else [])], labels


def kept(path, make):
    """The JSON of a file that make() gives where there is none."""
    if not path.exists():
        path.write_text(make())
    return json.loads(path.read_text())


def of_fit(args, name, seed):
    data, labels = input_of(args, name)
    stem = args.out / f"{name.replace(' ', '_')}.{seed}"

    def make():
        if not (stem / "model.safetensors").exists():
            run(args, "fit", *data, "--types", "auto", "--replicates", 0, "--seed", seed, "--threads", args.threads, "--out", stem)
        return run(args, "evaluate", stem, *data, "--labels", labels, "--json")

    return kept(stem.with_suffix(f".{seed}.fit.json"), make)


def of_phenograph(args, name, seed):
    data, labels = input_of(args, name)
    command = ["cluster", *data, "--method", "phenograph", "--labels", labels, "--seed", seed, "--threads", args.threads, "--json"]
    return kept(args.out / f"{name.replace(' ', '_')}.{seed}.phenograph.json", lambda: run(args, *command))


def cell(values):
    mean = statistics.mean(values)
    return f"{mean:.3f} ± {statistics.stdev(values):.3f}" if len(values) > 1 else f"{mean:.3f}"


def columns(found):
    numbers = ", ".join(str(int(one["k_used"])) for one in found)
    return " | ".join([numbers, cell([one["accuracy"] for one in found]), cell([one["ari"] for one in found])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("out/number_of_types"))
    parser.add_argument("--mixvae", default=pathlib.Path(__file__).resolve().parents[1] / "build" / "mixvae")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    print("| data | labels | counted | accuracy | ARI | PhenoGraph | accuracy | ARI |\n|---|---|---|---|---|---|---|---|")
    for name in args.sets.split(";") if args.sets else [*SIMULATED, *REAL]:
        fits = [of_fit(args, name, seed) for seed in range(args.seeds)]
        graphs = [of_phenograph(args, name, seed) for seed in range(args.seeds)]
        print(f"| {name} | {fits[0]['labels_used']} | {columns(fits)} | {columns(graphs)} |", flush=True)


if __name__ == "__main__":
    main()
