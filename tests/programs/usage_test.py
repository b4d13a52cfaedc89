"""Command line of the whole program: help, wrong usage, exit codes, broken output."""
import os
import subprocess

from program import CONTROL, PROGRAM, ProgramTest, commands, main, run


class Usage(ProgramTest):
    def test_every_command_has_help(self):
        self.assertIn("fit", commands())
        for command in commands():
            for words in ((*command.split(), "--help"), ("help", *command.split())):
                result = run(*words)
                self.assert_ok(result)
                self.assertIn(f"Usage: mixvae {command}", result.stdout)
                self.assertIn("--seed N", result.stdout)
                self.assertIsNone(CONTROL.search(result.stdout))

    def test_version_goes_to_stdout(self):
        result = run("--version")
        self.assert_ok(result)
        self.assertRegex(result.stdout, r"^mixvae \d+\.\d+\.\d+ ")

    def test_wrong_usage_is_2_and_names_the_nearest(self):
        self.assertEqual(run().stdout, run("--help").stdout)
        self.assertIn("simulate cells", run("simulate", "--help").stdout)
        self.assert_refused(run("simulate"), 2, "mixvae simulate needs one more word",
                            "expected: mixvae simulate cells or mixvae simulate dsprites")
        self.assert_refused(run("ft"), 2, "nearest: fit")
        self.assert_refused(run("fit", "x.h5ad", "--out", "r", "--tpyes", "3"), 2, "--types")
        self.assert_refused(run("fit", "x.h5ad"), 2, "needs --out")
        self.assert_refused(run("fit", "x.h5ad", "--out", "r", "--arms", "-1"), 2, "--arms", "'-1'", "integer from 1")
        self.assert_refused(run("fit", "x.h5ad", "--out", "r", "--device", "gpu"), 2, "auto|cpu|cuda")
        letters = ("fit", "x.h5ad", "--out", "r", "--paper-exact")
        self.assert_refused(run(*letters), 2, "cpl-mixvae has no preset of this name", "--model moe-sim-vae")
        self.assert_refused(run(*letters, "--model", "moe-sim-vae", "--reference"), 2, "--paper-exact with --reference")
        self.assert_refused(run(*letters, "--model", "moe-sim-vae", "--preset", "default"), 2, "--paper-exact with --preset default")
        self.assert_refused(run(*letters[:-1], "--model", "jointvae", "--tau", "2"), 2,
                            "jointvae has no option --tau", "--model cpl-mixvae or moe-sim-vae")
        self.assert_refused(run(*letters[:-1], "--decoder", "experts", "--output", "relu"), 2, "expert decoders have linear outputs")
        self.assert_refused(run(*letters[:-1], "--decoder", "experts", "--shared-weights"), 2, "weights of their own in every arm")
        self.assert_refused(run(*letters[:-1], "--likelihood", "bernoulli", "--output", "relu"), 2, "takes the outputs as logits")
        self.assert_refused(run("options", "surplus"), 2, "surplus")

    def test_options_without_effect_are_2_before_the_data_are_read(self):
        fit = ("fit", "x.h5ad", "--out", "r")
        self.assert_refused(run(*fit, "--routing", "soft", "--decoder", "shared"), 2, "--routing soft with --decoder shared")
        self.assert_refused(run(*fit, "--arms", "1", "--distance", "d-sigma"), 2, "--distance d-sigma with --arms 1")
        self.assert_refused(run(*fit, "--preset", "published", "--arms", "1"), 3, "x.h5ad")

    def test_configuration_files_are_checked(self):
        config = self.folder / "wrong.toml"
        config.write_text("[options]\nmarkdwn = true\n", encoding="utf-8")
        self.assert_refused(run("options", "--config", config), 2, "markdwn", "line 2", "markdown")
        config.write_text("[options]\nmarkdown = true\n", encoding="utf-8")
        self.assertTrue(run("options", "--config", config).stdout.startswith("# Options"))
        self.assert_refused(run("options", "--config", self.folder / "none.toml"), 3, "none.toml")
        fit = ("fit", "x.h5ad", "--out", "r", "--config", config)
        config.write_text('[fit]\npreset = "published"\n', encoding="utf-8")
        self.assert_refused(run(*fit, "--preset", "default"), 2, "is of another preset", "wrong.toml, line 2", "--preset default")
        self.assert_refused(run(*fit), 3, "x.h5ad")
        config.write_text('[fit]\npreset = "mnst"\n', encoding="utf-8")
        self.assert_refused(run(*fit), 2, "cpl-mixvae has no preset of this name", "'mnst'", "wrong.toml, line 2")
        config.write_text('seed = 1\n\nmodel = "vae"\n', encoding="utf-8")
        self.assert_refused(run(*fit), 2, "there is no model of this name", "wrong.toml, line 3")
        config.write_text('model = "moe-sim-vae"\ngating-layers = 2\n', encoding="utf-8")
        self.assert_refused(run("inspect", "x.h5ad", "--config", config), 3, "x.h5ad")

    def test_a_full_disk_under_stdout_is_4(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "options"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 4)
        self.assertIn(b"standard output", result.stderr)

    def test_a_reader_that_leaves_is_no_fault(self):
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run([PROGRAM, "options"], stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        self.assertEqual((result.returncode, result.stderr), (0, b""))

    def test_a_closed_stdout_is_4(self):
        result = subprocess.run(
            ["sh", "-c", '"$0" options >&-', PROGRAM], stderr=subprocess.PIPE, check=False
        )
        self.assertEqual(result.returncode, 4)


if __name__ == "__main__":
    main()
