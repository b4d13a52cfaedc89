"""mixvae cluster from end to end: results in the user's file, scores, refusals."""
import csv
import json

from program import ProgramTest, main, run


class Cluster(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()

    def cluster(self, method, *words):
        return run("cluster", self.data, "--method", method, "--components", "5", "--threads", "1", *words)

    def test_types_and_probabilities_are_written(self):
        out = self.folder / "types.csv"
        result = self.cluster("gmm", "--types", "3", "--out", out, "--prefix", "p", "--labels", "type", "--json")
        self.assert_ok(result)
        scores = json.loads(result.stdout)
        for key in ("accuracy", "nmi", "ari", "f_weighted", "f_matched", "k_used"):
            self.assertIn(key, scores)
        self.assertEqual(sum(t["cells"] for t in scores["types"]), 60)
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 60)
        self.assertRegex(rows[0]["p_type"], r"^T[1-3]$")
        self.assertAlmostEqual(sum(float(rows[0][f"p_type_probs_{t}"]) for t in (1, 2, 3)), 1, places=4)

    def test_coordinates_are_read_by_anndata(self):
        try:
            import anndata
        except ImportError:
            self.skipTest("needs anndata")
        out = self.folder / "umap.h5ad"
        self.assert_ok(self.cluster("umap", "--epochs", "20", "--out", out))
        found = anndata.read_h5ad(out)
        self.assertEqual(found.obsm["X_umap"].shape, (60, 2))
        self.assertEqual(found.uns["mixvae_umap"]["method"], "umap")

    def test_noise_has_its_own_category(self):
        out = self.folder / "types.csv"
        self.assert_ok(self.cluster("hdbscan", "--min-cluster-size", "40", "--out", out))
        with open(out, encoding="utf-8", newline="") as file:
            self.assertIn("noise", {row["mixvae_type"] for row in csv.DictReader(file)})

    def test_the_same_seed_gives_the_same_file(self):
        files = [self.folder / f"{n}.csv" for n in range(2)]
        for file, threads in zip(files, ("1", "2")):
            self.assert_ok(run("cluster", self.data, "--method", "umap", "--epochs", "30", "--out", file, "--threads",
                               threads))
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())

    def test_wrong_usage_is_refused(self):
        out = ("--out", self.folder / "x.csv")
        self.assert_refused(self.cluster("kmeans", *out), 2, "needs the number of types")
        self.assert_refused(self.cluster("hdbscan", "--types", "3", *out), 2, "finds the number of types itself")
        self.assert_refused(self.cluster("umap", "--types", "3", *out), 2, "gives coordinates")
        self.assert_refused(self.cluster("umap", "--labels", "type", *out), 2, "cannot be compared")
        self.assert_refused(self.cluster("kmeans", "--types", "3"), 2, "nothing would be kept")
        self.assert_refused(self.cluster("kmeans", "--types", "61", *out), 2, "1 to 60")
        self.assert_refused(self.cluster("kmeans", "--types", "3", "--min-dist", "0.5", *out), 2, "--min-dist", "kmeans")
        self.assert_refused(self.cluster("dbscan", *out), 2, "dbscan")
        self.assert_refused(run("cluster", self.data, *out), 2, "needs --method")

    def test_output_that_the_data_cannot_have_is_refused_before_the_work(self):
        for out, text in ((self.folder / "x.fcs", "a single FCS file only"), (f"{self.folder}/x/", "from a folder only")):
            result = self.cluster("kmeans", "--types", "3", "--out", out)
            self.assert_refused(result, 2, text)
            self.assertNotIn("the values look like", result.stderr)


if __name__ == "__main__":
    main()
