# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/withstands.md names tests: each of them is there."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()


def named_tests():
    """(unit.smtp.ServerGate, [nothingIsSmuggledIn, ...]) for each `test: functions` of the list."""
    text = (ROOT / "docs/withstands.md").read_text(encoding="utf-8")
    for test, functions in re.findall(r"`((?:unit|integration|ui)\.\w+\.\w+): ([^`]*)`", text):
        yield test, [function.strip() for function in functions.split(",")]


class Withstands(unittest.TestCase):
    def test_isAListOfTests(self):
        self.assertGreater(len(list(named_tests())), 30)

    def test_namesTestsThatAreThere(self):
        for test, functions in named_tests():
            kind, room, name = test.split(".")
            path = ROOT / "tests" / kind / room / f"tst_{name}.cpp"
            with self.subTest(test):
                source = path.read_text(encoding="utf-8")
                for function in functions:
                    self.assertTrue(re.search(rf"\bvoid (tst_\w+::)?{function}\(\)", source), f"{path.name} has no {function}")

    def test_everyRowIsShownBySomething(self):
        rows = [line for line in (ROOT / "docs/withstands.md").read_text(encoding="utf-8").splitlines()
                if line.startswith("| ") and not line.startswith(("| class", "| ---"))]
        self.assertGreater(len(rows), 20)
        for row in rows:
            self.assertRegex(row.split("|")[3], r"`\w+\.\w+\.\w+: \w+", row)


if __name__ == "__main__":
    unittest.main()
