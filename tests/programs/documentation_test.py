"""The documentation names only what exists: sections, functions, tests, files."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EQUATIONS = "docs/equations.md"
SOURCES = {".cpp", ".hpp", ".py", ".toml", ".md", ".txt", ".cmake", ".sh", ""}
NOTES = "reference" + "-notes"  # notes outside the repository, which nobody else can read


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def sources():
    """All text files that people write."""
    folders = [ROOT / name for name in ("src", "tests", "bench", "docs", "examples", "scripts", "cmake")]
    paths = [path for folder in folders for path in folder.rglob("*")] + list(ROOT.glob("*.*"))
    return [path for path in sorted(paths) if path.is_file() and path.suffix in SOURCES]


def pages():
    return [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def without_code(page):
    return re.sub(r"^```.*?^```", "", page, flags=re.M | re.S)


def headings(path):
    return [match.strip() for match in re.findall(r"^#+ (.+)$", without_code(text_of(path)), re.M)]


def anchors(path):
    """Anchors of a page's headings, made as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(path)}


def joined(text):
    """The text with comments and literals of several lines on one."""
    text = re.sub(r'"\s*\n\s*"', "", text)
    return re.sub(r"\n[ \t]*(?://[/!]?|#|\*)?[ \t]*", " ", text)


def cited_sections(text):
    """What stands behind "docs/equations.md, " up to a closing sign."""
    return [name.strip() for name in re.findall(re.escape(EQUATIONS) + r", ([^).;:]+)", joined(text))]


def is_section(name, sections):
    """A section, or several, as in "type posterior and type sample"."""
    return name.lower() in sections or all(part.lower() in sections for part in name.split(" and "))


def defines(text, function):
    """Whether a source defines the function: its name and a bracket on a line that is not indented."""
    return re.search(rf"^(?:[^\s/].*[\s&*])?{re.escape(function)}\(", text, re.M) is not None


def has_test(text, name):
    suite, _, test = name.partition(".")
    return re.search(rf"^TEST(?:_[FP])?\(\s*{suite},\s*{test}\)", text, re.M) is not None


def table_rows():
    """(line number, cells) of the tables of the equations, without their heads."""
    rows = []
    for number, line in enumerate(text_of(ROOT / EQUATIONS).splitlines(), 1):
        if line.startswith("|") and not re.match(r"\|[-|]+$", line):
            rows.append((number, [cell.strip() for cell in line.strip("|").split("|")]))
    return rows


def equation_rows():
    """The rows of tables with the columns function and test."""
    found, wanted = [], False
    for number, cells in table_rows():
        if cells[1:] == ["function", "test"]:
            wanted, before = True, number + 1  # the line under a head
        elif wanted and number == before + 1:
            found.append((number, cells))
            before = number
        else:
            wanted = False
    return found


def named_links(cell):
    return re.findall(r"\[`([^`]+)`\]\(\.\./([^)]+)\)", cell)


class Documentation(unittest.TestCase):
    def test_nothing_cites_notes_that_are_not_in_the_repository(self):
        for path in sources():
            with self.subTest(path=path.relative_to(ROOT)):
                self.assertFalse(NOTES in text_of(path), f"{path} cites {NOTES}")

    def test_cited_sections_of_the_equations_exist(self):
        sections = {heading.lower() for heading in headings(ROOT / EQUATIONS)}
        cited = 0
        for path in sources():
            if path in pages() or path == pathlib.Path(__file__).resolve():
                continue
            for name in cited_sections(text_of(path)):
                cited += 1
                with self.subTest(path=path.relative_to(ROOT), section=name):
                    self.assertTrue(is_section(name, sections), f"no section '{name}' in {EQUATIONS}")
        self.assertGreater(cited, 30)

    def test_a_citation_may_go_over_lines(self):
        comment = '/// of codes (docs/equations.md, mixture\n/// of codes), and\n x("a (docs/equations.md, "\n   "settings)")'
        self.assertEqual(cited_sections(comment), ["mixture of codes", "settings"])

    def test_functions_and_tests_of_the_equations_exist(self):
        rows = equation_rows()
        self.assertGreater(len(rows), 60)
        for number, (_, functions, tests) in rows:
            with self.subTest(line=number):
                self.assertTrue(named_links(functions), f"line {number} names no function")
                self.assertTrue(named_links(tests) or tests == "—", f"line {number} names no test")
                for name, path in named_links(functions):
                    self.assertTrue(path.startswith("src/"), path)
                    self.assertTrue(defines(text_of(ROOT / path), name), f"line {number}: {path} defines no {name}")
                for name, path in named_links(tests):
                    self.assertTrue(path.startswith("tests/"), path)
                    self.assertTrue(has_test(text_of(ROOT / path), name), f"line {number}: {path} has no test {name}")

    def test_a_call_is_no_definition(self):
        self.assertTrue(defines("torch::Tensor f(int x) {", "f"))
        self.assertTrue(defines("A::B A::f(int x) {", "A::f"))
        self.assertFalse(defines("  return f(1);", "f"))
        self.assertFalse(defines("// f(x)\nint of(int x);", "f"))
        self.assertFalse(has_test("TEST(Suite, NameOfAnother) {", "Suite.Name"))

    def test_relative_links_lead_somewhere(self):
        for page in pages():
            for link in re.findall(r"\]\(([^)\s]+)\)", without_code(text_of(page))):
                if re.match(r"[a-z]+:", link):
                    continue
                with self.subTest(page=page.name, link=link):
                    name, _, anchor = link.partition("#")
                    target = (page.parent / name).resolve() if name else page
                    self.assertTrue(target.exists(), f"{page.name}: no file {link}")
                    if anchor and target.suffix == ".md":
                        self.assertIn(anchor, anchors(target), f"{page.name}: no heading {link}")

    def test_the_version_of_the_project_has_its_changes(self):
        version = re.search(r"project\(mixvae VERSION (\S+)", text_of(ROOT / "CMakeLists.txt")).group(1)
        self.assertIn(f"[{version}]", " ".join(headings(ROOT / "CHANGELOG.md")))


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False, verbosity=1).result.wasSuccessful())
