"""Values, feature types and channels as people have them, from file to types."""
import json
import re
import unittest

from program import ProgramTest, main, run

try:
    import anndata
    import h5py
    import numpy as np
    import pandas as pd
    from scipy import sparse
except ImportError:
    np = None

TYPES = 4


def some_counts(depth=1100, spread=0.6, cells=400, genes=200, seed=7):
    """Whole counts of four types whose depth varies from cell to cell, and the types."""
    random = np.random.default_rng(seed)
    kind = np.arange(cells) % TYPES
    rate = random.gamma(0.5, 2, genes) * np.exp(random.normal(0, 0.5, (TYPES, genes)))[kind]
    rate = rate / rate.sum(1, keepdims=True) * np.exp(random.normal(np.log(depth), spread, (cells, 1)))
    counts = random.poisson(rate).astype(float)
    counts[:, 0] += 1
    return counts, kind


def corrected(counts):
    return np.where(counts > 0, counts * 0.97 - 0.01 * (counts > 3), 0)


@unittest.skipIf(np is None, "needs numpy, scipy, h5py and anndata")
class Values(ProgramTest):
    def write(self, name, values, kind, **layers):
        names = [f"c{i}" for i in range(len(values))]
        cells = anndata.AnnData(sparse.csr_matrix(values.astype("f4")) if (values >= 0).all() else values.astype("f4"),
                                obs=pd.DataFrame({"t": [f"t{k}" for k in kind]}, index=names),
                                var=pd.DataFrame(index=[f"g{i}" for i in range(values.shape[1])]))
        for layer, matrix in layers.items():
            cells.layers[layer] = sparse.csr_matrix(matrix.astype("f4"))
        path = self.folder / f"{name}.h5ad"
        cells.write_h5ad(path)
        return path

    def clustered(self, path, *options):
        """ARI of k-means against the labels, and the log."""
        result = run("cluster", path, "--method", "kmeans", "--types", TYPES, "--labels", "t", "--out",
                     self.folder / "o.csv", "--force", "--threads", 1, *options)
        self.assert_ok(result)
        return float(re.search(r"ARI\s+([-\d.]+)", result.stdout + result.stderr).group(1)), result.stderr

    def judged(self, values, kind):
        result = run("inspect", self.write("x", values, kind), "--json")
        self.assert_ok(result)
        return json.loads(result.stdout)["values"]

    def test_fractional_counts_are_treated_as_whole_ones(self):
        for depth in (150, 1100):
            counts, kind = some_counts(depth)
            whole, _ = self.clustered(self.write("whole", counts, kind))
            fractional, log = self.clustered(self.write("fractional", corrected(counts), kind))
            self.assertIn("the values look like fractional counts (", log)
            self.assertIn("ln(1 + x); --normalise changes that", log)
            self.assertAlmostEqual(whole, fractional, delta=0.01)

    def test_what_is_asked_for_is_done(self):
        counts, kind = some_counts(150, cells=160, genes=60)
        for values in (counts, corrected(counts), np.log1p(counts)):
            for normalise in ("none", "library-log"):
                _, log = self.clustered(self.write("x", values, kind), "--normalise", normalise)
                self.assertIn(f"as --normalise {normalise} says", log)
        result = run("cluster", self.write("z", counts - 1, kind), "--method", "kmeans", "--types", 4, "--normalise", "log",
                     "--out", self.folder / "z.csv")
        self.assert_refused(result, 3, "too small for a logarithm", "--normalise none")

    def test_kinds(self):
        counts, kind = some_counts()
        depth = counts.sum(1, keepdims=True)
        logs = np.log1p(counts / depth * 1e4)
        huge = logs.copy()
        huge[5, 5] = 1e6
        alevin = counts.copy()
        alevin[:4] *= 0.9
        for values, expected in ((logs, "log-normalised values"), (huge, "log-normalised values"),
                                 ((logs - logs.mean(0)) / (logs.std(0) + 1), "scaled values"),
                                 (counts / depth * 1e6, "fractional counts"), (alevin, "fractional counts"),
                                 ((counts > 0) * 2.0, "counts")):
            self.assertEqual(self.judged(values, kind), expected)

    def test_counts_beside_scaled_values_are_named(self):
        counts, kind = some_counts()
        logs = np.log1p(counts / counts.sum(1, keepdims=True) * 1e4)
        path = self.write("scaled", logs - logs.mean(0), kind, counts=counts)
        _, log = self.clustered(path)
        self.assertIn("--layer counts takes that layer", log)
        self.assertIn("--layer counts", run("inspect", path).stdout)
        _, log = self.clustered(path, "--layer", "counts")
        self.assertIn("the values look like counts (all are whole numbers)", log)
        self.assertNotIn("takes that layer", log)

    def write_tenx(self, name, matrix, types):
        stored = sparse.csr_matrix(matrix.astype(np.int32))
        path = self.folder / name
        with h5py.File(path, "w") as file:
            group = file.create_group("matrix")
            group["data"], group["indices"], group["indptr"] = stored.data, stored.indices, stored.indptr
            group["shape"] = np.array(matrix.shape[::-1], "i4")
            group["barcodes"] = np.array([f"c{i}" for i in range(len(matrix))], "S8")
            names = np.array([f"f{i}" for i in range(matrix.shape[1])], "S8")
            features = group.create_group("features")
            features["id"], features["name"] = names, names
            features["feature_type"] = np.array(types, "S20")
            features["genome"] = np.array(["GRCh38"] * len(names), "S8")
        return path

    def test_feature_types(self):
        genes, kind = some_counts()
        random = np.random.default_rng(3)
        antibodies = random.poisson(random.gamma(2, 1, 12) / 24 * np.exp(random.normal(8.5, 0.8, (len(genes), 1))))
        labels = self.folder / "labels.csv"
        labels.write_text("cell,t\n" + "".join(f"c{i},t{k}\n" for i, k in enumerate(kind)), encoding="utf-8")
        alone = self.write_tenx("rna.h5", genes, ["Gene Expression"] * 200)
        both = self.write_tenx("cite.h5", np.hstack([genes, antibodies]), ["Gene Expression"] * 200 + ["Antibody Capture"] * 12)
        given = ("--annotations", labels)
        of_genes, log = self.clustered(alone, *given)
        self.assertNotIn("types of features", log)
        of_both, log = self.clustered(both, *given)
        self.assertIn("200 Gene Expression were taken; left out: 12 Antibody Capture (--feature-types chooses", log)
        self.assertEqual(of_genes, of_both)
        _, log = self.clustered(both, *given, "--feature-types", "all")
        self.assertIn("(Antibody Capture) and ", log)
        run_folder = self.folder / "run"
        self.assert_ok(run("fit", both, "--feature-types", "all", "--types", 4, "--epochs", 3, "--out", run_folder))
        words = ("assign", run_folder, both, "--out", self.folder / "a.csv")
        self.assert_refused(run(*words, "--min-shared", 0.5), 3, "Antibody Capture", "--feature-types")
        self.assert_ok(run(*words, "--feature-types", "all"))
        self.assert_refused(run("inspect", both, "--feature-types", "peaks"), 3, "no feature is of type 'peaks'")

    def write_events(self, name, values, names, kind):
        path = self.folder / name
        rows = [",".join([*(f"{v:g}" for v in row), f"t{k}"]) for row, k in zip(values, kind)]
        path.write_text("\n".join([",".join([*names, "t"]), *rows]) + "\n", encoding="utf-8")
        return path

    def test_tables_of_a_cytometer(self):
        random = np.random.default_rng(5)
        kind = np.arange(800) % TYPES
        high = np.eye(TYPES, dtype=bool)[kind]
        markers = np.where(high, 3000.0, 120.0) * np.exp(random.normal(0, 0.4, high.shape)) + random.normal(0, 80, high.shape)
        scatter = random.normal(60000, 9000, (800, 2))
        time = np.sort(random.random((800, 1)) * 1000, 0)
        channel = np.clip(np.round(250 + 80 * np.arcsinh(markers / 60)), 0, 1023)
        names = ["FSC-A", "SSC-A"] + [f"Comp-{dye}-A :: CD{i}" for i, dye in enumerate(("FITC", "PE", "APC", "BV421"), 3)] + ["Time"]
        for values, what in ((markers, "arcsinh(x / 150)"), (channel, "used as they are"),
                             (np.arcsinh(markers / 150), "used as they are")):
            for options in ((), ("--normalise", "none")):
                ari, log = self.clustered(self.write_events("a.csv", np.hstack([scatter, values, time]), names, kind), *options)
                self.assertIn("4 of 7 channels are markers; left out: scatter: FSC-A, SSC-A; time: Time", log)
                self.assertIn("used as they are" if options else what, log)
                if not options:
                    self.assertGreater(ari, 0.97)
            ari, log = self.clustered(self.write_events("m.csv", values, names[2:6], kind))
            self.assertIn(what, log)
            self.assertGreater(ari, 0.97)


if __name__ == "__main__":
    main()
