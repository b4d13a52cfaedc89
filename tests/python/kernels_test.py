"""A numpy that has loaded OpenBLAS with other kernels than the program asks for changes no result."""
import os
import pathlib
import subprocess
import sys
import unittest

from package import PROGRAM, PackageTest, main

FLAGS = set(pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split())

# OpenBLAS is loaded with kernels for a processor without AVX-512, as one that does not know the processor does.
CODE = """
import os, sys, numpy
os.environ.pop("OPENBLAS_CORETYPE")
import ctypes
before = ctypes.CDLL("libopenblas.so.0").openblas_get_corename
before.restype = ctypes.c_char_p
print(before().decode())
import mixvae
print(before().decode())
mixvae.fit(sys.argv[1], out=sys.argv[2], types=3, epochs=3, verbose=False)
"""


@unittest.skipUnless({"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"} <= FLAGS, "a processor without AVX-512")
class KernelsTest(PackageTest):
    def fit_of_program(self, core):
        out = self.folder / core
        subprocess.run([PROGRAM, "fit", self.file, "--out", out, "--types", "3", "--epochs", "3", "--quiet"], check=True,
                       capture_output=True, env=os.environ | {"OPENBLAS_CORETYPE": core})
        return (out / "model.safetensors").read_bytes()

    def test_the_package_computes_with_the_kernels_of_the_program(self):
        out = self.folder / "package"
        done = subprocess.run([sys.executable, "-c", CODE, self.file, out], check=True, capture_output=True,
                              encoding="utf-8", env=os.environ | {"OPENBLAS_CORETYPE": "Haswell"})
        self.assertEqual(done.stdout.split(), ["Haswell", "SkylakeX"])
        narrow, wide = self.fit_of_program("Haswell"), self.fit_of_program("SkylakeX")
        self.assertNotEqual(narrow, wide)  # else this tests nothing
        self.assertEqual((out / "model.safetensors").read_bytes(), wide)


if __name__ == "__main__":
    main()
