"""Results of the compiled part as objects of numpy, pandas and anndata."""
import numpy as np


class Assignment:
    """Types and states of cells, by the names that they have in an AnnData.

    obs: columns by name, with one value per cell (types as pandas.Categorical); obsm: arrays [cells, *]; uns: the
    rest. For the usual prefix the attributes below give the same in short.
    """

    def __init__(self, additions):
        self.prefix = additions["record"]
        self.obs = {column[0]: column_values(column) for column in additions["columns"]}
        self.obsm = dict(additions["arrays"])
        self.uns = nested(additions["unstructured"])
        record = self.uns.setdefault(self.prefix, {})
        record["obs"] = text_array(self.obs)
        record["obsm"] = text_array(sorted(self.obsm))

    def __repr__(self):
        return f"Assignment of {len(self.types)} cells to {len(self.type_names)} types"

    @property
    def types(self):
        """Type of each cell ("T1", ..., "unknown"), an array of texts; None where a cell has none."""
        column = self.obs[f"{self.prefix}_type"]
        return np.asarray(column, dtype=object)

    @property
    def type_names(self):
        """Types in the order of the columns of probabilities."""
        return list(self.uns[self.prefix]["types"])

    @property
    def labels(self):
        """Names of the cells' types, as `types`; None while no type has a name."""
        column = self.obs.get(f"{self.prefix}_label")
        return None if column is None else np.asarray(column, dtype=object)

    @property
    def type_prob(self):
        """Probability of each cell's type."""
        return self.obs[f"{self.prefix}_type_prob"]

    @property
    def probabilities(self):
        """Probability of every type, [cells, types]."""
        return self.obsm.get(f"{self.prefix}_type_probs")

    @property
    def confidence(self):
        """How likely another fit gives the cell the same type; None where the fit learnt none."""
        return self.obs.get(f"{self.prefix}_confidence")

    @property
    def novelty(self):
        """How unlike the cell is to those of the fit; above 1: unlike any. None as confidence."""
        return self.obs.get(f"{self.prefix}_novelty")

    @property
    def consensus(self):
        """Share of pairs of arms that give the cell one type; None for one arm."""
        return self.obs.get(f"{self.prefix}_consensus")

    @property
    def states(self):
        """Continuous states, [cells, *]; None for a model without states."""
        return self.obsm.get(f"X_{self.prefix}_state")

    @property
    def latent(self):
        """Low-dimensional coordinates, [cells, *]."""
        return self.obsm.get(f"X_{self.prefix}_latent")

    def add_to(self, adata):
        """Writes all of it into obs, obsm and uns of an AnnData; earlier results of the same prefix go."""
        if adata.n_obs != len(self.types):
            raise ValueError(f"the AnnData has {adata.n_obs} cells, the results {len(self.types)}")
        former = adata.uns.get(self.prefix)
        if hasattr(former, "get"):
            for table, names in ((adata.obs, former.get("obs", ())), (adata.obsm, former.get("obsm", ()))):
                for name in np.atleast_1d(names):
                    if name in table:
                        del table[name]
        for name, values in self.obs.items():
            adata.obs[name] = values
        for name, array in self.obsm.items():
            adata.obsm[name] = array
        adata.uns.update(self.uns)


def text_array(texts):
    return np.array(list(texts), dtype=object)


def nested(flat):
    """{"a/b": 1} as {"a": {"b": 1}}, lists as arrays."""
    tree = {}
    for key, value in flat.items():
        *path, last = key.split("/")
        branch = tree
        for name in path:
            branch = branch.setdefault(name, {})
        if isinstance(value, list):
            value = text_array(value) if value and isinstance(value[0], str) else np.array(value, dtype=float)
        branch[last] = value
    return tree


def categorical(categories, codes, ordered):
    """Labels as pandas has them, without pandas as an array of texts with None for missing ones."""
    try:
        import pandas
    except ImportError:
        return np.array([categories[code] if code >= 0 else None for code in codes], dtype=object)
    return pandas.Categorical.from_codes(codes, categories, ordered=ordered)


def column_values(column):
    _, kind, *values = column
    if kind == "labels":
        return categorical(*values)
    if kind == "truths":
        return values[0].astype(bool)
    return text_array(values[0]) if kind == "texts" else values[0]


def frame(table):
    import pandas
    names, columns = table
    return pandas.DataFrame({column[0]: column_values(column) for column in columns}, index=names)


def anndata_of(dataset):
    import anndata
    matrix = dataset["matrix"]
    if isinstance(matrix, tuple):
        import scipy.sparse
        shape, offsets, indices, values = matrix
        matrix = scipy.sparse.csr_matrix((values, indices, offsets), shape=shape)
    return anndata.AnnData(matrix, obs=frame(dataset["cells"]), var=frame(dataset["features"]),
                           obsm=dataset["arrays"], dtype=np.float32)
