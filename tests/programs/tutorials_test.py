"""Every tutorial and the page of the first run go from its first command to its last, in an empty folder, as a reader copies it.

Cells and epochs are few where a command does not choose them; MIXVAE_FULL_TUTORIALS=1 leaves all as it is written.
"""
import os
import pathlib
import re
import shutil
import subprocess

from program import PROGRAM, ProgramTest, main

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "first-run.md", *sorted((DOCS / "tutorials").glob("*.md"))]
FULL = os.environ.get("MIXVAE_FULL_TUTORIALS")


def commands_of(page):
    """The indented lines, which are commands of a shell."""
    return [line.strip() for line in page.read_text("utf-8").splitlines() if re.match(r" {4}\S", line)]


def shortened(command):
    """The command with fewer cells or epochs, where it does not choose them itself."""
    if FULL:
        return command
    if command.startswith("mixvae fit") and "--epochs" not in command:
        return command + " --epochs 2"
    if "--preset small" in command and "--cells" not in command:
        return command + " --cells 400 --genes 400 --largest-type 90 --smallest-type 20"
    return command


class Tutorials(ProgramTest):
    def follow(self, page):
        """Runs the page's commands in one shell that stops at the first that fails; returns what they wrote."""
        script = "set -e\n" + "\n".join(map(shortened, commands_of(page)))
        path = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"
        folder = self.folder / page.stem
        folder.mkdir()
        result = subprocess.run(["bash", "-x", "-c", script], cwd=folder, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL,
                                capture_output=True, encoding="utf-8", timeout=1200 if FULL else 200, check=False)
        self.assertEqual(result.returncode, 0, f"{page.name}: {result.stderr[-3000:]}")
        if FULL:
            print(page.name, result.stdout)
        shutil.rmtree(folder)

    def test_there_are_tutorials(self):
        self.assertGreater(len(PAGES), 7)
        for page in PAGES:
            self.assertTrue(any(command.startswith("mixvae ") for command in commands_of(page)), page.name)


def add_test(page):
    def test(self):
        self.follow(page)

    setattr(Tutorials, f"test_{page.stem.replace('-', '_')}", test)


for one in PAGES:
    add_test(one)

if __name__ == "__main__":
    main()
