"""An estimator for scikit-learn's pipelines, over arrays."""
import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ._model import fit

SPARSE = ("csr", "csc")
NUMBERS = (np.float64, np.float32)


class MixVAE(ClusterMixin, TransformerMixin, BaseEstimator):
    """Types of cells as a clusterer, latent coordinates as a transformer.

    Parameters are those of mixvae.fit that are changed most; `options` is a dictionary of all others. None stands for
    the default of the model.

    Attributes of a fitted estimator: labels_ (number of each cell's type, from 0), type_names_ ("T1", ..., in the order
    of the numbers), model_ (a mixvae.Model), n_features_in_.
    """

    def __init__(self, types="auto", *, model="cpl-mixvae", preset=None, arms=None, states=None, epochs=None, seed=0,
                 options=None, verbose=False):
        self.types = types
        self.model = model
        self.preset = preset
        self.arms = arms
        self.states = states
        self.epochs = epochs
        self.seed = seed
        self.options = options
        self.verbose = verbose

    def fit(self, X, y=None):
        """Finds the types of the cells, the rows of X. y is not used."""
        X = self._validate_data(X, accept_sparse=SPARSE, dtype=NUMBERS, ensure_min_samples=2, ensure_min_features=2)
        named = {name: getattr(self, name) for name in
                 ("types", "model", "preset", "arms", "states", "epochs", "seed", "verbose")}
        self.model_ = fit(X, **{**named, **(self.options or {})})
        assignment = self._assign(X)
        self.type_names_ = assignment.type_names
        self.labels_ = self._numbers(assignment)
        return self

    def predict(self, X):
        """The number of each cell's type, from 0; -1 for cells that the preprocessing leaves out."""
        return self._numbers(self._assign(self._checked(X)))

    def predict_proba(self, X):
        """Probability of every type, [cells, types]."""
        return self._assign(self._checked(X)).probabilities

    def transform(self, X):
        """Low-dimensional coordinates of the cells, [cells, *]."""
        return self._assign(self._checked(X)).latent

    def _checked(self, X):
        check_is_fitted(self)
        return self._validate_data(X, accept_sparse=SPARSE, dtype=NUMBERS, reset=False)

    def _assign(self, X):
        return self.model_.assign(X, unknown="no", trust_values=True, verbose=self.verbose)

    @staticmethod
    def _numbers(assignment):
        numbers = {name: number for number, name in enumerate(assignment.type_names)}
        return np.array([numbers.get(name, -1) for name in assignment.types], dtype=np.int64)

    def _more_tags(self):
        return {"preserves_dtype": [np.float32]}  # the program computes in single precision
