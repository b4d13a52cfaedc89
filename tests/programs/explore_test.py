"""The explorer's server: who may ask what, how it ends, and that names given there are those that assign writes."""
import csv
import fcntl
import json
import os
import pathlib
import signal
import shutil
import socket
import stat
import subprocess
import urllib.error
import urllib.request

from program import PROGRAM, ProgramTest, Served, main, run

QUICK = ("--types", "3", "--epochs", "8", "--threads", "1", "--components", "5", "--neighbours", "3")


class Explore(ProgramTest):
    def setUp(self):
        super().setUp()
        self.data = self.counts()
        self.run_folder = self.folder / "the rün"
        self.fit_once(self.data, self.run_folder, *QUICK)

    def serve(self, *words):
        served = Served(self.run_folder, self.data, "--threads", "1", "--map", "pca", *words)
        self.addCleanup(served.end)
        return served

    def ask(self, address, sent=None, **headers):
        """Status, headers and body of an answer."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        body = sent if sent is None or isinstance(sent, bytes) else json.dumps(sent).encode()
        if body is not None:
            names.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(address, body, names)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def raw(self, port, text):
        """First line of the answer to these bytes."""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(text)
            return connection.makefile("rb").readline().decode().strip()

    def test_page_and_answers_are_served_with_headers_that_keep_others_out(self):
        served = self.serve("--json")
        self.assertRegex(served.address, r"^http://127\.0\.0\.1:\d+/$")
        status, headers, page = self.ask(served.address)
        self.assertEqual((status, page[:15]), (200, "<!doctype html>"))
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", headers["Content-Security-Policy"])
        self.assertEqual((headers["X-Content-Type-Options"], headers["Referrer-Policy"], headers["Cache-Control"]),
                         ("nosniff", "no-referrer", "no-store"))
        self.assertIsNone(headers["Access-Control-Allow-Origin"])
        status, _, body = self.ask(served.address + "api/run", Accept_Encoding="gzip, br")
        self.assertEqual((status, len(json.loads(body)["types"])), (200, 3))
        port = int(served.address.rsplit(":", 1)[1].rstrip("/"))
        sockets = pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()
        addresses = {line.split()[1] for line in sockets if f":{port:04X} 00000000" in line}
        self.assertEqual(addresses, {f"0100007F:{port:04X}"}, "this machine alone")

    def test_others_are_turned_away(self):
        served = self.serve()
        rename, name = served.address + "api/rename", {"type": "T1", "name": "a"}
        for status, address, sent, headers in (
                (403, served.address, None, {"Host": "evil.example"}),
                (403, rename, name, {"Host": "evil.example"}),
                (403, rename, name, {"Origin": "http://evil.example"}),
                (403, rename, name, {"Origin": "null"}),
                (400, rename, name, {"Content_Type": "text/plain"}),
                (400, rename, b"[" * 60000, {}),
                (400, rename, b"\xff\xfe", {}),
                (400, rename, {"type": "T1", "name": 5}, {}),
                (400, rename, {"type": "T1", "name": "a", "more": 1}, {}),
                (413, rename, b" " * 65537, {}),
                (404, served.address + "..%2f..%2fetc/passwd", None, {}),
                (404, served.address + "%2e%2e/config.toml", None, {}),
                (404, served.address + "type_names.toml", None, {}),
                (404, served.address + "favicon.ico", None, {}),
                (405, rename, None, {}),
                (405, served.address + "api/run", {}, {})):
            with self.subTest(address=address, sent=str(sent)[:40], headers=headers):
                got, _, body = self.ask(address, sent, **headers)
                self.assertEqual(got, status, body)
                self.assertLess(len(body), 1000)
                self.assertTrue(json.loads(body)["error"])
        self.assertFalse((self.run_folder / "type_names.toml").exists())

    def test_broken_requests_break_nothing(self):
        served = self.serve()
        port = int(served.address.rsplit(":", 1)[1].rstrip("/"))
        host = f"Host: 127.0.0.1:{port}\r\n".encode()
        post = b"POST /api/undo HTTP/1.1\r\nContent-Type: application/json\r\n" + host
        for text, line in ((b"GET / HTTP/1.1\r\n" + host + host + b"\r\n", "403"),
                           (b"GET / HTTP/1.1\r\n\r\n", "403"),
                           (b"GET /../../etc/passwd HTTP/1.1\r\n" + host + b"\r\n", "404"),
                           (b"HEAD / HTTP/1.1\r\n" + host + b"\r\n", "405"),
                           (b"TRACE / HTTP/1.1\r\n" + host + b"\r\n", "40"),
                           (b"nonsense\r\n\r\n", "400"),
                           (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n" + host + b"\r\n", "4"),
                           (post + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "400"),
                           (post + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "400"),
                           (post + b"\r\n", "400"),
                           (post + b"Content-Length: 99999999999999999999\r\n\r\n", "413")):
            with self.subTest(text=text[:60]):
                self.assertTrue(self.raw(port, text).startswith(f"HTTP/1.1 {line}"), self.raw(port, text))
        self.assertEqual(self.ask(served.address)[0], 200)

    def test_another_address_asks_for_the_token(self):
        served = self.serve("--host", "0.0.0.0")
        address, token = served.address.replace("0.0.0.0", "127.0.0.1").split("?token=")
        self.assertRegex(token, "^[0-9a-f]{32}$")
        self.assertEqual(self.ask(address)[0], 403)
        self.assertEqual(self.ask(address + "explorer.js")[0], 403)
        self.assertEqual(self.ask(f"{address}?token={token[:-1]}")[0], 403)
        self.assertEqual(self.ask(f"{address}api/run", X_Mixvae_Token=token[::-1])[0], 403)
        status, _, page = self.ask(f"{address}?token={token}")
        self.assertEqual(status, 200)
        self.assertIn(f"explorer.js?token={token}", page)
        self.assertEqual(self.ask(f"{address}api/run", X_Mixvae_Token=token)[0], 200)
        self.assertNotEqual(self.serve("--host", "0.0.0.0").address.split("?token=")[1], token)

    def test_names_given_are_those_that_assign_writes(self):
        served = self.serve()
        status, _, body = self.ask(served.address + "api/rename", {"type": "T2", "name": "B cells é", "note": "by CD79A"})
        self.assertEqual(status, 200, body)
        self.assertEqual(self.ask(served.address + "api/merge", {"types": ["T1", "T3"], "name": "T cells"})[0], 200)
        out = self.folder / "types.csv"
        self.assert_ok(run("assign", self.run_folder, self.data, "--out", out))
        with open(out, encoding="utf-8", newline="") as file:
            pairs = {(row["mixvae_type"], row["mixvae_label"]) for row in csv.DictReader(file)}
        self.assertEqual(pairs, {("T1", "T cells"), ("T2", "B cells é"), ("T3", "T cells")})
        listed = json.loads(run("rename", self.run_folder, "--json").stdout)
        self.assertEqual(listed["types"][1]["note"], "by CD79A")
        for _ in range(2):
            self.assertEqual(self.ask(served.address + "api/undo", {})[0], 200)
        self.assertFalse((self.run_folder / "type_names.toml").exists())

    def test_a_run_that_is_being_written_keeps_its_names(self):
        served = self.serve()
        lock = open(self.run_folder / ".mixvae.lock", "w", encoding="ascii")
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, body = self.ask(served.address + "api/rename", {"type": "T1", "name": "a"})
        self.assertEqual(status, 400)
        self.assertIn("another", json.loads(body)["error"])
        lock.close()
        self.assertEqual(self.ask(served.address + "api/rename", {"type": "T1", "name": "a"})[0], 200)

    def test_a_run_that_is_gone_or_replaced_gets_no_names(self):
        served = self.serve()
        rename, name = served.address + "api/rename", {"type": "T1", "name": "a"}
        aside = self.folder / "aside"
        self.run_folder.rename(aside)
        status, _, body = self.ask(rename, name)
        self.assertEqual((status, json.loads(body)["error"]), (400, "there is no run here"))
        self.assertFalse(self.run_folder.exists())
        shutil.copytree(aside, self.run_folder)
        os.utime(self.run_folder / "model.safetensors")
        status, _, body = self.ask(rename, name)
        self.assertEqual(status, 400)
        self.assertIn("another model", json.loads(body)["error"])
        self.assertFalse((self.run_folder / "type_names.toml").exists())
        shutil.rmtree(self.run_folder)
        aside.rename(self.run_folder)
        self.assertEqual(self.ask(rename, name)[0], 200)

    def test_a_full_disk_under_stdout_is_4(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "explore", self.run_folder, self.data, "--threads", "1", "--map", "pca"], stdout=full,
                                    stderr=subprocess.PIPE, timeout=60, check=False, encoding="utf-8")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("standard output", result.stderr)

    def test_a_folder_that_cannot_be_written_is_told(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        served = self.serve()
        self.run_folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        self.addCleanup(self.run_folder.chmod, stat.S_IRWXU)
        self.assertEqual(self.ask(served.address + "api/rename", {"type": "T1", "name": "a"})[0], 500)

    def test_a_signal_ends_it_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            served = self.serve()
            port = int(served.address.rsplit(":", 1)[1].rstrip("/"))
            waiting = socket.create_connection(("127.0.0.1", port))
            self.addCleanup(waiting.close)
            code, words = served.end(number)
            self.assertEqual(code, 128 + number, words)
            self.assertIn(f"interrupted by signal {int(number)}", words)
            self.assertFalse((self.run_folder / ".mixvae.lock").exists())

    def test_what_cannot_be_served_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.assert_refused(run("explore", self.run_folder, self.data, "--port", port), 2, "the port is in use", port)
        first = self.serve()
        port = first.address.rsplit(":", 1)[1].rstrip("/")
        self.assert_refused(run("explore", self.run_folder, self.data, "--port", port), 2, "the port is in use")
        for words, code, *texts in ((("--port", "65536"), 2, "--port"), (("--host", "192.0.2.1"), 2, "does not have the address"),
                                    (("--map", "X_none"), 2, "X_none")):
            with self.subTest(words=words):
                self.assert_refused(run("explore", self.run_folder, self.data, *words), code, *texts)
        self.assert_refused(run("explore", self.folder, self.data), 3, "run")


if __name__ == "__main__":
    main()
