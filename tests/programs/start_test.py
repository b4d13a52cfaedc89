"""How the program starts: its front answers for help and version without libtorch, all else is the main program's."""
import os
import pathlib
import re
import shutil
import subprocess
import time

from program import PROGRAM, ProgramTest, commands, main, run

MAIN = pathlib.Path(os.environ["MIXVAE_MAIN_PROGRAM"])
ANSWERS = MAIN.parent / "answers"
OWN_SETTINGS = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "OPENBLAS_CORETYPE")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # so that the main program, called alone, need not start twice


def call(program, *words, **options):
    return subprocess.run([program, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False, **options)


def outcome(program, *words, **options):
    result = call(program, *words, **options)
    return result.returncode, result.stdout, result.stderr


def answers(content):
    """Words -> text of a file of answers (src/base/answer_file.hpp)."""
    found, strings = {}, iter(content.split(b"\0")[:-1])
    for string in strings:
        words = []
        while string:
            words.append(string.decode())
            string = next(strings)
        found[tuple(words)] = next(strings)
    return found


def times_loaded(library, program, *words):
    """How often the loader initialised the library until the program's end, without settings of the user."""
    environment = {name: text for name, text in os.environ.items() if name not in OWN_SETTINGS}
    result = call(program, *words, env={**environment, "LD_DEBUG": "libs"})
    return len(re.findall(rb"calling init: \S*/" + library, result.stderr))


class Start(ProgramTest):
    def layout(self):
        """The program as installed, in a folder of its own; returns the front and the folder of the main program."""
        front, folder = self.folder / "bin" / "mixvae", self.folder / "libexec" / "mixvae"
        front.parent.mkdir()
        folder.mkdir(parents=True)
        shutil.copy2(PROGRAM, front)
        (folder / "mixvae").symlink_to(MAIN)
        shutil.copy2(ANSWERS, folder)
        return front, folder

    def test_the_answers_are_what_the_main_program_says_now(self):
        fresh = self.folder / "answers"
        self.assertEqual(outcome(MAIN, "--write-answers", fresh), (0, b"", b""))
        self.assertEqual(fresh.read_bytes(), ANSWERS.read_bytes())
        known = answers(ANSWERS.read_bytes())
        for words, text in known.items():
            self.assertEqual(outcome(PROGRAM, *words), (0, text, b""), words)
        for words in ((), ("--version",), ("fit", "--help"), ("fit", "--help", "all"), ("help", "simulate"),
                      ("fit", "--model", "jointvae", "--help")):
            self.assertEqual(outcome(MAIN, *words), (0, known[words], b""), words)

    def test_the_usual_ways_of_asking_are_answered(self):
        known = answers(ANSWERS.read_bytes())
        wanted = [(), ("--help",), ("-h",), ("help",), ("--version",)]
        for command in ["simulate", *commands()]:
            name = tuple(command.split())
            wanted += [(*name, "--help"), (*name, "-h"), ("help", *name)]
        models = re.search(r"models: ([^)]+)\)", " ".join(run("fit", "--help").stdout.split())).group(1).split(", ")
        self.assertIn("moe-sim-vae", models)
        wanted += [("fit", "--model", model, "--help") for model in models]
        for words in wanted:
            self.assertIn(words, known)

    def test_no_tensors_are_loaded_for_an_answer(self):
        for words in ((), ("--version",), ("fit", "--help"), ("help", "simulate", "cells")):
            self.assertEqual(times_loaded(b"libtorch", PROGRAM, *words), 0, words)
            self.assertGreater(times_loaded(b"libc[.]so", PROGRAM, *words), 0, "the loader tells what it loads")

    def test_they_are_loaded_once_for_work(self):
        self.assertEqual(times_loaded(b"libtorch_cpu", PROGRAM, "inspect", "none.csv"), 1)
        self.assertEqual(times_loaded(b"libtorch_cpu", MAIN, "inspect", "none.csv"), 2, "alone, it starts itself once more")

    def test_other_words_are_the_main_programs(self):
        for words in (("",), ("fit", "x.h5ad", "--help"), ("fit --help",), ("ft", "--help"), ("inspect", "none.csv")):
            self.assertEqual(outcome(PROGRAM, *words), outcome(MAIN, *words), words)

    def test_it_stays_one_process_with_its_name(self):
        # Long enough to be seen at work.
        words = ["simulate", "cells", "--cells", "20000", "--genes", "5000", "--out", self.folder / "cells.h5ad"]
        with subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            own = pathlib.Path(f"/proc/{process.pid}")
            while not (own / "exe").samefile(MAIN):  # fails where the process has ended
                time.sleep(0.001)
            self.assertEqual((own / "comm").read_text(encoding="utf-8"), "mixvae\n")
            self.assertEqual((own / "cmdline").read_bytes().split(b"\0")[0].decode(), PROGRAM)
            process.kill()

    def test_it_finds_its_parts_wherever_it_is_called_from(self):
        front, _ = self.layout()
        link = self.folder / "another name"
        link.symlink_to(front)
        by_name = {"PATH": f"{front.parent}:{os.environ['PATH']}"}
        for words in (("--version",), ("options",)):
            expected = outcome(MAIN, *words)
            self.assertEqual(outcome(front, *words), expected)
            self.assertEqual(outcome(link, *words), expected)
            self.assertEqual(outcome("../bin/mixvae", *words, cwd=front.parent), expected)
            self.assertEqual(outcome("env", "mixvae", *words, env={**os.environ, **by_name}), expected)

    def test_a_copy_without_the_main_program_is_4(self):
        alone = self.folder / "mixvae"
        shutil.copy2(PROGRAM, alone)
        for words in (("--help",), ("inspect", "x.csv")):
            code, text, message = outcome(alone, *words)
            self.assertEqual((code, text), (4, b""))
            for part in ("the main part of mixvae is missing", "/libexec/mixvae/mixvae", "cmake --install", "symbolic link"):
                self.assertIn(part, message.decode())

    def test_a_main_program_that_cannot_start_is_4(self):
        front, folder = self.layout()
        (folder / "mixvae").unlink()
        (folder / "mixvae").write_text("no program", encoding="utf-8")
        code, text, message = outcome(front, "inspect", "x.csv")
        self.assertEqual((code, text), (4, b""))
        for part in ("the main part of mixvae cannot be started", str(folder / "mixvae"), "Permission denied"):
            self.assertIn(part, message.decode())

    def test_without_answers_the_main_program_gives_them(self):
        front, folder = self.layout()
        (folder / "answers").unlink()
        self.assertEqual(outcome(front, "inspect", "--help"), outcome(PROGRAM, "inspect", "--help"))

    def test_an_answer_that_cannot_be_written_is_4(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 4)
        self.assertIn(b"standard output", result.stderr)
        closed = call("sh", "-c", '"$0" --help >&-', PROGRAM)
        self.assertEqual(closed.returncode, 4)

    def test_a_reader_that_leaves_is_no_fault(self):
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run([PROGRAM, "--help"], stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        self.assertEqual((result.returncode, result.stderr), (0, b""))


if __name__ == "__main__":
    main()
