#!/usr/bin/python3
"""MMD between and within types of MoE-Sim-VAE, with and without the similarity term.

    bench/mmd.py build/mixvae cells.h5ad --types 10 --out out/mmd [--options "--annotations labels.csv"] [--seeds 3]

For each seed, start and similarity one fit and one `mixvae mmd` of its latent codes. A line each: mean unbiased squared
MMD between types and between random halves of types, and how many of these comparisons told the groups apart (adjusted p at most 0.05).
Finished fits in --out are not computed again.
"""

import argparse
import json
import pathlib
import shlex
import subprocess


def call(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def compare(arguments, seed, start, similarity):
    run = arguments.out / f"{start}_{similarity}_{seed}"
    options = shlex.split(arguments.options)
    if not (run / "model.safetensors").exists():
        call(arguments.mixvae, "fit", arguments.data, "--types", arguments.types, "--model", "moe-sim-vae", "--similarity", similarity,
             "--start", start, "--seed", seed, "--threads", 1, "--out", run, "--force", *options)
    try:
        return json.loads(call(arguments.mixvae, "mmd", arguments.data, "--run", run, "--cells", arguments.cells, "--permutations", 200,
                               "--threads", 1, "--json", *options))
    except subprocess.CalledProcessError as error:
        return next(line for line in error.stderr.splitlines() if line.startswith("mixvae: "))


def described(result):
    if isinstance(result, str):
        return result
    return " | ".join("%.3f, %d of %d" % (part["mmd2"], part["apart"], part["tests"]) for part in (result["between"], result["within"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mixvae")
    parser.add_argument("data")
    parser.add_argument("--types", type=int, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--options", default="", help="of the data, for fit and mmd")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=200, help="cells of a type in one comparison")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print("| start | similarity | seed | between: MMD², apart | within: MMD², apart |\n|---|---|---|---|---|")
    for start in ("consensus", "none"):
        for similarity in ("knn", "none"):
            for seed in range(arguments.seeds):
                print(f"| {start} | {similarity} | {seed} | {described(compare(arguments, seed, start, similarity))} |", flush=True)


if __name__ == "__main__":
    main()
