"""The report's page in a browser: widths, contrast, keyboard, paper, without its script, and where parts of it are absent."""
import shutil
import subprocess
import unittest

import page
from browser import Keys, ReportPage, main, open_browser

# Texts with less contrast than WCAG AA asks for, as "text: ratio".
PALE_TEXTS = """
const channels = (color) => color.match(/[\\d.]+/g).map(Number);
const light = (color) => {
  const [r, g, b] = channels(color).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (channels(color)[3] !== 0) return color;
  }
  return "rgb(255, 255, 255)";
};
const pale = [];
for (const element of document.querySelectorAll("body *:not(script, style, option, optgroup, svg *)")) {
  const own = Array.from(element.childNodes).filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
  if (!own || !element.getClientRects().length) continue;
  const [dark, bright] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => a - b);
  const ratio = (bright + 0.05) / (dark + 0.05);
  if (ratio < 4.5) pale.push(own + ": " + ratio.toFixed(2));
}
return pale;
"""


def setUpModule():
    open_browser()


class Everywhere(ReportPage):
    def test_no_width_makes_the_page_scroll_sideways(self):
        for width in (1280, 400):
            self.resize(width)
            self.open(content=page.sections() + f'<section><figure id="figure-wide">{page.figure(1500)}</figure></section>')
            self.assertEqual(self.one("html").get_property("scrollWidth"), width)
            box = self.one("#figure-wide .scroll")
            self.assertGreater(box.get_property("scrollWidth"), box.get_property("clientWidth"))
            self.assertEqual(self.drawn_types(), ["T1", "T2", "T3"])
        table = self.one("#markers .scroll")
        self.assertGreater(table.get_property("scrollWidth"), table.get_property("clientWidth"))

    def test_texts_are_dark_enough(self):
        self.open()
        self.click(self.button("T2", ".legend"))
        self.hover(self.all("rect[data-tip]")[1])
        self.assertEqual(self.browser.execute_script(PALE_TEXTS), [])
        self.browser.execute_script("document.querySelector('.lead').style.color = '#999'")
        self.assertRegex(self.browser.execute_script(PALE_TEXTS)[0], "^Three types were found in.*: 2.8")

    def test_every_control_has_a_name_and_a_visible_focus(self):
        self.open()
        controls = [control for control in self.all("button, input, select, canvas") if control.is_displayed()]
        self.assertEqual([control.get_attribute("outerHTML") for control in controls if not control.accessible_name.strip()], [])
        self.click(self.button("T2", ".legend"))
        seen = []
        self.browser.execute_script("document.querySelector('nav a').focus()")
        for _ in range(60):
            self.press(Keys.TAB)
            if self.focused().tag_name == "body" or self.focused() in seen:
                break
            seen.append(self.focused())
            outline = seen[-1].value_of_css_property("outline-style")
            self.assertNotEqual(outline, "none", seen[-1].get_attribute("outerHTML"))
        tags = [element.tag_name for element in seen]
        self.assertEqual((tags.count("canvas"), tags.count("select"), tags.count("tr")), (1, 1, 2))

    def test_paper_shows_no_controls_and_every_row(self):
        self.open()
        self.one("#markers input").send_keys("lyz")
        self.assertFalse(self.all("#table-markers tbody tr")[0].is_displayed())
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"media": ""})
        for control in self.all("nav, .toolbar, select, input, .hint"):
            self.assertFalse(control.is_displayed(), control.get_attribute("outerHTML"))
        self.assertTrue(self.all("#table-markers tbody tr")[0].is_displayed())
        self.assertTrue(self.one(".legend").is_displayed())

    def test_without_script_everything_can_be_read(self):
        path = self.folder / "page.html"
        path.write_text(page.page("", self.bundle[1]), encoding="utf-8")
        for width in (1280, 400):
            self.resize(width)
            self.browser.get(path.as_uri())
            self.assertEqual(self.one("html").get_property("scrollWidth"), width)
            self.assertTrue(self.one("#map svg").is_displayed())
            self.assertEqual(self.column("markers", 2)[0], "CD3D")


class MissingParts(ReportPage):
    def test_one_type(self):
        self.open(types=1)
        self.assertEqual(self.drawn_types(), ["T1"])
        self.click(self.button("T1", ".legend"))
        self.assertEqual((self.drawn_types(), self.selected("types")), (["T1"], ["T1"]))

    def test_one_cell(self):
        self.open(cells=1)
        self.assertEqual(self.status(), "1 cell.")
        self.assertEqual(self.drawn_types(), ["T1"])

    def test_no_map(self):
        data, arrays = page.report_data(500, 3)
        self.open(data={**data, "map": None, "cells": None, "colours": []}, arrays="", wait_for="button.sort")
        self.assertTrue(self.one("#map svg").is_displayed())
        self.assertEqual(self.all(".notice, canvas"), [])
        self.click(self.one("#table-types tbody tr"))
        self.assertEqual(self.selected("markers"), ["T1"] * 3)

        self.open(data=data, arrays=arrays, content=page.sections().replace('id="map"', 'id="no-map"'), wait_for="button.sort")
        self.assertEqual(self.all(".notice, canvas"), [])

    def test_no_names_of_cells(self):
        data, arrays = page.report_data(500, 3)
        self.open(data={**data, "cells": None}, arrays=arrays)
        self.hover(self.one("canvas"), *self.lone_cell())
        self.assertEqual(self.one(".card").text.split("\n")[0], "Type: T1")

    def test_damaged_arrays_leave_the_picture_and_say_so(self):
        _, arrays = page.report_data(500, 3)
        data, short = page.report_data(20, 3)
        data["colours"][0]["values"]["count"] = 10**6
        damaged = {"none": {"arrays": ""}, "cut": {"arrays": arrays[:400]}, "short": {"data": data, "arrays": short}}
        for name, changes in damaged.items():
            with self.subTest(name):
                self.open(wait_for=".notice", **changes)
                self.assertIn("cannot be moved or coloured here", self.one(".notice").text)
                self.assertTrue(self.one("#map svg").is_displayed())
                self.assertEqual(self.all("canvas"), [])

    def test_an_empty_page(self):
        self.open(content="<section><h2>Nothing</h2><table class='sortable searchable'></table></section>", data={}, arrays="",
                  wait_for="h2")
        self.assertEqual(self.all("canvas, .notice"), [])


class Source(unittest.TestCase):
    def test_types_fit(self):
        if not shutil.which("tsc"):
            self.skipTest("node-typescript is not installed")
        result = subprocess.run(["tsc", "-p", page.ROOT / "web"], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

if __name__ == "__main__":
    main()
