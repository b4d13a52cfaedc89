"""Every kind of data is read, and as the same values wherever they come from."""
import anndata
import numpy as np
import pandas
import scipy.sparse
from package import SMALL, PackageTest, main, mixvae


class InputsTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counts = anndata.read_h5ad(cls.file).X
        cls.model = mixvae.fit(np.asarray(cls.counts.todense()), **SMALL)
        cls.expected = cls.model.assign(np.asarray(cls.counts.todense()), verbose=False)

    def assert_expected(self, data, **keywords):
        found = self.model.assign(data, verbose=False, **keywords)
        np.testing.assert_array_equal(found.types, self.expected.types)
        np.testing.assert_array_equal(found.latent, self.expected.latent)

    def test_dense_arrays_of_every_kind_of_number(self):
        dense = np.asarray(self.counts.todense())
        kinds = [kind for kind in (np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float64, np.float32,
                                   ">f4", ">i8") if dense.max() <= 2**15]
        self.assertEqual(len(kinds), 10)
        for kind in kinds:
            self.assert_expected(dense.astype(kind))
        self.assert_expected(dense.astype(np.float16).astype(np.float32) if dense.max() <= 2048 else dense)

    def test_views_that_are_not_contiguous(self):
        dense = np.asarray(self.counts.todense(), dtype=np.float32)
        self.assert_expected(np.asfortranarray(dense))
        self.assert_expected(np.repeat(np.repeat(dense, 2, axis=0), 3, axis=1)[::2, ::3])
        self.assert_expected(dense[::-1][::-1])

    def test_sparse_matrices(self):
        for form in ("csr", "csc", "coo", "lil"):
            self.assert_expected(self.counts.asformat(form))
        self.assert_expected(self.counts.astype(np.int64))
        unsorted = self.counts.tocsc().tocsr()[:, ::-1][:, ::-1]
        self.assert_expected(unsorted)
        wide = scipy.sparse.csr_matrix(self.counts)
        wide.indptr, wide.indices = wide.indptr.astype(np.int64), wide.indices.astype(np.int64)
        self.assert_expected(wide)

    def test_a_frame_is_aligned_by_its_names(self):
        dense = np.asarray(self.counts.todense())
        frame = pandas.DataFrame(dense, columns=[f"g{n}" for n in range(dense.shape[1])],
                                 index=[f"cell {n}" for n in range(len(dense))])
        frame.insert(0, "kind", np.where(np.arange(len(dense)) % 2 == 0, "a", "b"))
        model = mixvae.fit(frame, **SMALL)
        one, other = model.assign(frame, verbose=False), model.assign(frame[frame.columns[::-1]], verbose=False)
        np.testing.assert_array_equal(one.latent, other.latent)
        np.testing.assert_array_equal(one.latent, self.expected.latent)
        self.assertIn("accuracy", model.evaluate(frame, "kind", verbose=False))

    def test_layers_and_raw_of_an_annotated_object(self):
        cells = self.cells()
        cells.layers["counts"] = cells.X.copy()
        cells.raw = cells.copy()
        cells.X = cells.X * 0.5
        for layer in ("counts", "raw"):
            model = mixvae.fit(cells, layer=layer, **SMALL)
            found = model.assign(cells, verbose=False)  # the layer of the fit is taken again
            np.testing.assert_array_equal(found.latent, self.expected.latent)

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
        for data in (np.asarray(self.counts.todense()), self.counts.copy(), self.counts.tocsc()):
            before = data.copy()
            self.model.assign(data, verbose=False)
            difference = data != before
            self.assertEqual(difference.nnz if scipy.sparse.issparse(data) else difference.sum(), 0)

    def test_known_types_as_a_list(self):
        cells = self.cells()
        model = mixvae.fit(cells, known_types=list(cells.obs["true_type"]), **SMALL)
        named = model.assign(cells, verbose=False)
        self.assertTrue(set(named.labels) & set(cells.obs["true_type"]), named.labels)

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
