"""New data for a run: features under other names, the layer of the fit, nothing in common."""
import csv
import json
import unittest

from program import ProgramTest, main, run

try:
    import anndata
    import numpy as np
    import pandas as pd
except ImportError:
    anndata = None

QUICK = ("--types", "3", "--epochs", "20", "--threads", "1", "--components", "5", "--neighbours", "3")
GENES = 12


def counts(cells=60, types=3):
    """[cells, GENES], each type with genes of its own, and the types."""
    kind = np.arange(cells) % types
    cell, gene = np.meshgrid(np.arange(cells), np.arange(GENES), indexing="ij")
    return ((7 + (cell * 3 + gene) % 5) * (gene % types == kind[:, None]) + (cell + gene) % 2).astype(np.float32), kind


@unittest.skipIf(anndata is None, "needs numpy and anndata")
class Mapping(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def write(self, name, names, layers=None, x=None, **annotations):
        """Cells with features of these names, and annotations of the features."""
        values, kind = counts()
        obs = pd.DataFrame({"t": [f"t{k}" for k in kind]}, index=[f"c{i}" for i in range(len(values))])
        cells = anndata.AnnData(values if x is None else x, obs=obs, var=pd.DataFrame(annotations, index=names))
        for layer, matrix in (layers or {}).items():
            cells.layers[layer] = matrix
        path = self.folder / f"{name}.h5ad"
        cells.write_h5ad(path)
        return path

    def files(self):
        symbols, ids = [f"GENE{g}" for g in range(GENES)], [f"ENSG{g:011}" for g in range(GENES)]
        return self.write("symbols", symbols, gene_ids=ids), self.write("ids", ids, **{"gene name": symbols})

    def fit(self, data, *words):
        result = run("fit", data, "--out", self.run_folder, *QUICK, *words)
        self.assert_ok(result)
        return result

    def types(self, data, *words):
        out = self.folder / "o.csv"
        result = run("assign", self.run_folder, data, "--out", out, "--force", *words)
        self.assert_ok(result)
        with open(out, encoding="utf-8", newline="") as file:
            return [row["mixvae_type"] for row in csv.DictReader(file)], result.stderr

    def test_features_under_other_names_are_found_by_the_hint(self):
        symbols, ids = self.files()
        out = self.folder / "new.csv"
        for of_fit, new, column in ((symbols, ids, "'gene name'"), (ids, symbols, "gene_ids")):
            self.fit(of_fit, "--force")
            expected, _ = self.types(of_fit)
            for words in (("assign", self.run_folder, new, "--out", out), ("evaluate", self.run_folder, new, "--labels", "t"),
                          ("markers", self.run_folder, new), ("mmd", new, "--run", self.run_folder)):
                result = run(*words)
                self.assert_refused(result, 3, "none of the model's features is in the data", "0 of 12",
                                    f"--feature-names {column}:", "has 12 of 12")
                self.assertNotIn("--min-shared", result.stderr)
            found, _ = self.types(new, "--feature-names", column.strip("'"))
            self.assertEqual(found, expected)

    def test_nothing_shared_is_always_refused(self):
        symbols, _ = self.files()
        self.fit(symbols)
        other = self.write("other", [f"x{g}" for g in range(GENES)])
        for share in ("0", "0.8"):
            for words in (("assign", self.run_folder, other, "--out", self.folder / "o.csv"),
                          ("evaluate", self.run_folder, other, "--labels", "t"), ("markers", self.run_folder, other),
                          ("mmd", other, "--run", self.run_folder)):
                self.assert_refused(run(*words, "--min-shared", share), 3, "none of the model's features is in the data")
        self.assertFalse((self.folder / "o.csv").exists())

    def test_names_of_the_fit_are_remembered(self):
        symbols, ids = self.files()
        self.fit(symbols, "--feature-names", "gene_ids")
        expected, log = self.types(symbols)
        self.assertIn("features are named by 'gene_ids', as for the fit", log)
        found, log = self.types(ids)
        self.assertEqual(found, expected)
        self.assertIn("the features of the run are named by 'gene_ids', which", log)
        words = ("assign", self.run_folder, symbols, "--out", self.folder / "new.csv", "--feature-names", "own")
        self.assert_refused(run(*words), 3, "none of the model's features", "--feature-names gene_ids:")

    def test_a_column_that_is_not_there_is_named(self):
        symbols, _ = self.files()
        self.assert_refused(run("fit", symbols, "--out", self.run_folder, "--feature-names", "gene_id"), 3,
                            "no column 'gene_id'", "annotations of the features", "gene_ids")

    def test_the_layer_of_the_fit_is_remembered(self):
        values, _ = counts()
        names = [f"g{g}" for g in range(GENES)]
        logs = np.log1p(values)
        both = self.write("both", names, {"counts": values}, x=logs)
        self.fit(both, "--layer", "counts")
        expected, log = self.types(both)
        self.assertIn("layer 'counts' is read, as for the fit", log)
        found, log = self.types(self.write("whole", names))
        self.assertEqual(found, expected)
        self.assertIn("the run was fitted from layer 'counts', which", log)
        self.assertIn("X is read", log)
        result = run("assign", self.run_folder, both, "--out", self.folder / "x.csv", "--layer", "X")
        self.assert_refused(result, 3, "another scale")
        self.assertNotIn("layer 'counts' is read", result.stderr)
        for words in (("evaluate", self.run_folder, both, "--labels", "t"), ("markers", self.run_folder, both),
                      ("mmd", both, "--run", self.run_folder, "--permutations", "9")):
            result = run(*words)
            self.assert_ok(result)
            self.assertIn("layer 'counts' is read, as for the fit", result.stderr)
        self.assert_ok(run("mmd", both, "--groups", "t", "--permutations", "9"))

    def test_a_run_from_x_reads_x(self):
        values, _ = counts()
        both = self.write("both", [f"g{g}" for g in range(GENES)], {"counts": values})
        self.fit(both)
        _, log = self.types(both)
        self.assertNotIn("as for the fit", log)
        told = run("evaluate", self.run_folder, both, "--labels", "t", "--json")
        self.assertEqual(json.loads(told.stdout)["cells"], 60)


if __name__ == "__main__":
    main()
