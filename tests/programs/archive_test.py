"""Files of earlier versions, kept in tests/archive, are read and give what they gave then."""
import csv
import json
import pathlib
import shutil
import struct

from program import ProgramTest, main, run

ARCHIVE = pathlib.Path(__file__).resolve().parent.parent / "archive" / "0.1.0"
CELLS = ARCHIVE / "cells.csv"
MODELS = sorted(path.parent for path in ARCHIVE.glob("*/assigned.csv"))
TOLERANCE = 1e-5  # of probabilities; of other numbers relative to their size where that is above 1
WORD = (1 << 64) - 1
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rotated(word, bits):
    return (word << bits | word >> (64 - bits)) & WORD


def mixed(lane, word):
    return rotated((lane + word * PRIMES[1]) & WORD, 31) * PRIMES[0] & WORD


def xxh64(data, seed):
    """Checksum of a byte string (XXH64)."""
    lanes = [(seed + PRIMES[0] + PRIMES[1]) & WORD, (seed + PRIMES[1]) & WORD, seed, (seed - PRIMES[0]) & WORD]
    whole = len(data) // 32 * 32
    for place in range(0, whole, 32):
        lanes = [mixed(lane, word) for lane, word in zip(lanes, struct.unpack_from("<4Q", data, place))]
    if whole:
        total = sum(rotated(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & WORD
        for lane in lanes:
            total = ((total ^ mixed(0, lane)) * PRIMES[0] + PRIMES[3]) & WORD
    else:
        total = (seed + PRIMES[4]) & WORD
    total, place = (total + len(data)) & WORD, whole
    for place in range(whole, len(data) - 7, 8):
        word = struct.unpack_from("<Q", data, place)[0]
        total = (rotated(total ^ mixed(0, word), 27) * PRIMES[0] + PRIMES[3]) & WORD
    rest = data[whole + (len(data) - whole) // 8 * 8:]
    if len(rest) >= 4:
        word = struct.unpack_from("<I", rest)[0]
        total = (rotated(total ^ (word * PRIMES[0] & WORD), 23) * PRIMES[1] + PRIMES[2]) & WORD
        rest = rest[4:]
    for byte in rest:
        total = rotated(total ^ (byte * PRIMES[4] & WORD), 11) * PRIMES[0] & WORD
    total = (total ^ total >> 33) * PRIMES[1] & WORD
    total = (total ^ total >> 29) * PRIMES[2] & WORD
    return total ^ total >> 32


def with_fact(source, target, name, value):
    """Writes a copy of a safetensors file with another text in its metadata and the checksum that belongs to it."""
    content = source.read_bytes()
    length = struct.unpack_from("<Q", content)[0]
    header, values = content[8:8 + length], content[8 + length:]
    entries = json.loads(header)
    metadata = entries.pop("__metadata__")
    pieces = [values[slice(*place)] for place in sorted(entry["data_offsets"] for entry in entries.values())]

    def replaced(text, key, was, now):
        old, new = (json.dumps({key: word}, separators=(",", ":")).encode()[1:-1] for word in (was, now))
        assert text.count(old) == 1, old
        return text.replace(old, new)

    def checksum(text):
        total = xxh64(text, 0)
        for piece in pieces:
            total = xxh64(piece, total)
        return f"{total:016x}"

    zeros = "0" * 16
    header = replaced(header, "checksum", metadata["checksum"], zeros)
    assert checksum(header) == metadata["checksum"], "the layout is the one that this function knows"
    header = replaced(header, name, metadata[name], value)
    header = replaced(header, "checksum", zeros, checksum(header))
    target.write_bytes(struct.pack("<Q", len(header)) + header + values)


class Archive(ProgramTest):
    def assert_same_table(self, found, expected):
        """Texts are equal, numbers but for rounding."""
        found, expected = table(found), table(expected)
        self.assertEqual(len(found), len(expected))
        for row, (now, then) in enumerate(zip(found, expected)):
            for column, text in then.items():
                if column == "mixvae_consensus" and column not in now:
                    self.assertEqual(text, "1", "only one arm, which agrees with itself, has none any more")
                    continue
                try:
                    number = float(text)
                except ValueError:
                    self.assertEqual(now[column], text, (row, column))
                else:
                    self.assertAlmostEqual(float(now[column]) / max(1, abs(number)), number / max(1, abs(number)),
                                           delta=TOLERANCE, msg=(row, column))

    def evaluated(self, data):
        """What the default model says of data whose column mixvae_type it wrote."""
        result = run("evaluate", ARCHIVE / "default", data, "--labels", "mixvae_type", "--json", "--threads", "1")
        self.assert_ok(result)
        return json.loads(result.stdout)

    def test_models_assign_the_same_and_their_decoders_say_the_same(self):
        self.assertEqual(len(MODELS), 8)
        for model in MODELS:
            with self.subTest(model=model.name):
                for command, *words in (("assigned", "assign", model, CELLS, "--arrays", "all"),
                                        ("typical", "generate", model, "--number", "1", "--spread", "0")):
                    out = self.folder / f"{model.name} {command}.csv"
                    self.assert_ok(run(*words, "--out", out, "--threads", "1"))
                    self.assert_same_table(out, model / f"{command}.csv")

    def test_annotated_cells_are_read_and_annotated_again(self):
        annotated, again = ARCHIVE / "annotated.h5ad", self.folder / "again.h5ad"
        found = self.evaluated(annotated)
        self.assertEqual((found["accuracy"], found["cells"]), (1, 60))
        self.assert_ok(run("mmd", annotated, "--groups", "mixvae_type", "--space", "X_mixvae_latent"))
        self.assert_ok(run("assign", ARCHIVE / "experts", annotated, "--out", again, "--prefix", "experts"))
        self.assert_ok(run("assign", ARCHIVE / "default", again, "--out", again, "--force"))
        self.assertEqual(self.evaluated(again)["accuracy"], 1)

    def test_an_interrupted_run_is_refused_and_left_as_it_is(self):
        folder = self.folder / "interrupted"
        shutil.copytree(ARCHIVE / "interrupted", folder)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        result = run("fit", CELLS, "--types", "3", "--out", folder)
        self.assert_refused(result, 3, "is a checkpoint of another version of the program", "version 1")
        self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()}, files)
        # Its settings name options of all models; those of others are refused by line.
        self.assert_refused(run("fit", CELLS, "--config", folder / "config.toml", "--out", self.folder / "again"), 2,
                            "cpl-mixvae has no option --", "config.toml, line", "--model moe-sim-vae")

    def test_a_model_of_a_later_version_is_refused(self):
        later = self.folder / "later"
        later.mkdir()
        with_fact(ARCHIVE / "default" / "model.safetensors", later / "model.safetensors", "format_version", "1")
        self.assert_ok(run("assign", later, CELLS, "--out", self.folder / "out.csv"))
        with_fact(ARCHIVE / "default" / "model.safetensors", later / "model.safetensors", "format_version", "999")
        self.assert_refused(run("assign", later, CELLS, "--out", self.folder / "o.csv"), 3,
                            "this model was written by a later version of mixvae", "model format 999")


if __name__ == "__main__":
    main()
