"""The stages of a fit: told in their order, ended by a signal at once, gone on with by the same command."""
import re
import signal
import subprocess
import time

from program import PROGRAM, ProgramTest, main, run

STAGES = ["preparing", "neighbours", "first clustering", "training", "states", "confidence"]


class Stages(ProgramTest):
    def cells(self, number):
        path = self.folder / f"{number}.h5ad"
        self.assert_ok(run("simulate", "cells", "--cells", number, "--genes", "300", "--largest-type", "0", "--smallest-type", "0",
                           "--out", path))
        return path

    def interrupted(self, words, stage, signal_number):
        """Sends the signal once the stage has begun. Returns the exit code, the seconds it took to end, and stderr."""
        fit = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        told = ""
        for line in fit.stderr:
            told += line
            if re.match(rf"stage \d of \d, {stage}: (about|begins)", line):
                break
        time.sleep(0.1)
        self.assertIsNone(fit.poll(), told)
        sent = time.monotonic()
        fit.send_signal(signal_number)
        told += fit.communicate()[1]
        return fit.returncode, time.monotonic() - sent, told

    def test_are_told_in_their_order(self):
        out = self.folder / "run"
        result = run("fit", self.cells(300), "--out", out, "--epochs", "4")
        self.assert_ok(result)
        self.assertEqual(re.findall(r"stage (\d) of 6, ([\w ]+): took ", result.stderr),
                         [(str(place + 1), name) for place, name in enumerate(STAGES)])
        expected = re.findall(r"the whole fit takes about .* from now on: (.*)", result.stderr)
        self.assertEqual(re.findall(r"([a-z][a-z ]*) [\d.]+ (?:s|min|h)", expected[0]), STAGES)
        self.assertLess(result.stderr.index("the whole fit takes"), result.stderr.index("stage 2 of 6"))
        self.assertFalse((out / "preparation.safetensors").exists(), "it is of use only until the run is finished")

    def test_a_signal_amid_the_start_ends_it_at_once_and_the_same_command_goes_on(self):
        data = self.cells(3000)
        settings = ("--types", "40", "--epochs", "2", "--threads", "1")
        self.assert_ok(run("fit", data, "--out", self.folder / "whole", *settings))
        words = ("fit", data, "--out", self.folder / "run", *settings)
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            returned, seconds, told = self.interrupted(words, "first clustering", number)
            self.assertEqual(returned, code, told)
            self.assertLess(seconds, 1)
            self.assertIn(f"interrupted by signal {int(number)}", told)
            self.assertEqual({path.name for path in (self.folder / "run").iterdir()},
                             {"config.toml", "preparation.safetensors"})
        resumed = run(*words)
        self.assert_ok(resumed)
        self.assertIn("using what was computed before the interruption", resumed.stderr)
        for name in ("model.safetensors", "types.csv"):
            self.assertEqual((self.folder / "run" / name).read_bytes(), (self.folder / "whole" / name).read_bytes())
        self.assertEqual({path.name for path in (self.folder / "run").iterdir()},
                         {path.name for path in (self.folder / "whole").iterdir()})

    def test_ended_at_once_a_forced_run_brings_the_former_one_back(self):
        out = self.folder / "run"
        self.assert_ok(run("fit", self.cells(300), "--out", out, "--epochs", "2"))
        model = (out / "model.safetensors").read_bytes()
        code, _, told = self.interrupted(("fit", self.cells(3000), "--out", out, "--types", "40", "--force"),
                                         "first clustering", signal.SIGINT)
        self.assertEqual(code, 130, told)
        self.assertEqual((out / "model.safetensors").read_bytes(), model)
        self.assertFalse((out / ".mixvae.lock").exists())


if __name__ == "__main__":
    main()
