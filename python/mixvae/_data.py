"""What the data that people give are made of, in the form that the compiled part reads in place."""
import os
import sys

import numpy as np

from . import _core

WHAT_IS_READ = (
    "an AnnData, an array [cells, features] of numbers, a sparse matrix of scipy, a DataFrame with cells in rows, "
    "or the path of a file that mixvae reads")


def loaded(module):
    """A module that only its own users have loaded, or None: objects of others cannot be of it."""
    return sys.modules.get(module)


def fault(kind, what, where="", found="", expected="", hint=""):
    """An error of mixvae, with the same form of text as those of the compiled part."""
    parts = {"what": what, "where": where, "found": found, "expected": expected, "hint": hint}
    lines = [what] + [f"  {name}: {text}" for name, text in list(parts.items())[1:] if text]
    error = kind("\n".join(lines))
    vars(error).update(parts)
    return error


def is_anndata(data):
    anndata = loaded("anndata")
    return anndata is not None and isinstance(data, anndata.AnnData)


def is_sparse(matrix):
    sparse = loaded("scipy.sparse")
    return sparse is not None and sparse.issparse(matrix)


def is_frame(data):
    pandas = loaded("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def numbers(values, where):
    """An array of numbers that the compiled part knows."""
    if values.dtype.kind not in "biuf":
        raise fault(_core.InputError, "the values are not numbers", where, f"an array of type {values.dtype}",
                    "real numbers")
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        values = values.astype(np.float32 if values.dtype.itemsize < 4 else np.float64)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def matrix_parts(matrix, where):
    """A matrix as an array, or as the parts of a compressed one."""
    if is_sparse(matrix):
        if matrix.format not in ("csr", "csc"):
            matrix = matrix.tocsr()
        parts = (matrix.indptr, matrix.indices, numbers(matrix.data, where))
        return (matrix.format, tuple(map(int, matrix.shape)), *parts)
    array = np.asarray(matrix)
    if array.ndim != 2:
        raise fault(_core.InputError, "the data are no matrix", where,
                    f"an array of {array.ndim} dimensions, {array.shape}", "two dimensions: cells, features")
    return numbers(array, where)


def is_missing(value):
    return value is None or value != value


def text_column(name, values):
    """Texts; where some are missing, as categories and codes."""
    if not any(is_missing(value) for value in values):
        return (name, "texts", [str(value) for value in values])
    categories = sorted({str(value) for value in values if not is_missing(value)})
    code = {category: number for number, category in enumerate(categories)}
    codes = [-1 if is_missing(value) else code[str(value)] for value in values]
    return (name, "labels", categories, np.array(codes, dtype=np.int32), False)


def plain_column(name, values):
    """A column of numbers, truth values or texts without pandas."""
    values = np.asarray(values)
    if values.dtype.kind == "b":
        return (name, "truths", values.astype(np.uint8))
    if values.dtype.kind in "iu":
        return (name, "integers", values.astype(np.int64))
    if values.dtype.kind == "f":
        return (name, "numbers", values.astype(np.float64))
    return text_column(name, values.tolist())


def column_numbers(values):
    """The numbers or truth values of a column as numpy has them, whatever pandas stores them as; NaN where one is
    missing."""
    if values.isna().any():
        return values.to_numpy(np.float64, na_value=np.nan)
    return values.to_numpy({"b": np.bool_, "i": np.int64, "u": np.uint64}.get(values.dtype.kind, np.float64))


def frame_numbers(values):
    """The matrix of columns of numbers; NaN where one is missing."""
    types = sys.modules["pandas"].api.types
    complex_ones = any(types.is_complex_dtype(kind) for kind in values.dtypes)  # refused later, as they are
    if any(types.is_extension_array_dtype(kind) for kind in values.dtypes) and not complex_ones:
        return values.to_numpy(np.float64, na_value=np.nan)
    return values.to_numpy()


def frame_column(name, values, notes):
    """A column of a DataFrame; None, with a note, for kinds that are not read."""
    types = sys.modules["pandas"].api.types
    if isinstance(values.dtype, sys.modules["pandas"].CategoricalDtype):
        categories = [str(category) for category in values.cat.categories]
        return (name, "labels", categories, values.cat.codes.to_numpy(np.int32), bool(values.cat.ordered))
    if types.is_bool_dtype(values.dtype) or types.is_numeric_dtype(values.dtype):
        if types.is_complex_dtype(values.dtype):
            notes.append(f"column '{name}' was skipped: complex numbers")
            return None
        return plain_column(name, column_numbers(values))
    if types.is_string_dtype(values.dtype) or types.is_object_dtype(values.dtype):
        present = values.dropna()
        if all(isinstance(value, str) for value in present):
            return text_column(name, [value if there else None for value, there in zip(values, values.notna())])
    notes.append(f"column '{name}' was skipped: values of type {values.dtype}")
    return None


def frame_parts(frame, notes):
    columns = [frame_column(str(name), frame.iloc[:, place], notes) for place, name in enumerate(frame.columns)]
    return [str(name) for name in frame.index], [column for column in columns if column is not None]


def made_up_names(letter, count):
    return [f"{letter}{number}" for number in range(1, count + 1)], []


def input_parts(name, kind, layers, cells, **others):
    parts = {"name": name, "format": kind, "layers": layers, "cells": cells, "arrays": {}, "texts": {}, "notes": [],
             "cells_unnamed": False, "features_unnamed": False}
    parts.update(others)
    return parts


def texts_of(uns, prefix=""):
    """The texts of uns, by their keys with / between nested ones."""
    texts = {}
    for key, value in uns.items():
        if isinstance(value, str):
            texts[prefix + str(key)] = value
        elif hasattr(value, "items"):
            texts.update(texts_of(value, f"{prefix}{key}/"))
    return texts


def obsm_parts(obsm, notes):
    arrays = {}
    for key, array in obsm.items():
        if isinstance(array, np.ndarray) and array.ndim == 2 and array.dtype.kind in "biuf":
            arrays[str(key)] = numbers(array, f"obsm['{key}']")
        else:
            notes.append(f"'obsm/{key}' was skipped: {type(array).__name__}")
    return arrays


def anndata_parts(data):
    name = "the AnnData"
    if data.isbacked:
        data = data.to_memory()
    notes = []
    var = frame_parts(data.var, notes)
    layers = {}
    if data.X is not None:
        layers["X"] = (matrix_parts(data.X, f"{name}, X"), var)
    if data.raw is not None:
        layers["raw"] = (matrix_parts(data.raw.X, f"{name}, raw"), frame_parts(data.raw.var, notes))
    for layer in data.layers:
        layers[layer] = (matrix_parts(data.layers[layer], f"{name}, layer '{layer}'"), var)
    cells = frame_parts(data.obs, notes)
    return input_parts(name, "anndata", layers, cells, arrays=obsm_parts(data.obsm, notes), texts=texts_of(data.uns),
                       notes=notes)


def frame_data_parts(data):
    """Columns of numbers are features, others annotations of the cells."""
    name = "the DataFrame"
    notes = []
    types = sys.modules["pandas"].api.types
    is_value = [types.is_numeric_dtype(kind) and not types.is_bool_dtype(kind) for kind in data.dtypes]
    values = data.loc[:, is_value]
    if values.shape[1] == 0:
        raise fault(_core.InputError, "the table has no column of numbers", name,
                    f"{data.shape[1]} columns", "features in columns, cells in rows")
    others = data.loc[:, [not value for value in is_value]]
    matrix = matrix_parts(frame_numbers(values), name)
    features = [str(column) for column in values.columns], []
    return input_parts(name, "pandas", {"X": (matrix, features)}, frame_parts(others, notes), notes=notes)


def array_parts(data):
    name = "the sparse matrix" if is_sparse(data) else "the array"
    matrix = matrix_parts(data, name)
    rows, columns = matrix[1] if isinstance(matrix, tuple) else matrix.shape
    return input_parts(name, "numpy", {"X": (matrix, made_up_names("F", columns))}, made_up_names("C", rows),
                       cells_unnamed=True, features_unnamed=True)


def parts_of(data):
    """The parts of data in memory; None for a path."""
    if isinstance(data, (str, os.PathLike)):
        return None
    if is_anndata(data):
        return anndata_parts(data)
    if is_frame(data):
        return frame_data_parts(data)
    if is_sparse(data) or isinstance(data, np.ndarray):
        return array_parts(data)
    if hasattr(data, "__array__") or isinstance(data, (list, tuple)):
        return array_parts(np.asarray(data))
    raise fault(_core.InputError, "mixvae cannot read data of this kind", found=type(data).__name__,
                expected=WHAT_IS_READ)


def add_annotation(parts, name, values):
    """Labels of the cells, given beside the data, as one more annotation."""
    if is_frame(values) or np.ndim(values) != 1:
        raise fault(_core.InputError, f"{name} is no list of labels", parts["name"],
                    f"{type(values).__name__}, {np.shape(values)}", "one label for each cell, or the name of a column")
    names, columns = parts["cells"]
    if len(values) != len(names):
        raise fault(_core.InputError, f"{name} has another number of labels than there are cells", parts["name"],
                    f"{len(values)} labels", f"{len(names)}, one for each cell")
    pandas = loaded("pandas")
    series = pandas is not None and (isinstance(values, (pandas.Series, pandas.Categorical)))
    column = (frame_column(name, pandas.Series(values).reset_index(drop=True), parts["notes"]) if series
              else plain_column(name, values))
    if column is None:
        raise fault(_core.InputError, f"{name} holds no labels", parts["name"], parts["notes"][-1])
    parts["cells"] = (names, [other for other in columns if other[0] != name] + [column])
