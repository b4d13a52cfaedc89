"""The estimator keeps scikit-learn's promises, but for those named here with their reasons."""
import unittest
import warnings

import numpy as np
from package import PackageTest, main, mixvae
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

# Checks that do not hold, each with its reason.
EXPECTED = {
    "check_estimators_dtypes": "whole numbers are counts to mixvae, and one of the cells of this check has none: such a "
                               "cell cannot be normalised and is refused",
}
QUICK = {"epochs": 1, "options": {"replicates": 0, "threads": 1}}


class EstimatorTest(PackageTest):
    def test_promises_of_scikit_learn(self):
        failures = {}
        passed = 0
        for estimator, check in check_estimator(mixvae.MixVAE(types=3, **QUICK), generate_only=True):
            name = check.func.__name__
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    check(estimator)
                passed += 1
            except unittest.SkipTest:
                pass
            except Exception as error:
                failures[name] = f"{type(error).__name__}: {error}"
        self.assertIn("cells without any non-zero value", failures.get("check_estimators_dtypes", ""))
        self.assertEqual(set(failures), set(EXPECTED), "\n".join(f"{name}: {failures[name]}" for name in failures))
        self.assertGreater(passed, 25)

    def test_it_gives_what_the_model_gives(self):
        counts = np.asarray(self.cells().X.todense())
        estimator = mixvae.MixVAE(types=3, epochs=3)
        types = estimator.fit_predict(counts)
        model = mixvae.fit(counts.astype(np.float32), types=3, epochs=3, verbose=False)
        found = model.assign(counts, verbose=False)
        self.assertEqual([estimator.type_names_[n] for n in types], list(found.types))
        np.testing.assert_array_equal(estimator.predict_proba(counts), found.probabilities)
        np.testing.assert_array_equal(estimator.transform(counts), found.latent)
        np.testing.assert_array_equal(estimator.predict(counts[:50]), types[:50])

    def test_parameters(self):
        estimator = mixvae.MixVAE(types=4, options={"batch_size": 100})
        self.assertEqual(estimator.get_params()["types"], 4)
        self.assertEqual(clone(estimator.set_params(types=5)).types, 5)
        with self.assertRaisesRegex(mixvae.UsageError, "no option batch_sizes"):
            mixvae.MixVAE(options={"batch_sizes": 3}).fit(np.ones((10, 4)))

    def test_in_a_pipeline(self):
        counts = np.asarray(self.cells().X.todense(), dtype=float)
        pipeline = make_pipeline(PCA(10, random_state=0), mixvae.MixVAE(types=3, epochs=3))
        self.assertEqual(len(set(pipeline.fit_predict(counts))), 3)


if __name__ == "__main__":
    main()
