"""mixvae traverse: effects of states in every format, gene sets, pictures, and what it refuses."""
import csv
import json

from images_test import SMALL, pictures, write_idx
from images_test import QUICK as QUICK_IMAGES
from program import ProgramTest, main, run

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3", "--states", "2")


class Traverse(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "run"
        self.fit_once(self.data, self.run_folder, *QUICK)

    def traverse(self, *words):
        result = run("traverse", self.run_folder, self.data, *words)
        self.assert_ok(result)
        return result

    def test_tables_csv_and_json_tell_the_same(self):
        out = self.folder / "effects.csv"
        text = self.traverse("--types", "T1,T3", "--top", "2", "--out", out).stdout
        self.assertIn("molecules", text)
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 2 * 3 * 12)
        told = json.loads(self.traverse("--types", "T1,T3", "--top", "2", "--json").stdout)
        self.assertEqual([of["of"] for of in told["types"]], ["T1", "T3"])
        self.assertEqual([walk["along"] for walk in told["types"][0]["walks"]], ["state 1", "state 2", "direction"])
        first = told["types"][0]["walks"][0]["features"][0]
        best = next(row for row in rows if row["of"] == "T1" and row["along"] == "state 1" and row["rank"] == "1")
        self.assertEqual(first["feature"], best["feature"])
        self.assertAlmostEqual(first["effect"], float(best["effect"]), places=4)
        self.assertAlmostEqual(float(best["end"]) - float(best["start"]), float(best["effect"]), places=4)
        self.assertIn(first["feature"], text)
        self.traverse("--types", "T1,T3", "--top", "2", "--out", self.folder / "e.json")
        self.assertEqual(json.loads((self.folder / "e.json").read_text(encoding="utf-8")), told)

    def test_arrays_hold_the_values_behind_the_effects(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("needs numpy")
        out = self.folder / "e.npz"
        self.traverse("--steps", "4", "--arm", "2", "--out", out)
        found = numpy.load(out)
        self.assertEqual(found["values"].shape, (3, 3, 4, 12))
        numpy.testing.assert_allclose(found["values"][:, :, -1] - found["values"][:, :, 0], found["effect"], atol=1e-5)
        self.assertEqual(list(found["of"]), ["T1", "T2", "T3"])
        self.assertTrue((numpy.diff(found["position"][:, :2]) > 0).all())

    def test_an_annotated_file_holds_the_effects(self):
        try:
            import anndata
            import numpy
        except ImportError:
            self.skipTest("needs anndata")
        out, effects = self.folder / "t.h5ad", self.folder / "e.npz"
        self.traverse("--out", out)
        self.traverse("--out", effects)
        found, arrays = anndata.read_h5ad(out), numpy.load(effects)
        columns = list(found.uns["mixvae_traversal"]["columns"])
        self.assertEqual(columns[:4], ["T1 state 1", "T1 state 2", "T1 direction", "T2 state 1"])
        self.assertEqual(found.uns["mixvae_traversal"]["position"]["T2 state 1"].shape, (9,))
        rows = [list(found.var_names).index(name) for name in arrays["feature_names"]]
        for part in ("effect", "in_sd", "monotone"):
            numpy.testing.assert_allclose(found.varm["mixvae_traversal_" + part][rows].T,
                                          arrays[part].reshape(9, 12), rtol=1e-6)
        self.assert_refused(run("traverse", self.run_folder, out, "--out", out), 2, "same file")
        self.assert_ok(run("traverse", self.run_folder, out, "--types", "T2", "--out", out, "--force"))
        self.assertEqual(anndata.read_h5ad(out).varm["mixvae_traversal_effect"].shape, (12, 3))

    def test_gene_sets_are_told_with_their_unknown_names(self):
        sets = self.folder / "sets.csv"
        sets.write_text("set,genes\nmine,G1 g2 nobody\nnone,never\n", encoding="utf-8")
        result = self.traverse("--types", "T1", "--sets", sets)
        self.assertIn("mean rank", result.stdout)
        self.assertIn("nobody, never", result.stderr)
        self.assertIn("sets without a gene that the model reads: none", result.stderr)
        self.assertNotIn("mean rank", self.traverse("--types", "T1").stdout)
        self.assert_refused(run("traverse", self.run_folder, self.data, "--sets", "states"), 3, "no gene of the sets")
        self.assert_refused(run("traverse", self.run_folder, self.data, "--sets", "stats"), 3, "no table of sets", "states")

    def test_heat_maps_are_drawn(self):
        out = self.folder / "states.svg"
        self.traverse("--out", out, "--cells", "c3,c4")
        text = out.read_text(encoding="utf-8")
        self.assertIn("c4, state 2", text)
        self.assertIn("s.d.", text)

    def test_images_are_drawn_as_grids(self):
        images, labels = pictures()
        path, out = write_idx(self.folder, images, labels), self.folder / "images"
        self.fit_once(path, out, "--model", "jointvae", *SMALL, *QUICK_IMAGES)
        self.assert_ok(run("traverse", out, path, "--steps", "3", "--out", self.folder / "grid.svg"))
        self.assertIn("data:image/png;base64,", (self.folder / "grid.svg").read_text(encoding="utf-8"))

    def test_what_cannot_be_swept_is_refused(self):
        words = ("traverse", self.run_folder, self.data)
        self.assert_refused(run(*words, "--types", "T9"), 2, "no type of this name", "T1, T2, T3")
        self.assert_refused(run(*words, "--cells", "c1,nobody"), 2, "no cell of this name", "nobody")
        self.assert_refused(run(*words, "--cells", "c1", "--types", "T1"), 2, "exclude each other")
        self.assert_refused(run(*words, "--arm", "7"), 2, "no arm of this number")
        self.assert_refused(run(*words, "--steps", "1"), 2, "--steps")
        self.assert_refused(run(*words, "--out", self.folder / "x.txt"), 2, ".csv, .json, .npz, .svg, .png or .h5ad")
        mine = self.folder / "mine.csv"
        mine.write_text("mine", encoding="utf-8")
        self.assert_refused(run(*words, "--out", mine), 2, "is there already", "--force replaces it")
        self.assert_refused(run(*words, "--out", self.run_folder / "history.csv", "--force"), 2, "same file")
        bare = self.folder / "bare"
        self.fit_once(self.data, bare, *QUICK[:-2], "--states", "0")
        self.assert_refused(run("traverse", bare, self.data), 2, "no states to go along")
        moe = self.folder / "moe"
        self.fit_once(self.data, moe, "--types", "3", "--epochs", "2", "--model", "moe-sim-vae")
        self.assert_refused(run("traverse", moe, self.data), 2, "no states to go along", "moe-sim-vae")


if __name__ == "__main__":
    main()
