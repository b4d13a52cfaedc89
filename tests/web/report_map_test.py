"""The report's map of cells in a browser: colours, highlighting, zoom, the pointer."""
import base64

import page
from browser import (
    ActionBuilder, ActionChains, Keys, PointerInput, ReportPage, ScrollOrigin, Select, main, open_browser,
)


def setUpModule():
    open_browser()


class Map(ReportPage):
    def test_it_takes_the_place_of_the_picture_and_shows_every_type(self):
        self.open()
        self.assertEqual(self.all("#map svg"), [])
        self.assertEqual(self.drawn_types(), ["T1", "T2", "T3"])
        self.assertEqual(self.status(), "500 of 1,200 cells are shown.")
        self.assertEqual(self.one("canvas").get_attribute("aria-label"), "UMAP of 500 cells, coloured by Type")
        kinds, _, _ = page.cells_of(500, 3)
        counts = [text for i in range(3) for text in (f"T{i + 1}", str(kinds.count(i)))]
        self.assertEqual(self.legend(), ["Type", "cells", *counts])

    def test_y_points_upwards(self):
        self.open()
        height = self.one("canvas").size["height"]
        self.assertLess(self.pixels("#ff7f0e")["y"], height * 0.5)  # T2 lies at the top
        self.assertGreater(self.pixels("#2ca02c")["y"], height * 0.5)

    def test_another_colour(self):
        self.open()
        choice = Select(self.one("select"))
        self.assertEqual([group.get_attribute("label") for group in self.all("optgroup")], ["Result", "Annotations", "Features"])
        choice.select_by_visible_text("batch")
        self.settle()
        self.assertEqual(self.drawn_types(), [])
        self.assertGreater(self.pixels("#8c564b")["count"], 100)
        self.assertEqual(self.legend(), ["batch", "cells", "one", "250", "two", "240", "no value", "10"])
        choice.select_by_visible_text("CD3D")
        self.settle()
        self.assertEqual(self.legend(), ["CD3D", "0", "4.2", "no value", "5"])
        self.assertEqual(self.pixels("#8c564b")["count"], 0)
        self.assertIn("coloured by CD3D", self.one("canvas").get_attribute("aria-label"))

    def test_a_gene_is_found_by_its_name(self):
        self.open()
        field = self.one("input[list]")
        self.assertEqual(len(self.all("#feature-names option")), len(page.GENES))
        field.send_keys("lyz")
        self.assertEqual(self.one("select").get_attribute("value"), "feature:LYZ")
        self.assertEqual(self.legend()[0], "LYZ")
        field.clear()
        field.send_keys("NOGENE", Keys.TAB)
        self.assertEqual(self.one(".choice .status").text, "NOGENE is not among the 20 features of this page.")
        self.assertEqual(self.legend()[0], "LYZ")

    def test_few_genes_need_no_search(self):
        data, arrays = page.report_data(500, 3)
        data["colours"] = data["colours"][:3 + 15]
        self.open(data=data, arrays=arrays)
        self.assertEqual(self.all("input[list]"), [])
        self.assertEqual(len(self.all("optgroup[label=Features] option")), 15)

    def test_a_type_is_highlighted_from_the_legend(self):
        self.open()
        before = self.picture()
        count = page.cells_of(500, 3)[0].count(1)
        self.click(self.button("T2", ".legend"))
        self.assertEqual(self.drawn_types(), ["T2"])
        self.assertEqual(self.button("T2", ".legend").get_attribute("aria-pressed"), "true")
        self.assertEqual(self.status(), f"500 of 1,200 cells are shown. T2 is highlighted: {count} cells.")
        self.assertEqual((self.selected("types"), self.selected("markers")), (["T2"], ["T2", "T2"]))
        self.click(self.button("T3", ".legend"))
        self.assertEqual(self.drawn_types(), ["T3"])
        self.press(Keys.ESCAPE)
        self.assertEqual(self.picture(), before)
        self.assertEqual((self.selected("types"), self.status()), ([], "500 of 1,200 cells are shown."))
        self.click(self.button("T1", ".legend"))
        self.click(self.button("End highlighting"))
        self.assertEqual(self.picture(), before)

    def test_a_type_stays_highlighted_under_a_gene_but_a_batch_does_not(self):
        self.open()
        choice = Select(self.one("select"))
        self.click(self.one("#table-types tbody tr"))
        choice.select_by_visible_text("CD3D")
        self.settle()
        self.assertIn("T1 is highlighted", self.status())
        self.assertGreater(self.pixels("#e4e4e4")["count"], 500)
        choice.select_by_visible_text("batch")
        self.click(self.button("two", ".legend"))
        self.assertEqual((self.pixels("#8c564b")["count"], self.selected("types")), (0, []))
        self.assertIn("two is highlighted: 240 cells", self.status())
        choice.select_by_visible_text("Type")
        self.settle()
        self.assertEqual((self.status(), self.drawn_types()), ("500 of 1,200 cells are shown.", ["T1", "T2", "T3"]))

    def test_the_pointer_tells_of_a_cell(self):
        self.open()
        canvas, (x, y) = self.one("canvas"), self.lone_cell()
        self.hover(canvas, x, y)
        lines = self.one(".card").text.split("\n")
        self.assertEqual(lines[:2], ["cell-0 <é>", "Type: T1"])
        self.assertRegex(lines[2], r"^Confidence: 0\.\d+$")
        self.assertEqual(len(lines), 3)
        self.assertTrue(self.one(".ring").is_displayed())
        self.hover(canvas, x + 60, y)
        self.assertFalse(self.one(".card").is_displayed())
        self.assertFalse(self.one(".ring").is_displayed())

    def test_a_finger_tells_of_a_cell(self):
        self.resize(400)
        self.open()
        finger = ActionBuilder(self.browser, mouse=PointerInput("touch", "finger"), duration=20)
        finger.pointer_action.move_to(self.one("canvas"), *self.lone_cell()).pointer_down().pointer_up()
        finger.perform()
        self.settle()
        self.assertEqual(self.one(".card").text.split("\n")[:2], ["cell-0 <é>", "Type: T1"])

    def test_zoom_by_buttons_keys_and_mouse(self):
        self.open()
        canvas, whole = self.one("canvas"), self.picture()

        def changed(act, expected=True):
            before = self.picture()
            act()
            self.settle()
            self.assertEqual(self.picture() != before, expected)

        changed(lambda: self.click(self.button("+")))
        changed(lambda: ActionChains(self.browser).drag_and_drop_by_offset(canvas, 80, 40).perform())
        changed(lambda: self.press(Keys.ARROW_LEFT))  # the drag has left the focus on the map
        changed(lambda: ActionChains(self.browser).double_click(canvas).perform())
        self.assertEqual(self.picture(), whole)
        changed(lambda: self.press("+"))
        changed(lambda: self.press("-"))
        changed(lambda: self.click(self.button("+")))
        self.click(self.button("Whole map"))
        self.assertEqual(self.picture(), whole)

    def test_the_wheel_zooms_only_where_the_map_has_the_focus(self):
        self.open()
        self.click(self.button("+"))
        canvas, before = self.one("canvas"), self.picture()
        self.browser.execute_script("scrollTo(0, 0)")
        origin = ScrollOrigin.from_element(canvas)
        ActionChains(self.browser).scroll_from_origin(origin, 0, 120).perform()
        self.wait(lambda: self.one("html").get_property("scrollTop") > 0, "the page scrolls")
        self.assertEqual(self.picture(), before)
        self.click(canvas)
        ActionChains(self.browser).scroll_from_origin(origin, 0, 120).perform()
        self.wait(lambda: self.picture() != before, "the map is reduced")

    def test_names_can_be_left_out(self):
        self.open()
        dark = self.pixels("#1b1f24")["count"]
        self.click(self.one(".check input"))
        self.assertGreater(dark, 0)
        self.assertEqual(self.pixels("#1b1f24")["count"], 0)

    def test_it_is_saved_as_a_picture(self):
        self.open()
        self.click(self.button("Picture (PNG)"))
        self.assertEqual(self.downloaded("map.png"), base64.b64decode(self.picture().split(",")[1]))

    def test_it_fits_when_the_window_changes(self):
        self.open()
        self.resize(400)
        self.wait(lambda: self.one("canvas").get_property("width") < 400, "a narrow map")
        self.settle()
        self.assertEqual(self.drawn_types(), ["T1", "T2", "T3"])

    def test_it_is_sharp_on_fine_screens(self):
        self.resize(1280, ratio=2)
        self.open()
        canvas = self.one("canvas")
        self.assertEqual(canvas.get_property("width"), 2 * canvas.get_property("clientWidth"))
        self.assertEqual(self.drawn_types(), ["T1", "T2", "T3"])

if __name__ == "__main__":
    main()
