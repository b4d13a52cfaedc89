"""mixvae benchmark from end to end: our fits, another program, failures, resuming."""
import fcntl
import json
import subprocess
import time

from program import PROGRAM, ProgramTest, main, run

PLAN = """
seeds = 2
metrics = ["accuracy", "nmi"]
[options]
epochs = 8
components = 5
neighbours = 3
[[data]]
name = "small"
path = "cöunts file.csv"
labels = "type"
filter = "type != kind 2"
[[data]]
name = "absent"
path = "none.csv"
labels = "type"
[[method]]
name = "ours"
data = ["small"]
[[method]]
name = "mixture"
method = "gmm"
data = ["small"]
options = { covariance = "diagonal" }
[[method]]
name = "communities"
method = "phenograph"
data = ["small"]
options = { smallest = 1 }
[[method]]
name = "stub"
command = ["sh", "-c", "echo run >> '{here}/calls'; echo '{\\"labels\\": ['$(seq -s, 1 40)']}'"]
[[published]]
data = "small"
method = "ours"
metric = "accuracy"
value = "0.9"
"""


class Benchmark(ProgramTest):
    def test_runs_records_failures_and_resumes(self):
        self.counts()
        plan = self.folder / "plan.toml"
        plan.write_text(PLAN, encoding="utf-8")
        words = ("benchmark", plan, "--out", self.folder / "results", "--threads", "1")

        listed = run(*words, "--list")
        self.assert_ok(listed)
        self.assertEqual(listed.stdout.count("to do"), 10)

        result = run(*words, "--json")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("2 of 10", result.stderr)
        rows = {(row["data"], row["method"]): row for row in json.loads(result.stdout)["rows"]}
        self.assertEqual(rows["small", "ours"]["seeds"], 2, result.stderr)
        self.assertEqual(rows["small", "mixture"]["seeds"], 2, result.stderr)
        self.assertEqual(rows["small", "communities"]["seeds"], 2, result.stderr)
        self.assertLessEqual(rows["small", "ours"]["metrics"]["accuracy"]["mean"], 1)
        self.assertAlmostEqual(rows["small", "stub"]["metrics"]["accuracy"]["mean"], 2 / 40)
        self.assertEqual(rows["absent", "stub"]["failed"], 2)
        self.assertIn("none.csv", result.stderr)

        calls = (self.folder / "calls").read_text().count("run")
        again = run(*words)
        self.assertEqual(again.returncode, 4, again.stderr)
        self.assertEqual(calls, (self.folder / "calls").read_text().count("run"), "done ones stay")
        self.assertIn("accuracy published", again.stdout)
        table = (self.folder / "results" / "table.md").read_text(encoding="utf-8")
        self.assertIn("| small | ours | 2 |", table)

    def test_optional_data_that_are_not_there_are_left_out_with_a_message(self):
        self.counts()
        plan = self.folder / "plan.toml"
        plan.write_text(PLAN.replace('path = "none.csv"', 'path = "none.csv"\noptional = true'), encoding="utf-8")
        words = ("benchmark", plan, "--out", self.folder / "results")
        listed = run(*words, "--list")
        self.assert_ok(listed)
        self.assertEqual(listed.stdout.count("to do"), 8)
        self.assertIn("absent is left out", listed.stderr)
        self.assertIn("none.csv", listed.stderr)
        self.assert_ok(run(*words, "--only", "mixture"))
        self.assert_refused(run(*words, "--only", "absent", "--json"), 3, "none of the benchmark's data", "none.csv")
        plan.write_text(PLAN.replace('path = "none.csv"', 'path = "none.csv"\noptional = "yes"'), encoding="utf-8")
        self.assert_refused(run(*words, "--list"), 3, "'optional' has a value of the wrong kind", "true or false")

    def test_what_another_program_is_at_is_waited_for_and_no_failure(self):
        self.counts()
        plan = self.folder / "plan.toml"
        plan.write_text(PLAN, encoding="utf-8")
        small = self.folder / "results" / "small"
        (small / "ours" / "seed-1").mkdir(parents=True)
        (small / "stub").mkdir()
        words = ("benchmark", plan, "--out", self.folder / "results", "--threads", "1", "--only", "small", "--json")
        news = self.folder / "news"
        # Held as by another benchmark, and as by a fit that outlived one.
        with open(small / "stub" / "seed-0.lock", "w", encoding="utf-8") as task, open(
            small / "ours" / "seed-1" / ".mixvae.lock", "w", encoding="utf-8"
        ) as fit, open(news, "w", encoding="utf-8") as log:
            fcntl.flock(task, fcntl.LOCK_EX)
            fcntl.flock(fit, fcntl.LOCK_EX)
            program = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=log, encoding="utf-8")
            self.addCleanup(program.kill)
            self.wait_for(lambda: "small / stub / seed 1: " in news.read_text(encoding="utf-8"))
            self.assertIn("small / ours / seed 1 comes last", news.read_text(encoding="utf-8"))
            self.assertIn("small / stub / seed 0 comes last", news.read_text(encoding="utf-8"))
            self.assertEqual((self.folder / "calls").read_text(), "run\n")
        table, _ = program.communicate(timeout=120)
        self.assertEqual(program.returncode, 0, news.read_text(encoding="utf-8"))
        self.assertEqual([(row["seeds"], row["failed"]) for row in json.loads(table)["rows"]], [(2, 0)] * 4)

    def wait_for(self, condition):
        end = time.monotonic() + 120
        while not condition():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.05)

    def test_refuses_a_pattern_without_match(self):
        plan = self.folder / "plan.toml"
        plan.write_text(PLAN, encoding="utf-8")
        result = run("benchmark", plan, "--out", self.folder / "results", "--only", "zebra")
        self.assert_refused(result, 2, "zebra")


if __name__ == "__main__":
    main()
