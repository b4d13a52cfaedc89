"""Images: recognised, fitted by convolutions, resumed, drawn, and what is refused of them."""
import json
import pathlib
import struct
import unittest

from program import ProgramTest, main, run

try:
    import h5py
    import numpy as np
except ImportError:
    np = None

SMALL = ("--channels", "4,4", "--decoder-channels", "4,4", "--latent", "8", "--types", "2", "--states", "2")
QUICK = ("--epochs", "3", "--batch-size", "16", "--threads", "1")


def pictures(count=60, side=20):
    """Bars across and bars down, in uint8, and which is which."""
    random = np.random.default_rng(3)
    images = np.zeros((count, side, side), "u1")
    labels = np.arange(count) % 2
    for image, label in zip(images, labels):
        place = random.integers(2, side - 4)
        (image if label else image.T)[place:place + 2, 2:side - 2] = random.integers(150, 255)
    return images, labels


def write_idx(folder, images, labels):
    path = folder / "some-images-idx3-ubyte"
    path.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, *images.shape) + images.tobytes())
    (folder / "some-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, len(labels))
                                                    + labels.astype("u1").tobytes())
    return path


@unittest.skipIf(np is None, "needs numpy and h5py")
class Images(ProgramTest):
    def config(self, out):
        return (pathlib.Path(out) / "config.toml").read_text(encoding="utf-8")

    def test_the_preset_for_images_is_chosen_and_said(self):
        images, labels = pictures()
        files = {"idx": write_idx(self.folder, images, labels), "npz": self.folder / "some.npz"}
        np.savez(files["npz"], x=images, label=labels)
        for kind, path in files.items():
            out = self.folder / f"run {kind}"
            result = run("fit", path, "--model", "jointvae", "--out", out, *SMALL, *QUICK)
            self.assert_ok(result)
            self.assertIn("the file holds images of 20 pixels in a row: --preset mnist is used", result.stderr)
            self.assertIn('preset = "mnist"', self.config(out))
            self.assertIn('network = "convolutional"', self.config(out))
            self.assertIn("types = 2\n", self.config(out).replace('"', ""), "what is given changes the preset")
            self.assert_ok(run("evaluate", out, path, "--labels", "label"))
        plain = run("fit", files["idx"], "--model", "jointvae", "--preset", "default", "--out", self.folder / "plain", *QUICK,
                    "--types", "2", "--components", "5")
        self.assert_ok(plain)
        self.assertNotIn("--preset mnist", plain.stderr)

    def test_a_repeated_command_goes_on_with_the_run(self):
        images, labels = pictures()
        path, out = write_idx(self.folder, images, labels), self.folder / "run"
        words = ("fit", path, "--model", "jointvae", "--out", out, *SMALL, *QUICK)
        self.assert_ok(run(*words))
        self.assert_refused(run(*words), 2, "finished")
        again = run("fit", "--config", out / "config.toml", "--out", self.folder / "again")
        self.assert_ok(again)
        self.assertEqual((out / "model.safetensors").read_bytes(), (self.folder / "again/model.safetensors").read_bytes())

    def test_convolutional_arms_are_fitted_and_drawn_from(self):
        images, labels = pictures()
        path, out = write_idx(self.folder, images, labels), self.folder / "run"
        self.assert_ok(run("fit", path, "--network", "convolutional", "--space", "features", "--likelihood", "bernoulli",
                           "--scale", "common", "--normalise", "none", "--start", "none", "--augment", "affine", "--out", out,
                           *SMALL, *QUICK))
        self.assert_ok(run("generate", out, "--types", "T1", "--number", "7", "--out", self.folder / "new.csv"))
        rows = (self.folder / "new.csv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(rows), 1 + 7)

    def test_what_is_no_image_or_too_small_is_refused(self):
        out = ("--out", self.folder / "run")
        network = ("--model", "jointvae", "--network", "convolutional", "--likelihood", "bernoulli", "--space", "features",
                   "--features", "all", "--scale", "common", "--trust-values", "--epochs", "2", *out)
        table = self.counts()
        self.assert_refused(run("fit", table, *network), 3, "no square images", "12 features")
        self.assert_refused(run("fit", table, *network, "--image-width", "4", "--channels", "4,4"), 2, "images are too small",
                            "3 x 4 pixels")
        images, labels = pictures()
        path = write_idx(self.folder, images, labels)
        self.assert_refused(run("fit", path, "--model", "jointvae", "--channels", "8,x", *out), 2,
                            "this is no number of channels")
        self.assert_refused(run("fit", path, "--model", "jointvae", "--hidden", "30", *out), 2, "an option has no effect",
                            "--network convolutional")
        self.assert_refused(run("fit", path, "--model", "jointvae", "--preset", "default", "--channels", "8", *out), 2,
                            "an option has no effect", "--network dense")
        self.assert_refused(run("fit", path, "--model", "jointvae", "--network", "convolutional", "--preset", "default", *out),
                            2, "--space features")


@unittest.skipIf(np is None, "needs numpy and h5py")
class Sprites(ProgramTest):
    def drawn(self, name, *words):
        path = self.folder / name
        self.assert_ok(run("simulate", "dsprites", "--out", path, *words))
        return path

    def test_have_the_published_layout(self):
        path = self.drawn("some.npz", "--number", "300", "--seed", "4")
        with np.load(path) as file:
            self.assertEqual(sorted(file), ["imgs", "latents_classes", "latents_values"])
            images, classes, values = file["imgs"], file["latents_classes"], file["latents_values"]
        self.assertEqual((images.shape, images.dtype), ((300, 64, 64), np.uint8))
        self.assertEqual(set(np.unique(images)), {0, 1})
        self.assertEqual((classes.dtype, values.dtype), (np.int64, np.float64))
        possible = [np.array([1.0]), np.array([1.0, 2, 3]), np.linspace(0.5, 1, 6), np.linspace(0, 2 * np.pi, 40),
                    np.linspace(0, 1, 32), np.linspace(0, 1, 32)]
        for factor, of_class in enumerate(possible):
            np.testing.assert_allclose(values[:, factor], of_class[classes[:, factor]], atol=1e-12)
        for image, latent in zip(images, classes):
            if latent[1] < 2:  # the centre of squares and ellipses is that of their position
                rows, columns = np.nonzero(image)
                self.assertLess(abs(rows.mean() + 0.5 - (16.5 + latent[5])), 0.51)
                self.assertLess(abs(columns.mean() + 0.5 - (16.5 + latent[4])), 0.51)

    def test_in_an_h5ad_file_they_are_the_same(self):
        one, other = self.drawn("some.npz", "--number", "40"), self.drawn("some.h5ad", "--number", "40")
        with np.load(one) as file, h5py.File(other) as same:
            dense = np.zeros((40, 4096))
            for row in range(40):
                begin, end = same["X/indptr"][row:row + 2]
                dense[row, same["X/indices"][begin:end]] = same["X/data"][begin:end]
            np.testing.assert_array_equal(dense, file["imgs"].reshape(40, -1))

    def test_are_read_fitted_and_scored(self):
        path, out = self.drawn("some.npz", "--number", "200"), self.folder / "run"
        seen = run("inspect", path)
        self.assert_ok(seen)
        for text in ("images", "shape", "orientation"):
            self.assertIn(text, seen.stdout)
        fitted = run("fit", path, "--model", "jointvae", "--out", out, "--epochs", "2", "--threads", "1",
                     "--channels", "4,4,4,4", "--decoder-channels", "4,4,4,4", "--latent", "8")
        self.assert_ok(fitted)
        self.assertIn("--preset dsprites is used", fitted.stderr)
        words = ("evaluate", out, path, "--labels", "shape", "--factors", "shape,scale,orientation,x,y")
        scores = run(*words, "--json")
        self.assert_ok(scores)
        found = json.loads(scores.stdout)["disentanglement"]
        self.assertEqual(len(found["latents"]), 6 + 1)
        self.assertEqual(sum(sum(each["votes"].values()) for each in found["latents"]), 800)
        self.assertGreaterEqual(found["score"], 0.2)
        self.assertIn("held out", run(*words).stdout)
        self.assertNotIn("disentanglement", json.loads(run("evaluate", out, path, "--labels", "shape", "--json").stdout))
        self.assert_refused(run("evaluate", out, path, "--labels", "shape", "--factors", "shape,size"), 3, "size")

    def test_refusals(self):
        self.assert_refused(run("simulate", "dsprites", "--out", self.folder / "a.csv"), 2, "written as .npz or .h5ad")
        self.assert_refused(run("simulate", "dsprites", "--out", self.folder / "a.npz", "--number", "737281"), 2, "--number")
        path = self.drawn("some.npz", "--number", "3")
        self.assert_refused(run("simulate", "dsprites", "--out", path, "--number", "3"), 2, "--force")


if __name__ == "__main__":
    main()
