"""fit --tensorboard: an independent reader of TensorBoard's event files finds the history in them."""
import csv
import math
import signal
import struct
import subprocess
import time

from program import PROGRAM, ProgramTest, main, run

NAME = "events.out.tfevents.mixvae"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """The records of a TFRecord file, whose checksums must hold."""
    found, at = [], 0
    while at < len(data):
        size, crc = struct.unpack_from("<QI", data, at)
        record, = struct.unpack_from(f"{size}s", data, at + 12)
        end, = struct.unpack_from("<I", data, at + 12 + size)
        if crc != masked(data[at:at + 8]) or end != masked(record):
            raise AssertionError(f"a checksum of the record at byte {at} is wrong")
        found.append(record)
        at += 16 + size
    return found


def varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return number, at


def message(data):
    """(field, value) of a protocol buffer: numbers, bytes, doubles and floats."""
    fields, at = [], 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            form, size = {1: ("<d", 8), 5: ("<f", 4)}[kind]
            (value,), at = struct.unpack_from(form, data, at), at + size
        fields.append((key >> 3, value))
    return fields


def events(path):
    """(wall time, step, {tag: value}) of all events with scalars; the first must be the version."""
    first, *others = [message(record) for record in records(path.read_bytes())]
    if dict(first)[3] != b"brain.Event:2":
        raise AssertionError(first)
    found = []
    for fields in map(dict, others):
        values = [dict(message(value)) for _, value in message(fields[5])]
        found.append((fields[1], fields[2], {value[1].decode(): value[2] for value in values}))
    return found


def row_of(line):
    """What the event of a line of history.csv holds: step and finite scalars."""
    scalars = {"learning_rate": float(line["learning_rate"]), "epoch": float(line["epoch"])}
    for name, text in line.items():
        group, _, term = name.partition("_")
        if group in ("train", "validation") and text and math.isfinite(float(text)):
            scalars[f"{group}/{term}"] = float(text)
    return int(line["step"]), scalars


class TensorBoard(ProgramTest):
    def words(self, data, *more):
        return ("fit", data, "--out", self.folder / "run", "--types", "3", "--threads", "1", "--tensorboard", self.folder / "logs" / "a", *more)

    def assert_log_is_the_history(self):
        with open(self.folder / "run" / "history.csv", encoding="utf-8") as file:
            lines = [row_of(line) for line in csv.DictReader(file)]
        found = events(self.folder / "logs" / "a" / NAME)
        self.assertEqual(len(found), len(lines))
        for (_, step, scalars), (line_step, line_scalars) in zip(found, lines):
            self.assertEqual(step, line_step)
            self.assertEqual(scalars.keys() - line_scalars.keys(), set())
            for tag, value in line_scalars.items():  # a term that only later epochs have is 0 in the table
                self.assertTrue(math.isclose(scalars.get(tag, 0), value, rel_tol=1e-6, abs_tol=1e-30), tag)
        times = [wall for wall, _, _ in found]
        self.assertEqual(times, sorted(times))
        self.assertLess(abs(times[-1] - time.time()), 600)
        return found

    def test_the_log_is_the_history(self):
        self.assert_ok(run(*self.words(self.counts(), "--epochs", "8")))
        found = self.assert_log_is_the_history()
        for tag in ("train/loss", "learning_rate", "epoch"):
            self.assertIn(tag, found[0][2])
        self.assertIn("validation/loss", found[-1][2])
        config = (self.folder / "run" / "config.toml").read_text("utf-8")
        self.assertNotIn("tensorboard", config, "it changes nothing of the result")

    def test_an_interrupted_fit_goes_on_with_its_log(self):
        words = self.words(self.counts(cells=300), "--epochs", "300", "--checkpoint-epochs", "1")
        with subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and not (self.folder / "logs" / "a" / NAME).exists():
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
        self.assertEqual(process.returncode, 130)
        self.assert_ok(run(*words))
        self.assertEqual(self.assert_log_is_the_history()[0][2]["epoch"], 1)

    def test_a_log_of_another_fit_is_not_replaced_unasked(self):
        words = self.words(self.counts(), "--epochs", "2")
        log = self.folder / "logs" / "a" / NAME
        log.parent.mkdir(parents=True)
        log.write_text("another's", encoding="utf-8")
        self.assert_refused(run(*words), 2, "--tensorboard", str(log), "--force")
        self.assertFalse((self.folder / "run").exists())
        self.assert_ok(run(*words, "--force"))
        self.assert_log_is_the_history()

    def test_a_folder_that_cannot_be_made_is_4(self):
        (self.folder / "logs").write_text("a file", encoding="utf-8")
        result = run(*self.words(self.counts(), "--epochs", "2"))
        self.assert_refused(result, 4, "the folder for TensorBoard cannot be made", str(self.folder / "logs" / "a"))


if __name__ == "__main__":
    main()
