"""mixvae mmd from end to end: types of a run, annotations, stored embeddings, files of a folder, refusals."""
import csv
import json
import shutil

from program import ProgramTest, main, run, write_counts


class Mmd(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()

    def mmd(self, *words):
        return run("mmd", self.data, "--permutations", "99", "--threads", "1", *words)

    def test_groups_of_an_annotation(self):
        out = self.folder / "mmd.csv"
        result = self.mmd("--groups", "type", "--space", "features", "--out", out, "--json")
        self.assert_ok(result)
        found = json.loads(result.stdout)
        self.assertEqual((found["between"]["tests"], found["within"]["tests"]), (3, 3))
        self.assertEqual((found["between"]["apart"], found["within"]["apart"]), (3, 0))
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["kind"] for row in rows].count("between"), 3)
        self.assertEqual({row["p"] for row in rows if row["kind"] == "between"}, {"0.01"})

    def test_types_and_codes_of_a_run(self):
        folder, annotated = self.folder / "run", self.folder / "annotated.h5ad"
        self.assert_ok(run("fit", self.data, "--types", "3", "--epochs", "30", "--out", folder, "--threads", "1"))
        result = self.mmd("--run", folder, "--json")
        self.assert_ok(result)
        self.assertEqual(json.loads(result.stdout)["between"]["tests"], 3)
        self.assert_ok(run("assign", folder, self.data, "--out", annotated))
        stored = run("mmd", annotated, "--groups", "mixvae_type", "--space", "X_mixvae_latent", "--permutations", "99",
                     "--threads", "1", "--json")
        self.assert_ok(stored)
        self.assertEqual(json.loads(stored.stdout), json.loads(result.stdout))

    def test_files_of_a_folder(self):
        samples = self.folder / "samples"
        samples.mkdir()
        write_counts(samples / "a.csv", cells=30, types=3)
        shutil.copy(samples / "a.csv", samples / "b.csv")
        result = run("mmd", samples, "--groups", "sample", "--json")
        self.assert_ok(result)
        found = json.loads(result.stdout)
        self.assertEqual((found["between"]["tests"], found["between"]["apart"]), (1, 0))
        self.assertIn("not told apart: a and b", run("mmd", samples, "--groups", "sample").stdout.replace(".csv", ""))

    def test_wrong_usage_is_refused(self):
        self.assert_refused(self.mmd(), 2, "nothing says which cells form a group")
        self.assert_refused(self.mmd("--groups", "typ"), 3, "type")
        self.assert_refused(self.mmd("--groups", "type", "--space", "X_umap"), 2, "no embedding", "X_umap")
        self.assert_refused(self.mmd("--groups", "type", "--bandwidth", "0"), 2, "--bandwidth")
        self.assert_refused(self.mmd("--run", self.folder / "none"), 3)
        one = self.folder / "one.csv"
        write_counts(one, types=1)
        self.assert_refused(run("mmd", one, "--groups", "type"), 3, "too few groups to compare")


if __name__ == "__main__":
    main()
