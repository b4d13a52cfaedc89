"""Names for types from end to end: rename, merge, label, and where assign, markers, evaluate and the report show them."""
import csv
import fcntl
import json

from program import ProgramTest, main, run

QUICK = ("--types", "3", "--epochs", "8", "--threads", "1", "--components", "5", "--neighbours", "3")
MARKERS = "type,up,down\nalpha,g0 g3 g6,g1\nbeta,G1 g4/other g7,\ngamma,g2 g5 none,g0\nnowhere,x1 x2,\n"


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Names(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "the rün"
        self.fit_once(self.data, self.run_folder, *QUICK)

    def labels(self, *words):
        """Names of the types after a command, by type."""
        result = run(*words, "--json")
        self.assert_ok(result)
        return {one["type"]: one["label"] for one in json.loads(result.stdout)["types"]}

    def assigned(self, name="types.csv", *words):
        out = self.folder / name
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out, "--force", *words))
        return out

    def table(self, text, name="table.csv"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_names_are_given_shown_and_taken_away(self):
        self.assertEqual(self.labels("rename", self.run_folder), {"T1": "T1", "T2": "T2", "T3": "T3"})
        self.assertNotIn("mixvae_label", rows_of(self.assigned())[0])
        labels = self.labels("rename", self.run_folder, "T1=a, b", "T3=ein ümlaut")
        self.assertEqual(labels, {"T1": "a, b", "T2": "T2", "T3": "ein ümlaut"})
        rows = rows_of(self.assigned())
        self.assertEqual({(row["mixvae_type"], row["mixvae_label"]) for row in rows}, set(labels.items()))
        self.assertIn("T3 ein ümlaut", run("markers", self.run_folder, self.data).stdout)
        out = self.folder / "confusion.csv"
        result = run("evaluate", self.run_folder, self.data, "--labels", "type", "--confusion", out)
        self.assert_ok(result)
        self.assertIn("T1 a, b", out.read_text(encoding="utf-8"))
        self.assertEqual(self.labels("rename", self.run_folder, "T1", "--clear")["T1"], "T1")
        self.assertTrue((self.run_folder / "type_names.toml").exists())
        self.labels("rename", self.run_folder, "--clear")
        self.assertFalse((self.run_folder / "type_names.toml").exists())

    def test_a_table_names_them_and_refusals_name_its_line(self):
        table = self.table("type,name,note\nT2,beta,seen\nT1,alpha,\n")
        self.assertEqual(self.labels("rename", self.run_folder, table), {"T1": "alpha", "T2": "beta", "T3": "T3"})
        self.assertIn("seen", run("rename", self.run_folder).stdout)
        for text, code, *said in (("type,name\nT1,a\nT9,b\n", 2, "no such type", "line 3", "T1 to T3"),
                                  ("type,name\nT1,a\nT1,b\n", 2, "listed twice", "line 3"),
                                  ("type,name\nT1,\n", 2, "the name of T1 is empty", "line 2"),
                                  ("type,label\nT1,a\n", 3, "the columns type and name"),
                                  ("type,name\nT1,a,b\n", 3, "line 2", "fields")):
            with self.subTest(text=text):
                self.assert_refused(run("rename", self.run_folder, self.table(text)), code, *said)
        self.assert_refused(run("rename", self.run_folder, self.folder / "absent.csv"), 3, "absent.csv")
        self.assert_refused(run("rename", self.run_folder, "T1=a", "T2"), 2, "'=' between", "'T2'")
        self.assert_refused(run("rename", self.run_folder, "T1=a", "--clear"), 2, "gives none")
        self.assertEqual(self.labels("rename", self.run_folder)["T1"], "alpha", "refusals change nothing")

    def test_merged_types_share_a_name_until_undone(self):
        self.labels("rename", self.run_folder, "T1=alpha")
        self.assertEqual(self.labels("merge", self.run_folder, "T1", "T3"), {"T1": "alpha + T3", "T2": "T2", "T3": "alpha + T3"})
        self.assertEqual(self.labels("merge", self.run_folder, "T3", "T2", "--name", "all")["T2"], "all")
        self.assertEqual({row["mixvae_label"] for row in rows_of(self.assigned())}, {"all"})
        self.assertEqual(self.labels("merge", self.run_folder, "--undo")["T2"], "T2")
        self.assertEqual(self.labels("merge", self.run_folder, "--undo")["T3"], "T3")
        for words, *said in ((("--undo",), "nothing to undo"), (("T1",), "two types or more"), (("T1", "T9"), "no such type"),
                             (("T1", "T1"), "listed twice"), (("T1", "T2", "--undo"), "whichever it is")):
            with self.subTest(words=words):
                self.assert_refused(run("merge", self.run_folder, *words), 2, *said)

    def test_anndata_holds_a_categorical_with_colours(self):
        try:
            import anndata
        except ImportError:
            self.skipTest("needs anndata")
        self.labels("merge", self.run_folder, "T2", "T3", "--name", "rest")
        found = anndata.read_h5ad(self.assigned("annotated.h5ad"))
        labels = found.obs["mixvae_label"]
        self.assertEqual(labels.dtype.name, "category")
        self.assertEqual(list(labels.cat.categories), ["T1", "rest"])
        self.assertEqual(list(found.uns["mixvae_label_colors"]), list(found.uns["mixvae_type_colors"][:2]))
        self.assertEqual(list(found.uns["mixvae"]["labels"]), ["T1", "rest", "rest"])

    def test_the_report_and_the_map_show_names(self):
        self.labels("rename", self.run_folder, "T2=<beta> & co")
        page = self.folder / "report.html"
        self.assert_ok(run("report", self.run_folder, self.data, "--out", page))
        text = page.read_text(encoding="utf-8")
        self.assertIn('data-type="T2 &lt;beta&gt; &amp; co"', text)
        self.assertIn("Name of the type", text)
        map_file = self.folder / "map.svg"
        self.assert_ok(run("plot", self.run_folder, self.data, "--color", "name", "--out", map_file))
        self.assertIn("&lt;beta&gt; &amp; co", map_file.read_text(encoding="utf-8"))

    def test_markers_propose_and_apply_gives(self):
        table = self.table(MARKERS, "markers.csv")
        result = run("label", self.run_folder, self.data, "--markers", table)
        self.assert_ok(result)
        self.assertIn("none, x1, x2", result.stdout)
        self.assertIn("nowhere", result.stdout)
        self.assertIn("the run is as before", result.stdout)
        self.assertFalse((self.run_folder / "type_names.toml").exists())
        out = self.folder / "names.csv"
        self.assert_ok(run("label", self.run_folder, self.data, "--markers", table, "--out", out))
        self.assertEqual(sorted(row["name"] for row in rows_of(out)), ["alpha", "beta", "gamma"])
        self.assert_refused(run("label", self.run_folder, self.data, "--markers", table, "--out", out), 2, "--force")
        by_table = self.labels("rename", self.run_folder, out)
        self.labels("rename", self.run_folder, "--clear")
        self.labels("rename", self.run_folder, "T1=mine")
        self.assert_ok(run("label", self.run_folder, self.data, "--markers", table, "--apply"))
        self.assertEqual(self.labels("rename", self.run_folder), {**by_table, "T1": "mine"})
        self.assert_ok(run("label", self.run_folder, self.data, "--markers", table, "--apply", "--force"))
        self.assertEqual(self.labels("rename", self.run_folder), by_table)
        kinds = {"alpha": "kind 0", "beta": "kind 1", "gamma": "kind 2"}
        for row, cell in zip(rows_of(self.assigned()), rows_of(self.data)):
            self.assertEqual(kinds[row["mixvae_label"]], cell["type"])

    def test_weak_and_ambiguous_types_get_no_name(self):
        table = self.table("type,up\na,g0 g3\nalso a,g0 g3\n", "twice.csv")
        result = run("label", self.run_folder, self.data, "--markers", table, "--json")
        self.assert_ok(result)
        types = json.loads(result.stdout)["types"]
        self.assertEqual([one["name"] for one in types], [None, None, None])
        self.assertEqual(sum(one["reason"].startswith("ambiguous: a or also a") for one in types), 1)
        self.assertEqual(sum(one["reason"].startswith("weak") for one in types), 2)

    def test_a_reference_of_the_same_cells(self):
        for reference in (f"{self.data}:type", f"{self.table(self.only_labels())}:kind"):
            with self.subTest(reference=reference):
                result = run("label", self.run_folder, self.data, "--reference", reference, "--json")
                self.assert_ok(result)
                types = json.loads(result.stdout)["types"]
                self.assertEqual(sorted(one["name"] for one in types), ["kind 0", "kind 1", "kind 2"])
                self.assertTrue(all(one["one_to_one"] and one["share"] == 1 for one in types))
        self.assert_ok(run("label", self.run_folder, self.data, "--reference", f"{self.data}:type", "--apply"))
        result = run("evaluate", self.run_folder, self.data, "--labels", "type", "--json")
        self.assertEqual(json.loads(result.stdout)["names"], 1)

    def only_labels(self):
        return "cell,kind\n" + "".join(f"{row['cell']},{row['type']}\n" for row in rows_of(self.data))

    def test_a_reference_of_other_cells(self):
        lines = self.data.read_text(encoding="utf-8").splitlines()
        other = self.table("\n".join([lines[0], *("new-" + str(n) + "x" + line[line.index(","):] for n, line in enumerate(lines[1:31]))]) + "\n")
        result = run("label", self.run_folder, self.data, "--reference", f"{other}:type", "--json")
        self.assert_ok(result)
        types = json.loads(result.stdout)["types"]
        self.assertEqual(sum(one["cells"] for one in types), 30)
        self.assertEqual(sorted(one["name"] for one in types), ["kind 0", "kind 1", "kind 2"])
        self.assert_refused(run("label", self.run_folder, self.data, "--reference", f"{other}:tipe"), 3, "tipe", "type")
        useless = self.table("cell,kind\nq1,a\nq2,b\n", "useless.csv")
        self.assert_refused(run("label", self.run_folder, self.data, "--reference", f"{useless}:kind"), 3, "annotation of the same cells")

    def test_refusals_of_label(self):
        table = self.table(MARKERS, "markers.csv")
        for words, code, *said in (((), 2, "markers or from a reference", "neither"),
                                   (("--markers", table, "--reference", "a:b"), 2, "both"),
                                   (("--reference", "nocolumn"), 2, "FILE:COLUMN"),
                                   (("--reference", "absent.csv:x"), 3, "no such file", "absent.csv"),
                                   (("--markers", "bloood"), 3, "no table of markers", "blood or brain"),
                                   (("--markers", "blood"), 3, "no cell type of the table"),
                                   (("--markers", self.table("type,up\nT,a\nT,b\n", "t.csv")), 3, "two rows", "line 3"),
                                   (("--markers", table, "--min-share", "2"), 2, "min-share")):
            with self.subTest(words=words):
                self.assert_refused(run("label", self.run_folder, self.data, *words), code, *said)

    def test_known_types_name_their_types(self):
        for word, name in (("type", "kind"), ("half", "kind")):
            data = self.folder / f"{word}.csv"
            lines = self.data.read_text(encoding="utf-8").splitlines()
            head = lines[0].replace("cell,type,", f"cell,{word},")
            data.write_text("\n".join([head, *(line if word == "type" or n % 2 else line.replace(f"kind {n % 3}", "")
                                               for n, line in enumerate(lines[1:]))]) + "\n", encoding="utf-8")
            out = self.folder / f"run of {word}"
            self.assert_ok(run("fit", data, "--out", out, *QUICK, "--known-types", word))
            self.assertEqual(sorted(self.labels("rename", out).values()), [f"{name} {k}" for k in range(3)])

    def test_an_unfinished_a_locked_and_a_broken_run(self):
        (self.folder / "empty").mkdir()
        for words in (("rename", self.folder / "empty", "T1=a"), ("merge", self.folder / "empty", "T1", "T2"),
                      ("label", self.folder / "empty", self.data, "--markers", "blood")):
            self.assert_refused(run(*words), 3, "the folder holds no run")
        (self.folder / "empty" / "config.toml").write_text("[fit]\n")
        self.assert_refused(run("rename", self.folder / "empty", "T1=a"), 3, "the run is not finished")
        with open(self.run_folder / ".mixvae.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_refused(run("rename", self.run_folder, "T1=a"), 2, "another program is writing")
            self.assert_refused(run("merge", self.run_folder, "T1", "T2"), 2, "another program is writing")
            self.assertEqual(self.labels("rename", self.run_folder)["T1"], "T1", "reading needs no lock")
        (self.run_folder / "type_names.toml").write_text("format = 9\n")
        self.assert_refused(run("assign", self.run_folder, self.data, "--out", self.folder / "x.csv"), 3, "later mixvae", "format 9")
        self.labels("rename", self.run_folder, "--clear")
        self.assigned()

    def test_a_new_fit_in_the_folder_forgets_the_names(self):
        self.labels("rename", self.run_folder, "T1=a")
        self.assert_ok(run("fit", self.data, "--out", self.run_folder, *QUICK, "--force"))
        self.assertEqual(self.labels("rename", self.run_folder)["T1"], "T1")


if __name__ == "__main__":
    main()
