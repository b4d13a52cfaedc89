"""What the tests of the whole program share."""
import atexit
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["MIXVAE_PROGRAM"]
FITS = tempfile.TemporaryDirectory(prefix="mixvae fits ")  # finished ones, by what was fitted
atexit.register(FITS.cleanup)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def run(*words, **options):
    """Runs mixvae with these words; stdin is empty, output is text."""
    return subprocess.run(
        [PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False,
        encoding="utf-8", **options
    )


class Served:
    """mixvae explore with these words, once it has said its address."""

    def __init__(self, *words, **options):
        self.process = subprocess.Popen([PROGRAM, "explore", *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, encoding="utf-8", **options)
        found = re.search(r"http://[^\s\"]+", self.process.stdout.readline())
        self.address = found.group() if found else None
        if not found:
            raise AssertionError(self.end()[1])

    def end(self, number=signal.SIGTERM):
        """Ends it; the exit code and what it said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, words = self.process.communicate(timeout=60)
        return self.process.returncode, words


def commands():
    """Names of all commands, from the overview."""
    text = run("--help").stdout
    block = text.split("Commands\n", 1)[1].split("\n\n", 1)[0]
    return [re.match(r"  (\S+(?: \S+)*?)(?:  |$)", line).group(1) for line in block.splitlines() if line[2] != " "]


def write_counts(path, cells=60, types=3, genes=12):
    """A small table of counts with a column of types: each type has genes of its own."""
    lines = ["cell,type," + ",".join(f"g{g}" for g in range(genes))]
    for cell in range(cells):
        kind = cell % types
        counts = [(7 + (cell * 3 + g) % 5) * (1 if g % types == kind else 0) + (cell + g) % 2 for g in range(genes)]
        lines.append(f"c{cell},kind {kind}," + ",".join(map(str, counts)))
    pathlib.Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, whose name has a space and letters beyond ASCII."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mixvae tést ")
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def counts(self, **shape):
        path = self.folder / "cöunts file.csv"
        write_counts(path, **shape)
        return path

    def fit_once(self, data, out, *words):
        """A finished fit in the folder, which is copied where the same data were fitted with the same words before."""
        made_of = hashlib.sha256(data.read_bytes() + repr(words).encode()).hexdigest()
        kept = pathlib.Path(FITS.name) / made_of
        if out.exists() or not kept.exists():
            self.assert_ok(run("fit", data, "--out", out, *words))
            shutil.copytree(out, kept, dirs_exist_ok=True)
        else:
            shutil.copytree(kept, out)

    def assert_ok(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)

    def assert_refused(self, result, code, *texts):
        """Exit code, a message on stderr that holds the texts, nothing on stdout, no control characters."""
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertTrue(result.stderr.split("\n")[0] or result.stderr, "a message")
        for text in texts:
            self.assertIn(text, result.stderr)
        self.assertIsNone(CONTROL.search(result.stderr), repr(result.stderr))


def main():
    sys.exit(not unittest.main(exit=False, verbosity=1).result.wasSuccessful())
