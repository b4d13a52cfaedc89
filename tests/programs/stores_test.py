"""MuData (.h5mu) and Zarr stores from inspect to annotated .h5ad files."""
import csv
import json
import unittest

from program import ProgramTest, main, run

try:
    import anndata
    import h5py
    import numpy as np
    import pandas as pd
    import scipy.sparse
    from anndata.experimental import write_elem
except ImportError:
    anndata = None
try:
    import zarr
except ImportError:
    zarr = None

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3")
CELLS, GENES = 60, 12


def modality(genes, prefix):
    """Cells of three types, each with genes of its own."""
    kind = np.arange(CELLS) % 3
    cell, gene = np.meshgrid(np.arange(CELLS), np.arange(genes), indexing="ij")
    x = ((7 + (cell * 3 + gene) % 5) * (gene % 3 == kind[:, None]) + (cell + gene) % 2).astype(np.float32)
    obs = pd.DataFrame({"t": pd.Categorical([f"t{k}" for k in kind])}, index=[f"c{i}" for i in range(CELLS)])
    cells = anndata.AnnData(scipy.sparse.csr_matrix(x), obs=obs, var=pd.DataFrame(index=[f"{prefix}{g}" for g in range(genes)]))
    cells.layers["doubled"] = cells.X * 2
    return cells


def write_mudata(root, modalities):
    root.attrs["encoding-type"] = "MuData"
    write_elem(root, "mod", modalities)
    write_elem(root, "obs", pd.DataFrame({"donor": [f"d{i % 2}" for i in range(CELLS)]}, index=[f"c{i}" for i in range(CELLS)])[::-1])


@unittest.skipIf(anndata is None, "needs numpy and anndata")
class Stores(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.modalities = {"rna": modality(GENES, "G"), "adt": modality(9, "A")}

    def h5mu(self, name="cells.h5mu"):
        path = self.folder / name
        with h5py.File(path, "w") as file:
            write_mudata(file, self.modalities)
        return path

    def annotated(self, data, *words):
        out = self.folder / "o.h5ad"
        result = run("assign", self.run_folder, data, "--out", out, "--force", *words)
        self.assert_ok(result)
        return anndata.read_h5ad(out), result.stderr

    def test_inspect_lists_modalities_and_looks_into_one(self):
        data = self.h5mu()
        text = run("inspect", data)
        self.assert_ok(text)
        for part in ("adt (60 cells x 9 features)", "rna (60 cells x 12 features)", "Next: mixvae inspect", "--modality adt"):
            self.assertIn(part, text.stdout)
        listed = json.loads(run("inspect", data, "--json").stdout)
        self.assertEqual({"name": "rna", "cells": 60, "features": 12}, listed["modalities"][1])
        one = json.loads(run("inspect", data, "--modality", "rna", "--json").stdout)
        self.assertEqual(("h5mu", "rna", 12), (one["format"], one["modality"], one["features"]))
        self.assertIn("donor", [annotation["name"] for annotation in one["cell_annotations"]])
        self.assertIn("rna (60 cells x 12 features), which was read", run("inspect", data, "--modality", "rna").stdout)

    def test_a_modality_is_fitted_and_its_run_reads_it_again(self):
        data = self.h5mu()
        self.assert_refused(run("fit", data, "--out", self.run_folder, *QUICK), 3, "several modalities", "rna (60 cells x 12")
        self.assert_ok(run("fit", data, "--out", self.run_folder, "--modality", "rna", "--layer", "doubled", *QUICK))
        annotated, log = self.annotated(data)
        self.assertIn("modality 'rna' is read, as for the fit", log)
        self.assertIn("layer 'doubled' is read, as for the fit", log)
        np.testing.assert_array_equal(annotated.X.toarray(), self.modalities["rna"].layers["doubled"].toarray())
        self.assertEqual(list(annotated.obs_names), list(self.modalities["rna"].obs_names))
        self.assertEqual(["d0", "d1"], list(annotated.obs["donor"][:2]))
        self.assertIn("mixvae_type", annotated.obs)
        self.assert_refused(run("assign", self.run_folder, data, "--out", self.folder / "b.csv", "--modality", "adt"), 3, "features")
        self.assert_refused(run("assign", self.run_folder, data, "--out", self.folder / "b.csv", "--modality", "rma"), 3, "nearest: rna")
        self.assert_ok(run("evaluate", self.run_folder, data, "--labels", "t"))

    def test_files_of_mudata_are_not_written(self):
        data = self.h5mu("named.h5ad")
        self.assert_ok(run("fit", data, "--out", self.run_folder, "--modality", "rna", *QUICK))
        before = data.read_bytes()
        self.assert_refused(run("assign", self.run_folder, data, "--out", data, "--force"), 2, "same file")
        self.assertEqual(before, data.read_bytes())
        for name in ("o.h5mu", "o.zarr"):
            self.assert_refused(run("assign", self.run_folder, data, "--out", self.folder / name), 2, "are read, not written", ".h5ad")

    @unittest.skipIf(zarr is None, "needs zarr")
    def test_a_zarr_store_gives_what_its_h5ad_gives(self):
        cells = self.modalities["rna"]
        cells.write_h5ad(self.folder / "cells.h5ad")
        cells.write_zarr(self.folder / "cells.zarr")
        self.assert_ok(run("fit", self.folder / "cells.zarr", "--out", self.run_folder, *QUICK))
        from_store, _ = self.annotated(self.folder / "cells.zarr")
        from_file, _ = self.annotated(self.folder / "cells.h5ad")
        np.testing.assert_array_equal(from_store.X.toarray(), cells.X.toarray())
        self.assertEqual(list(from_store.obs["mixvae_type"]), list(from_file.obs["mixvae_type"]))
        self.assertEqual(list(from_store.obs["t"]), list(cells.obs["t"]))
        table = self.folder / "o.csv"
        self.assert_ok(run("assign", self.run_folder, self.folder / "cells.zarr", "--out", table))
        with open(table, encoding="utf-8", newline="") as file:
            self.assertEqual([row["mixvae_type"] for row in csv.DictReader(file)], list(from_file.obs["mixvae_type"]))
        self.assert_ok(run("markers", self.run_folder, self.folder / "cells.zarr", "--out", self.folder / "m.csv"))

    @unittest.skipIf(zarr is None, "needs zarr")
    def test_modalities_of_a_zarr_store(self):
        data = self.folder / "cells.zarr"
        write_mudata(zarr.open_group(str(data), mode="w"), self.modalities)
        self.assertIn("adt (60 cells x 9 features)", run("inspect", data).stdout)
        self.assert_ok(run("fit", data, "--out", self.run_folder, "--modality", "adt", *QUICK))
        annotated, log = self.annotated(data)
        self.assertIn("modality 'adt' is read, as for the fit", log)
        self.assertEqual(9, annotated.n_vars)


if __name__ == "__main__":
    main()
