"""Every command line in the documentation, the benchmark files and the help is one that the program takes.

Each is run in a folder of its own with small stand-ins under the names that it uses. Those that need data which do not come with
the program (NEEDS_DATA) must at least get as far as the missing data: wrong words are refused before any file is read.
"""
import concurrent.futures
import gzip
import pathlib
import random
import re
import shlex
import shutil
import struct
import sys
import tempfile
import unittest

from program import Served, commands, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLLOWED = [ROOT / "docs" / "first-run.md", *(ROOT / "docs" / "tutorials").glob("*.md")]  # by tutorials_test.py, from top to bottom
PLANS = sorted((ROOT / "bench").rglob("*.toml"))
SOURCES = sorted(path for path in (ROOT / "src").rglob("*") if path.suffix in {".cpp", ".hpp"})
OPTIONS = ROOT / "docs" / "options.md"

# What placeholders stand for.
PLACEHOLDERS = {"FILE": "cells.h5ad", "INPUT": "cells.h5ad", "DATA": "cells.h5ad", "FILE.toml": "bench/tables/labelled.toml",
                "RUN": "run", "K": "4", "S": "1", "N": "5", "COLUMN": "true_type", "FOLDER": "folder", "TABLE.csv": "markers.csv"}
# What "..." stands for behind an option.
DOTS = {"--labels": "true_type", "--signatures": "g1=a,g2=b"}
# Makes fits short where a command line does not say otherwise.
QUICK = {"--epochs": "1", "--threads": "1"}
# Words of a command line whose data do not come with the program; benchmarks only list what they would run.
NEEDS_DATA = ("benchmark", "--layer raw")
# Commands that are not run at full size: what replaces their options.
SMALLER = {"--preset cortex": "--preset small", "--number 10000": "--number 20", "--number 1000": "--number 20", "--port 8080": "--port 0"}


# What makes "--markers blood" find something in the stand-ins.
BLOOD_GENES = ["CD3D", "CD79A", "LYZ", "NKG7", "CD3E", "MS4A1", "CD14", "GNLY"]


def sentences(text):
    """Texts between backticks, also over the end of a line."""
    return [re.sub(r"\s+", " ", match) for match in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))]


def begins(text):
    return re.match(r"mixvae (?:-|[a-z])", text) is not None


def of_page(text):
    """Command lines of a page: indented lines, and what stands between backticks."""
    lines = [line.strip() for line in text.splitlines() if re.match(r" {4,}mixvae ", line)]
    return [line for line in lines + sentences(text) if begins(line)]


def of_plan(text):
    """Command lines in the comments of a TOML file: alone on a line, or behind a colon."""
    return re.findall(r"^#(?:.*:)? +(mixvae [a-z].* --.*)$", text, re.M)


def of_help(text):
    """The examples of a help, and those of the overview, joined by &&."""
    _, _, examples = text.partition("\nExamples" if "\nExamples" in text else "Start here:")
    return [part.strip() for line in examples.splitlines() for part in line.split("&&") if begins(part.strip())]


def all_lines():
    """(where, command line) of all, each line once."""
    found = [(path.relative_to(ROOT).as_posix(), line) for path in PAGES if path != OPTIONS for line in of_page(path.read_text("utf-8"))
             if path not in FOLLOWED or line in sentences(path.read_text("utf-8"))]
    found += [(path.relative_to(ROOT).as_posix(), line) for path in PLANS for line in of_plan(path.read_text("utf-8"))]
    found += [(path.relative_to(ROOT).as_posix(), line) for path in SOURCES
              for line in sentences(" ".join(re.findall(r"//+ ?(.*)", path.read_text("utf-8")))) if begins(line)]
    found += [("--help", line) for line in of_help(run("--help").stdout)]
    found += [(f"{name} --help", line) for name in commands() for line in of_help(run(*name.split(), "--help").stdout)]
    return list({line: (where, line) for where, line in reversed(found)}.values())[::-1]


def flags():
    """Options without a value."""
    return set(re.findall(r"\| `(--[\w-]+)` \|.*\| true\\\|false \|", OPTIONS.read_text("utf-8"))) | {"--help", "--version"}


def known_options():
    return set(re.findall(r"\| `(--[\w-]+)` \|", OPTIONS.read_text("utf-8"))) | {"--help", "--version"}


def bench_options():
    """Options that the programs in bench/ speak of, which some pages name alone."""
    return {option for path in (ROOT / "bench").glob("*.py") for option in re.findall(r"--[a-z][\w-]*", path.read_text("utf-8"))}


class CommandLine:
    """The words of a command line, taken apart and made whole."""

    def __init__(self, line, names):
        for there, here in SMALLER.items():
            line = line.replace(there, here)
        words = shlex.split(line.split(" > ")[0], comments=True)[1:]
        words = [DOTS[words[i - 1]] if word == "..." and words[i - 1] in DOTS else word for i, word in enumerate(words)]
        words = [PLACEHOLDERS.get(word, word) for word in words if word != "..."]
        self.name = next((name for name in names if words[:name.count(" ") + 1] == name.split()), "")
        self.words = words[len(self.name.split()):]

    def arguments(self, without_value):
        """The words that are no options and no values of one."""
        taken = [word for i, word in enumerate(self.words)
                 if not word.startswith("-") and not (i and self.words[i - 1].startswith("--") and "=" not in self.words[i - 1]
                                                      and self.words[i - 1] not in without_value)]
        return taken

    def completed(self, without_value):
        """The words with the arguments and options that a mention in prose leaves out."""
        has = {word.split("=")[0] for word in self.words}
        if not self.name or has & {"--help", "--version"}:
            return [*self.name.split(), *self.words]
        arguments = {"fit": ["cells.h5ad"], "cluster": ["cells.h5ad"], "inspect": ["cells.h5ad"], "mmd": ["cells.h5ad"],
                     "assign": ["run", "cells.h5ad"], "evaluate": ["run", "cells.h5ad"], "markers": ["run", "cells.h5ad"],
                     "traverse": ["run", "cells.h5ad"], "explore": ["run", "cells.h5ad"],
                     "generate": ["run"], "label": ["run", "cells.h5ad"], "rename": ["run"], "merge": ["run", "T1", "T2"], "benchmark": ["bench/tables/labelled.toml"]}.get(self.name, [])
        options = {"fit": ["--out", "new-run"], "assign": ["--out", "out.csv"], "evaluate": ["--labels", "true_type"],
                   "cluster": ["--out", "out.csv"], "generate": ["--out", "out.csv"], "mmd": ["--groups", "true_type"],
                   "benchmark": ["--out", "results"], "simulate cells": ["--out", "out.csv"]}.get(self.name, [])
        words = [*self.name.split(), *self.words]
        if not self.arguments(without_value) and "--config" not in has:
            words += arguments
        if options and options[0] not in has and not (self.name in ("mmd", "cluster") and has & {"--run", "--labels"}):
            words += options
        if self.name == "cluster" and "--method" not in has:
            words += ["--method", "kmeans", "--types", "3"]
        if self.name == "benchmark" and "--list" not in has:
            words += ["--list"]
        if self.name == "fit":
            words += [word for option, value in QUICK.items() if option not in has for word in (option, value)]
        return words


def write_cells(path, cells=200, genes=80, types=4):
    """Counts with annotations, as CSV: the program looks at the content of a file, not at its name."""
    source = random.Random(1)
    names = [f"g{g}" for g in range(genes - len(BLOOD_GENES))] + BLOOD_GENES
    lines = ["cell,true_type,cell_type,partial_labels,donor,dose," + ",".join(names)]
    for cell in range(cells):
        kind, donor = cell % types, f"d{cell // 4 % 4}"
        values = [int(source.expovariate(1) * (12 if g % types == kind else 2)) for g in range(genes)]
        lines.append(f"c{cell},t{kind},t{kind},{'' if cell % 3 else f't{kind}'},{donor},{'high' if donor[1] in '02' else 'low'}," + ",".join(map(str, values)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_samples(folder):
    """Two tables of a cytometer's events, with a sheet that says which population each of them is."""
    folder.mkdir()
    source = random.Random(2)
    for name in ("s1", "s2"):
        lines = ["Time,FSC-A," + ",".join(f"Comp-FL{c}-A :: CD{c}" for c in range(1, 9))]
        for event in range(60):
            lines.append(f"{event},5e4," + ",".join(f"{source.lognormvariate(8 if c % 2 == event % 2 else 4, 0.3):.2f}" for c in range(8)))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder.parent / "sheet.csv").write_text("file,population\ns1.csv,a\ns2.csv,b\n", encoding="utf-8")


def write_images(path, images=150, side=12):
    source = random.Random(3)
    pixels = bytes(min(255, int(source.expovariate(1 / 40))) for _ in range(images * side * side))
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(struct.pack(">HBB3I", 0, 8, 3, images, side, side) + pixels)


def write_matrix_market(folder):
    """Cells as a folder that R wrote, and annotations beside it."""
    folder.mkdir()
    source = random.Random(4)
    values = [(g + 1, c + 1, 1 + int(source.expovariate(0.2 if g % 4 == c % 4 else 1))) for c in range(100) for g in range(40)]
    lines = ["%%MatrixMarket matrix coordinate integer general", f"40 100 {len(values)}", *(" ".join(map(str, row)) for row in values)]
    for name, text in (("matrix.mtx", lines), ("barcodes.tsv", [f"c{c}" for c in range(100)]), ("genes.tsv", [f"g{g}" for g in range(40)])):
        (folder / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    rows = [f'"c{c}","t{c % 4}"' for c in range(100)]
    (folder.parent / "annotations.csv").write_text("\n".join(['"","true_type"', *rows]) + "\n", encoding="utf-8")


def need(result):
    if result.returncode != 0:
        raise AssertionError(result.stderr)


def served_fault(words, folder):
    """What is wrong with an explorer of these words, which serves until it is ended."""
    try:
        code, said = Served(*words, cwd=folder).end()
    except AssertionError as fault:
        return str(fault)
    return "" if code == 143 else f"exit code {code}\n{said}"


def make_stand_ins(folder):
    """What the command lines name: data, a run, the benchmark's files."""
    for name in ("cells.h5ad", "cortex.h5ad", "filtered_feature_bc_matrix.h5", "cells.csv", "new_cells.csv", "new.h5ad"):
        write_cells(folder / name)
    write_samples(folder / "samples")
    write_matrix_market(folder / "counts")
    write_images(folder / "train-images-idx3-ubyte.gz")
    shutil.copytree(ROOT / "bench", folder / "bench", ignore=lambda _, names: [n for n in names if pathlib.Path(n).suffix not in ("", ".toml")])
    (folder / "out").mkdir()
    quick = ("--types", "4", "--epochs", "4", "--threads", "1")
    need(run("fit", "cells.h5ad", "--out", "run", *quick, cwd=folder))
    for seed in ("2", "3"):
        need(run("fit", "cells.h5ad", "--out", f"run{seed}", "--seed", seed, *quick, cwd=folder))
    need(run("fit", "cells.h5ad", "--out", "moe", "--model", "moe-sim-vae", *quick, cwd=folder))
    need(run("fit", "samples/", "--out", "panel", *quick, cwd=folder))
    need(run("fit", "counts/", "--out", "of_counts", *quick, cwd=folder))
    need(run("assign", "run", "cells.h5ad", "--out", "annotated.h5ad", cwd=folder))
    need(run("merge", "run", "T3", "T4", cwd=folder))
    (folder / "names.csv").write_text("type,name\nT1,CD4 T cells\n", encoding="utf-8")
    (folder / "markers.csv").write_text("type,up,down\na,g0 g4,g1\nb,g1 g5,\n", encoding="utf-8")


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.names = sorted(commands(), key=len, reverse=True)
        cls.lines = all_lines()
        cls.flags = flags()

    def words_of(self, line):
        """The words to run for a line: none where it is but the name of a command. Benchmarks are told apart by what they run."""
        command = CommandLine(line, self.names)
        if command.name and not command.words and " " not in command.name:
            return ()
        words = command.completed(self.flags)
        if command.name == "benchmark" and "--out" in words:
            words[words.index("--out") + 1] = "results"
        return tuple(words)

    @staticmethod
    def make_free(path, words):
        """Takes a stand-in away where the line writes one of its name; what the line reads stays."""
        if sum(path.name == pathlib.Path(word).name for word in words) == 1:
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)

    def attempt(self, words, stand_ins):
        """Runs these words in a copy of the stand-ins; gives what is wrong with them, or nothing."""
        if not words:
            return ""
        name = next((name for name in self.names if list(words[:name.count(" ") + 1]) == name.split()), "")
        if not name and "--version" not in words:
            return "no such command"
        with tempfile.TemporaryDirectory(prefix="mixvae-line-") as temporary:
            folder = pathlib.Path(temporary) / "work"
            shutil.copytree(stand_ins, folder)
            if "samples/" in words:
                shutil.rmtree(folder / "run")
                (folder / "panel").rename(folder / ("cyto" if "cyto" in words else "run"))
            if "counts/" in words:
                shutil.rmtree(folder / "run")
                (folder / "of_counts").rename(folder / "run")
            for option in ("--out", "--counts", "--confusion"):
                if option in words:
                    self.make_free(folder / words[words.index(option) + 1], words)
            if name == "explore":
                return served_fault(words[1:], folder)
            result = run(*words, cwd=folder)
            needs_data = any(text in " ".join(words) for text in NEEDS_DATA)
            if result.returncode == 0 or (needs_data and result.returncode == 3):
                return ""
            return f"exit code {result.returncode} of {shlex.join(['mixvae', *words])}\n{result.stderr}"

    def test_every_command_line_runs(self):
        self.assertGreater(len(self.lines), 50)
        with tempfile.TemporaryDirectory(prefix="mixvae-commands-") as temporary:
            stand_ins = pathlib.Path(temporary)
            make_stand_ins(stand_ins)
            distinct = list({self.words_of(line) for _, line in self.lines})
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                faults = dict(zip(distinct, pool.map(lambda words: self.attempt(words, stand_ins), distinct)))
        for where, line in self.lines:
            with self.subTest(where=where, line=line):
                fault = faults[self.words_of(line)]
                self.assertFalse(fault, f"{where}: {line}\n{fault}")

    def test_a_wrong_line_would_be_noticed(self):
        with tempfile.TemporaryDirectory(prefix="mixvae-commands-") as temporary:
            stand_ins = pathlib.Path(temporary)
            write_cells(stand_ins / "cells.h5ad")
            for line in ("mixvae fit FILE --tpyes 3", "mixvae inspect FILE --layer", "mixvae fit FILE --types many",
                         "mixvae benchmark FILE.toml --only", "mixvae fitt FILE"):
                with self.subTest(line=line):
                    self.assertTrue(self.attempt(self.words_of(line), stand_ins))

    def test_lines_are_found_where_people_write_them(self):
        page = "`mixvae fit A`, and `mixvae\nmmd B --seed 1`.\n\n    mixvae assign run C --out D   # why\n\n    build/other x\n"
        self.assertEqual(of_page(page), ["mixvae assign run C --out D   # why", "mixvae fit A", "mixvae mmd B --seed 1"])
        self.assertEqual(of_plan("# All of mixvae cluster on data.\n#   mixvae benchmark x --out y\n# Settings: mixvae fit --config z q\n"),
                         ["mixvae benchmark x --out y", "mixvae fit --config z q"])
        command = CommandLine("mixvae fit ... --types K --force # note", ["fit"])
        self.assertEqual(command.completed(self.flags)[:6], ["fit", "--types", "4", "--force", "cells.h5ad", "--out"])

    def test_options_in_the_documentation_exist(self):
        others = re.compile(r"bench/|scripts/|cmake|ctest|step_bench|^tensorboard ")
        known = known_options() | bench_options()
        for path in PAGES:
            if path == OPTIONS or path.name == "CONTRIBUTING.md":
                continue
            for text in sentences(path.read_text("utf-8")):
                if others.search(text):
                    continue
                for option in re.findall(r"(?:^|[\s\[])(--[a-z][\w-]*)", text):
                    with self.subTest(page=path.name, text=text):
                        self.assertIn(option, known, f"{path.name}: {text}")


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False, verbosity=1).result.wasSuccessful())
