"""Fitting, and what a fitted model can do. Each function is one command of the program, run in this process."""
import io
import json
import os
import pathlib
import shutil
import tempfile
import weakref

from . import _core
from ._call import run
from ._data import fault, is_anndata
from ._results import Assignment, anndata_of

ANNOTATIONS = ["labels", "sample", "condition"]  # keywords of plot and report that may be lists
NOWHERE = "/dev/null/"  # what begins so is no file and cannot become one: outputs that are given back


class TemporaryFolder:
    """A folder that goes with the object, or with Python."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="mixvae-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def fit(data, out=None, **keywords):
    """Finds types and states in data, as `mixvae fit` does, and returns a Model.

    data: an AnnData, an array [cells, features], a sparse matrix, a DataFrame with cells in rows, or the path of a file
    that mixvae reads. out: folder for the run, which the command line reads too, and where the same call goes on after
    an interruption; without it the model is kept in a temporary folder until save(). known_types may be a list of
    labels, one for each cell. verbose=False shows warnings alone.
    """
    temporary = TemporaryFolder() if out is None else None
    folder = out if temporary is None else temporary.path / "model"
    result = run("fit", keywords, {"out": folder, "json": True}, data=data, labels=["known_types"])
    return Model(folder, temporary, json.loads(result["text"]))


def run_files(folder):
    """The files of the run in a folder; others may be there, too."""
    return [path for path in map(pathlib.Path, _core.run_file_paths(os.fspath(folder))) if path.exists()]


def copy_files(files, folder):
    """Makes a folder of copies of files."""
    folder.mkdir(parents=True)
    for path in files:
        shutil.copyfile(path, folder / path.name)


def make_run(files, folder):
    """Makes a folder of copies of the files of a run: whole or not at all."""
    made = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    try:
        copy_files(files, made)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def replace_run(files, folder):
    """Puts copies of the files of a run into a folder, in place of those of the run there. Where that fails, the former
    ones come back. Other files of the folder stay."""
    aside = folder / f".{os.getpid()}.save"
    made, former = aside / "new", aside / "old"
    try:
        copy_files(files, made)
        former.mkdir()
        try:
            for path in run_files(folder):
                path.rename(former / path.name)
            for path in run_files(made):
                path.rename(folder / path.name)
        except BaseException:
            for path in files:
                if not (made / path.name).exists():
                    (folder / path.name).unlink(missing_ok=True)
            for path in run_files(former):
                path.rename(folder / path.name)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load(folder):
    """The Model that fit (or `mixvae fit`) left in a folder."""
    return Model(folder)


class Model:
    """A finished run: what fit learnt, in a folder that the command line reads too."""

    def __init__(self, folder, temporary=None, summary=None):
        _core.require_finished_run(os.fspath(folder))
        self.folder = pathlib.Path(folder).resolve()
        self._temporary = temporary
        self.summary = summary  # what `mixvae fit --json` prints; None for a loaded model

    def __repr__(self):
        return f"mixvae.Model({str(self.folder)!r})"

    def __fspath__(self):
        """The folder, so that a model stands where a run is named: compare=[other]."""
        return os.fspath(self.folder)

    def __getstate__(self):
        """The files of the run, so that a pickled model is whole."""
        return {"files": {path.name: path.read_bytes() for path in run_files(self.folder)}, "summary": self.summary}

    def __setstate__(self, state):
        temporary = TemporaryFolder()
        folder = temporary.path / "model"
        folder.mkdir()
        for name, content in state["files"].items():
            (folder / name).write_bytes(content)
        self.__init__(folder, temporary, state["summary"])

    def _run(self, command, keywords, own, data=None, **others):
        return run(command, keywords, own, model_folder=self.folder, data=data, **others)

    def _table(self, command, data, keywords):
        """What a command writes as a table, and what it prints as JSON."""
        import pandas
        output = NOWHERE + "table.csv"
        result = self._run(command, keywords, {"out": output, "json": True}, data, output=output)
        return pandas.read_csv(io.StringIO(result["table"]), float_precision="round_trip"), json.loads(result["text"])

    def save(self, folder, force=False):
        """Copies the run to a folder, for load() and the command line. force: replace a run that is there; other files
        of the folder stay."""
        folder = pathlib.Path(folder).resolve()
        if folder == self.folder:
            return
        if folder.exists() and not folder.is_dir():
            raise fault(_core.UsageError, "a run is a folder, and this is a file", str(folder))
        if not folder.exists():
            make_run(run_files(self.folder), folder)
            return
        if any(folder.iterdir()):
            if not force:
                raise fault(_core.UsageError, "the folder holds files already", str(folder),
                            hint="name another folder, or replace the run in it with force=True")
            _core.require_finished_run(os.fspath(folder))
        replace_run(run_files(self.folder), folder)

    def assign(self, data, **keywords):
        """Types and states of cells, as `mixvae assign`: an Assignment. An AnnData gets all of it in obs, obsm and uns."""
        output = NOWHERE + "assigned.npz"
        result = self._run("assign", keywords, {"out": output}, data, output=output)
        assignment = Assignment(result["additions"])
        if is_anndata(data):
            assignment.add_to(data)
        return assignment

    def evaluate(self, data, labels, **keywords):
        """Agreement with known types, as `mixvae evaluate --json`: a dictionary. labels: an annotation of the cells, or
        a list with one label for each cell."""
        result = self._run("evaluate", keywords, {"labels": labels, "json": True}, data, labels=["labels"])
        return json.loads(result["text"])

    def markers(self, data, **keywords):
        """The genes or markers that set each type apart, best first, as `mixvae markers`: a DataFrame."""
        return self._table("markers", data, keywords)[0]

    def traverse(self, data, **keywords):
        """The features that follow the states of types, as `mixvae traverse`: a DataFrame with a row for each feature
        of each walk. Its attrs["summary"] has what the command prints as JSON (features that follow, sets of genes)."""
        frame, summary = self._table("traverse", data, keywords)
        frame.attrs["summary"] = summary
        return frame

    def generate(self, types, number=None, **keywords):
        """New cells of these types ("T1", or a list), `number` of each, as `mixvae generate`: an AnnData."""
        output = NOWHERE + "generated.h5ad"
        result = self._run("generate", keywords, {"types": types, "number": number, "out": output}, output=output)
        return anndata_of(result["dataset"])

    def plot(self, data, out, figure="map", **keywords):
        """Draws a figure (map, type-sizes, markers, ...; all: each into the folder out) as .svg or .png, as
        `mixvae plot`."""
        self._run("plot", keywords, {"figure": figure, "out": out}, data, labels=ANNOTATIONS)

    def report(self, data, out, **keywords):
        """Writes one page (HTML) that shows the run, as `mixvae report`."""
        self._run("report", keywords, {"out": out}, data, labels=ANNOTATIONS)
