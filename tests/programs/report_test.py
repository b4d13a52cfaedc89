"""A run as people see it: the report, and figures as SVG and PNG."""
import html.parser
import os
import pathlib
import re
import struct
import xml.etree.ElementTree as xml

from program import ProgramTest, main, run

QUICK = ("--types", "3", "--epochs", "3", "--threads", "1", "--components", "5", "--neighbours", "3")
FIGURES = ["learning-curves", "map", "type-sizes", "type-tree", "markers", "confusion"]


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

    def test_run_without_history_or_with_a_damaged_one(self):
        history = self.run_folder / "history.csv"
        text = history.read_text(encoding="utf-8")
        history.write_text(text[:-4], encoding="utf-8")
        self.assert_refused(self.view("report", self.folder / "r.html"), 3, "history.csv", "line")
        history.unlink()
        self.assert_ok(self.view("report", self.folder / "r.html"))
        page = pathlib.Path(self.folder / "r.html").read_text(encoding="utf-8")
        self.assertIn("no history of its training", page)


if __name__ == "__main__":
    main()
