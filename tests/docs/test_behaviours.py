"""docs/behaviours.md names tests and sources: each test must exist, each source must be listed."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "behaviours.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 4 and "`" in line]


def unit_tests():
    for file in ROOT.glob("tests/*/*_test.cpp"):
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", file.read_text(), re.M):
            yield f"{suite}.{name}"


def script_tests():
    for file in ROOT.glob("tests/*/test_*.py"):
        for name in re.findall(r"^\s+def (test_\w+)", file.read_text(), re.M):
            yield f"{file.name}::{name}"


class Behaviours(unittest.TestCase):
    def test_every_row_is_tied_to_tests_that_exist(self):
        known = {*unit_tests(), *script_tests()}
        self.assertGreater(len(ROWS), 30)
        for row in ROWS:
            named = re.findall(r"`(\w+\.py::\w+|\w+\.\w+)`", row.split("|")[3])
            self.assertTrue(named, f"no test in: {row}")
            for test in named:
                self.assertTrue(test in known, f"{test} is no test, in: {row}")

    def test_every_source_is_in_the_list(self):
        listed = set(re.findall(r"^\| \[([\w-]+)\] \|", PAGE, re.M))
        for row in ROWS:
            for source in re.findall(r"\[([\w-]+)\]", row.split("|")[2]):
                self.assertTrue(source in listed, f"{source} is not listed, in: {row}")


if __name__ == "__main__":
    unittest.main()
