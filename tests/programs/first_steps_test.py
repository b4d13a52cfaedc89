"""The first quarter of an hour: what is read from a folder, what comes next, names that are mistaken."""
import json
import shlex
import subprocess
import unittest

from program import PROGRAM, ProgramTest, main, run, write_counts

try:
    import anndata
except ImportError:
    anndata = None

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3")


class FirstSteps(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()

    def next_line(self, result):
        """The command that a result names next, run by a shell in the folder."""
        self.assert_ok(result)
        line = result.stdout.split("Next: ", 1)[1].splitlines()[0]
        self.assertEqual(line.split()[0], "mixvae")
        command = shlex.quote(PROGRAM) + line.removeprefix("mixvae")
        followed = subprocess.run(["sh", "-c", command], cwd=self.folder, capture_output=True, encoding="utf-8",
                                  stdin=subprocess.DEVNULL, check=False, timeout=300)
        self.assert_ok(followed)
        return shlex.split(line), followed

    def test_what_comes_next_can_be_copied(self):
        name = "it's a $run; new"
        words, followed = self.next_line(run("fit", self.data.name, "--out", name, *QUICK, cwd=self.folder))
        self.assertEqual(words[1:], ["assign", name, self.data.name, "--out", "annotated.h5ad"])
        self.assertTrue((self.folder / "annotated.h5ad").exists())
        words, _ = self.next_line(followed)
        self.assertEqual(words[1:], ["markers", name, self.data.name, "--out", "markers.csv"])
        self.assertTrue((self.folder / "markers.csv").exists())

    def test_the_name_that_comes_next_is_free(self):
        (self.folder / "annotated.h5ad").write_bytes(b"mine")
        words, _ = self.next_line(run("fit", self.data.name, "--out", "run", *QUICK, cwd=self.folder))
        self.assertEqual(words[-1], "annotated-2.h5ad")
        self.assertEqual((self.folder / "annotated.h5ad").read_bytes(), b"mine")
        self.assertTrue((self.folder / "annotated-2.h5ad").exists())

    def test_options_that_the_next_command_needs_are_repeated(self):
        fitted = run("fit", self.data.name, "--out", "run", *QUICK, "--orientation", "cells-in-rows", cwd=self.folder)
        self.next_line(fitted)
        result = run("assign", "run", self.data.name, "--out", "o.csv", "--min-shared", "0.5", "--trust-values", "--annotations",
                     self.data.name, cwd=self.folder)
        words, _ = self.next_line(result)
        self.assertEqual(words[4:], ["--out", "markers.csv", "--min-shared", "0.5", "--trust-values"])

    def test_results_of_a_folder_go_into_a_folder(self):
        samples = self.folder / "my samples"
        samples.mkdir()
        for name in ("a", "b"):
            write_counts(samples / f"{name}.csv", cells=40)
        words, followed = self.next_line(run("fit", "my samples", "--out", "run", *QUICK, "--orientation", "cells-in-rows",
                                             cwd=self.folder))
        self.assertEqual(words[1:], ["assign", "run", "my samples", "--out", "typed/", "--orientation", "cells-in-rows"])
        self.assertEqual(sorted(path.name for path in (self.folder / "typed").iterdir()), ["a.csv", "b.csv"])
        words, _ = self.next_line(followed)
        self.assertEqual(words[-2:], ["--orientation", "cells-in-rows"])

    def test_a_run_is_no_file(self):
        for name in ("annotated.h5ad", "types.csv"):
            self.assert_refused(run("fit", self.data, "--out", self.folder / name, *QUICK), 2, "a run is a folder", name,
                                "such as --out run", "mixvae assign RUN INPUT")
            self.assertFalse((self.folder / name).exists())

    def test_a_folder_with_one_data_file_is_that_file(self):
        folder = self.folder / "one"
        folder.mkdir()
        write_counts(folder / "table.csv")
        (folder / "README.md").write_text("about", encoding="utf-8")
        result = run("inspect", folder, "--json")
        self.assert_ok(result)
        self.assertEqual((json.loads(result.stdout)["cells"], json.loads(result.stdout)["features"]), (60, 12))

    def test_expression_beside_cells_is_matrix_and_annotations(self):
        folder = self.folder / "both"
        folder.mkdir()
        write_counts(folder / "expression.csv")
        (folder / "cells.csv").write_text("cell,batch\n" + "".join(f"c{i},b{i % 2}\n" for i in range(60)), encoding="utf-8")
        result = run("fit", folder, "--out", self.folder / "run", *QUICK)
        self.assert_ok(result)
        self.assertIn("'expression.csv' was taken as the matrix, 'cells.csv' as annotations of its cells", result.stderr)
        self.assert_ok(run("evaluate", self.folder / "run", folder, "--labels", "batch"))

    def test_a_run_in_place_of_data_is_named(self):
        self.assert_ok(run("fit", self.data, "--out", self.folder / "run", *QUICK))
        for words in (("fit", self.folder / "run", "--out", self.folder / "again"), ("inspect", self.folder / "run"),
                      ("assign", self.data, self.folder / "run", "--out", self.folder / "o.csv")):
            self.assert_refused(run(*words), 3, "run")
        result = run("fit", self.folder / "run", "--out", self.folder / "again")
        self.assert_refused(result, 3, "a run of mixvae, not data", "mixvae assign RUN DATA --out FILE")
        self.assertFalse((self.folder / "again").exists())

    def test_numbers_are_no_labels(self):
        folder = self.folder / "run"
        self.assert_ok(run("fit", self.data, "--out", folder, *QUICK))
        sheet = self.folder / "sheet.csv"
        sheet.write_text("cell,share,depth,barcode\n" + "".join(f"c{i},{i / 61},{1000 + 7 * i},b{i}\n" for i in range(60)),
                         encoding="utf-8")
        joined = ("--annotations", sheet)
        for words in (("evaluate", folder, self.data, "--labels", "share"),
                      ("cluster", self.data, "--method", "kmeans", "--types", "3", "--labels", "share"),
                      ("mmd", self.data, "--groups", "share"),
                      ("assign", folder, self.data, "--out", self.folder / "o.csv", "--counts", self.folder / "n.csv",
                       "--sample", "share"),
                      ("fit", self.data, "--out", self.folder / "weak", *QUICK, "--known-types", "share")):
            self.assert_refused(run(*words, *joined), 3, "the column 'share' holds numbers, not labels",
                                "60 different numbers in 60 cells", "as in type", "put a letter before them")
        self.assertEqual([name for name in ("o.csv", "n.csv") if (self.folder / name).exists()], [])

    @unittest.skipIf(anndata is None, "needs anndata")
    def test_probabilities_are_no_labels(self):
        folder, annotated = self.folder / "run", self.folder / "annotated.h5ad"
        self.assert_ok(run("fit", self.data, "--out", folder, *QUICK))
        self.assert_ok(run("assign", folder, self.data, "--out", annotated))
        self.assert_refused(run("evaluate", folder, annotated, "--labels", "mixvae_type_prob"), 3,
                            "the column 'mixvae_type_prob' holds numbers, not labels", "as in type, mixvae_type")

    def test_one_arm_has_no_consensus(self):
        folder, out = self.folder / "run", self.folder / "o.csv"
        for model in ((*QUICK, "--arms", "1"), (*QUICK[:-2], "--model", "moe-sim-vae"),
                      (*QUICK, "--arms", "1", "--prune", "yes")):
            fitted = run("fit", self.data, "--out", folder, *model, "--force", "--json")
            self.assert_ok(fitted)
            told = json.loads(fitted.stdout)
            self.assertIsNone(told["consensus"])
            self.assertEqual({(row["mean_agreement"], row["lowest_agreement"]) for row in told["curve"]}, {(None, None)})
            for words in (("assign", folder, self.data, "--out", out, "--force"),
                          ("evaluate", folder, self.data, "--labels", "type")):
                result = run(*words)
                self.assert_ok(result)
                self.assertNotIn("consensus", result.stdout)
            self.assertNotIn("consensus", out.read_text(encoding="utf-8"))
            self.assertIsNone(json.loads(run("evaluate", folder, self.data, "--labels", "type", "--json").stdout)["consensus"])
            assigned = json.loads(run("assign", folder, self.data, "--out", out, "--force", "--json").stdout)
            self.assertEqual({row["consensus"] for row in assigned["types"]}, {None})

    def test_one_number_is_called_consensus(self):
        folder = self.folder / "run"
        fitted = run("fit", self.data, "--out", folder, *QUICK, "--json")
        self.assert_ok(fitted)
        told = json.loads(fitted.stdout)
        scores = json.loads(run("evaluate", folder, self.data, "--labels", "type", "--json").stdout)
        self.assertAlmostEqual(told["consensus"], scores["consensus"], places=6)
        assigned = json.loads(run("assign", folder, self.data, "--out", self.folder / "o.csv", "--json").stdout)
        mean = sum(row["cells"] * row["consensus"] for row in assigned["types"] if row["cells"]) / 60
        self.assertAlmostEqual(mean, scores["consensus"], places=6)


if __name__ == "__main__":
    main()
