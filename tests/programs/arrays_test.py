"""Results as arrays: .npz and .npy as numpy reads them, and which arrays stand in tables."""
import csv
import unittest

from program import ProgramTest, main, run

try:
    import numpy as np
except ImportError:
    np = None

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3", "--latent", "7")


class Arrays(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "run"

    def fit(self, *words):
        self.assert_ok(run("fit", self.data, "--out", self.run_folder, *QUICK, *words))

    def assign(self, out, *words):
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", self.folder / out, *words))
        return self.folder / out

    def header(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    def test_a_table_has_no_latent_codes_unless_asked_for(self):
        self.fit("--states", "2")
        latents = [f"X_mixvae_latent_{i}" for i in range(1, 8)]
        states, probs = ["X_mixvae_state_1", "X_mixvae_state_2"], [f"mixvae_type_probs_{t}" for t in (1, 2, 3)]
        first = ["cell", "mixvae_type", "mixvae_type_prob", "mixvae_consensus", "mixvae_confidence", "mixvae_novelty"]
        self.assertEqual(self.header(self.assign("a.csv")), first + states + probs)
        self.assertEqual(self.header(self.assign("b.csv", "--arrays", "all")), first + latents + states + probs)
        self.assertEqual(self.header(self.assign("c.csv", "--arrays", "latent")), first + latents)
        self.assertEqual(self.header(self.assign("d.csv", "--arrays", "none")), first)

    @unittest.skipIf(np is None, "needs numpy")
    def test_an_archive_of_arrays(self):
        self.fit("--states", "2")
        found = np.load(self.assign("o.npz"))
        self.assertEqual(set(found.files), {"obs_names", "mixvae_type", "mixvae_type_prob", "mixvae_consensus", "mixvae_confidence", "mixvae_novelty", "mixvae_type_confidence", "mixvae_type_support",
                                            "mixvae_type_probs", "X_mixvae_state", "X_mixvae_latent", "mixvae_types",
                                            "mixvae_arm", "mixvae_type_colors"})
        self.assertEqual(found["obs_names"].tolist(), [f"c{i}" for i in range(60)])
        self.assertEqual(found["obs_names"].dtype.kind, "U")
        self.assertEqual(found["X_mixvae_latent"].shape, (60, 7))
        self.assertEqual(found["X_mixvae_state"].shape, (60, 2))
        probs = found["mixvae_type_probs"]
        self.assertEqual((probs.shape, probs.dtype), ((60, 3), np.float32))
        self.assertEqual(found["mixvae_types"][probs.argmax(1)].tolist(), found["mixvae_type"].tolist())
        self.assertTrue(np.allclose(probs.max(1), found["mixvae_type_prob"]))
        with open(self.assign("o.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["mixvae_type"] for row in rows], found["mixvae_type"].tolist())
        self.assertTrue(np.allclose([float(row["X_mixvae_state_2"]) for row in rows], found["X_mixvae_state"][:, 1]))
        arms = np.load(self.assign("arms.npz", "--all-arms", "--arrays", "latent", "--prefix", "p"))
        self.assertEqual({name for name in arms.files if arms[name].ndim == 2},
                         {"X_p_latent", "X_p_latent_arm1", "X_p_latent_arm2"})

    @unittest.skipIf(np is None, "needs numpy")
    def test_one_array(self):
        self.fit("--states", "2")
        whole = np.load(self.assign("o.npz"))
        for words, name in (((), "X_mixvae_latent"), (("--arrays", "state"), "X_mixvae_state"),
                            (("--arrays", "probs"), "mixvae_type_probs")):
            found = np.load(self.assign("o.npy", "--force", *words))
            self.assertTrue(np.array_equal(found, whole[name]))

    @unittest.skipIf(np is None, "needs numpy")
    def test_cells_without_a_type_have_empty_places(self):
        self.fit()
        lines = self.data.read_text(encoding="utf-8").splitlines()
        lines[3] = "größe,kind 2" + ",0" * 12
        self.data.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = np.load(self.assign("o.npz"))
        self.assertEqual((found["obs_names"][2], found["mixvae_type"][2]), ("größe", ""))
        self.assertTrue(np.isnan(found["X_mixvae_latent"][2]).all())
        self.assertTrue(np.isnan(found["mixvae_type_prob"][2]))

    @unittest.skipIf(np is None, "needs numpy")
    def test_results_of_known_methods(self):
        words = ("cluster", self.data, "--threads", "1", "--out")
        self.assert_ok(run(*words, self.folder / "p.npy", "--method", "pca", "--components", "4"))
        self.assertEqual(np.load(self.folder / "p.npy").shape, (60, 4))
        self.assert_ok(run(*words, self.folder / "k.npz", "--method", "kmeans", "--types", "3"))
        found = np.load(self.folder / "k.npz")
        self.assertEqual(set(found["mixvae_type"]), {"T1", "T2", "T3"})
        self.assertEqual(str(found["mixvae_method"]), "kmeans")
        self.assert_refused(run(*words, self.folder / "k.npy", "--method", "kmeans", "--types", "3"), 2,
                            "types are labels", ".npz")

    def test_what_cannot_be_written_is_refused_before_any_work(self):
        self.fit("--states", "0")
        out = self.folder / "o.npy"
        words = ("assign", self.run_folder, self.data, "--out")
        self.assert_refused(run(*words, out, "--arrays", "all"), 2, "a .npy file holds one array", ".npz")
        self.assert_refused(run(*words, out, "--all-arms"), 2, "a .npy file holds one array", ".npz")
        self.assert_refused(run(*words, self.folder / "o.csv", "--arrays", "latents"), 2, "no arrays of results",
                            "--arrays latents")
        self.assert_refused(run(*words, out, "--arrays", "state"), 2, "the run has no states")
        for name in ("new.npz", "new.npy"):
            self.assert_refused(run("generate", self.run_folder, "--out", self.folder / name), 2,
                                "cannot be written in this format", ".h5ad or .csv")
        self.assertEqual([path.name for path in self.folder.iterdir() if path.suffix in (".npz", ".npy")], [])


if __name__ == "__main__":
    main()
