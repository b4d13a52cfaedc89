"""Cytometry from end to end: FCS files written here, read, typed, written back, and read here again."""
import csv
import json
import math
import random
import struct

from program import ProgramTest, main, run

CHANNELS = [("Time", ""), ("FSC-A", ""), ("FITC-A", "CD3"), ("PE-A", "CD4"), ("APC-A", "CD8")]
QUICK = ("--types", "2", "--epochs", "8", "--threads", "1", "--components", "3", "--neighbours", "3")


def write_fcs(path, events, channels=CHANNELS, **keywords):
    data = b"".join(struct.pack(f">{len(channels)}f", *event) for event in events)
    words = {"$BYTEORD": "4,3,2,1", "$DATATYPE": "F", "$MODE": "L", "$NEXTDATA": "0", "$PAR": len(channels),
             "$TOT": len(events), "$CYT": "a cytometer", "$BEGINDATA": "%8d" % 0, "$ENDDATA": "%8d" % 0}
    for i, (name, marker) in enumerate(channels, 1):
        words |= {f"$P{i}N": name, f"$P{i}B": 32, f"$P{i}R": 262144, f"$P{i}E": "0,0"}
        words |= {f"$P{i}S": marker} if marker else {}
    words |= {f"${name}": value for name, value in keywords.items()}
    text = lambda: "|" + "".join(f"{key}|{value}|" for key, value in words.items())
    begin = 58 + len(text())
    words |= {"$BEGINDATA": "%8d" % begin, "$ENDDATA": "%8d" % (begin + len(data) - 1)}
    header = "FCS3.0    %8d%8d%8d%8d%8d%8d" % (58, begin - 1, begin, begin + len(data) - 1, 0, 0)
    path.write_bytes((header + text()).encode() + data)


CSV_CHANNELS = ["Time", "FSC-A", "Comp-FITC-A :: CD3", "Comp-PE-A :: CD4", "Comp-APC-A :: CD8"]


def write_csv(path, events):
    lines = [",".join(CSV_CHANNELS), *(",".join(map(str, event)) for event in events)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_fcs(path):
    content = path.read_bytes()
    text = content[int(content[10:18]):int(content[18:26]) + 1].decode()
    tokens = text[1:-1].split(text[0])
    words = dict(zip(tokens[0::2], tokens[1::2]))
    count = int(words["$PAR"])
    events = list(struct.iter_unpack(f"<{count}f", content[int(words["$BEGINDATA"]):int(words["$ENDDATA"]) + 1]))
    return words, [words[f"$P{i}N"] for i in range(1, count + 1)], events


def some_events(seed, count=80):
    """Two kinds of cells: high in CD3 and CD4, or high in CD8."""
    source = random.Random(seed)
    near = lambda level: struct.unpack("f", struct.pack("f", level * math.exp(source.gauss(0, 0.2))))[0]
    return [(i, near(5e4), near(9e3), near(8e3), near(50)) if i % 2 else (i, near(5e4), near(40), near(60), near(7e3))
            for i in range(count)]


class Cytometry(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def test_one_file(self):
        data, out = self.folder / "a.fcs", self.folder / "out.fcs"
        events = some_events(1)
        write_fcs(data, events)
        result = run("fit", data, "--out", self.run_folder, *QUICK)
        self.assert_ok(result)
        self.assertIn("3 of 5 channels are markers; left out: time: Time; scatter: FSC-A", result.stderr)
        self.assertIn("arcsinh(x / 150)", result.stderr)
        self.assert_ok(run("assign", self.run_folder, data, "--out", out))
        words, names, written = read_fcs(out)
        self.assertEqual(names[:10], [name for name, _ in CHANNELS] + ["mixvae_type", "mixvae_type_prob", "mixvae_consensus", "mixvae_confidence", "mixvae_novelty"])
        self.assertTrue(names[10].startswith("mixvae_state_1"))
        self.assertEqual(words["$CYT"], "a cytometer")
        self.assertEqual([event[:5] for event in written], [tuple(map(float, event)) for event in events])
        types = {kind: {event[5] for event in written[kind::2]} for kind in (0, 1)}
        self.assertEqual({frozenset(types[0]), frozenset(types[1])}, {frozenset([1.0]), frozenset([2.0])})

    def test_results_of_known_methods(self):
        data, typed, drawn = (self.folder / name for name in ("a.fcs", "typed.fcs", "drawn.fcs"))
        write_fcs(data, some_events(1))
        result = run("cluster", data, "--method", "kmeans", "--types", "2", "--components", "2", "--out", typed)
        self.assert_ok(result)
        self.assertIn("3 of 5 channels are markers", result.stderr)
        self.assert_ok(run("cluster", typed, "--method", "umap", "--components", "2", "--epochs", "5", "--out", drawn))
        words, names, events = read_fcs(drawn)
        self.assertEqual(names[5:], ["mixvae_type", "umap_1", "umap_2"])
        self.assertEqual(words["MIXVAE ADDED CHANNELS"], "mixvae_type,umap_1,umap_2")
        self.assertNotEqual(events[0][6:], events[1][6:])
        again = run("cluster", drawn, "--method", "kmeans", "--types", "2", "--components", "2", "--out", typed, "--force")
        self.assertIn("annotation: mixvae_type, umap_1, umap_2", again.stderr)

    def test_folder(self):
        samples, out = self.folder / "samples", self.folder / "typed"
        samples.mkdir()
        for name, seed in (("b10", 1), ("b9", 2)):
            write_fcs(samples / f"{name}.fcs", some_events(seed))
        self.assert_ok(run("fit", samples, "--out", self.run_folder, *QUICK))
        counts = self.folder / "counts.csv"
        self.assert_ok(run("assign", self.run_folder, samples, "--out", f"{out}/", "--counts", counts))
        words = ("assign", self.run_folder, samples, "--out", f"{out}/")
        self.assert_refused(run(*words), 2, "a file of --out is there already", "b9.fcs", "--force")
        self.assert_ok(run(*words, "--force"))
        for name, seed in (("b10", 1), ("b9", 2)):
            _, _, events = read_fcs(out / f"{name}.fcs")
            self.assertEqual([event[:5] for event in events], [tuple(map(float, e)) for e in some_events(seed)])
        with open(counts, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["sample"], row["type"]) for row in rows],
                         [("b9", "T1"), ("b9", "T2"), ("b10", "T1"), ("b10", "T2")])
        self.assertEqual([int(row["cells"]) for row in rows], [40] * 4)
        self.assertEqual({row["fraction"] for row in rows}, {"0.5"})
        for layout, number in (("wide", "40"), ("wide-fractions", "0.5")):
            self.assert_ok(run("assign", self.run_folder, samples, "--out", f"{out}/", "--counts", counts,
                               "--counts-layout", layout, "--force"))
            self.assertEqual(counts.read_text(encoding="utf-8"),
                             f"type,b9,b10\nT1,{number},{number}\nT2,{number},{number}\n")
        self.assert_refused(run("assign", self.run_folder, samples, "--out", f"{out}/", "--counts-layout", "wide"), 2,
                            "--counts-layout is used by --counts only")

    def test_inspect_lists_the_panel(self):
        data, table = self.folder / "a.fcs", self.folder / "a.csv"
        write_fcs(data, some_events(1))
        write_csv(table, some_events(1))
        for path, names in ((data, ("CD3", "CD4", "CD8")), (table, tuple(CSV_CHANNELS[2:]))):
            result = run("inspect", path)
            self.assert_ok(result)
            self.assertIn("3 of 5 channels are used by fit", result.stdout)
            panel = json.loads(run("inspect", path, "--json").stdout)["panel"]
            self.assertEqual([(c["kind"], c["used"]) for c in panel],
                             [("time", False), ("scatter", False)] + [("fluorescence marker", True)] * 3)
            self.assertEqual(tuple(c["name"] for c in panel[2:]), names)
            for name in names:
                self.assertRegex(result.stdout, rf"\n  \S+ +{name} +fluorescence marker  yes\n")

    def test_markers_are_those_of_the_panel_in_the_units_of_the_fit(self):
        data, out = self.folder / "a.fcs", self.folder / "markers.csv"
        write_fcs(data, some_events(1))
        self.assert_ok(run("fit", data, "--out", self.run_folder, *QUICK))
        result = run("markers", self.run_folder, data, "--out", out)
        self.assert_ok(result)
        self.assertIn("3 of 5 channels are tested; their values are transformed by arcsinh(x / 150), as for the fit",
                      result.stderr)
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["feature"] for row in rows}, {"CD3", "CD4", "CD8"})
        self.assertEqual(len(rows), 6)
        for one, other in (("T1", "T2"), ("T2", "T1")):
            levels = [{row["feature"]: row["level"] for row in rows if row["type"] == kind} for kind in (one, other)]
            self.assertEqual({levels[0][name] != levels[1][name] for name in ("CD3", "CD4", "CD8")}, {True})
            self.assertEqual(levels[0]["CD3"], levels[0]["CD4"])
        high = next(row for row in rows if row["feature"] == "CD3" and row["level"] == "high")
        self.assertAlmostEqual(float(high["median_in"]), math.asinh(9e3 / 150), delta=0.2)
        self.assertAlmostEqual(float(high["median_out"]), math.asinh(40 / 150), delta=0.2)
        self.assertNotIn("0.0e+00", result.stdout)
        self.assertIn("median in type", result.stdout)
        only = json.loads(run("markers", self.run_folder, data, "--level", "low", "--json").stdout)["types"]
        self.assertEqual({marker["level"] for markers in only.values() for marker in markers}, {"low"})

    def test_compensated_and_other_files_are_not_mixed_in_silence(self):
        spillover = "3,FITC-A,PE-A,APC-A,1,0.1,0,0.02,1,0,0,0,1"
        samples = self.folder / "samples"
        samples.mkdir()
        write_fcs(samples / "a.fcs", some_events(1), SPILLOVER=spillover)
        write_fcs(samples / "b.fcs", some_events(2))
        result = run("fit", samples, "--out", self.run_folder, *QUICK)
        self.assert_ok(result)
        self.assertIn("uncompensated files are mixed: no spillover matrix was found in 1 of 2 (b.fcs)", result.stderr)
        self.assert_ok(run("assign", self.run_folder, samples, "--out", self.folder / "o.csv"))
        words = ("assign", self.run_folder, samples / "b.fcs", "--out", self.folder / "b.csv")
        self.assert_refused(run(*words), 3, "not compensated as those of the fit", "--trust-values")
        self.assert_ok(run(*words, "--trust-values"))

    def test_channels_of_an_earlier_run_go(self):
        data, out = self.folder / "a.fcs", self.folder / "out.fcs"
        write_fcs(data, some_events(1))
        bare = self.folder / "bare"
        self.assert_ok(run("fit", data, "--out", self.run_folder, *QUICK, "--states", "2"))
        self.assert_ok(run("fit", data, "--out", bare, *QUICK, "--states", "0"))
        self.assert_ok(run("assign", self.run_folder, data, "--out", out, "--all-arms"))
        _, names, _ = read_fcs(out)
        self.assertIn("mixvae_state_arm2_1", names)
        self.assert_refused(run("assign", bare, out, "--out", out), 2, "the same file", "--force")
        self.assert_ok(run("assign", bare, out, "--out", out, "--force"))
        words, names, events = read_fcs(out)
        self.assertEqual(names, [name for name, _ in CHANNELS] + ["mixvae_type", "mixvae_type_prob", "mixvae_consensus", "mixvae_confidence", "mixvae_novelty"])
        self.assertEqual([event[:5] for event in events], [tuple(map(float, event)) for event in some_events(1)])
        self.assertEqual([word for word in words if "ARM" in word], [])

    def test_no_file_of_a_folder_is_replaced(self):
        samples = self.folder / "samples"
        samples.mkdir()
        write_fcs(samples / "a.fcs", some_events(1))
        (self.folder / "typed").mkdir()
        before = (samples / "a.fcs").read_bytes()
        self.assert_ok(run("fit", samples, "--out", self.run_folder, *QUICK))
        (self.folder / "link.csv").symlink_to(samples / "a.fcs")
        for out, counts, text in (("typed/", "samples/a.fcs", "expected: .csv"), ("typed/", "link.csv", "same file"),
                                  ("samples/a.csv", "samples/a.csv", "same file")):
            result = run("assign", self.run_folder, "samples", "--out", out, "--counts", counts, "--force", cwd=self.folder)
            self.assert_refused(result, 2, text)
        self.assertEqual(before, (samples / "a.fcs").read_bytes())

    def test_refusals(self):
        data = self.folder / "a.fcs"
        write_fcs(data, some_events(1))
        self.assert_ok(run("fit", data, "--out", self.run_folder, *QUICK))
        self.assert_refused(run("assign", self.run_folder, data, "--out", f"{self.folder}/typed/"), 2,
                            "for data from a folder only")
        self.assert_refused(run("assign", self.run_folder, data, "--out", self.folder / "t.csv", "--counts",
                                self.folder / "c.csv"), 3, "sample")
        samples = self.folder / "samples"
        samples.mkdir()
        write_fcs(samples / "a.fcs", some_events(1))
        self.assert_refused(run("assign", self.run_folder, samples, "--out", self.folder / "t.fcs"), 2, "a folder, with /")
        self.assert_refused(run("assign", self.run_folder, samples, "--out", f"{samples}/"), 2,
                            "would replace the data")
        content = data.read_bytes()
        data.write_bytes(content[:-100])
        self.assert_refused(run("inspect", data), 3, "ends before its last event")


if __name__ == "__main__":
    main()
