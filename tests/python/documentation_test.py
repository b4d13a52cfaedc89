"""The Python code of docs/python.md runs, from above to below."""
import os
import pathlib
import re

import numpy as np
from package import PackageTest, main

PAGE = pathlib.Path(__file__).parents[2] / "docs/python.md"


class DocumentationTest(PackageTest):
    def test_every_block_runs(self):
        blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        self.assertEqual(len(blocks), 2)
        (self.folder / "cells.h5ad").symlink_to(self.file)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        names = {"values": np.asarray(self.cells().X.todense())}
        for block in blocks:
            block = block.replace("seed=0)", "seed=0, replicates=2, epochs=5)")  # in less time
            exec(compile("import mixvae\n" + block, str(PAGE), "exec"), names)
        self.assertEqual(names["model"].folder, (self.folder / "run").resolve())
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"cells.h5ad", "map.png", "report.html", "run"})
        self.assertIn("mixvae_type", names["adata"].obs)


if __name__ == "__main__":
    main()
