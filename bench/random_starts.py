#!/usr/bin/python3
"""cpl-mixVAE on MNIST from random weights, with the published objective and with what was changed in it.

    bench/random_starts.py build/mixvae ../shared/data/mnist --out out/random-starts --rows "published" "agreement 50" --seeds 0 1 2

Each row is fitted to the 60,000 training images without labels and scored on the 10,000 test images by mixvae evaluate. Common to all rows:
two arms of 4 x 100 units with a code of 10, 10 types, 10 states, Bernoulli likelihood, temperature 0.67, affine copies of up to 20 degrees,
batches of 256, Adam at 1e-3. Runs that are finished are not repeated. The held-out loss chooses nothing here but between beginnings.
"""

import argparse
import json
import pathlib
import subprocess

COMMON = {
    "model": "cpl-mixvae", "types": 10, "states": 10, "arms": 2, "start": "none", "prune": "no", "likelihood": "bernoulli",
    "space": "features", "features": "all", "normalise": "none", "scale": "common", "trust-values": "true", "augment": "affine",
    "affine-rotation": 20, "hidden": 100, "hidden-layers": 4, "latent": 10, "state-encoder": "shared", "state-epochs": 0,
    "reconstruction": 1, "temperature": 0.67, "distance": "d-sigma", "entropy": 1, "balance": 0, "batch-size": 256,
    "schedule": "constant", "epochs": 13,
}


def agreement(weight, **more):
    return {"distance": "agreement", "entropy": 0, "balance": weight, "coupling": weight, **more}


ROWS = {
    "published": {},
    "published, lambda 0.01": {"coupling": 0.01},
    "published, double head": {"head": "double", "tau": 0.1},
    "published, samples": {"compared": "sample"},
    "published, samples, lambda 0.1": {"compared": "sample", "coupling": 0.1},
    "without entropy": {"entropy": 0},
    "agreement 1": agreement(1),
    "agreement 10": agreement(10),
    "agreement 50": agreement(50),
    "agreement 200": agreement(200),
    "agreement 50, 52 epochs": agreement(50, epochs=52, schedule="cosine"),
    "agreement 50, 6 beginnings": agreement(50, epochs=26, schedule="cosine", restarts=6, **{"restart-share": 0.5}),
}


def run_folder(out, row, seed):
    return out / ("".join(c if c.isalnum() or c == "." else "-" for c in row) + f"-{seed}")


def scores(program, data, out, row, seed, threads):
    run = run_folder(out, row, seed)
    settings = [f"--{name}={value}" for name, value in {**COMMON, **ROWS[row]}.items()]

    def call(*words):
        return subprocess.run([program, *map(str, words)], check=True, capture_output=True, text=True).stdout

    if not (run / "model.safetensors").exists():
        call("fit", data / "train-images-idx3-ubyte.gz", *settings, "--seed", seed, "--threads", threads, "--out", run)
    found = json.loads(call("evaluate", run, data / "t10k-images-idx3-ubyte.gz", "--labels", "label", "--json"))
    header, *_, last = (run / "history.csv").read_text(encoding="utf-8").split()
    history = dict(zip(header.split(","), last.split(",")))
    return found, {name: float(history["validation_" + name]) for name in ("loss", "reconstruction", "distance")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mixvae")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW", help="; ".join(ROWS))
    parser.add_argument("--seeds", type=int, nargs="+", default=range(10), help="0 to 9 unless given")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for row in arguments.rows:
        for seed in arguments.seeds:
            found, held_out = scores(arguments.mixvae, arguments.data, arguments.out, row, seed, arguments.threads)
            print("%s, seed %d: accuracy %.3f, NMI %.3f, AMP %.3f, consensus %.3f; held out: loss %.1f, reconstruction of an arm %.1f, "
                  "distance %.3g" % (row, seed, found["accuracy"], found["nmi"], found["amp"], found["consensus"], held_out["loss"],
                                     held_out["reconstruction"] / 2, held_out["distance"]), flush=True)


if __name__ == "__main__":
    main()
