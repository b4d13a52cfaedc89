"""Ctrl-C, threads, and what a call leaves behind."""
import json
import signal
import subprocess
import sys
import threading
import time

import numpy as np
from package import PackageTest, main, mixvae

LONG = 100_000  # epochs that nobody waits for

# Says when stage WHERE begins; a signal then ends the call. Prints what was thrown, and how long after the signal.
INTERRUPTED = """
import json, os, pathlib, signal, sys, threading, time
import anndata, mixvae

data, out, where, epochs, number = sys.argv[1:]
cells = anndata.read_h5ad(data)
sent = []
class Watch:
    def write(self, text):
        if where in text and not sent:
            sent.append(time.time())
            threading.Timer(0.1, lambda: (sent.append(time.time()), os.kill(os.getpid(), getattr(signal, number)))).start()
    def flush(self): pass
    def isatty(self): return False
sys.stderr = Watch()
try:
    mixvae.fit(cells, out=out or None, types=3, epochs=int(epochs), replicates=1000)
    what = "finished"
except BaseException as error:
    what = type(error).__name__
print(json.dumps({"what": what, "after": time.time() - sent[-1], "files": sorted(os.listdir(out)) if out else None}))
"""


class InterruptTest(PackageTest):
    def interrupted(self, where, out="", epochs=LONG, number="SIGINT"):
        done = subprocess.run([sys.executable, "-c", INTERRUPTED, str(self.file), str(out), where, str(epochs), number],
                              capture_output=True, encoding="utf-8", timeout=120, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr

    def test_training_ends_with_a_checkpoint_and_goes_on(self):
        out = self.folder / "run"
        _, told = self.interrupted("training: about", out, LONG)
        self.assertEqual(told["what"], "KeyboardInterrupt")
        self.assertLess(told["after"], 5)
        self.assertIn("checkpoint.safetensors", told["files"])
        self.assertNotIn("model.safetensors", told["files"])
        self.assertNotIn(".mixvae.lock", told["files"])

    def test_an_interrupted_fit_goes_on_to_the_same_bits(self):
        settings = {"types": 3, "epochs": 400, "replicates": 2, "verbose": False}
        whole = mixvae.fit(self.cells(), out=self.folder / "whole", **settings)
        out = self.folder / "interrupted"

        def press():
            while not (out / "config.toml").exists():
                time.sleep(0.01)
            time.sleep(0.5)
            signal.raise_signal(signal.SIGINT)

        presser = threading.Thread(target=press)
        presser.start()
        with self.assertRaises(KeyboardInterrupt):
            mixvae.fit(self.cells(), out=out, **settings)
            presser.join()  # a fit that was faster than the signal
        presser.join()
        self.assertFalse((out / "model.safetensors").exists())
        again = mixvae.fit(self.cells(), out=out, **settings)
        self.assertEqual((again.folder / "model.safetensors").read_bytes(),
                         (whole.folder / "model.safetensors").read_bytes())

    def test_stages_beside_training_end_soon(self):
        for stage in ("preparing: begins", "confidence: about"):
            _, told = self.interrupted(stage, epochs=2)
            self.assertEqual(told["what"], "KeyboardInterrupt", stage)
            self.assertLess(told["after"], 5, stage)

    def test_a_signal_to_end_ends_python(self):
        code, told = self.interrupted("training: about", number="SIGTERM")
        self.assertEqual(code, -signal.SIGTERM, told)

    def test_a_handler_of_the_user_is_called(self):
        seen = []
        former = signal.signal(signal.SIGINT, lambda *_: seen.append(1))
        self.addCleanup(signal.signal, signal.SIGINT, former)
        threading.Timer(1, lambda: signal.raise_signal(signal.SIGINT)).start()
        with self.assertRaises(KeyboardInterrupt):
            mixvae.fit(self.cells(), types=3, epochs=LONG, verbose=False)
        self.assertEqual(seen, [1])
        signal.raise_signal(signal.SIGINT)  # it is still in place
        self.assertEqual(seen, [1, 1])

    def test_other_threads_run_meanwhile(self):
        counted, over = [0], threading.Event()

        def count():
            while not over.is_set():
                counted[0] += 1
                time.sleep(0.001)

        counter = threading.Thread(target=count)
        counter.start()
        begin = time.time()
        mixvae.fit(self.cells(), types=3, epochs=200, verbose=False)
        seconds = time.time() - begin
        over.set()
        counter.join()
        self.assertGreater(counted[0], 20 * seconds)

    def test_calls_from_several_threads_wait_for_each_other(self):
        models = [None] * 3

        def fit(n):
            models[n] = mixvae.fit(self.cells(), types=3, epochs=3, seed=n // 2, verbose=False)

        threads = [threading.Thread(target=fit, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        content = [(model.folder / "model.safetensors").read_bytes() for model in models]
        self.assertEqual(content[0], content[1])
        self.assertNotEqual(content[0], content[2])

    def test_numpy_computes_as_before_after_a_call(self):
        tiny = np.float32(1e-40)
        matrix = np.random.default_rng(0).normal(size=(300, 300))
        product = matrix @ matrix
        mixvae.fit(self.cells(), types=3, epochs=2, threads=1, verbose=False)
        self.assertNotEqual(tiny * np.float32(0.5), 0)  # denormal numbers are not flushed
        np.testing.assert_array_equal(matrix @ matrix, product)

    def test_a_temporary_model_goes_with_its_object(self):
        model = mixvae.fit(self.cells(), types=3, epochs=2, verbose=False)
        folder = model.folder
        self.assertTrue(folder.exists())
        del model
        self.assertFalse(folder.exists())


if __name__ == "__main__":
    main()
