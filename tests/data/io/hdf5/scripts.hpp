#pragma once

#include <string>

namespace mixvae::testing {

/// Python: loads what dump_dataset wrote and compares it with what anndata or h5py read.
inline const std::string kCompareFunctions = R"py(
import json, sys
import numpy as np, pandas as pd, scipy.sparse as sp

def load(folder):
    d = json.load(open(folder + "/dataset.json"))
    shape = (d["rows"], d["columns"])
    values = np.fromfile(folder + "/values", np.float32)
    if d["sparse"]:
        d["x"] = sp.csr_matrix((values, np.fromfile(folder + "/columns", np.int32),
                                np.fromfile(folder + "/offsets", np.int64)), shape=shape)
    else:
        d["x"] = values.reshape(shape)
    for a in d["arrays"].values():
        a["values"] = np.fromfile(folder + "/" + a["file"], np.float32).reshape(a["shape"])
    return d

def dense(m):
    return m.toarray() if sp.issparse(m) else np.asarray(m)

def same_matrix(ours, theirs, what):
    assert ours.shape == theirs.shape, (what, ours.shape, theirs.shape)
    assert np.array_equal(dense(ours), dense(theirs).astype(np.float32), equal_nan=True), what

def same_column(ours, theirs, what):
    if isinstance(theirs.dtype, pd.CategoricalDtype):
        assert ours["kind"] == "categorical", (what, ours["kind"])
        assert ours["codes"] == theirs.cat.codes.tolist(), what
        assert ours["categories"] == [str(c) for c in theirs.cat.categories], what
        assert ours["ordered"] == theirs.cat.ordered, what
    elif theirs.dtype == bool:
        assert ours["kind"] == "truth" and ours["values"] == theirs.tolist(), what
    elif np.issubdtype(theirs.dtype, np.integer):
        assert ours["kind"] == "integer" and ours["values"] == theirs.tolist(), what
    elif np.issubdtype(theirs.dtype, np.floating):
        mine = np.array([np.nan if v is None else v for v in ours["values"]], float)
        assert ours["kind"] == "real", (what, ours["kind"])
        assert np.array_equal(mine, theirs.to_numpy().astype(float), equal_nan=True), what
    else:
        assert ours["kind"] == "text" and ours["values"] == [str(v) for v in theirs], what

def same_frame(ours, theirs, what):
    assert ours["names"] == [str(n) for n in theirs.index], what
    assert [c["name"] for c in ours["columns"]] == list(theirs.columns), (what, ours["columns"])
    for c in ours["columns"]:
        same_column(c, theirs[c["name"]], what + "/" + c["name"])
)py";

}  // namespace mixvae::testing
