"""The core's own program, mixvae-core: what it refuses, and a training that goes on. Run by scripts/check-core-only."""
import struct

from program import ProgramTest, main, run


def write_npy(path, rows, columns, value):
    """A matrix of float32 in numpy's format."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}".ljust(117) + "\n"
    values = struct.pack(f"<{rows * columns}f", *(value(r, c) for r in range(rows) for c in range(columns)))
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values)


class Core(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "cells.npy"
        write_npy(self.data, 40, 5, lambda r, c: (r * 3 + c) % 7 / 7 + (r % 2))

    def fit(self, *words):
        return run("fit", self.data, "--out", self.folder / "run", "--types", "2", "--epochs", "3", "--threads", "1", *words)

    def test_wrong_usage(self):
        for words in (("fit",), ("train", "x.npy"), ("fit", "x.npy", "--types")):
            self.assert_refused(run(*words), 2, "that is not how this program is called", "mixvae-core fit FILE.npy")
        self.assert_refused(run("fit", "x.npy", "types", "3"), 2, "an option begins with --", "types")
        self.assert_refused(run("fit", "x.npy", "--out", "r"), 2, "--out and --types are needed")
        self.assert_refused(self.fit("--epoch", "3"), 2, "there is no option 'epoch'", "epochs")
        self.assert_refused(self.fit("--model", "vae"), 2, "there is no model of this name", "jointvae")
        self.assert_refused(self.fit("--preset", "mnist"), 2, "cpl-mixvae has no preset of this name")
        self.assert_refused(run("fit", self.folder / "none.npy", "--out", "r", "--types", "2"), 3, "none.npy")

    def test_what_nothing_prepares_is_refused(self):
        for option, value in (("start", "kmeans"), ("prune", "yes"), ("prune", "auto"), ("state-epochs", "0.5")):
            self.assert_refused(self.fit(f"--{option}", value), 2, "this program trains alone", f"--{option} {value}", "use mixvae")
        self.assert_refused(self.fit("--model", "vade", "--mixture-starts", "10"), 2, "this program trains alone: no start, fitted mixture")
        for option, value, because in (("similarity-weight", "2", "--similarity none"), ("similar-share", "0.5", "no --pairs"),
                                       ("known-weight", "2", "no --known-types"), ("prior-weight", "2", "no --reference-prior"),
                                       ("min-consensus", "0.3", "--prune no"), ("prune-rounds", "3", "--prune no"),
                                       ("start-balance", "0.5", "--start none"), ("target", "original", "--augment none"),
                                       ("patience", "3", "--early-stopping false")):
            self.assert_refused(self.fit(f"--{option}", value), 2, "an option has no effect", f"--{option} {value}", because)
        self.assertFalse((self.folder / "run").exists())

    def test_devices(self):
        self.assert_refused(self.fit("--device-products", "tf32"), 2, "TF32 is for products on a CUDA device")
        result = self.fit("--device", "cuda")
        if result.returncode != 0:
            self.assert_refused(result, 2, "there is no CUDA device, or libtorch has no CUDA")

    def test_values_are_those_of_the_likelihood(self):
        self.assert_refused(self.fit("--model", "jointvae", "--preset", "mnist"), 3, "do not suit this likelihood", "scale them before")

    def test_a_training_is_written_and_gone_on_with(self):
        for model in ("cpl-mixvae", "moe-sim-vae", "jointvae", "cascadevae", "vade", "infogan"):
            out = self.folder / model
            words = ("fit", self.data, "--out", out, "--types", "2", "--epochs", "3", "--threads", "1", "--model", model)
            self.assert_ok(run(*words))
            first = (out / "result.safetensors").read_bytes()
            self.assert_ok(run(*words))
            self.assertEqual(first, (out / "result.safetensors").read_bytes())
            self.assert_refused(run(*words, "--latent", "7"), 2, "the run was started with other settings", "latent")


if __name__ == "__main__":
    main()
