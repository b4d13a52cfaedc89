"""A run as people see it: the report, and figures as SVG and PNG."""
import csv
import html.parser
import json
import os
import pathlib
import re
import struct
import unittest
import xml.etree.ElementTree as xml

from program import ProgramTest, main, run

try:
    from sklearn.metrics import adjusted_rand_score
except ImportError:
    adjusted_rand_score = None

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3")
FIGURES = ["learning-curves", "map", "type-sizes", "type-tree", "consensus", "markers", "traversal", "confusion"]
SAMPLES = ("--sample", "donor", "--condition", "dose")


class Ids(html.parser.HTMLParser):
    """Every id, every element that loads something from elsewhere, and the headings."""

    def __init__(self):
        super().__init__()
        self.ids, self.loads, self.headings, self.heading = [], [], [], False

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids.append(attributes.get("id"))
        if "src" in attributes or (tag == "link") or attributes.get("href", "#")[0] != "#":
            self.loads.append((tag, attrs))
        self.heading = tag == "h2"

    def handle_data(self, data):
        if self.heading:
            self.headings.append(data)
            self.heading = False


class Report(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "run"
        self.fit_once(self.data, self.run_folder, *QUICK)

    def view(self, command, out, *words):
        return run(command, self.run_folder, self.data, "--out", out, "--threads", "1", *words)

    def with_samples(self, mixed=False):
        """The same cells with donors, of which each has one dose, unless one is mixed."""
        lines = self.data.read_text(encoding="utf-8").splitlines()
        path = self.folder / "samples.csv"
        rows = [f"{line},donor {n % 4},{'high' if n % 4 > 1 or (mixed and n == 0) else 'low'}" for n, line in enumerate(lines[1:])]
        path.write_text("\n".join([lines[0] + ",donor,dose", *rows]) + "\n", encoding="utf-8")
        return path

    def test_shares_of_samples(self):
        data, page, drawing = self.with_samples(), self.folder / "r.html", self.folder / "a.svg"
        self.assert_ok(run("report", self.run_folder, data, "--out", page, *SAMPLES))
        text = page.read_text(encoding="utf-8")
        self.assertIn("4 samples: 2 high, 2 low.", text)
        self.assertIn('id="table-conditions"', text)
        self.assert_ok(run("plot", self.run_folder, data, "--figure", "abundances", "--out", drawing, "--sample", "donor"))
        self.assertIn("<title>donor 3: ", drawing.read_text(encoding="utf-8"))
        table = self.folder / "a.csv"
        self.assert_ok(run("plot", self.run_folder, data, "--figure", "abundances", "--out", table, *SAMPLES))
        counts = self.folder / "counts.csv"
        self.assert_ok(run("assign", self.run_folder, data, "--out", self.folder / "o.csv", "--counts", counts, "--sample", "donor"))
        read = lambda path: {(r["sample"], r["type"]): r["cells"] for r in csv.DictReader(path.open(encoding="utf-8"))}
        self.assertEqual(read(table), read(counts))

    def test_samples_that_cannot_be_compared_are_refused(self):
        mixed, drawing = self.with_samples(mixed=True), self.folder / "a.svg"
        words = ("plot", self.run_folder, mixed, "--figure", "abundances", "--out", drawing)
        self.assert_refused(run(*words), 2, "abundances", "--sample COLUMN")
        self.assert_refused(run(*words, *SAMPLES), 3, "two conditions", "'donor 0': 'high' and 'low'")
        self.assert_refused(run(*words, "--sample", "doner"), 3, "doner", "donor")
        self.assert_refused(run(*words, "--sample", "donor", "--condition", "dosis"), 3, "dosis", "dose")
        self.assert_refused(run(*words, "--condition", "dose"), 2, "which sample", "--sample COLUMN")

    @unittest.skipIf(adjusted_rand_score is None, "needs scikit-learn")
    def test_runs_are_compared(self):
        others = [self.folder / "run2", self.folder / "more" / "run"]
        self.fit_once(self.data, others[0], *QUICK, "--seed", "5")
        self.fit_once(self.data, others[1], *QUICK[2:], "--types", "4")
        page, table = self.folder / "r.html", self.folder / "t.csv"
        self.assert_ok(self.view("report", page, "--compare", ",".join(map(str, others)), "--labels", "type"))
        text = page.read_text(encoding="utf-8")
        self.assertIn("Do other runs find the same types?", text)
        self.assertIn(f"most alike in {others[1]}", text)  # two folders are named "run": they are shown whole
        self.assert_ok(self.view("plot", table, "--figure", "run-agreement", "--compare", others[0]))
        rows = list(csv.DictReader(table.open(encoding="utf-8")))
        self.assertEqual([(row["run"], row["other"]) for row in rows], [("run", "run2")])
        self.assert_ok(self.view("assign", self.folder / "a.csv"))
        self.assert_ok(run("assign", others[0], self.data, "--out", self.folder / "b.csv"))
        types = [[row["mixvae_type"] for row in csv.DictReader((self.folder / f).open(encoding="utf-8"))] for f in ("a.csv", "b.csv")]
        self.assertAlmostEqual(float(rows[0]["ari"]), adjusted_rand_score(*types), places=9)
        self.assert_ok(self.view("plot", self.folder / "m.svg", "--color", "run:run2", "--compare", others[0], "--map", "pca"))

    def test_runs_that_cannot_be_compared_are_refused(self):
        page, other, fresh = self.folder / "r.html", self.folder / "other", self.folder / "run2"
        lines = self.data.read_text(encoding="utf-8").splitlines()
        fewer = self.folder / "fewer.csv"
        fewer.write_text("\n".join(lines[:-3]) + "\n", encoding="utf-8")
        self.fit_once(fewer, other, *QUICK)
        self.assert_refused(self.view("report", page, "--compare", other), 3, "different data", "other", "runs of the same data")
        again = f"{self.run_folder}/../{self.run_folder.name}"
        self.assert_refused(self.view("report", page, "--compare", again), 2, "compared with itself")
        self.fit_once(self.data, fresh, *QUICK, "--seed", "5")
        self.assert_refused(self.view("report", page, "--compare", f"{fresh},{fresh}"), 2, "compared with itself", "each once")
        self.assert_refused(self.view("report", page, "--compare", self.folder / "none"), 3, "there is no run here", "none")
        for words, texts in ((("--figure", "type-stability"), ["'type-stability' compares runs", "--compare RUN"]),
                             (("--color", "run:run2"), ["--color run:run2", "--compare RUN"]),
                             (("--color", "run:run3", "--compare", fresh), ["--color run:run3", "run:run2"])):
            self.assert_refused(self.view("plot", self.folder / "p.svg", *words), 2, *texts)
        self.assertFalse(page.exists())

    def test_report_is_one_page_that_loads_nothing(self):
        page = self.folder / "report.html"
        result = self.view("report", page, "--labels", "type")
        self.assert_ok(result)
        self.assertIn("report.html", result.stdout)
        seen = Ids()
        seen.feed(page.read_text(encoding="utf-8"))
        self.assertEqual(seen.loads, [])
        self.assertEqual(seen.headings[0], "Did it converge?")
        self.assertIn("How do types agree with the known labels?", seen.headings)
        for name in FIGURES:
            self.assertIn(f"figure-{name}", seen.ids)
        self.assertEqual(len([i for i in seen.ids if i]), len({i for i in seen.ids if i}), "ids are unique")

    def test_report_is_the_same_every_time(self):
        pages = [self.folder / "a.html", self.folder / "b.html"]
        for page in pages:
            self.assert_ok(self.view("report", page))
        self.assertEqual(pages[0].read_bytes(), pages[1].read_bytes())
        self.assertNotIn("known labels?", pages[0].read_text(encoding="utf-8"))

    def test_plot_draws_one_figure_or_all(self):
        one = self.folder / "map.svg"
        self.assert_ok(self.view("plot", one, "--color", "g1", "--map", "pca"))
        self.assertIn("Principal components: g1", one.read_text(encoding="utf-8"))
        folder = self.folder / "figures"
        self.assert_ok(self.view("plot", f"{folder}/", "--figure", "all", "--labels", "type"))
        self.assertEqual(sorted(p.name for p in folder.iterdir()),
                         sorted(f"{n}.{e}" for n in FIGURES for e in ("svg", "csv")))
        for name in FIGURES:
            xml.parse(folder / f"{name}.svg")

    def test_plot_without_labels_draws_what_it_can(self):
        folder = self.folder / "figures"
        result = self.view("plot", f"{folder}/", "--figure", "all")
        self.assert_ok(result)
        self.assertIn("confusion", result.stderr)
        self.assertFalse((folder / "confusion.svg").exists())
        self.assert_refused(self.view("plot", self.folder / "c.svg", "--figure", "confusion"), 2, "--labels")

    def test_png_is_twice_as_large_as_the_drawing(self):
        png, svg = self.folder / "map.png", self.folder / "map.svg"
        self.assert_ok(self.view("plot", svg))
        self.assert_ok(self.view("plot", png))
        head = png.read_bytes()[:24]
        self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
        width = float(re.search(r'width="(\d+)"', svg.read_text(encoding="utf-8")).group(1))
        self.assertEqual(struct.unpack(">I", head[16:20])[0], 2 * width)
        self.assertEqual([p.name for p in self.folder.glob("map.png*")], ["map.png"])

    def test_png_without_its_converter_is_refused_before_long_work(self):
        environment = dict(os.environ, PATH=str(self.folder))
        result = run("plot", self.run_folder, self.data, "--out", self.folder / "m.png", env=environment)
        self.assert_refused(result, 4, "rsvg-convert", "librsvg2-bin", ".svg")
        self.assertFalse((self.folder / "m.png").exists())

    def test_strange_requests_are_refused(self):
        for words, texts in (
                (("report", "r.pdf"), ["ends in .html"]),
                (("plot", "m.jpg"), [".svg or .png"]),
                (("plot", "m/", "--figure", "map"), ["one figure is one file", ".svg or .png"]),
                (("plot", "m.svg", "--figure", "all"), ["a folder", "ends in /"]),
                (("plot", "m.svg", "--figure", "markers", "--color", "g1"), ["--color is used by the map only"]),
                (("plot", "m.svg", "--color", "nobody"), ["'nobody'", "confidence"]),
                (("plot", "m.svg", "--map", "X_none"), ["--map X_none", "umap, pca"])):
            out = str(self.folder / words[1]) + ("/" if words[1].endswith("/") else "")
            self.assert_refused(self.view(words[0], out, *words[2:]), 2, *texts)
        self.assert_refused(self.view("report", self.folder / "r.html", "--labels", "tipe"), 3, "tipe", "type")

    def test_nothing_is_replaced(self):
        page = self.folder / "mine.html"
        page.write_text("mine", encoding="utf-8")
        self.assert_refused(self.view("report", page), 2, "--force")
        link = self.folder / "link.html"
        link.symlink_to(self.data)
        before = self.data.read_bytes()
        self.assert_refused(self.view("report", link, "--force"), 2, "same file")
        self.assertEqual((page.read_text(encoding="utf-8"), self.data.read_bytes()), ("mine", before))
        self.assert_ok(self.view("report", page, "--force"))

    def test_all_figures_replace_neither_tables_nor_the_input(self):
        folder = self.folder / "here"
        folder.mkdir()
        table = folder / "map.csv"
        table.write_bytes(self.data.read_bytes())
        result = run("plot", self.run_folder, table, "--figure", "all", "--out", f"{folder}/", "--threads", "1")
        self.assert_refused(result, 2, "same file")
        self.assert_refused(self.view("plot", f"{folder}/", "--figure", "all"), 2, "map.csv", "--force")
        self.assertEqual(table.read_bytes(), self.data.read_bytes())
        self.assertEqual([path.name for path in folder.iterdir()], ["map.csv"])

    def test_folder_that_cannot_be_made_is_refused_before_long_work(self):
        file = self.folder / "afile"
        file.write_text("x", encoding="utf-8")
        self.assert_refused(self.view("plot", f"{file}/", "--figure", "all"), 4, "folder", "afile")

    def test_png_that_cannot_be_drawn_leaves_nothing(self):
        bin = self.folder / "bin"
        bin.mkdir()
        fake = bin / "rsvg-convert"
        fake.write_text('#!/bin/sh\n[ "$1" = --version ]\n', encoding="utf-8")
        fake.chmod(0o755)
        environment = dict(os.environ, PATH=f"{bin}:{os.environ['PATH']}")
        result = run("plot", self.run_folder, self.data, "--figure", "type-sizes", "--out", self.folder / "m.png", env=environment)
        self.assert_refused(result, 4, "rsvg-convert could not draw", "exit code 1")
        self.assertEqual(list(self.folder.glob("m.png*")), [])

    def test_two_cells_are_enough_for_what_needs_no_map(self):
        lines = self.data.read_text(encoding="utf-8").splitlines()[:3]
        two = self.folder / "two.csv"
        two.write_text("\n".join(lines) + "\n", encoding="utf-8")
        sizes = self.folder / "sizes.svg"
        self.assert_ok(run("plot", self.run_folder, two, "--figure", "type-sizes", "--out", sizes, "--trust-values"))
        self.assertTrue(sizes.exists())

    def test_new_cells_unlike_any_have_no_type(self):
        lines = self.data.read_text(encoding="utf-8").splitlines()
        strange = self.folder / "strange.csv"
        cells = [f"n{i},kind 0," + ",".join(str((200 * ((g + i) % 4 == 0)) + (i * g) % 3) for g in range(12)) for i in range(40)]
        strange.write_text("\n".join([lines[0], *cells]) + "\n", encoding="utf-8")
        said = run("assign", self.run_folder, strange, "--out", self.folder / "o.csv", "--json", "--trust-values")
        self.assert_ok(said)
        unknown = json.loads(said.stdout)["unknown"]
        self.assertGreater(unknown, 20)
        page = self.folder / "r.html"
        self.assert_ok(run("report", self.run_folder, strange, "--out", page, "--trust-values", "--map", "pca"))
        self.assertIn(f"{unknown} cells are unlike any cell of the fit", page.read_text(encoding="utf-8"))
        kept = run("assign", self.run_folder, strange, "--out", self.folder / "k.csv", "--json", "--unknown", "no", "--trust-values")
        self.assertEqual(json.loads(kept.stdout)["unknown"], 0)

    def test_cells_of_the_fit_keep_their_types(self):
        self.assertEqual(json.loads(self.view("assign", self.folder / "o.csv", "--json").stdout)["unknown"], 0)

    def test_unknown_needs_a_confidence(self):
        plain = self.folder / "plain"
        self.fit_once(self.data, plain, *QUICK, "--replicates", "0")
        result = run("assign", plain, self.data, "--out", self.folder / "o.csv", "--unknown", "yes")
        self.assert_refused(result, 2, "--unknown yes", "confidence")

    def test_report_as_json_names_the_page(self):
        page = self.folder / "r.html"
        self.assertEqual(json.loads(self.view("report", page, "--json").stdout), {"out": str(page)})

    def test_run_without_history_or_with_a_damaged_one(self):
        history = self.run_folder / "history.csv"
        text = history.read_text(encoding="utf-8")
        history.write_text(text[:-4], encoding="utf-8")
        self.assert_refused(self.view("report", self.folder / "r.html"), 3, "history.csv", "line")
        history.unlink()
        curve = self.run_folder / "types.csv"
        whole = curve.read_text(encoding="utf-8")
        curve.write_text(whole + "3,x,0.5,1,0\n", encoding="utf-8")
        self.assert_refused(self.view("report", self.folder / "r.html"), 3, "types.csv", "line", "not whole")
        curve.write_text(whole, encoding="utf-8")
        self.assert_ok(self.view("report", self.folder / "r.html"))
        page = pathlib.Path(self.folder / "r.html").read_text(encoding="utf-8")
        self.assertIn("no history of its training", page)


if __name__ == "__main__":
    main()
