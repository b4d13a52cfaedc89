"""Share of cells whose type has a name that agrees with their label.

    python3 bench/names.py ANNOTATED.h5ad COLUMN [AGREEMENT.csv]

ANNOTATED.h5ad: what mixvae assign wrote, with mixvae_label and the labels in COLUMN; AGREEMENT.csv: columns name and label, pairs that agree (default:
those of data/markers/blood.csv with the labels of pbmc3k, zheng and himc). Cells of types without a name are counted apart. Needs Debian's python3-anndata.
"""
import csv
import pathlib
import sys
from collections import Counter

import anndata

BLOOD = pathlib.Path(__file__).resolve().parent / "names_blood.csv"


def main():
    path, column = sys.argv[1:3]
    with open(sys.argv[3] if len(sys.argv) > 3 else BLOOD, encoding="utf-8", newline="") as file:
        agreeing = {(row["name"], row["label"]) for row in csv.DictReader(file)}
    cells = anndata.read_h5ad(path).obs
    counts, wrong = Counter(), Counter()
    for number, name, label in zip(cells["mixvae_type"], cells["mixvae_label"], cells[column]):
        kind = "unnamed" if name == number else "right" if (name, label) in agreeing else "wrong"
        counts[kind] += 1
        if kind == "wrong":
            wrong[name, label] += 1
    named = counts["right"] + counts["wrong"]
    print(f"cells {len(cells)}, named {named / len(cells):.3f}, of these right {counts['right'] / max(named, 1):.3f}")
    for (name, label), number in wrong.most_common(8):
        print(f"  {number:6d}  {name} / {label}")


if __name__ == "__main__":
    main()
