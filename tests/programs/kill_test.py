"""A fit that is killed at random moments and started again ends with the same bits; two at a time are refused."""
import fcntl
import os
import random
import subprocess

from program import PROGRAM, ProgramTest, main, run

KILLS = int(os.environ.get("MIXVAE_KILLS", "20"))


class Kill(ProgramTest):
    def fit_killed_until_it_ends(self, words):
        """Runs a fit again and again, killing it, up to KILLS times; then once to its end. Returns the number of kills."""
        model = self.folder / "killed" / "model.safetensors"
        moments = random.Random(1)
        kills = 0
        while kills < KILLS and not model.exists():
            attempt = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                _, message = attempt.communicate(timeout=moments.uniform(0.1, 0.9))
                self.assertEqual(attempt.returncode, 0, message)
            except subprocess.TimeoutExpired:
                attempt.kill()
                attempt.communicate()
                kills += 1
        if not model.exists():
            self.assert_ok(run(*words))
        return kills

    def assert_same_after_kills(self, data, *settings):
        """Fits in one go and with kills have the same files and the same model. Returns the folder of the first."""
        settings = (*settings, "--components", "5", "--neighbours", "3", "--threads", "1", "--checkpoint-epochs", "1")
        whole, killed = self.folder / "whole", self.folder / "killed"
        self.assert_ok(run("fit", data, "--out", whole, *settings))
        kills = self.fit_killed_until_it_ends(["fit", str(data), "--out", str(killed), *settings])
        self.assertGreater(kills, 0, "no attempt lived long enough to be killed")
        self.assertEqual((whole / "model.safetensors").read_bytes(), (killed / "model.safetensors").read_bytes())
        self.assertEqual((whole / "types.csv").read_bytes(), (killed / "types.csv").read_bytes())
        self.assertEqual(
            {path.name for path in whole.iterdir()}, {path.name for path in killed.iterdir()}, "nothing is left behind"
        )
        return whole

    def test_killed_at_random_moments_the_model_is_the_same(self):
        self.assert_same_after_kills(self.counts(cells=90), "--types", "3", "--epochs", "300")

    def test_killed_while_types_are_pruned_the_model_is_the_same(self):
        whole = self.assert_same_after_kills(self.counts(cells=90), "--types", "8", "--prune", "yes", "--start", "none",
                                             "--epochs", "60", "--prune-epochs", "0.5", "--min-consensus", "0.95")
        rounds = (whole / "types.csv").read_text().splitlines()
        self.assertGreater(len(rounds), 3, "types were pruned in several rounds")

    def test_killed_around_the_start_of_a_mixture_the_model_is_the_same(self):
        self.assert_same_after_kills(self.counts(cells=90), "--model", "vade", "--types", "3", "--epochs", "40", "--hidden", "20",
                                     "--wide-hidden", "40", "--pretraining-share", "0.5", "--augment", "neighbours")

    def test_a_run_that_another_program_writes_is_refused_before_the_data_are_read(self):
        out = self.folder / "run"
        out.mkdir()
        lock = out / ".mixvae.lock"
        fit = ("fit", self.folder / "none.csv", "--out", out)
        with open(lock, "w", encoding="utf-8") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            held.write("process 1 on another machine")
            held.flush()
            for words in (fit, (*fit, "--force")):
                self.assert_refused(run(*words), 2, "another program is writing a run in the folder", str(out),
                                    f"process 1 on another machine holds {lock}", "wait until it has ended")
            self.assertTrue(lock.exists())
        self.assert_refused(run(*fit), 3, "none.csv")
        self.assertFalse(lock.exists(), "left by a killed one, it locks nobody out and is cleared away")


if __name__ == "__main__":
    main()
