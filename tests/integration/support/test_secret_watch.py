# SPDX-License-Identifier: GPL-3.0-or-later
"""The search for secrets finds what is planted, wherever and in whatever form, and nothing else."""
import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
WATCH = ROOT / "tests/support/secret_watch.py"
# Not the suite's own, for which tests/run.sh looks while this test runs.
MARKS = ("open sesame-ahK7uCha", "ticket-Ohph4aem2oT")
PASSWORD = MARKS[0] + "1a2b3c"
TOKEN = MARKS[1] + "xyz"

# Leaves its standard input in a file of that name below TMPDIR.
LEAVE = """
import os, pathlib, sys
path = pathlib.Path(os.environ["TMPDIR"]) / sys.argv[1]
path.parent.mkdir(parents=True, exist_ok=True)
path.write_bytes(sys.stdin.buffer.read())
"""
# The same, and takes it away again as soon as the search has told that it was seen.
LEAVE_FOR_A_MOMENT = LEAVE + """
import time
until = time.monotonic() + 20
while not os.path.exists(sys.argv[2]) and time.monotonic() < until:
    time.sleep(0.01)
path.unlink()
"""


class SecretWatch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.report = os.path.join(self.folder.name, "report")

    def watch(self, *command, also=(), given=b""):
        arguments = [sys.executable, str(WATCH), "--report", self.report, "--mark", MARKS[0], "--mark", MARKS[1]]
        for folder in also:
            arguments += ["--also", folder]
        # The user's own folders are left alone.
        environment = {name: value for name, value in os.environ.items() if name != "RELAYWRIGHT_DESKTOP"}
        return subprocess.run([*arguments, "--", *command], input=given, capture_output=True, timeout=60,
                              env=environment, cwd=self.folder.name)

    def found(self):
        return pathlib.Path(self.report).read_text(encoding="utf-8") if os.path.exists(self.report) else ""

    def leave(self, content, name="a/b/log.txt"):
        return self.watch(sys.executable, "-c", LEAVE, name, given=content)

    def test_findsEveryForm(self):
        plain = f"\0scanner@example.com\0{PASSWORD}".encode()
        xoauth2 = f"user=scanner@example.com\1auth=Bearer {TOKEN}\1\1".encode()
        forms = {
            "password": PASSWORD.encode(),
            "token": b"Authorization: Bearer " + TOKEN.encode(),
            "base64": base64.b64encode(PASSWORD.encode()),
            "PLAIN": base64.b64encode(plain),
            "PLAIN of another name": base64.b64encode(b"\0ab" + plain),
            "PLAIN of a third name": base64.b64encode(b"\0abc" + plain),
            "XOAUTH2": base64.b64encode(xoauth2),
            "inside a JWT": base64.urlsafe_b64encode(b'{"jti":"' + TOKEN.encode() + b'"}'),
            "UTF-16": PASSWORD.encode("utf-16-le"),
            "UTF-16 in base64": base64.b64encode(PASSWORD.encode("utf-16-le")),
            "hexadecimal": PASSWORD.encode().hex().encode(),
            "an address": PASSWORD.replace(" ", "%20").encode(),
            "a form": PASSWORD.replace(" ", "+").encode(),
        }
        for name, content in forms.items():
            with self.subTest(name):
                if os.path.exists(self.report):
                    os.unlink(self.report)
                run = self.leave(b"some text in front, then " + content + b" and some behind")
                self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
                self.assertIn("a/b/log.txt", self.found())

    def test_findsNothingWhereNothingIs(self):
        run = self.leave(b"535 5.7.3 the password is wrong\nopen sesame-of-somebody-else\n")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn(b"looked into", run.stdout)
        self.assertEqual(self.found(), "")

    def test_findsItOverTheEdgeOfTwoReads(self):
        run = self.leave(b"x" * ((1 << 20) - 10) + PASSWORD.encode())
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)

    def test_findsItInAFileThatIsGoneAtTheEnd(self):
        run = self.watch(sys.executable, "-c", LEAVE_FOR_A_MOMENT, "gone.txt", self.report, given=PASSWORD.encode())
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("gone.txt", self.found())

    def test_findsItInALogBesideTheTemporaryFolder(self):
        testing = os.path.join(self.folder.name, "Testing")
        run = self.watch("sh", "-c", f"cat > '{testing}/LastTest.log'", also=[testing], given=PASSWORD.encode())
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("LastTest.log", self.found())

    def test_findsItInAnArgumentList(self):
        waits = "import os, sys, time\nuntil = time.monotonic() + 20\n" \
                "while not os.path.exists(sys.argv[1]) and time.monotonic() < until: time.sleep(0.01)\n"
        run = self.watch(sys.executable, "-c", waits, self.report, "--password", PASSWORD)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        self.assertIn("argument list", self.found())

    def test_leavesTheServersTheirAccounts(self):
        run = self.leave(PASSWORD.encode(), "server/etc/sasl/password")
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_passesTheCommandsOwnFailureOn(self):
        self.assertEqual(self.watch("sh", "-c", "exit 7").returncode, 7)

    def test_looksForTheMarksThatTheTestsUse(self):
        header = (ROOT / "tests/support/TestSecrets.h").read_text(encoding="utf-8")
        marks = re.findall(r'constexpr auto k\w+Mark = "([^"]+)"', header)
        self.assertEqual(len(marks), 2)
        for mark in marks:
            self.assertIn(f'b"{mark}"', WATCH.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
