"""Every kind of data is read, and as the same values wherever they come from."""
import anndata
import numpy as np
import pandas
import scipy.sparse
from mixvae._data import frame_column, frame_numbers
from package import SMALL, PackageTest, main, mixvae


class InputsTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counts = anndata.read_h5ad(cls.file).X
        cls.dense = np.asarray(cls.counts.todense())
        cls.models = {form: mixvae.fit(data, **SMALL) for form, data in (("dense", cls.dense), ("csr", cls.counts))}
        cls.expected = {"dense": cls.models["dense"].assign(cls.dense, verbose=False),
                        "csr": cls.models["csr"].assign(cls.counts, verbose=False)}

    def assert_expected(self, data, form="dense"):
        """The same results as those of the matrix in its plainest form, dense or sparse."""
        found = self.models[form].assign(data, verbose=False)
        np.testing.assert_array_equal(found.types, self.expected[form].types)
        np.testing.assert_array_equal(found.latent, self.expected[form].latent)

    def test_dense_arrays_of_every_kind_of_number(self):
        self.assertLess(self.dense.max(), 2**11)  # exact in half precision
        for kind in (np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float16, np.float64, np.float32,
                     np.longdouble, ">f4", ">i8"):
            self.assert_expected(self.dense.astype(kind))
        truths = self.dense > 0
        np.testing.assert_array_equal(mixvae.fit(truths, **SMALL).assign(truths, verbose=False).latent,
                                      mixvae.fit(truths.astype(np.int8), **SMALL).assign(truths, verbose=False).latent)
        self.assert_expected(self.dense.astype(int).tolist())

    def test_views_that_are_not_contiguous(self):
        dense = self.dense
        self.assert_expected(np.asfortranarray(dense))
        self.assert_expected(np.repeat(np.repeat(dense, 2, axis=0), 3, axis=1)[::2, ::3])
        self.assert_expected(dense[::-1][::-1])

    def test_sparse_matrices(self):
        for form in ("csr", "csc", "coo", "lil"):
            self.assert_expected(self.counts.asformat(form), "csr")
        self.assert_expected(self.counts.astype(np.int64), "csr")
        unsorted = self.counts.copy()
        for begin, end in zip(unsorted.indptr, unsorted.indptr[1:]):
            for part in (unsorted.indices, unsorted.data):
                part[begin:end] = part[begin:end][::-1].copy()
        unsorted.has_sorted_indices = False
        self.assertFalse(unsorted.has_sorted_indices)
        self.assert_expected(unsorted, "csr")
        wide = scipy.sparse.csr_matrix(self.counts)
        wide.indptr, wide.indices = wide.indptr.astype(np.int64), wide.indices.astype(np.int64)
        self.assert_expected(wide, "csr")

    def test_a_frame_is_aligned_by_its_names(self):
        dense = self.dense
        frame = pandas.DataFrame(dense, columns=[f"g{n}" for n in range(dense.shape[1])],
                                 index=[f"cell {n}" for n in range(len(dense))])
        frame.insert(0, "kind", np.where(np.arange(len(dense)) % 2 == 0, "a", "b"))
        model = mixvae.fit(frame, **SMALL)
        one, other = model.assign(frame, verbose=False), model.assign(frame[frame.columns[::-1]], verbose=False)
        np.testing.assert_array_equal(one.latent, other.latent)
        np.testing.assert_array_equal(one.latent, self.expected["dense"].latent)
        self.assertIn("accuracy", model.evaluate(frame, "kind", verbose=False))

    def test_nullable_columns(self):
        frame = pandas.DataFrame(self.dense, columns=[f"g{n}" for n in range(self.dense.shape[1])])
        mixed = frame.astype({"g0": "Int64", "g1": "Float64", "g2": "UInt32"})
        np.testing.assert_array_equal(frame_numbers(mixed), self.dense)
        model = mixvae.fit(frame, **SMALL)
        np.testing.assert_array_equal(model.assign(mixed, verbose=False).latent, model.assign(frame, verbose=False).latent)
        mixed.loc[4, "g0"] = pandas.NA
        with self.assertRaisesRegex(mixvae.InputError, "NaN"):
            mixvae.fit(mixed, **SMALL)
        values = frame["g0"].astype(int)
        for kind, numpy_kind, expected in (("Int64", "int64", "integers"), ("UInt8", "uint8", "integers"),
                                           ("Float64", "float64", "numbers"), ("boolean", "bool", "truths")):
            nullable, plain = (frame_column("a", values.clip(0, 1).astype(form), []) for form in (kind, numpy_kind))
            self.assertEqual((nullable[1], nullable[2].dtype), (expected, plain[2].dtype))
            np.testing.assert_array_equal(nullable[2], plain[2])
        missing = frame_column("a", pandas.Series([1, None, 3], dtype="Int64"), [])
        np.testing.assert_array_equal(missing[2], [1, np.nan, 3])

    def test_layers_and_raw_of_an_annotated_object(self):
        cells = self.cells()
        cells.layers["counts"] = cells.X.copy()
        cells.raw = cells.copy()
        cells.X = cells.X * 0.5
        for layer in ("counts", "raw"):
            model = mixvae.fit(cells, layer=layer, **SMALL)
            found = model.assign(cells, verbose=False)  # the layer of the fit is taken again
            np.testing.assert_array_equal(found.latent, self.expected["csr"].latent)

    def test_a_view_and_a_backed_object(self):
        model = mixvae.fit(self.cells(), **SMALL)
        half = self.cells()[::2]
        self.assertTrue(half.is_view)
        found = model.assign(half, verbose=False)
        whole = model.assign(self.cells(), verbose=False)
        np.testing.assert_array_equal(found.types, whole.types[::2])
        backed = anndata.read_h5ad(self.file, backed="r")
        np.testing.assert_array_equal(model.assign(backed, verbose=False).latent, whole.latent)

    def test_data_are_left_as_they_are(self):
        for data in (self.dense, self.counts.copy(), self.counts.tocsc()):
            before = data.copy()
            self.models["dense"].assign(data, verbose=False)
            difference = data != before
            self.assertEqual(difference.nnz if scipy.sparse.issparse(data) else difference.sum(), 0)

    def test_known_types_as_a_list(self):
        cells = self.cells()
        known = [label if n % 3 == 0 else None for n, label in enumerate(cells.obs["true_type"])]
        cells.obs["known"] = known
        models = [mixvae.fit(cells, known_types=types, **SMALL) for types in (known, "known", None)]
        content = [(model.folder / "model.safetensors").read_bytes() for model in models]
        self.assertEqual(content[0], content[1])
        self.assertNotEqual(content[0], content[2])

    def test_columns_of_every_kind_are_labels(self):
        cells = self.cells()
        truth = cells.obs["true_type"].astype(str)
        codes = truth.astype("category").cat.codes
        model = mixvae.load(mixvae.fit(cells, out=self.folder / "run", **SMALL).folder)
        expected = model.evaluate(cells, list(truth), verbose=False)["accuracy"]
        for name, column in {"texts": truth, "integers": codes.astype(int), "numbers": codes.astype(float),
                             "nullable": codes.astype("Int64"), "labels": codes.astype("category"),
                             "strings": truth.astype("string")}.items():
            cells.obs[name] = column
            self.assertEqual(model.evaluate(cells, name, verbose=False)["accuracy"], expected, name)
        cells.obs["truths"] = codes == 0
        self.assertLess(model.evaluate(cells, "truths", verbose=False)["accuracy"], 1)
        missing = truth.copy()
        missing[::2] = None
        cells.obs["missing"] = missing
        self.assertEqual(model.evaluate(cells, "missing", verbose=False)["cells"], len(truth) // 2)


if __name__ == "__main__":
    main()
