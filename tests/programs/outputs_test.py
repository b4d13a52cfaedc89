"""What is written where: no input is overwritten, no output by another, and files are whole."""
import csv
import json
import math
import subprocess
import time

from program import PROGRAM, ProgramTest, main, run

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3")


class Outputs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "run"

    def fit(self, *words):
        self.fit_once(self.data, self.run_folder, *QUICK, *words)

    def rows(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_no_output_replaces_an_input_or_another_output(self):
        self.fit()
        before = self.data.read_bytes()
        out, other = self.folder / "o.csv", self.folder / "sheet.csv"
        other.write_text("cell,batch\n" + "".join(f"c{i},b{i % 2}\n" for i in range(60)), encoding="utf-8")
        sheet = other.read_bytes()
        link = self.folder / "link.csv"
        link.symlink_to(self.data)
        r, d = self.run_folder, self.data
        for words in (("assign", r, d, "--out", d), ("assign", r, d, "--out", link),
                      ("assign", r, d, "--out", other, "--annotations", other),
                      ("assign", r, d, "--out", out, "--counts", d, "--sample", "type"),
                      ("assign", r, d, "--out", out, "--counts", out, "--sample", "type"),
                      ("assign", r, d, "--out", out, "--counts", r / "history.csv", "--sample", "type"),
                      ("evaluate", r, d, "--labels", "type", "--confusion", d),
                      ("markers", r, d, "--out", d), ("mmd", d, "--run", r, "--out", d),
                      ("cluster", d, "--method", "kmeans", "--types", "3", "--out", d),
                      ("generate", r, "--out", r / "history.csv")):
            self.assertEqual(run(*words).returncode, 2)
            self.assert_refused(run(*words, "--force"), 2, "same file")
        self.assertEqual(before, self.data.read_bytes())
        self.assertEqual(sheet, other.read_bytes())
        self.assertFalse(out.exists())

    def test_what_is_there_is_replaced_only_with_force(self):
        self.fit()
        r, d = self.run_folder, self.data
        mine = self.folder / "mine.csv"
        mine.write_text("mine", encoding="utf-8")
        (self.folder / "cells.truth.csv").write_text("mine", encoding="utf-8")
        for words in (("assign", r, d, "--out", mine), ("assign", r, d, "--out", self.folder / "o.csv", "--counts", mine,
                                                        "--sample", "type"),
                      ("evaluate", r, d, "--labels", "type", "--confusion", mine), ("markers", r, d, "--out", mine),
                      ("mmd", d, "--run", r, "--permutations", "9", "--out", mine),
                      ("cluster", d, "--method", "kmeans", "--types", "3", "--out", mine),
                      ("generate", r, "--number", "2", "--out", mine),
                      ("simulate", "cells", "--cells", "50", "--types", "2", "--out", mine),
                      ("simulate", "cells", "--cells", "50", "--types", "2", "--out", self.folder / "cells.csv")):
            self.assert_refused(run(*words), 2, "is there already", "a name that is free", "--force replaces it")
            self.assertEqual(mine.read_text(encoding="utf-8"), "mine")
            self.assertFalse((self.folder / "o.csv").exists() or (self.folder / "cells.csv").exists())
        for words in (("markers", r, d, "--out", mine), ("assign", r, d, "--out", mine)):
            self.assert_ok(run(*words, "--force"))
        self.assertEqual(self.rows(mine)[0]["cell"], "c0")

    def test_an_annotated_file_is_its_own_output_only_with_force(self):
        self.fit()
        file = self.folder / "a.h5ad"
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", file))
        before = file.read_bytes()
        words = ("assign", self.run_folder, file, "--out", file, "--prefix", "again")
        self.assert_refused(run(*words), 2, "--out and the input are the same file",
                            "--force writes the input again, with the results in it")
        self.assertEqual(file.read_bytes(), before)
        self.assert_ok(run(*words, "--force"))
        self.assertIn("again_type", run("inspect", file).stdout)

    def test_empty_cells_are_left_without_a_type(self):
        self.fit()
        other = self.folder / "other.csv"
        lines = self.data.read_text(encoding="utf-8").splitlines()
        lines[3] = "empty,kind 2" + ",0" * 12
        other.write_text("\n".join(lines) + "\n", encoding="utf-8")
        result = run("assign", self.run_folder, other, "--out", self.folder / "o.csv")
        self.assert_ok(result)
        self.assertIn("left out: 1 cell without any non-zero value", result.stderr)
        rows = self.rows(self.folder / "o.csv")
        self.assertEqual((len(rows), rows[2]["cell"], rows[2]["mixvae_type"]), (60, "empty", ""))
        self.assert_ok(run("evaluate", self.run_folder, other, "--labels", "type"))
        self.assert_refused(run("fit", other, "--out", self.folder / "r2", *QUICK), 3, "--min-features 1")

    def test_what_a_refusal_advises_is_understood_by_every_command_with_a_run(self):
        self.fit()
        other = self.folder / "logs.csv"
        lines = self.data.read_text(encoding="utf-8").splitlines()
        logs = [",".join(line.split(",")[:2] + [f"{math.log1p(float(x)):.4f}" for x in line.split(",")[2:]]) for line in lines[1:]]
        other.write_text("\n".join([lines[0], *logs]) + "\n", encoding="utf-8")
        r = self.run_folder
        for words in (("assign", r, other, "--out", self.folder / "o.csv", "--force"), ("evaluate", r, other, "--labels", "type"),
                      ("markers", r, other), ("mmd", other, "--run", r, "--permutations", "9")):
            self.assert_refused(run(*words), 3, "another scale", "--trust-values")
            self.assert_ok(run(*words, "--trust-values"))
        half = self.folder / "half.csv"
        half.write_text("\n".join(",".join(line.split(",")[:8]) for line in lines) + "\n", encoding="utf-8")
        for words in (("assign", r, half, "--out", self.folder / "o.csv", "--force"), ("evaluate", r, half, "--labels", "type"),
                      ("markers", r, half), ("mmd", half, "--run", r, "--permutations", "9")):
            self.assert_refused(run(*words), 3, "too few", "--min-shared")
            self.assert_ok(run(*words, "--min-shared", "0.3"))
        self.assert_refused(run("mmd", half, "--groups", "type", "--min-shared", "0.3"), 2, "--run")

    def test_a_refused_replacement_keeps_the_former_run(self):
        self.fit()
        before = {path.name: path.read_bytes() for path in self.run_folder.iterdir()}
        result = run("fit", self.data, "--out", self.run_folder, *QUICK, "--types", "1000", "--force")
        self.assert_refused(result, 2, "1000")
        self.assertEqual(before, {path.name: path.read_bytes() for path in self.run_folder.iterdir()})
        self.fit("--force", "--states", "3")
        self.assertNotEqual(before["model.safetensors"], (self.run_folder / "model.safetensors").read_bytes())
        self.assertEqual(sorted(before), sorted(path.name for path in self.run_folder.iterdir()))

    def test_two_fits_never_write_one_folder(self):
        words = ("fit", self.data, "--out", self.run_folder, *QUICK, "--epochs", "1000000", "--checkpoint-epochs", "1")
        first = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while not (self.run_folder / "checkpoint.safetensors").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            for more in ((), ("--force",), ("--states", "3", "--force")):
                self.assert_refused(run(*words, *more), 2, "another program", str(self.run_folder),
                                    f"process {first.pid}", "--out")
            self.assertIsNone(first.poll(), "the first goes on")
        finally:
            first.kill()
            first.wait()
        self.fit("--force")
        self.assertFalse((self.run_folder / ".mixvae.lock").exists())

    def test_a_run_is_repeated_from_another_folder(self):
        (self.folder / "genes.txt").write_text("".join(f"g{g}\n" for g in range(9)), encoding="utf-8")
        (self.folder / "sheet.csv").write_text(
            "cell,known\n" + "".join(f"c{i},{'k%d' % (i % 3) if i < 9 else ''}\n" for i in range(60)), encoding="utf-8")
        (self.folder / "pairs.csv").write_text("a,b,s\nc0,c3,1\nc0,c1,0\n", encoding="utf-8")
        self.assert_ok(run("fit", self.data.name, "--out", "run", *QUICK[:-2], "--model", "moe-sim-vae", "--annotations",
                           "sheet.csv:cell", "--features", "genes.txt", "--known-types", "known", "--pairs", "pairs.csv",
                           cwd=self.folder))
        elsewhere = self.folder / "else where"
        elsewhere.mkdir()
        self.assert_ok(run("fit", "--config", self.run_folder / "config.toml", "--out", "again", cwd=elsewhere))
        self.assertEqual((self.run_folder / "model.safetensors").read_bytes(),
                         (elsewhere / "again" / "model.safetensors").read_bytes())

    def test_other_data_of_the_same_shape_do_not_resume_a_run(self):
        words = ("--out", self.run_folder, *QUICK, "--epochs", "1")
        self.assert_ok(run("fit", self.data, *words))
        (self.run_folder / "model.safetensors").unlink()  # as if it had been stopped
        other = self.folder / "other.csv"
        other.write_text(self.data.read_text(encoding="utf-8").replace("\nc7,kind 1,1,", "\nc7,kind 1,3,"), encoding="utf-8")
        self.assertNotEqual(self.data.read_bytes(), other.read_bytes())
        self.assert_refused(run("fit", other, *words), 2, "other data", "--force")
        self.data.rename(self.folder / "moved.csv")
        self.assert_ok(run("fit", self.folder / "moved.csv", *words))

    def test_results_of_two_runs_are_never_mixed(self):
        try:
            import anndata
        except ImportError:
            self.skipTest("needs anndata")
        self.fit("--states", "2")
        bare = self.folder / "bare"
        self.assert_ok(run("fit", self.data, "--out", bare, *QUICK, "--states", "0"))
        out = self.folder / "o.h5ad"
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out, "--all-arms"))
        self.assert_ok(run("assign", self.run_folder, out, "--out", out, "--prefix", "other", "--force"))
        self.assert_ok(run("cluster", out, "--method", "pca", "--components", "2", "--out", out, "--force"))
        first = anndata.read_h5ad(out)
        self.assertIn("X_mixvae_state_arm2", first.obsm)
        self.assertEqual(list(first.obs["mixvae_type"]), list(first.obs["other_type"]))
        self.assert_ok(run("assign", bare, out, "--out", out, "--force"))
        found = anndata.read_h5ad(out)
        self.assertEqual({name for name in found.obsm if "mixvae" in name}, {"X_mixvae_latent", "mixvae_type_probs"})
        self.assertEqual({name for name in found.obs if "mixvae" in name},
                         {"mixvae_type", "mixvae_type_prob", "mixvae_consensus", "mixvae_confidence", "mixvae_novelty"})
        self.assertIn("X_other_state", found.obsm)
        self.assertEqual(found.obsm["X_pca"].shape, (60, 2))
        self.assertEqual(list(found.obs["type"][:3]), ["kind 0", "kind 1", "kind 2"])

    def test_options_without_effect_are_refused(self):
        self.fit()
        r, d, out = self.run_folder, self.data, self.folder / "o.csv"
        for words, text in ((("assign", r, d, "--out", out, "--sample", "type"), "--counts"),
                            (("assign", r, d, "--out", out, "--compat", "0.8"), ".h5ad"),
                            (("cluster", d, "--method", "leiden", "--neighbours", "60", "--out", out), "at most 59"),
                            (("cluster", d, "--method", "leiden", "--out", out, "--compat", "0.8"), ".h5ad"),
                            (("cluster", d, "--method", "kmeans", "--types", "2", "--space", "features", "--components",
                              "3", "--out", out), "--components"),
                            (("generate", r, "--types", "T1,T1", "--out", out), "twice"),
                            (("mmd", d, "--groups", "type", "--bandwidth", "1e30"), "median")):
            self.assert_refused(run(*words), 2, text)
        self.assertFalse(out.exists())

    def test_a_prefix_must_be_part_of_a_name(self):
        self.fit()
        out, config = self.folder / "o.csv", self.folder / "prefix.toml"
        config.write_text("prefix = ''\n", encoding="utf-8")
        for words in (("assign", self.run_folder, self.data), ("cluster", self.data, "--method", "kmeans", "--types", "3")):
            self.assert_refused(run(*words, "--out", out, "--prefix", "a/b"), 2, "prefix", "'a/b'", "without '/'")
            self.assert_refused(run(*words, "--out", out, "--config", config), 2, "prefix", "''", "without '/'")
        self.assertFalse(out.exists())

    def test_a_tree_of_labels_is_named_and_complete(self):
        try:
            import anndata
            import numpy as np
        except ImportError:
            self.skipTest("needs anndata")
        self.fit()
        self.assert_refused(run("evaluate", self.run_folder, self.data, "--labels", "type", "--tree", "lineage"), 3,
                            "no text 'lineage'", "there is none")
        rows = self.rows(self.data)
        cells = anndata.AnnData(np.array([[float(row[f"g{g}"]) for g in range(12)] for row in rows], np.float32))
        cells.obs_names, cells.var_names = [row["cell"] for row in rows], [f"g{g}" for g in range(12)]
        cells.obs["type"] = [row["type"] for row in rows]
        cells.uns.update(lineage="(('kind 0','kind 1'),'kind 2');", short="('kind 0','kind 1');")
        file = self.folder / "tree.h5ad"
        cells.write_h5ad(file)
        words = ("evaluate", self.run_folder, file, "--labels", "type", "--tree")
        self.assert_ok(run(*words, "lineage"))
        self.assert_refused(run(*words, "linage"), 3, "no text 'linage'", "one of lineage, short")
        self.assert_refused(run(*words, "short"), 3, "not a leaf", "kind 2")

    def test_generated_cells_are_told_as_json(self):
        self.fit()
        result = run("generate", self.run_folder, "--number", "4", "--json", "--out", self.folder / "o.csv")
        self.assert_ok(result)
        told = json.loads(result.stdout)
        self.assertEqual(told["cells"], 4 * len(told["types"]))
        self.assertEqual([row["type"] for row in self.rows(self.folder / "o.csv")][::4], told["types"])

    def test_generated_cells_go_back_to_their_run(self):
        self.fit("--epochs", "60")
        for name in ("generated.csv", "generated.h5ad"):
            new = self.folder / name
            self.assert_ok(run("generate", self.run_folder, "--number", "20", "--out", new))
            told = run("evaluate", self.run_folder, new, "--labels", "type", "--json")
            self.assert_ok(told)
            self.assertIn("not done again", told.stderr)
            self.assertGreater(json.loads(told.stdout)["accuracy"], 0.9)
            self.assert_ok(run("assign", self.run_folder, new, "--out", self.folder / "types.csv", "--force"))
            other = self.folder / "other run"
            self.assert_ok(run("fit", self.data, "--out", other, *QUICK, "--library-size", "77", "--force"))
            self.assert_refused(run("evaluate", other, new, "--labels", "type"), 3, "another scale")
            again = self.folder / "again"
            self.assert_ok(run("fit", new, "--out", again, *QUICK, "--force"))
            self.assert_ok(run("evaluate", again, new, "--labels", "type"))
        result = run("generate", self.run_folder, "--number", "1000000000", "--out", self.folder / "many.h5ad")
        self.assert_refused(result, 4, "not fit into memory", "1,000,000,000 of 3 types", "at most --number")
        self.assertFalse((self.folder / "many.h5ad").exists())

    def test_what_a_killed_command_left_is_removed(self):
        self.fit()
        out = self.folder / "o.csv"
        gone = subprocess.Popen(["true"])
        gone.wait()
        left = self.folder / f"o.csv.{gone.pid}-17-0.tmp"
        left.write_text("half", encoding="utf-8")
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out))
        self.assertFalse(left.exists())

    def test_an_embedding_with_gaps_is_refused_by_name(self):
        lines = self.data.read_text(encoding="utf-8").splitlines()
        lines[3] = "poor,kind 2,5" + ",0" * 11
        self.data.write_text("\n".join(lines) + "\n", encoding="utf-8")
        out = self.folder / "o.h5ad"
        self.assert_ok(run("cluster", self.data, "--method", "umap", "--min-features", "2", "--neighbours", "5", "--out", out))
        words = ("fit", out, "--out", self.run_folder, "--types", "3", "--epochs", "3", "--threads", "1",
                 "--neighbour-space", "X_umap")
        self.assert_refused(run(*words), 3, "X_umap", "'poor' (row 3)", "--min-features")
        self.assert_ok(run(*words, "--min-features", "2"))


if __name__ == "__main__":
    main()
