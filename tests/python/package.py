"""What the tests of the Python package share."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import anndata
import mixvae

PROGRAM = os.environ["MIXVAE_PROGRAM"]
SMALL = {"types": 3, "epochs": 3, "verbose": False}  # a fit of a second


def program(*words):
    """Runs the program; its messages are shown where it fails."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, encoding="utf-8", timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class PackageTest(unittest.TestCase):
    """Tests with a file of simulated cells, read as an AnnData, and a folder of their own."""

    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory(prefix="mixvae tést ")
        cls.addClassCleanup(cls.kept.cleanup)
        cls.shared = pathlib.Path(cls.kept.name)
        cls.file = cls.shared / "cells.h5ad"
        program("simulate", "cells", "--preset", "small", "--cells", 300, "--genes", 400, "--types", 3,
                "--largest-type", 0, "--smallest-type", 0, "--out", cls.file, "--quiet")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mixvae ")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def cells(self):
        return anndata.read_h5ad(self.file)

    def assert_refused(self, kind, call, *texts):
        """The error is of this kind, and its message holds the texts."""
        with self.assertRaises(kind) as raised:
            call()
        for text in texts:
            self.assertIn(text, str(raised.exception))
        return raised.exception


def main():
    sys.exit(not unittest.main(exit=False, verbosity=1).result.wasSuccessful())


__all__ = ["PROGRAM", "PackageTest", "SMALL", "main", "mixvae", "program"]
