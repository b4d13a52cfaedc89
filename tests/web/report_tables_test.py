"""The report's tables and figures in a browser: sorting, searching, rows of types, downloads, words for the pointer."""
import xml.etree.ElementTree

import page
from browser import By, Keys, ReportPage, main, open_browser


def setUpModule():
    open_browser()


class Tables(ReportPage):
    def test_numbers_sort_as_numbers_up_down_and_back(self):
        self.open()
        orders = {
            3: ["−0.5", "3.25", "4.0", "9.1", "10.4", "–"],
            4: ["7", "35", "99", "198", "210", "1,204"],
            5: ["<1e-300", "1e-299", "2.5e-12", "4e-5", "0.031", "–"],
        }
        for place, ascending in orders.items():
            original = self.column("markers", place)
            missing = ascending.count("–")
            descending = ascending[:len(ascending) - missing][::-1] + ["–"] * missing
            for direction, expected in (("ascending", ascending), ("descending", descending), ("none", original)):
                self.click(self.header("markers", place).find_element(By.TAG_NAME, "button"))
                self.assertEqual(self.column("markers", place), expected)
                self.assertEqual(self.header("markers", place).get_attribute("aria-sort"), direction)

    def test_one_column_at_a_time_by_key(self):
        self.open()
        gene = self.header("markers", 2).find_element(By.TAG_NAME, "button")
        self.browser.execute_script("arguments[0].focus()", gene)
        self.press(Keys.ENTER)
        self.assertEqual(self.column("markers", 2), ["CD2", "CD3D", "CD19", "IL7R", "LYZ", "MS4A1"])
        self.press(Keys.TAB, Keys.SPACE)
        self.assertEqual(self.column("markers", 3)[0], "−0.5")
        self.assertEqual([self.header("markers", i).get_attribute("aria-sort") for i in (2, 3)], ["none", "ascending"])

    def test_search_and_sort_together(self):
        self.open()
        bar = self.one("#markers .toolbar")
        field = bar.find_element(By.TAG_NAME, "input")
        self.assertEqual(bar.find_element(By.CSS_SELECTOR, ".status").text, "6 of 6")
        for words, genes in (("cd", ["CD3D", "CD2", "CD19"]), ("T2 ms", ["MS4A1"]), ("9.1", []), ("t1", ["CD3D", "CD2", "IL7R"])):
            field.clear()
            field.send_keys(words)
            self.assertEqual(self.column("markers", 2), genes)
            self.assertEqual(bar.find_element(By.CSS_SELECTOR, ".status").text, f"{len(genes)} of 6")
        self.click(self.header("markers", 4).find_element(By.TAG_NAME, "button"))
        self.assertEqual(self.column("markers", 4), ["35", "210", "1,204"])
        field.send_keys(Keys.BACKSPACE, Keys.BACKSPACE, "ly")
        self.assertEqual(self.column("markers", 2), ["LYZ"])
        field.clear()
        field.send_keys(" ")
        self.assertEqual(self.column("markers", 4), ["7", "35", "99", "198", "210", "1,204"])

    def test_a_row_highlights_its_type(self):
        self.open()
        self.click(self.all("#table-markers tbody tr")[3])
        self.assertEqual((self.drawn_types(), self.selected("types")), (["T2"], ["T2"]))
        self.click(self.one("#table-types tbody tr"))
        self.assertEqual((self.drawn_types(), self.selected("markers")), (["T1"], ["T1"] * 3))
        self.click(self.one("#table-types tbody tr"))
        self.assertEqual((self.drawn_types(), self.selected("markers")), (["T1", "T2", "T3"], []))

    def test_rows_by_key(self):
        self.open()
        last = self.header("types", 3).find_element(By.TAG_NAME, "button")
        self.browser.execute_script("arguments[0].focus()", last)
        self.press(Keys.TAB, Keys.ENTER)
        self.assertEqual((self.selected("types"), self.drawn_types()), (["T1"], ["T1"]))
        self.press(Keys.ARROW_DOWN, Keys.SPACE)
        self.assertEqual(self.selected("types"), ["T2"])
        self.press(Keys.END, Keys.ENTER)
        self.assertEqual(self.selected("markers"), ["T3"])
        self.press(Keys.TAB)
        self.assertEqual(self.focused().tag_name, "input")  # one stop for all rows, then the next table
        self.press(Keys.ESCAPE)
        self.assertEqual(self.selected("types"), [])

    def test_a_hidden_row_does_not_keep_the_keyboard_out(self):
        self.open()
        self.one("#markers input").send_keys("lyz")
        self.browser.execute_script("arguments[0].focus()", self.header("markers", 5).find_element(By.TAG_NAME, "button"))
        self.press(Keys.TAB, Keys.ENTER)
        self.assertEqual(self.selected("types"), ["T3"])


class Figures(ReportPage):
    def test_tables_are_saved_as_they_were_written(self):
        self.open()
        self.click(self.button("Table (CSV)", "#figure-types"))
        self.assertEqual(self.downloaded("types.csv").decode(), page.CSV_OF_TYPES)
        self.assertEqual(len(self.all("#types .toolbar > button")) - len(self.all(".map .toolbar > button")), 3)
        self.assertEqual(self.all("#markers .toolbar > button"), [])

    def test_figures_are_saved(self):
        self.open()
        self.click(self.button("Figure (SVG)"))
        root = xml.etree.ElementTree.fromstring(self.downloaded("types.svg"))
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertEqual(len(root.findall("{http://www.w3.org/2000/svg}rect")), 3)

    def test_the_pointer_shows_what_a_part_of_a_figure_is(self):
        self.open()
        self.hover(self.all("rect[data-tip]")[1])
        self.assertEqual(self.one(".card").text, "T2\n360 cells")
        self.hover(self.one("#types h2"))
        self.assertFalse(self.one(".card").is_displayed())

if __name__ == "__main__":
    main()
