"""What the tests of the report's page share: a browser without a window, and words for what a reader does and sees."""
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

import page

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.action_builder import ActionBuilder
    from selenium.webdriver.common.actions.pointer_input import PointerInput
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select
except ImportError:
    webdriver = None
    ActionBuilder = ActionChains = By = Keys = PointerInput = ScrollOrigin = Select = Service = None

# How many pixels of a canvas have exactly this colour, and the lowest of them.
PIXELS = """
const [canvas, red, green, blue] = arguments;
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
const found = { count: 0, x: 0, y: 0 };
for (let i = 0; i < data.length; i += 4) {
  if (data[i] !== red || data[i + 1] !== green || data[i + 2] !== blue) continue;
  found.count++;
  found.x = (i / 4) % canvas.width;
  found.y = Math.floor(i / 4 / canvas.width);
}
return found;
"""


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                 "--force-prefers-reduced-motion"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


def open_browser():
    """For the setUpModule of a file of tests: one browser for all of them."""
    for program in ("chromium", "chromedriver", "esbuild"):
        if not shutil.which(program):
            raise unittest.SkipTest(f"{program} is not installed")
    if webdriver is None:
        raise unittest.SkipTest("python3-selenium is not installed")
    ReportPage.bundle = page.bundle()
    ReportPage.browser = start_browser()
    unittest.addModuleCleanup(ReportPage.browser.quit)


class ReportPage(unittest.TestCase):
    bundle = browser = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="mixvae tést ")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.resize(1280)
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(self.folder)})

    def tearDown(self):
        faults = [line["message"] for line in self.browser.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(faults, [])

    def resize(self, width, ratio=1):
        size = {"width": width, "height": 900, "deviceScaleFactor": ratio, "mobile": width < 600}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def open(self, wait_for="canvas", **changes):
        path = self.folder / "page.html"
        path.write_text(page.page(*self.bundle, **changes), encoding="utf-8")
        self.browser.get(path.as_uri())
        if wait_for:
            self.wait(lambda: self.all(wait_for), wait_for)
            self.settle()

    def wait(self, what, message):
        end = time.monotonic() + 20
        while not what():
            self.assertLess(time.monotonic(), end, message)
            time.sleep(0.02)

    def settle(self):
        """Until what was asked for has been drawn."""
        two_frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        self.browser.execute_async_script(two_frames)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def button(self, text, within="body"):
        return self.one(within).find_element(By.XPATH, f".//button[contains(., '{text}')]")

    def click(self, target):
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", target)
        target.click()
        self.settle()

    def press(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()
        self.settle()

    def hover(self, target, x=0, y=0):
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", target)
        self.settle()
        ActionChains(self.browser, duration=20).move_to_element_with_offset(target, x, y).perform()
        self.settle()

    def pixels(self, color):
        """Of the map, in this colour."""
        value = int(color[1:], 16)
        return self.browser.execute_script(PIXELS, self.one("canvas"), value >> 16, value >> 8 & 255, value & 255)

    def lone_cell(self):
        """The cell that stands alone in the corner, seen from the middle of the map."""
        canvas, ratio = self.one("canvas"), self.browser.execute_script("return devicePixelRatio")
        lowest, size = self.pixels(page.TYPES[0][1]), canvas.size
        return round(lowest["x"] / ratio - size["width"] / 2), round(lowest["y"] / ratio - size["height"] / 2 - 2)

    def drawn_types(self):
        return [name for name, color in page.TYPES if self.pixels(color)["count"] > 0]

    def picture(self):
        return self.browser.execute_script("return arguments[0].toDataURL()", self.one("canvas"))

    def status(self):
        return self.one(".map-main > .status").text

    def legend(self):
        return self.one(".legend").text.split("\n")

    def selected(self, table):
        return [row.text.split()[0] for row in self.all(f"#table-{table} tbody tr[aria-selected='true']")]

    def column(self, table, place):
        cells = self.all(f"#table-{table} tbody tr:not([hidden]) td:nth-child({place})")
        return [cell.text for cell in cells]

    def header(self, table, place):
        return self.one(f"#table-{table} th:nth-child({place})")

    def focused(self):
        return self.browser.switch_to.active_element

    def downloaded(self, name):
        path = self.folder / name
        self.wait(path.exists, name)
        return path.read_bytes()


def main():
    sys.exit(not unittest.main(exit=False, verbosity=1).result.wasSuccessful())
