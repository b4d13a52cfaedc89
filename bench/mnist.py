#!/usr/bin/python3
"""MoE-Sim-VAE on MNIST over seeds: accuracy and NMI on test and training images, and generated digits judged by a classifier.

    bench/mnist.py build/mixvae ../shared/data/mnist --out out/mnist

Fits with bench/mnist.toml on the 60,000 training images (labels are never given to fit), scores both parts with mixvae evaluate,
then generates 10,000 digits of each type. The judge is a neural network of scikit-learn trained on the training labels. Variety is
the mean distance of random pairs of generated digits of a type over that of real digits of the same class. Runs that are finished are
not repeated.
"""

import argparse
import gzip
import json
import pathlib
import subprocess

import anndata
import numpy as np
from sklearn.neural_network import MLPClassifier

HERE = pathlib.Path(__file__).resolve().parent


def read_idx(path):
    content = gzip.open(path).read()
    dimensions = content[3]
    shape = [int.from_bytes(content[4 + 4 * i:8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def images_and_labels(folder, part):
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz").reshape(-1, 784).astype(np.float32) / 255
    return images, read_idx(folder / f"{part}-labels-idx1-ubyte.gz")


def spread(rows, random, pairs=4000):
    first, second = random.integers(0, len(rows), (2, pairs))
    return np.linalg.norm(rows[first] - rows[second], axis=1).mean()


def judge(file, classifier, images, labels):
    """Mean accuracy, number of digits and mean variety of generated types."""
    random = np.random.default_rng(0)
    generated = anndata.read_h5ad(file)
    values = np.asarray(generated.X) / 255
    types = generated.obs["type"].to_numpy()
    seen = classifier.predict(values)
    accuracies, varieties, digits = [], [], set()
    for name in np.unique(types):
        of_type = types == name
        digit = np.bincount(seen[of_type], minlength=10).argmax()
        digits.add(digit)
        accuracies.append((seen[of_type] == digit).mean())
        varieties.append(spread(values[of_type], random) / spread(images[labels == digit], random))
    return np.mean(accuracies), len(digits), np.mean(varieties)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mixvae")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=range(5), help="0 1 2 3 4 unless given")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    images, labels = images_and_labels(arguments.data, "train")
    classifier = MLPClassifier((400,), early_stopping=True, random_state=0, max_iter=15, batch_size=256).fit(images, labels)
    print("judge's accuracy on test images: %.4f" % classifier.score(*images_and_labels(arguments.data, "t10k")))

    def call(*words):
        return subprocess.run([arguments.mixvae, *map(str, words)], check=True, capture_output=True, text=True).stdout

    for seed in arguments.seeds:
        run = arguments.out / f"seed-{seed}"
        if not (run / "model.safetensors").exists():
            call("fit", arguments.data / "train-images-idx3-ubyte.gz", "--config", HERE / "mnist.toml", "--out", run,
                 "--seed", seed, "--threads", arguments.threads)
        scores = {}
        for part in ("t10k", "train"):
            file = arguments.data / f"{part}-images-idx3-ubyte.gz"
            scores[part] = json.loads(call("evaluate", run, file, "--labels", "label", "--json"))
        generated = arguments.out / "generated.h5ad"
        call("generate", run, "--number", 10000, "--spread", 0.95, "--out", generated, "--force")
        accuracy, digits, variety = judge(generated, classifier, images, labels)
        generated.unlink()
        print("seed %d: test accuracy %.4f NMI %.4f, training accuracy %.4f NMI %.4f; generated: accuracy %.4f, %d digits, "
              "variety %.3f" % (seed, scores["t10k"]["accuracy"], scores["t10k"]["nmi"], scores["train"]["accuracy"],
                                scores["train"]["nmi"], accuracy, digits, variety), flush=True)


if __name__ == "__main__":
    main()
