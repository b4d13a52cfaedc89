"""Calls of the commands of mixvae in this process."""
import os
import sys
import threading

import numpy as np

from . import _core
from ._data import add_annotation, fault, parts_of

# What the package decides itself, or what has no meaning without a command line; and what does instead.
NOT_KEYWORDS = {
    "json": "the results are returned as objects of Python",
    "quiet": "verbose=False shows warnings alone",
    "log_level": "verbose=False shows warnings alone",
    "config": "give the settings as keywords, or use the program",
    "out": "the result is returned: write it to a file yourself, or use the program",
}


def keywords(command):
    """The keywords of fit, assign, evaluate, ...: a list of dictionaries with name, kind, default (as text), range,
    meaning and, of fit, the models that have them (empty: all)."""
    return [keyword for keyword in _core.keyword_list(command) if keyword["name"] not in NOT_KEYWORDS]


def value_text(name, value):
    """A value as the command line has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple)):
        return ",".join(value_text(name, part) for part in value)
    raise fault(_core.UsageError, f"the keyword {name} cannot take this value", found=type(value).__name__,
                expected="a number, a text, True, False, or a list of texts")


def require_keywords(command, given):
    """Refuses the options of a command that are no keywords, instead of passing them on or leaving them out."""
    for name, hint in NOT_KEYWORDS.items():
        if given.get(name) is not None:
            raise fault(_core.UsageError, f"{name} is no keyword of {command} in Python", hint=hint)


def option_words(options):
    """Keywords as words of the command line; None stands for the default."""
    return [f"--{name.replace('_', '-')}={value_text(name, value)}"
            for name, value in options.items() if value is not None]


def is_notebook():
    """Whether stderr is shown by a notebook, which redraws a line that begins with a carriage return."""
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def write_text(text):
    sys.stderr.write(text)
    sys.stderr.flush()


def redraws():
    return is_notebook() or bool(getattr(sys.stderr, "isatty", lambda: False)())


def run(command, given, own, model_folder=None, data=None, output="", labels=()):
    """Runs a command with a model, data or both. Its options are the keywords that were given and the package's own;
    those named in `labels` may be lists of labels of the cells. Returns a dictionary with "text", "table", "additions"
    and "dataset" (src/run_command.hpp)."""
    require_keywords(command, given)
    options = given | own
    verbose = options.pop("verbose", True)
    inputs = {}
    arguments = [] if model_folder is None else [os.fspath(model_folder)]
    parts = None if data is None else parts_of(data)
    if parts is not None:
        inputs[parts["name"]] = parts
        arguments.append(parts["name"])
    elif data is not None:
        arguments.append(os.fspath(data))
    for name in labels:
        if not isinstance(options.get(name), (str, type(None))):
            if parts is None:
                raise fault(_core.UsageError, f"the data are a file, and {name} a list", found=type(options[name]).__name__,
                            expected="the name of a column of the file")
            add_annotation(parts, name, options[name])
            options[name] = name
    level = "info" if verbose else "warning"
    words = [command, *option_words(options), f"--log-level={level}", "--", *arguments]
    on_main_thread = threading.current_thread() is threading.main_thread()
    return _core.run_command(words, inputs, output, on_main_thread, write_text, redraws())
