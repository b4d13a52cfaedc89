"""A fit that is killed at random moments and started again ends with the same bits."""
import os
import random
import subprocess

from program import PROGRAM, ProgramTest, main, run

KILLS = int(os.environ.get("MIXVAE_KILLS", "20"))


class Kill(ProgramTest):
    def test_killed_at_random_moments_the_model_is_the_same(self):
        data = self.counts(cells=90)
        settings = ("--types", "3", "--epochs", "300", "--components", "5", "--neighbours", "3", "--threads", "1")
        whole = self.folder / "whole"
        self.assert_ok(run("fit", data, "--out", whole, *settings, "--checkpoint-epochs", "1"))
        killed = self.folder / "killed"
        words = [PROGRAM, "fit", str(data), "--out", str(killed), *settings, "--checkpoint-epochs", "1"]
        moments = random.Random(1)
        kills = 0
        while kills < KILLS and not (killed / "model.safetensors").exists():
            attempt = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                _, message = attempt.communicate(timeout=moments.uniform(0.1, 0.9))
                self.assertEqual(attempt.returncode, 0, message)
            except subprocess.TimeoutExpired:
                attempt.kill()
                attempt.communicate()
                kills += 1
        if not (killed / "model.safetensors").exists():
            self.assert_ok(run(*words[1:]))
        self.assertGreater(kills, 0, "no attempt lived long enough to be killed")
        self.assertEqual((whole / "model.safetensors").read_bytes(), (killed / "model.safetensors").read_bytes())
        self.assertEqual(
            {path.name for path in whole.iterdir()}, {path.name for path in killed.iterdir()}, "nothing is left behind"
        )


if __name__ == "__main__":
    main()
