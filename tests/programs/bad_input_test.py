"""What the program does with input it cannot use: exit code, message, nothing left behind."""
import os
import unittest

from program import ProgramTest, main, run


class BadInput(ProgramTest):
    def fit(self, *words):
        return run("fit", *words, "--out", self.folder / "run", "--threads", "1")

    def assert_no_run(self):
        self.assertFalse((self.folder / "run" / "model.safetensors").exists())

    def test_a_missing_file(self):
        self.assert_refused(self.fit(self.folder / "nö.h5ad"), 3, "nö.h5ad")
        self.assertFalse((self.folder / "run").exists())
        self.assert_refused(run("inspect", self.folder / "nö.h5ad"), 3, "nö.h5ad")

    def test_a_file_of_an_unknown_kind(self):
        path = self.folder / "image.h5ad"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        self.assert_refused(self.fit(path), 3, "image.h5ad")

    def test_an_empty_file(self):
        path = self.folder / "empty.csv"
        path.write_bytes(b"")
        self.assert_refused(self.fit(path), 3, "empty.csv")

    def set_value(self, path, text):
        """Puts a text in the place of gene g3 of cell c3."""
        lines = path.read_text(encoding="utf-8").splitlines()
        fields = lines[4].split(",")
        fields[5] = text
        lines[4] = ",".join(fields)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def test_missing_values_and_negative_counts_name_cell_and_gene(self):
        for text in ("nan", "-3"):
            path = self.counts()
            self.set_value(path, text)
            self.assert_refused(self.fit(path), 3, "c3", "g3")
            self.assert_no_run()

    def test_more_types_than_cells(self):
        self.assert_refused(self.fit(self.counts(), "--types", "61"), 2, "61", "60")
        self.assert_no_run()

    def test_a_batch_larger_than_the_data(self):
        self.assert_refused(self.fit(self.counts(), "--types", "3", "--batch-size", "500"), 2, "500")
        self.assert_no_run()

    def test_an_unknown_layer_names_those_there_are(self):
        self.assert_refused(run("inspect", self.counts(), "--layer", "spliced"), 3, "spliced")

    def test_an_output_that_cannot_be_written_is_found_before_training(self):
        blocker = self.folder / "file"
        blocker.write_text("x", encoding="utf-8")
        result = run("fit", self.counts(), "--out", blocker / "run", "--types", "3")
        self.assert_refused(result, 4, "run")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_without_permission(self):
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        self.assert_refused(self.fit("/dev/null"), 4)

    def test_assigning_without_a_run(self):
        result = run("assign", self.folder / "none", self.counts(), "--out", self.folder / "o.h5ad")
        self.assert_refused(result, 3, "no run")

    def test_an_output_format_that_is_none(self):
        (self.folder / "r").mkdir()
        (self.folder / "r" / "model.safetensors").write_bytes(b"x")
        result = run("assign", self.folder / "r", self.counts(), "--out", self.folder / "o.xlsx")
        self.assert_refused(result, 2, ".xlsx", ".h5ad, .csv, .npz, .npy or .fcs")

    def test_a_model_that_is_none(self):
        (self.folder / "r").mkdir()
        (self.folder / "r" / "model.safetensors").write_bytes(b"not a model")
        result = run("assign", self.folder / "r", self.counts(), "--out", self.folder / "o.h5ad")
        self.assert_refused(result, 3, "model.safetensors")


if __name__ == "__main__":
    main()
