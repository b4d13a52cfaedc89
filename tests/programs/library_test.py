"""The stable header of the library is small: it compiles without libtorch."""
import pathlib
import subprocess

from program import ProgramTest, main

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Library(ProgramTest):
    def includes_of(self, header):
        result = subprocess.run(["c++", "-std=c++20", "-fopenmp", "-I", ROOT / "src", "-M", "-x", "c++", ROOT / "src" / header],
                                capture_output=True, encoding="utf-8", check=False)
        self.assert_ok(result)
        return result.stdout

    def test_the_stable_header_includes_no_libtorch(self):
        included = self.includes_of("mixvae/mixvae.hpp")
        self.assertIn("data/dataset.hpp", included)
        for part in ("/torch/", "/ATen/", "nn/"):
            self.assertNotIn(part, included)

    def test_the_example_is_short(self):
        lines = (ROOT / "examples/library/find_types.cpp").read_text("utf-8").splitlines()
        self.assertLess(len(lines), 40)


if __name__ == "__main__":
    main()
