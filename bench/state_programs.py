"""How well the effects that mixvae traverse finds follow the gene programs of the simulator's shared states.

For each traversed type: the largest absolute Pearson correlation, over the model's genes, between the effect of any state (not of
the direction) and any true program shared by all types. Prints its mean over types for all genes and for those of the program
alone, the same with genes permuted (what chance gives), the share of the program's genes among as many first ranks, and
monotonicity of these genes.
"""
import argparse
import json
import pathlib

import anndata
import numpy as np


def correlation(a, b):
    """Pearson's; 0 where nothing varies."""
    return np.corrcoef(a, b)[0, 1] if a.std() > 0 and b.std() > 0 else 0.0


def best_pair(effects, programs):
    """State and program whose correlation is largest in size."""
    table = np.array([[correlation(effect, program) for program in programs] for effect in effects])
    return np.unravel_index(np.abs(table).argmax(), table.shape), np.abs(table).max()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("cells", type=pathlib.Path, help="the simulated .h5ad")
    parser.add_argument("effects", type=pathlib.Path, help="the .npz of mixvae traverse")
    options = parser.parse_args()
    genes = anndata.read_h5ad(options.cells, backed="r").var
    found = np.load(options.effects)
    genes = genes.loc[found["feature_names"]]
    programs = np.array([genes[name] for name in genes if name.startswith("shared_state_")])
    states = [i for i, name in enumerate(found["along"]) if name.startswith("state")]
    generator = np.random.default_rng(0)
    rows = []
    for t in range(len(found["of"])):
        effects = found["effect"][t, states]
        (state, program), best = best_pair(effects, programs)
        chance = best_pair(effects[:, generator.permutation(effects.shape[1])], programs)[1]
        inside = programs[program] != 0
        size = np.nan_to_num(np.abs(found["in_sd"][t, states[state]] * found["monotone"][t, states[state]]))
        first = np.argsort(-size)[:inside.sum()]
        rows.append((best, abs(correlation(effects[state][inside], programs[program][inside])), chance, inside[first].mean(),
                     np.nanmean(np.abs(found["monotone"][t, states[state]][inside]))))
    names = ("all_genes", "program_genes", "by_chance", "program_among_first", "monotone")
    print(json.dumps({"types": len(rows), **{name: round(float(value), 4) for name, value in zip(names, np.mean(rows, 0))},
                      "genes_of_programs": [int((program != 0).sum()) for program in programs], "genes": programs.shape[1]}))


if __name__ == "__main__":
    main()
