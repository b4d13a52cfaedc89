"""The explorer in a browser, served by the program: clicking, searching, moving states, naming, at both widths."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import page
from browser import ActionChains, By, Keys, ReportPage, Select, main, open_browser
from report_page_test import PALE_TEXTS

sys.path.insert(0, str(page.ROOT / "tests" / "programs"))
from program import Served, run, write_counts  # noqa: E402  the folder must be known first

QUICK = ("--types", "3", "--epochs", "20", "--threads", "1", "--components", "5", "--neighbours", "3")


# Where on a canvas, from its middle, some cell has been drawn.
ANY_CELL = """
const [canvas] = arguments;
const { width, height } = canvas;
const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
for (let i = 0; i < data.length; i += 4) {
  const [red, green, blue, alpha] = data.slice(i, i + 4);
  const grey = red === green && green === blue;
  if (alpha === 255 && !grey) return [(i / 4) % width - Math.floor(width / 2), Math.floor(i / 4 / width) - Math.floor(height / 2) + 1];
}
"""


class Fits:
    """A run and its explorer that all tests share; each test begins without names."""
    folder = None

    @classmethod
    def make(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mixvae tést ")
        unittest.addModuleCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.data, cls.run = cls.folder / "cells.csv", cls.folder / "run"
        write_counts(cls.data, cells=90)
        result = run("fit", cls.data, "--out", cls.run, *QUICK)
        assert result.returncode == 0, result.stderr
        served = Served(cls.run, cls.data, "--threads", "1", "--map", "pca")
        unittest.addModuleCleanup(served.end)
        cls.address = served.address


def setUpModule():
    open_browser()
    Fits.make()


class Explorer(ReportPage):
    def setUp(self):
        super().setUp()
        (Fits.run / "type_names.toml").unlink(missing_ok=True)
        self.load()

    def load(self):
        self.browser.get(Fits.address)
        self.wait(lambda: self.all("canvas") and self.all("#decoder input"), "the explorer")
        self.settle()

    def click_at(self, target, x, y):
        self.hover(target, x, y)
        ActionChains(self.browser).click().perform()
        self.settle()

    def field(self, label, within="#explorer"):
        return self.one(within).find_element(By.XPATH, f".//label[contains(., '{label}')]/*[self::input or self::select]")

    def said(self, box):
        return self.one(f"{box} .status").text

    def wait_for(self, box, words):
        self.wait(lambda: words in self.said(box), f"{words!r} in {box}, which says {self.said(box)!r}")

    def type_in(self, field, text):
        field.clear()
        field.send_keys(text)

    def rows(self):
        """Feature, value and other value of each row of the chart, as shown."""
        return [tuple(cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td")) for row in self.all(".chart tbody tr")]

    def names_of_run(self):
        path = Fits.run / "type_names.toml"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def test_moving_a_state_changes_the_decoded_values(self):
        self.assertEqual(self.rows(), [])
        self.assertIn("Nothing differs", self.one(".chart").text)
        slider, output = self.one("#decoder input[type=range]"), self.one("#decoder output")
        before = output.text
        self.browser.execute_script("arguments[0].focus()", slider)
        self.press(*[Keys.ARROW_RIGHT] * 5)
        self.wait(self.rows, "a chart")
        self.assertNotEqual(output.text, before)
        few = self.rows()
        self.press(*[Keys.ARROW_RIGHT] * 10)
        self.wait(lambda: self.rows() != few, "other values")
        self.assertRegex(self.rows()[0][1], r"^[+−]")
        self.click(self.button("Middle of the type"))
        self.wait(lambda: not self.rows(), "no chart")
        self.assertEqual(output.text, before)

    def test_two_types_are_compared(self):
        Select(self.field("Compared with")).select_by_visible_text("T2")
        self.wait(self.rows, "a chart")
        self.assertEqual(self.one("#decoder h3").text, "What differs most: T1 against T2")
        self.assertEqual(len(self.all("#decoder fieldset")), 2)
        values = {row[0]: row[2:] for row in self.rows()}
        Select(self.field("Type", "#naming")).select_by_visible_text("T2")
        Select(self.field("Compared with")).select_by_visible_text("T1")
        self.wait(lambda: self.one("#decoder h3").text.endswith("T2 against T1") and self.rows(), "the other way round")
        self.wait(lambda: {row[0]: row[:1:-1] for row in self.rows()} == values, "the same values, exchanged")

    def test_a_feature_colours_the_map(self):
        Select(self.field("Compared with")).select_by_visible_text("T2")
        self.wait(self.rows, "a chart")
        feature = self.rows()[0][0]
        self.click(self.button(feature, ".chart"))
        self.wait(lambda: self.legend()[0] == feature, "the legend")
        field = self.one(".choice input")
        self.type_in(field, "G5\n")
        self.wait(lambda: self.legend()[0] == "g5", "the legend")
        self.type_in(field, "nobody\n")
        self.wait(lambda: "no feature nobody" in self.one(".choice .status").text, "a refusal")

    def test_a_cell_is_found_and_decoded(self):
        self.type_in(self.field("Find a cell"), "c7\n")
        self.wait_for("#cell", "c7: T")
        self.assertTrue(self.one(".pin").is_displayed())
        facts = self.one("#cell dl").text.split("\n")
        self.assertIn("kind 1", facts)
        self.click(self.button("Decode its type and states"))
        state = facts[facts.index("State 1") + 1].replace("-", "−")
        self.wait(lambda: self.one("#decoder output").text == state, state)
        kind = self.said("#cell").split(": ")[1]
        self.assertEqual(Select(self.field("Type", "#naming")).first_selected_option.text, kind)
        self.type_in(self.field("Find a cell"), "nobody\n")
        self.wait_for("#cell", "no cell called nobody")
        self.assertFalse(self.one(".pin").is_displayed())

    def test_a_cell_is_clicked(self):
        x, y = self.browser.execute_script(ANY_CELL, self.one("canvas"))
        self.click_at(self.one("canvas"), x, y)
        self.wait_for("#cell", ": T")
        self.assertTrue(self.one(".pin").is_displayed())

    def test_types_are_named_merged_and_named_back(self):
        self.click(self.button("T2", ".legend"))
        self.assertEqual(Select(self.field("Type", "#naming")).first_selected_option.text, "T2")
        self.type_in(self.field("Name", "#naming"), "B cells <é>")
        self.type_in(self.field("Note", "#naming"), "by g1\n")
        self.wait_for("#naming", "T2 is now called B cells <é>")
        self.wait(lambda: "T2 B cells <é>" in self.legend(), "the legend")
        self.assertIn("T2 B cells <é>", self.one("#types").text)
        self.assertEqual(self.selected_in_legend(), "T2 B cells <é>")
        self.assertIn('name = "B cells <é>"', self.names_of_run())
        Select(self.field("Colour the cells by")).select_by_visible_text("Name of the type")
        self.assertEqual(self.legend()[0], "Name of the type")
        self.assertIn("B cells <é>", self.legend())
        for tick in self.all("#types input[type=checkbox]")[:2]:
            self.click(tick)
        self.type_in(self.field("Name of the merged"), "both\n")
        self.wait_for("#types", "are merged")
        self.wait(lambda: "both" in self.legend(), "the legend")
        self.click(self.button("Take back", "#types"))
        self.wait_for("#types", "taken back")
        self.assertEqual(self.all("#types li"), [])
        for _ in range(3):
            self.click(self.button("Undo"))
            self.wait_for("#naming", "taken back")
        self.wait(lambda: not self.names_of_run(), "no names")
        self.wait(lambda: not self.button("Undo").is_displayed(), "nothing to undo")
        self.assertEqual(self.legend()[0], "Type")

    def test_a_note_on_a_merged_type_leaves_all_names(self):
        for merge in ((), ("--name", "both")):
            (Fits.run / "type_names.toml").unlink(missing_ok=True)
            self.assertEqual(run("rename", Fits.run, "T1=alpha", "T2=beta").returncode, 0)
            self.assertEqual(run("merge", Fits.run, "T1", "T2", *merge).returncode, 0)
            before = self.names_of_run()
            self.load()
            self.assertEqual(self.field("Name", "#naming").get_property("value"), merge[1] if merge else "alpha")
            self.type_in(self.field("Note", "#naming"), "by g1\n")
            self.wait_for("#naming", "The note of T1 is kept")
            self.assertEqual(self.names_of_run().replace('note = "by g1"\n', ""), before)
            self.type_in(self.field("Note", "#naming"), "\n")
            self.wait_for("#naming", "T1 has no note now")
            self.assertEqual(self.names_of_run(), before)

    def selected_in_legend(self):
        return self.one(".legend button[aria-pressed=true] .name").text

    def test_names_that_are_there_are_shown_and_one_tick_is_too_few(self):
        self.assertEqual(run("rename", Fits.run, "T1=alpha").returncode, 0)
        self.load()
        self.assertIn("T1 alpha", self.legend())
        self.click(self.all("#types input[type=checkbox]")[0])
        self.click(self.button("Merge ticked"))
        self.assertEqual(self.said("#types"), "Tick two types or more.")

    def test_a_fork_of_the_tree_ticks_its_types_by_key(self):
        fork = self.all(".fork")[-1]
        self.assertIn("T1, ", fork.accessible_name)
        self.browser.execute_script("arguments[0].focus()", fork)
        self.press(Keys.ENTER)
        self.assertTrue(all(tick.is_selected() for tick in self.all("#types input[type=checkbox]")))

    def test_both_widths_show_all_without_sideways_scrolling(self):
        for width in (1280, 400):
            self.resize(width)
            self.load()
            Select(self.field("Compared with")).select_by_visible_text("T2")
            self.wait(self.rows, "a chart")
            self.type_in(self.field("Find a cell"), "c7\n")
            self.wait_for("#cell", "c7")
            self.assertEqual(self.one("html").get_property("scrollWidth"), width)
            self.assertEqual(self.browser.execute_script(PALE_TEXTS), [])
        controls = [control for control in self.all("button, input, select, canvas") if control.is_displayed()]
        self.assertEqual([control.get_attribute("outerHTML") for control in controls if not control.accessible_name.strip()], [])

    def test_every_control_can_be_reached_by_key(self):
        self.browser.execute_script("document.querySelector('canvas').focus()")
        seen = set()
        for _ in range(60):
            self.press(Keys.TAB)
            if self.focused().tag_name == "body":
                break
            self.assertNotEqual(self.focused().value_of_css_property("outline-style"), "none", self.focused().get_attribute("outerHTML"))
            seen.add(self.focused().id)
        controls = [control for control in self.all("button, input, select, .fork") if control.is_displayed()]
        self.assertEqual([control.get_attribute("outerHTML") for control in controls if control.id not in seen], [])


class Source(unittest.TestCase):
    def test_the_page_asks_nobody_else(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([page.ROOT / "web" / "build", folder], check=True)
            script = (pathlib.Path(folder) / "explorer.js").read_text(encoding="utf-8")
        self.assertNotIn("eval(", script)
        self.assertNotRegex(script, r"https?://(?!www\.w3\.org|github\.com|d3js\.org)")


if __name__ == "__main__":
    main()
