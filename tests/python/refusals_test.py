"""What is refused, and in which words."""
import contextlib
import io
import os
import pathlib
import pickle
import subprocess
import sys
import types
import unittest.mock

import numpy as np
import pandas
import scipy.sparse
from package import SMALL, PackageTest, main, mixvae


class RefusalsTest(PackageTest):
    def refused(self, data, *texts, kind=None, **keywords):
        return self.assert_refused(kind or mixvae.InputError, lambda: mixvae.fit(data, **{**SMALL, **keywords}), *texts)

    def test_kinds_of_errors(self):
        for error, base in ((mixvae.InputError, ValueError), (mixvae.UsageError, ValueError),
                            (mixvae.SystemError, OSError), (mixvae.Bug, RuntimeError)):
            self.assertTrue(issubclass(error, base))

    def test_objects_that_are_no_data(self):
        error = self.refused(object(), "mixvae cannot read data of this kind", "found: object", "an AnnData")
        self.assertEqual(error.found, "object")
        self.refused({"a": 1}, "found: dict")

    def test_shapes(self):
        self.refused(np.zeros(5), "the data are no matrix", "an array of 1 dimensions", "two dimensions: cells, features")
        self.refused(np.zeros((3, 4, 5)), "an array of 3 dimensions")
        self.refused(np.zeros((0, 5)), "the matrix is empty", "0 cells x 5 features")
        self.refused(scipy.sparse.csr_matrix((5, 0)), "the matrix is empty", "5 cells x 0 features")

    def test_values(self):
        self.refused(np.array([["a", "b"]]), "the values are not numbers", "the array")
        self.refused(np.ones((4, 4), dtype=complex), "the values are not numbers", "complex128")
        values = np.random.default_rng(0).poisson(3, (50, 20)).astype(np.float32)
        values[7, 3] = np.nan
        self.refused(values, "NaN", "the array")
        values[7, 3] = np.inf
        self.refused(scipy.sparse.csr_matrix(values), "the sparse matrix")
        self.refused(pandas.DataFrame({"a": ["x", "y"]}), "the table has no column of numbers")

    def test_sparse_matrices_whose_parts_do_not_fit(self):
        good = scipy.sparse.random(20, 10, 0.5, format="csr", dtype=np.float32, random_state=0)
        for part, values, text in (("indptr", [0] * 20 + [10**6], "do not fit together"),
                                   ("indices", [99] * good.nnz, "out of range"),
                                   ("indices", [-1] * good.nnz, "out of range"),
                                   ("indptr", list(range(20, -1, -1)), "do not fit together")):
            broken = good.copy()
            setattr(broken, part, np.array(values, dtype=np.int32))
            self.refused(broken, text, "check_format")

    def test_keywords(self):
        cells = self.cells()
        usage = mixvae.UsageError
        self.refused(cells, "mixvae fit has no option epoch", "nearest: epochs", "mixvae.keywords('fit')", kind=usage,
                     epoch=3)
        self.refused(cells, "option types cannot take this value", "found: 'many'", "integer", kind=usage, types="many")
        self.refused(cells, "option batch_size cannot take this value", kind=usage, batch_size=0.5)
        self.refused(cells, "infogan has no option arms", kind=usage, arms=3, model="infogan")
        self.refused(cells, "the keyword types cannot take this value", "found: dict", kind=usage, types={})
        self.refused(cells, "there is no model of this name", "cpl-mixvae", kind=usage, model="nothing")

    def test_options_that_are_no_keywords(self):
        model = mixvae.fit(self.cells(), **SMALL)
        for call in (lambda **given: model.assign(self.cells(), **given),
                     lambda **given: model.markers(self.cells(), **given),
                     lambda **given: model.generate("T1", 2, **given)):
            self.assert_refused(mixvae.UsageError, lambda: call(out=self.folder / "a.h5ad"), "out is no keyword of",
                                "hint: the result is returned")
        for name, value, hint in (("config", "c.toml", "give the settings as keywords"),
                                  ("json", True, "objects of Python"), ("log_level", "debug", "verbose=False"),
                                  ("quiet", True, "verbose=False")):
            self.refused(self.cells(), f"{name} is no keyword of fit in Python", hint, kind=mixvae.UsageError,
                         **{name: value})

    def test_layers(self):
        cells = self.cells()
        cells.layers["counts"] = cells.X
        self.refused(cells, "there is no layer 'count'", "the AnnData", "layers: X, counts", "nearest: counts",
                     layer="count")
        self.refused(cells.X, "there is no layer 'raw'", "the sparse matrix", layer="raw")
        cells.layers["sample--rna-seq"] = cells.X
        self.refused(cells, "layers: X, counts, sample--rna-seq", layer="count")

    def test_labels(self):
        cells = self.cells()
        model = mixvae.fit(cells, **SMALL)
        for labels, texts in (("true_typ", ["true_typ", "the AnnData", "true_type"]),
                              (["a"] * 7, ["labels has another number of labels", "7 labels", "300"]),
                              (np.zeros((300, 2)), ["labels is no list of labels"])):
            self.assert_refused(mixvae.InputError, lambda: model.evaluate(cells, labels, verbose=False), *texts)
        self.assert_refused(mixvae.UsageError, lambda: model.evaluate(self.file, ["a"] * 300, verbose=False),
                            "the data are a file, and labels a list")

    def test_other_data_than_those_of_the_fit(self):
        model = mixvae.fit(self.cells(), **SMALL)
        for data in (self.cells().X[:, :100], self.cells()[:, :100]):
            error = self.assert_refused(mixvae.InputError, lambda: model.assign(data, verbose=False))
            self.assertTrue(error.what and error.found, error)

    def test_paths_and_folders(self):
        self.refused(self.folder / "nothing.h5ad", "nothing.h5ad")
        self.assert_refused(mixvae.InputError, lambda: mixvae.load(self.folder / "nothing"), "there is no run here")
        self.assert_refused(mixvae.InputError, lambda: mixvae.load(self.folder), "the folder holds no run")
        model = mixvae.fit(self.cells(), out=self.folder / "run", **SMALL)
        self.refused(self.cells(), "the run is finished", "force", kind=mixvae.UsageError, out=self.folder / "run")
        (self.folder / "full").mkdir()
        (self.folder / "full" / "file").write_text("x")
        self.assert_refused(mixvae.UsageError, lambda: model.save(self.folder / "full"), "the folder holds files already")
        self.assert_refused(mixvae.InputError, lambda: model.save(self.folder / "full", force=True),
                            "the folder holds no run")
        self.assert_refused(mixvae.UsageError, lambda: model.save(self.folder / "full" / "file"), "this is a file")
        self.assert_refused(mixvae.UsageError, lambda: model.plot(self.cells(), self.folder / "a.pdf", verbose=False),
                            ".svg")
        self.assert_refused(mixvae.UsageError, lambda: model.generate("T99", 3, verbose=False), "T99")

    def test_a_folder_that_cannot_be_written(self):
        if os.getuid() == 0:
            self.refused(self.cells(), "the folder of the run", kind=mixvae.SystemError, out="/proc/none/run")

    def test_results_for_another_number_of_cells(self):
        cells = self.cells()
        assignment = mixvae.fit(cells.X, **SMALL).assign(cells.X, verbose=False)
        with self.assertRaisesRegex(ValueError, "the AnnData has 10 cells, the results 300"):
            assignment.add_to(cells[:10].copy())

    def test_saved_models(self):
        model = mixvae.fit(self.cells(), **SMALL)
        model.save(self.folder / "deep" / "run")
        model.save(self.folder / "deep" / "run", force=True)
        self.assertEqual([path.name for path in (self.folder / "deep").iterdir()], ["run"])
        again = pickle.loads(pickle.dumps(model))
        expected = model.assign(self.cells(), verbose=False)
        for other in (again, mixvae.load(self.folder / "deep" / "run")):
            np.testing.assert_array_equal(other.assign(self.cells(), verbose=False).latent, expected.latent)
        folder = again.folder
        del again, other
        self.assertFalse(folder.exists())

    def test_saving_replaces_the_run_and_leaves_other_files(self):
        first, second = (mixvae.fit(self.cells(), **SMALL, seed=seed) for seed in (1, 2))
        folder, link = self.folder / "run", self.folder / "link"
        first.save(folder)
        for name in ("notes.txt", "sub/deep.txt"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("mine")
        (folder / "report.html").write_text("of the first run")
        link.symlink_to(folder)
        second.save(link, force=True)
        self.assertTrue(link.is_symlink())
        run = {path.name for path in second.folder.iterdir() if path.is_file() and not path.name.startswith(".")}
        self.assertEqual({path.name for path in folder.iterdir()}, run | {"notes.txt", "sub"})
        self.assertEqual([(folder / name).read_text() for name in ("notes.txt", "sub/deep.txt")], ["mine", "mine"])
        for name in run:
            self.assertEqual((folder / name).read_bytes(), (second.folder / name).read_bytes(), name)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"run", "link"})

    def test_a_run_that_cannot_be_replaced_stays(self):
        first, second = (mixvae.fit(self.cells(), **SMALL, seed=seed) for seed in (1, 2))
        folder = self.folder / "run"
        first.save(folder)
        (folder / "history.csv").unlink()
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        rename, done = pathlib.Path.rename, []

        def failing(path, target):
            done.append(path)
            if len(done) == failure:
                raise OSError("full")
            return rename(path, target)

        for failure in (2, len(before) + 1, len(before) + 3):
            done.clear()
            with unittest.mock.patch.object(pathlib.Path, "rename", failing), self.assertRaisesRegex(OSError, "full"):
                second.save(folder, force=True)
            self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()}, before)

    def test_silence_and_messages(self):
        code = ("import numpy as np, mixvae, sys; x = np.random.default_rng(0).poisson(2, (80, 20));"
                "mixvae.fit(x, types=2, epochs=2, verbose=bool(int(sys.argv[1])))")
        for verbose in (0, 1):
            done = subprocess.run([sys.executable, "-c", code, str(verbose)], capture_output=True, encoding="utf-8",
                                  check=True)
            self.assertEqual(done.stdout, "")
            self.assertEqual("stage 1 of" in done.stderr, bool(verbose), done.stderr)
            self.assertNotIn("\x1b", done.stderr)

    def test_a_terminal_and_a_notebook_get_a_bar(self):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        class ZMQInteractiveShell:
            pass

        ipython = types.ModuleType("IPython")
        ipython.get_ipython = ZMQInteractiveShell
        for stream, modules in ((Terminal(), {}), (io.StringIO(), {"IPython": ipython})):
            with contextlib.redirect_stderr(stream), unittest.mock.patch.dict(sys.modules, modules):
                mixvae.fit(self.cells(), types=3, epochs=3)
            self.assertIn("\rtraining [##", stream.getvalue())

    def test_the_rest_works_without_scikit_learn(self):
        code = ("import sys; sys.modules['sklearn'] = None; sys.modules['pandas'] = None; sys.modules['scipy'] = None\n"
                "import numpy as np, mixvae; x = np.random.default_rng(0).poisson(2, (80, 20))\n"
                "print(mixvae.fit(x, types=2, epochs=2, verbose=False).assign(x, verbose=False))\n"
                "try: mixvae.MixVAE\nexcept ImportError: print('none')")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
        self.assertEqual(done.stdout, "Assignment of 80 cells to 2 types\nnone\n")


if __name__ == "__main__":
    main()
