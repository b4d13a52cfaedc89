"""Writes the type stubs of the package from the options of the commands: stubs.py FOLDER (of the built package)."""
import inspect
import pathlib
import sys
import textwrap

import mixvae

METHODS = ["assign", "evaluate", "markers", "traverse", "generate", "plot", "report"]
HEADER = '''"""Written by python/tools/stubs.py from the options of the commands; not to be edited."""
import os
import pathlib
from typing import Any, ClassVar, Literal, Sequence, Union

import numpy as np

Path = Union[str, os.PathLike[str]]
Data = Any  # AnnData, array [cells, features], sparse matrix, DataFrame, or Path
Labels = Union[str, Sequence[Any], np.ndarray]

__version__: str

'''
KINDS = {"bool": "bool", "int": "int", "float": "float", "str": "str", "list": "Union[str, Sequence[str]]"}


LISTS_OF_LABELS = {"labels", "known_types"}


def kind_of(keyword):
    if keyword["name"] in LISTS_OF_LABELS:
        return "Union[Labels, None]"
    kind = KINDS[keyword["kind"]]
    if keyword["choices"] and keyword["kind"] == "str":
        kind = f"Literal[{', '.join(repr(choice) for choice in keyword['choices'])}]"
    if keyword["optional"]:
        kind = f'Union[{kind}, Literal["auto"]]'
    return f"Union[{kind}, None]"


def stub_keywords(command, own):
    """The keywords of a command as parameters, without those that the function names itself."""
    return [f"{keyword['name']}: {kind_of(keyword)} = ..." for keyword in mixvae.keywords(command)
            if keyword["name"] not in own] + ["verbose: bool = ..."]


def meaning_lines(command, own):
    lines = []
    for keyword in mixvae.keywords(command):
        if keyword["name"] in own:
            continue
        default = keyword["default"] or "none"
        models = f"; of {', '.join(keyword['models'])}" if keyword["models"] else ""
        text = f"{keyword['name']} ({keyword['range']}; default {default}{models}): {keyword['meaning']}"
        lines += textwrap.wrap(text, 116, subsequent_indent="    ", break_long_words=False)
    return lines


def own_parameters(function):
    """The parameters of a function before its **keywords, as stubs and by name."""
    types = {"data": "Data", "out": "Path", "labels": "Labels", "types": KINDS["list"],
             "number": "Union[int, None]", "figure": "str"}
    stubs, names = [], []
    for parameter in list(inspect.signature(function).parameters.values()):
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        names.append(parameter.name)
        kind = types.get(parameter.name)
        default = "" if parameter.default is parameter.empty else " = ..."
        if parameter.name == "out" and parameter.default is None:
            kind = "Union[Path, None]"
        stubs.append(parameter.name + (f": {kind}{default}" if kind else default))
    return stubs, set(names)


def function_stub(function, command, result, indent=""):
    stubs, own = own_parameters(function)
    parameters = (",\n" + indent + "        ").join([", ".join(stubs) + ", *", *stub_keywords(command, own)])
    doc = inspect.getdoc(function) + "\n\n" + "\n".join(meaning_lines(command, own))
    lines = [f"def {function.__name__}({parameters}) -> {result}:", f'    """{doc}"""', ""]
    return textwrap.indent("\n".join(lines), indent).replace("\n" + indent + "\n", "\n\n")


def class_stub(cls, attributes):
    lines = [f"class {cls.__name__}:", f'    """{inspect.getdoc(cls)}"""']
    return "\n".join(lines + [f"    {name}: {kind}" for name, kind in attributes.items()]) + "\n"


def error_stub(error):
    return (f"class {error.__name__}({error.__bases__[0].__name__}):\n"
            f'    """{error.__doc__}"""\n    what: str\n    where: str\n    found: str\n    expected: str\n    hint: str\n')


ASSIGNMENT = {"obs": "dict[str, Any]", "obsm": "dict[str, np.ndarray]", "uns": "dict[str, Any]", "types": "np.ndarray",
              "type_names": "list[str]", "labels": "Union[np.ndarray, None]", "type_prob": "np.ndarray",
              "probabilities": "Union[np.ndarray, None]", "confidence": "Union[np.ndarray, None]",
              "novelty": "Union[np.ndarray, None]", "consensus": "Union[np.ndarray, None]",
              "states": "Union[np.ndarray, None]", "latent": "Union[np.ndarray, None]", "prefix": "str"}
RESULTS = {"assign": "Assignment", "evaluate": "dict[str, Any]", "generate": "Any", "plot": "None", "report": "None"}


def stubs():
    parts = [HEADER]
    parts += [error_stub(error) for error in (mixvae.InputError, mixvae.UsageError, mixvae.SystemError)]
    parts.append(f'class Bug(RuntimeError):\n    """{mixvae.Bug.__doc__}"""\n')
    parts.append(class_stub(mixvae.Assignment, ASSIGNMENT) + "    def add_to(self, adata: Any) -> None: ...\n")
    parts.append(function_stub(mixvae.fit, "fit", '"Model"'))
    parts.append('def load(folder: Path) -> "Model": ...\ndef keywords(command: str) -> list[dict[str, Any]]: ...\n')
    parts.append(class_stub(mixvae.Model, {"folder": "pathlib.Path", "summary": "Union[dict[str, Any], None]"})
                 + "    def __init__(self, folder: Path) -> None: ...\n"
                 + "    def save(self, folder: Path, force: bool = ...) -> None: ...\n"
                 + "\n".join(function_stub(getattr(mixvae.Model, name), name, RESULTS.get(name, "Any"), "    ")
                             for name in METHODS))
    parts.append("from ._estimator import MixVAE as MixVAE\n")
    return "\n".join(parts)


if __name__ == "__main__":
    pathlib.Path(sys.argv[1], "__init__.pyi").write_text(stubs(), encoding="utf-8")
