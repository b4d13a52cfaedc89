"""The main job from end to end on a small table: fit, assign, evaluate, resume rules, terminals, locales."""
import csv
import json
import os
import pty
import subprocess

from program import CONTROL, PROGRAM, ProgramTest, main, run

QUICK = ("--types", "3", "--epochs", "8", "--threads", "1", "--components", "5", "--neighbours", "3")


class Workflow(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "the rün"

    def fit(self, *words, **options):
        return run("fit", self.data, "--out", self.run_folder, *QUICK, *words, **options)

    def test_from_table_to_types(self):
        result = self.fit()
        self.assert_ok(result)
        self.assertIsNone(CONTROL.search(result.stderr), "no control characters without a terminal")
        for name in ("config.toml", "model.safetensors", "checkpoint.safetensors", "history.csv"):
            self.assertTrue((self.run_folder / name).exists(), name)

        out = self.folder / "types.csv"
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out))
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 60)
        self.assertRegex(rows[0]["mixvae_type"], r"^T[1-3]$")
        self.assertAlmostEqual(sum(float(rows[0][f"mixvae_type_probs_{t}"]) for t in (1, 2, 3)), 1, places=4)

        result = run("evaluate", self.run_folder, self.data, "--labels", "type", "--json")
        self.assert_ok(result)
        scores = json.loads(result.stdout)
        for key in ("accuracy", "nmi", "ari", "f_weighted", "f_matched", "amp", "kl_abundance", "silhouette", "consensus",
                    "k_used"):
            self.assertIn(key, scores)
        self.assert_refused(run("evaluate", self.run_folder, self.data, "--labels", "tipe"), 3, "tipe", "type")

    def test_annotated_files_hold_the_contracts_names(self):
        self.assert_ok(self.fit())
        out = self.folder / "annotated.h5ad"
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out, "--prefix", "p", "--all-arms"))
        try:
            import anndata
        except ImportError:
            self.skipTest("needs anndata")
        found = anndata.read_h5ad(out)
        self.assertEqual(found.obs["p_type"].dtype.name, "category")
        types = list(found.obs["p_type"].cat.categories)
        self.assertEqual(types, [f"T{t}" for t in range(1, len(types) + 1)])
        sizes = found.obs["p_type"].value_counts()
        self.assertEqual([sizes[t] for t in types], sorted(sizes, reverse=True))
        self.assertEqual(found.obsm["p_type_probs"].shape, (60, len(types)))
        for name in ("X_p_state", "X_p_latent", "X_p_state_arm1", "X_p_latent_arm2"):
            self.assertEqual(found.obsm[name].shape[0], 60)
        for name in ("p_type_prob", "p_consensus"):
            self.assertTrue(found.obs[name].between(0, 1).all())
        self.assertEqual(len(found.uns["p_type_colors"]), len(types))
        self.assertIn(found.uns["p"]["arm"], (1, 2))
        self.assertEqual(list(found.obs["type"].iloc[:3]), ["kind 0", "kind 1", "kind 2"])

    def test_the_same_seed_gives_the_same_file(self):
        self.assert_ok(self.fit())
        first = (self.run_folder / "model.safetensors").read_bytes()
        self.assert_ok(self.fit("--force"))
        self.assertEqual(first, (self.run_folder / "model.safetensors").read_bytes())

    def test_a_run_is_repeated_from_its_settings(self):
        self.assert_ok(self.fit("--states", "3"))
        other = self.folder / "other"
        self.assert_ok(run("fit", "--config", self.run_folder / "config.toml", "--out", other))
        self.assertEqual((self.run_folder / "model.safetensors").read_bytes(), (other / "model.safetensors").read_bytes())

    def test_existing_runs_are_not_overwritten(self):
        self.assert_ok(self.fit())
        self.assert_refused(self.fit(), 2, "finished", "--force")
        self.assert_refused(self.fit("--states", "4"), 2, "states", "--force")
        other = self.folder / "thesis"
        other.mkdir()
        (other / "chapter.tex").write_text("x", encoding="utf-8")
        self.assert_refused(run("fit", self.data, "--out", other, *QUICK), 2, "no run")

    def test_a_stopped_run_goes_on_to_the_same_bits(self):
        self.assert_ok(self.fit())
        self.assert_stopped_run_is_the_same()

    def assert_stopped_run_is_the_same(self, *extra):
        """A run that is stopped once and goes on has the model of the whole run."""
        whole = (self.run_folder / "model.safetensors").read_bytes()
        other = self.folder / "stopped"
        words = [PROGRAM, "fit", str(self.data), "--out", str(other), *QUICK, *extra, "--checkpoint-epochs",
                 "1"]
        stopped = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        while stopped.poll() is None and not (other / "checkpoint.safetensors").exists():
            pass
        stopped.terminate()
        stopped.communicate()
        self.assertIn(stopped.returncode, (0, 143))
        if stopped.returncode == 143:
            self.assert_ok(run(*words[1:]))
        self.assertEqual(whole, (other / "model.safetensors").read_bytes())

    def test_numbers_of_16_bits_are_refused_where_there_are_none(self):
        wide = self.counts(genes=300)
        words = ("fit", wide, "--out", self.run_folder, *QUICK, "--space", "features", "--precision", "bf16")
        self.assert_refused(run(*words, env={**os.environ, "DNNL_MAX_CPU_ISA": "AVX512_CORE"}), 2, "16-bit", "avx512_bf16")
        result = run(*words)
        if "16-bit precision does not work" in result.stderr:
            self.skipTest("a processor without them")
        self.assert_ok(result)
        self.assert_refused(run(*words[:-1], "fp32"), 2, "precision", "--force")
        out = self.folder / "types.csv"
        self.assert_ok(run("assign", self.run_folder, wide, "--out", out,
                           env={**os.environ, "DNNL_MAX_CPU_ISA": "AVX512_CORE"}))

    def test_a_stopped_run_with_numbers_of_16_bits_goes_on_to_the_same_bits(self):
        self.data = self.counts(genes=300)
        extra = ("--space", "features", "--precision", "bf16")
        result = self.fit(*extra)
        if "16-bit precision does not work" in result.stderr:
            self.skipTest("a processor without them")
        self.assert_ok(result)
        self.assert_stopped_run_is_the_same(*extra)

    def test_a_terminal_gets_a_bar(self):
        leader, follower = pty.openpty()
        words = [PROGRAM, "fit", str(self.data), "--out", str(self.run_folder), *QUICK]
        shown = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=follower, stdin=subprocess.DEVNULL)
        os.close(follower)
        text = b""
        try:
            while piece := os.read(leader, 4096):
                text += piece
        except OSError:
            pass  # the other side is closed
        self.assertEqual(shown.wait(), 0, text)
        self.assertIn(b"\r", text.replace(b"\r\n", b"\n"))

    def test_a_locale_with_decimal_commas_changes_nothing(self):
        if b"de_DE.utf8" not in subprocess.run(["locale", "-a"], capture_output=True, check=False).stdout:
            self.skipTest("needs the locale de_DE.utf8")
        self.assert_ok(self.fit())
        plain = (self.run_folder / "model.safetensors").read_bytes()
        self.assert_ok(self.fit("--force", env={**os.environ, "LC_ALL": "de_DE.utf8"}))
        self.assertEqual(plain, (self.run_folder / "model.safetensors").read_bytes())


if __name__ == "__main__":
    main()
