"""Man pages and completions as the build wrote them: shells complete by them, man reads them without a warning."""
import os
import pathlib
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest, commands, main, run

SHARE = pathlib.Path(PROGRAM).parent / "share"
PAGES = sorted((SHARE / "man/man1").glob("*.1"))
BASH = SHARE / "bash-completion/completions/mixvae"
ZSH = SHARE / "zsh/site-functions/_mixvae"
FISH = SHARE / "fish/vendor_completions.d/mixvae.fish"


def call(*words, **options):
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False, encoding="utf-8", **options)


def completed_by_bash(*words):
    """What bash offers for the last of these words, besides files."""
    script = f'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mixvae; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return call("bash", "--norc", "-c", script, "bash", BASH, *words).stdout.split()


def completed_by_fish(line):
    """What fish offers for the end of a line."""
    found = call("fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]', FISH, line)
    if found.stderr:
        raise AssertionError(found.stderr)
    return [text.split("\t")[0] for text in found.stdout.splitlines()]


class Completions(ProgramTest):
    def test_bash_completes_commands(self):
        firsts = {name.split()[0] for name in commands()}
        self.assertEqual(set(completed_by_bash("mixvae", "")), firsts | {"help", "--help", "--version"})
        self.assertEqual(completed_by_bash("mixvae", "ass"), ["assign"])
        self.assertEqual(completed_by_bash("mixvae", "simulate", ""), ["cells", "dsprites"])

    def test_bash_completes_options_of_the_command(self):
        self.assertEqual(completed_by_bash("mixvae", "fit", "cells.h5ad", "--kern"), ["--kernels"])
        self.assertEqual(completed_by_bash("mixvae", "simulate", "cells", "--pre"), ["--preset"])
        self.assertEqual(completed_by_bash("mixvae", "inspect", "--pre"), [])
        for name in commands():
            offered = completed_by_bash("mixvae", *name.split(), "--")
            for option in ("--seed", "--json", "--config", "--help"):
                self.assertIn(option, offered, name)
            self.assertEqual(len(offered), len(set(offered)), name)

    def test_bash_completes_the_words_of_an_option(self):
        self.assertEqual(completed_by_bash("mixvae", "fit", "--model", "moe"), ["moe-sim-vae"])
        self.assertEqual(completed_by_bash("mixvae", "fit", "--model", "=", "moe"), ["moe-sim-vae"])
        self.assertEqual(completed_by_bash("mixvae", "fit", "--device", "="), ["auto", "cpu", "cuda"])
        self.assertIn("kmeans", completed_by_bash("mixvae", "cluster", "x.csv", "--method", ""))

    def test_bash_leaves_files_to_itself(self):
        for words in (("fit", "ce"), ("fit", "x.csv", "--out", "--"), ("fit", "--types", ""), ("simulate", "cells", "x")):
            self.assertEqual(completed_by_bash("mixvae", *words), [], words)
        registered = call("bash", "--norc", "-c", 'source "$1"; complete -p mixvae', "bash", BASH).stdout
        self.assertEqual(registered, "complete -o default -F _mixvae mixvae\n")

    def test_every_option_of_the_reference_is_offered(self):
        offered = completed_by_bash("mixvae", "fit", "--")
        reference = run("options", "--markdown").stdout.split("\n## mixvae fit\n")[1].split("\n## ")[0]
        options = {line.split("`")[1] for line in reference.splitlines() if line.startswith("| `--")}
        self.assertGreater(len(options), 100)
        self.assertEqual(options - set(offered), set())

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_its_script(self):
        result = call("zsh", "-f", "-c", f'autoload -U compinit; fpath=("{ZSH.parent}" $fpath); compinit -u -d "$1"; '
                      'autoload +X -U _mixvae && print $_comps[mixvae]', "zsh", self.folder / "dump")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "_mixvae\n", ""))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_completes(self):
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = str(self.folder)
        self.assertEqual(completed_by_fish("mixvae ass"), ["assign"])
        self.assertEqual(completed_by_fish("mixvae simulate "), ["cells", "dsprites"])
        self.assertIn("moe-sim-vae", completed_by_fish("mixvae fit --model "))
        self.assertIn("--types", completed_by_fish("mixvae fit x.csv --ty"))
        self.assertNotIn("--types", completed_by_fish("mixvae inspect x.csv --ty"))

    def test_scripts_can_be_printed(self):
        for shell, path in (("bash", BASH), ("zsh", ZSH), ("fish", FISH)):
            self.assertEqual(run("options", "--completion", shell).stdout, path.read_text("utf-8"))
        self.assert_refused(run("options", "--completion", "csh"), 2, "--completion", "none|bash|zsh|fish")
        self.assert_refused(run("options", "--completion", "bash", "--markdown"), 2, "one of two texts can be printed",
                            "--markdown with --completion bash")


class Manual(ProgramTest):
    def test_every_command_has_a_page(self):
        names = {"mixvae", *("mixvae-" + name.replace(" ", "-") for name in commands())}
        self.assertEqual({page.stem for page in PAGES}, names)

    def test_pages_name_every_option(self):
        reference = run("options", "--markdown").stdout
        for name in commands():
            page = (SHARE / "man/man1" / f"mixvae-{name.replace(' ', '-')}.1").read_text("utf-8").replace("\\-", "-")
            section = reference.split(f"\n## mixvae {name}\n")[1].split("\n## ")[0]
            for line in section.splitlines():
                if line.startswith("| `--"):
                    self.assertIn(f"\\fB{line.split('`')[1]}\\fR", page, name)

    @unittest.skipUnless(shutil.which("man"), "man is not installed")
    def test_man_has_no_warning(self):
        for page in PAGES:
            result = call("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page, env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80"})
            self.assertEqual((result.returncode, result.stderr), (0, ""), page.name)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_no_warning(self):
        result = call("mandoc", "-T", "lint", "-W", "warning", *map(str, PAGES))
        self.assertEqual((result.returncode, result.stdout), (0, ""))


if __name__ == "__main__":
    main()
