"""The documentation as a site: mkdocs builds it without a warning, and every page is in its contents."""
import pathlib
import re
import shutil
import subprocess
import unittest

from program import ProgramTest, main

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Site(ProgramTest):
    def test_every_page_is_in_the_contents(self):
        listed = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M))
        self.assertEqual(listed, {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")})

    @unittest.skipUnless(shutil.which("mkdocs"), "mkdocs is not installed")
    def test_it_is_built_without_a_warning(self):
        result = subprocess.run(["mkdocs", "build", "--strict", "--site-dir", self.folder / "site"], cwd=ROOT, capture_output=True,
                                encoding="utf-8", timeout=200, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        page = (self.folder / "site" / "equations.html").read_text("utf-8")
        self.assertIn("cpl-mixVAE", page)
        self.assertNotIn('href="../src', page, "the site has no sources")


if __name__ == "__main__":
    main()
