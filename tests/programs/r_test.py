"""The R code of docs/r.md does what the page says: R's Matrix package writes what mixvae reads, R reads what mixvae writes.

Blocks for Seurat, SingleCellExperiment and hdf5r run where these packages are installed.
"""
import pathlib
import re
import shutil
import subprocess
import unittest

from program import ProgramTest, main, run

PAGE = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "r.md").read_text("utf-8")
BLOCKS = re.findall(r"^```r\n(.*?)^```", PAGE, re.M | re.S)
CELLS = """
set.seed(1)
counts <- matrix(rpois(40 * 90, 1), 40, 90)
kind <- rep(c("a b", "c,d", "e"), 30)
for (k in 1:3) counts[(1:12) + 12 * (k - 1), kind == unique(kind)[k]] <- rpois(12 * 30, 12)
dimnames(counts) <- list(paste0("GENE-", 1:40), paste0("cell_", 90:1, "-1"))
annotations <- data.frame(true_type = kind, row.names = colnames(counts))
"""


def block(*words):
    """The block of the page that holds all of these words."""
    found = [text for text in BLOCKS if all(word in text for word in words)]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} blocks with {words}")
    return found[0]


def has_package(name):
    return subprocess.run(["Rscript", "-e", f'quit(status = !requireNamespace("{name}", quietly = TRUE))'],
                          capture_output=True, check=False).returncode == 0


@unittest.skipUnless(shutil.which("Rscript"), "R is not installed")
class R(ProgramTest):
    def r(self, code):
        script = self.folder / "script.R"
        script.write_text("options(warn = 2)\n" + code, encoding="utf-8")
        result = subprocess.run(["Rscript", "--vanilla", script], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                                encoding="utf-8", timeout=200, check=False)
        self.assert_ok(result)
        return result.stdout

    def setUp(self):
        super().setUp()
        self.r(CELLS + block("write_for_mixvae") + 'write_for_mixvae(counts, "counts")\n' + block("write.csv"))

    def test_there_and_back(self):
        self.assert_ok(run("fit", "counts/", "--out", "run", "--types", "3", "--epochs", "40", "--threads", "1", cwd=self.folder))
        found = run("inspect", "counts", cwd=self.folder).stdout
        for text in ("90", "40", "counts"):
            self.assertIn(text, found)
        self.assert_ok(run("assign", "run", "counts/", "--out", "types.csv", cwd=self.folder))
        scores = run("evaluate", "run", "counts/", "--annotations", "annotations.csv", "--labels", "true_type", cwd=self.folder)
        self.assert_ok(scores)
        self.assertRegex(scores.stdout, r"accuracy +1\.000")
        told = self.r(CELLS + block("read.csv") + 'cat(ncol(states), nrow(table(types$mixvae_type, kind)), '
                      'sum(table(types$mixvae_type, kind) == 30), max(abs(rowSums(types[grep("type_probs", names(types))]) - 1)) < 1e-3)')
        self.assertRegex(told, r"^[1-9]\d* 3 3 TRUE$")
        self.seurat()
        self.single_cell_experiment()
        self.hdf5()

    def seurat(self):
        if has_package("Seurat"):
            told = self.r("suppressWarnings(suppressMessages(library(Seurat)))\n" + CELLS + "library(Matrix)\n" + block("read.csv") +
                          'x <- CreateSeuratObject(as(counts, "CsparseMatrix"))\n' + block("AddMetaData") +
                          'cat(identical(as.character(Idents(x)), types$mixvae_type), dim(Embeddings(x, "mixvae")))')
            self.assertRegex(told, r"TRUE 90 [1-9]")

    def single_cell_experiment(self):
        if has_package("SingleCellExperiment"):
            told = self.r("suppressWarnings(suppressMessages(library(SingleCellExperiment)))\n" + CELLS + block("read.csv") +
                          "x <- SingleCellExperiment(list(counts = counts))\n" + block("colData") +
                          'cat(identical(x$mixvae_type, types$mixvae_type), dim(reducedDim(x, "mixvae")))')
            self.assertRegex(told, r"TRUE 90 [1-9]")

    def hdf5(self):
        if has_package("hdf5r"):
            self.assert_ok(run("assign", "run", "counts/", "--out", "annotated.h5ad", cwd=self.folder))
            told = self.r(block("read.csv").replace("stopifnot(identical(rownames(types), colnames(counts)))\n", "") +
                          "table <- states\n" + block("hdf5r") +
                          "cat(identical(as.character(type), types$mixvae_type), max(abs(states - table)) < 1e-4, "
                          "max(abs(confidence - types$mixvae_confidence)) < 1e-4)")
            self.assertEqual(told, "TRUE TRUE TRUE")

    def test_rds_is_refused_with_the_lines_that_write_a_folder(self):
        self.r(CELLS + 'library(Matrix)\nsaveRDS(as(counts, "CsparseMatrix"), "cells.rds")\nsave(counts, file = "cells.RData")')
        self.assert_refused(run("inspect", "cells.rds", cwd=self.folder), 3, "R object (.rds)", 'readRDS("cells.rds")',
                            "writeMM(m, \"matrix.mtx\")", "barcodes.tsv", "genes.tsv")
        self.assert_refused(run("inspect", "cells.RData", cwd=self.folder), 3, "R workspace (.RData)", 'load("cells.RData")')


if __name__ == "__main__":
    main()
