"""Stubs, keywords and documentation say the same."""
import ast
import inspect
import pathlib

from package import PackageTest, main, mixvae, program

STUBS = pathlib.Path(mixvae.__file__).with_name("__init__.pyi")


def parameters(node):
    return [arg.arg for arg in node.args.args + node.args.kwonlyargs if arg.arg != "self"]


class StubsTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        cls.tree = ast.parse(STUBS.read_text(encoding="utf-8"))
        cls.functions = {node.name: node for node in cls.tree.body if isinstance(node, ast.FunctionDef)}
        cls.classes = {node.name: node for node in cls.tree.body if isinstance(node, ast.ClassDef)}

    def test_fit_has_every_option_of_the_program(self):
        ours = parameters(self.functions["fit"])
        self.assertEqual(len(ours), len(set(ours)))
        for model in ("cpl-mixvae", "moe-sim-vae", "infogan"):
            text = program("fit", "--model", model, "--help")
            theirs = {line.split()[0][2:].replace("-", "_") for line in text.splitlines() if line.startswith("  --")}
            self.assertEqual(theirs - set(ours) - {"json", "quiet", "log_level", "config"}, set(), model)

    def test_methods_of_a_model(self):
        methods = {node.name: node for node in self.classes["Model"].body if isinstance(node, ast.FunctionDef)}
        public = {name for name, _ in inspect.getmembers(mixvae.Model, inspect.isfunction) if name[0] != "_"}
        self.assertEqual(set(methods) - {"__init__"}, public)
        for name in public - {"save"}:
            own = list(inspect.signature(getattr(mixvae.Model, name)).parameters)[1:-1]
            self.assertEqual(parameters(methods[name])[: len(own)], own, name)
            keywords = {keyword["name"] for keyword in mixvae.keywords(name)}
            self.assertEqual(set(parameters(methods[name])), keywords | set(own) | {"verbose"}, name)
            self.assertIn(mixvae.keywords(name)[-1]["name"], ast.get_docstring(methods[name]))

    def test_everything_that_is_exported_has_a_stub(self):
        names = set(self.functions) | set(self.classes) | {
            alias.asname for node in self.tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
        self.assertEqual(set(mixvae.__all__) - names, set())

    def test_keywords(self):
        types = next(keyword for keyword in mixvae.keywords("fit") if keyword["name"] == "types")
        self.assertEqual((types["kind"], types["optional"], types["default"]), ("int", True, "auto"))
        self.assert_refused(mixvae.UsageError, lambda: mixvae.keywords("fitt"), "there is no command 'fitt'")


if __name__ == "__main__":
    main()
