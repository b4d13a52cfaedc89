"""What the package computes is what the program computes, to the bit."""
import json

import anndata
import numpy as np
import pandas
from package import SMALL, PackageTest, main, mixvae, program

WORDS = ["--types", 3, "--epochs", 3, "--quiet", "--seed", 5]


class EqualityTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fitted = cls.shared / "run of the program"
        program("fit", cls.file, "--out", cls.fitted, *WORDS)
        cls.of_file = anndata.read_h5ad(cls.file)
        cls.model = mixvae.fit(cls.of_file, seed=5, **SMALL)

    def annotated(self, *words):
        """The program's results for the cells."""
        out = self.folder / "annotated.h5ad"
        program("assign", self.fitted, self.file, "--out", out, "--quiet", *words)
        return anndata.read_h5ad(out)

    def assert_same_uns(self, ours, theirs, where="uns"):
        self.assertEqual(sorted(ours), sorted(theirs), where)
        for key, value in theirs.items():
            if hasattr(value, "items"):
                self.assert_same_uns(ours[key], value, f"{where}/{key}")
            else:
                np.testing.assert_array_equal(ours[key], value, f"{where}/{key}")

    def assert_same_cells(self, ours, theirs):
        pandas.testing.assert_frame_equal(ours.obs, theirs.obs, check_exact=True)
        self.assertEqual(sorted(ours.obsm), sorted(theirs.obsm))
        for key in theirs.obsm:
            self.assertEqual(ours.obsm[key].dtype, theirs.obsm[key].dtype, key)
            np.testing.assert_array_equal(ours.obsm[key], theirs.obsm[key], key)
        self.assert_same_uns(ours.uns, theirs.uns)

    def test_the_models_are_the_same_bytes(self):
        for name in ("model.safetensors", "types.csv"):
            self.assertEqual((self.model.folder / name).read_bytes(), (self.fitted / name).read_bytes(), name)

    def test_the_settings_are_the_same_but_for_the_input(self):
        ours, theirs = ((folder / "config.toml").read_text().replace(str(self.file), "the AnnData")
                        for folder in (self.model.folder, self.fitted))
        self.assertEqual(ours, theirs)

    def test_an_annotated_object_is_the_annotated_file(self):
        ours = self.cells()
        assignment = self.model.assign(ours, verbose=False)
        theirs = self.annotated()
        self.assert_same_cells(ours, theirs)
        self.assertGreater(len(set(assignment.types)), 1)
        np.testing.assert_array_equal(assignment.confidence, theirs.obs["mixvae_confidence"])
        np.testing.assert_array_equal(assignment.probabilities, theirs.obsm["mixvae_type_probs"])
        np.testing.assert_array_equal(assignment.states, theirs.obsm["X_mixvae_state"])
        np.testing.assert_array_equal(assignment.latent, theirs.obsm["X_mixvae_latent"])

    def test_with_every_option_too(self):
        ours = self.cells()
        self.model.assign(ours, prefix="p", all_arms=True, unknown="yes", arrays=["state"], verbose=False)
        self.assert_same_cells(ours, self.annotated("--prefix", "p", "--all-arms", "--unknown", "yes", "--arrays", "state"))

    def test_assigning_again_replaces_what_was_there(self):
        ours = self.cells()
        self.model.assign(ours, all_arms=True, verbose=False)
        self.model.assign(ours, verbose=False)
        self.assert_same_cells(ours, self.annotated())

    def test_a_written_object_is_read_by_the_program(self):
        ours = self.cells()
        self.model.assign(ours, verbose=False)
        ours.write_h5ad(self.folder / "ours.h5ad")
        scores = json.loads(program("evaluate", self.model.folder, self.folder / "ours.h5ad", "--labels", "mixvae_type",
                                    "--json", "--quiet"))
        self.assertEqual(scores["accuracy"], 1)

    def test_scores(self):
        theirs = json.loads(program("evaluate", self.fitted, self.file, "--labels", "true_type", "--json", "--quiet"))
        self.assertEqual(self.model.evaluate(self.cells(), "true_type", verbose=False), theirs)
        labels = self.cells().obs["true_type"]
        self.assertEqual(self.model.evaluate(self.cells(), labels, verbose=False), theirs)
        self.assertEqual(self.model.evaluate(self.cells(), list(labels), verbose=False), theirs)

    def test_tables(self):
        for command in ("markers", "traverse"):
            out = self.folder / f"{command}.csv"
            program(command, self.fitted, self.file, "--out", out, "--quiet")
            theirs = pandas.read_csv(out, float_precision="round_trip")
            ours = getattr(self.model, command)(self.cells(), verbose=False)
            self.assertGreater(len(ours), 0)
            pandas.testing.assert_frame_equal(ours, theirs, check_exact=True)

    def test_generated_cells(self):
        out = self.folder / "generated.h5ad"
        program("generate", self.fitted, "--types", "T1,T2", "--number", 20, "--out", out, "--quiet")
        theirs = anndata.read_h5ad(out)
        ours = self.model.generate(["T1", "T2"], 20, verbose=False)
        np.testing.assert_array_equal(ours.X, theirs.X)
        pandas.testing.assert_frame_equal(ours.obs, theirs.obs)
        self.assertEqual(list(ours.var_names), list(theirs.var_names))

    def test_samples_and_other_models(self):
        ours = self.cells()
        donors = [f"d{n % 4}" for n in range(ours.n_obs)]
        doses = ["high" if n % 4 > 1 else "low" for n in range(ours.n_obs)]
        file, theirs, tables = self.folder / "sampled.h5ad", self.folder / "theirs.csv", [self.folder / f"{n}.csv" for n in "ab"]
        ours.obs["donor"], ours.obs["dose"] = donors, doses
        ours.write_h5ad(file)
        program("plot", self.fitted, file, "--figure", "abundances", "--sample", "donor", "--condition", "dose", "--out", theirs, "--quiet")
        self.model.plot(ours, tables[0], "abundances", sample="donor", condition="dose", verbose=False)
        self.model.plot(self.cells(), tables[1], "abundances", sample=donors, condition=doses, verbose=False)
        for table in tables:
            self.assertEqual(table.read_text(), theirs.read_text())
        other = mixvae.fit(self.cells(), seed=4, replicates=0, **SMALL)
        page = self.folder / "runs.html"
        self.model.report(self.cells(), page, compare=[other], verbose=False)
        self.assertIn("Do other runs find the same types?", page.read_text(encoding="utf-8"))

    def test_figures_and_page(self):
        for command, name, words in (("plot", "map.svg", ["--seed", 0]), ("report", "page.html", [])):
            theirs, ours = self.folder / f"theirs {name}", self.folder / f"ours {name}"
            program(command, self.fitted, self.file, "--out", theirs, "--quiet", *words)
            getattr(self.model, command)(self.cells(), ours, verbose=False)
            self.assertTrue(ours.exists())
            if command == "plot":  # the page names run and input
                self.assertEqual(ours.read_bytes(), theirs.read_bytes())

    def test_a_path_is_read_as_by_the_program(self):
        assignment = self.model.assign(self.file, verbose=False)
        theirs = self.annotated()
        np.testing.assert_array_equal(assignment.types, theirs.obs["mixvae_type"])
        np.testing.assert_array_equal(assignment.latent, theirs.obsm["X_mixvae_latent"])
        model = mixvae.fit(self.file, seed=5, **SMALL)
        self.assertEqual((model.folder / "model.safetensors").read_bytes(),
                         (self.fitted / "model.safetensors").read_bytes())

    def test_runs_of_either_are_read_by_the_other(self):
        saved = self.folder / "saved"
        self.model.save(saved)
        out = self.folder / "by the program.h5ad"
        program("assign", saved, self.file, "--out", out, "--quiet")
        ours = self.cells()
        mixvae.load(self.fitted).assign(ours, verbose=False)
        self.assert_same_cells(ours, anndata.read_h5ad(out))

    def test_names_of_types_are_written(self):
        saved = self.folder / "named"
        self.model.save(saved)
        program("rename", saved, "T1=First")
        ours = self.cells()
        mixvae.load(saved).assign(ours, verbose=False)
        theirs = self.folder / "named.h5ad"
        program("assign", saved, self.file, "--out", theirs, "--quiet")
        self.assert_same_cells(ours, anndata.read_h5ad(theirs))
        self.assertIn("First", set(ours.obs["mixvae_label"]))

    def test_an_object_has_the_form_that_scanpy_reads(self):
        ours = self.cells()
        self.model.assign(ours, verbose=False)
        types = ours.obs["mixvae_type"]
        self.assertIsInstance(types.dtype, pandas.CategoricalDtype)
        self.assertTrue(all(isinstance(name, str) for name in types.cat.categories))
        colors = ours.uns["mixvae_type_colors"]
        self.assertEqual(len(colors), len(types.cat.categories))
        self.assertTrue(all(color.startswith("#") and len(color) == 7 for color in colors))
        for key in ("X_mixvae_state", "X_mixvae_latent"):
            self.assertEqual(ours.obsm[key].shape[0], ours.n_obs)


if __name__ == "__main__":
    main()
