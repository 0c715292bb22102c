"""The lists of rules in tests/rfc*.md name tests that exist: every line at least one, each by ctest's own name.

A list is made of Markdown tables whose last column has the tests, in backticks, separated by commas; a name that ends
in * stands for every test that begins so. The tests are those of BUILD_DIR, as `ctest --show-only=json-v1` lists them.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE_DIR = pathlib.Path(os.environ.get("SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BUILD_DIR = pathlib.Path(os.environ.get("BUILD_DIR", SOURCE_DIR / "build"))
# Without its tests' executable a folder shows up as one test of this name's kind.
NOT_BUILT = "_NOT_BUILT"


def cells_of(line: str) -> list[str] | None:
    """The cells of a table's row; None where the line is not one, or rules off a table's head."""
    line = line.strip()
    if not (line.startswith("|") and line.endswith("|") and len(line) > 1):
        return None
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line[1:-1])]
    return None if all(re.fullmatch(r":?-+:?", cell) for cell in cells) else cells


def rows_of(text: str) -> list[tuple[int, list[str]]]:
    """The numbered rows of all tables, their heads left out: a head is the row above the dashes."""
    lines = text.splitlines()
    rows = []
    for number, line in enumerate(lines, 1):
        cells = cells_of(line)
        below = lines[number].strip() if number < len(lines) else ""
        if cells and not re.fullmatch(r"\|[-:| ]+\|", below):
            rows.append((number, cells))
    return rows


def find_faults(file: str, text: str, tests: set[str]) -> list[str]:
    """What is wrong with a list, each fault a line that begins with `file:line`."""
    rows = rows_of(text)
    if not rows:
        return [f"{file}:1: no table, or none with a row: a list of rules has a line for each rule"]
    faults = []
    for number, cells in rows:
        column = cells[-1]
        names = re.findall(r"`([^`]*)`", column)
        if not names:
            faults.append(f"{file}:{number}: the rule names no test: {' | '.join(cells)}")
        rest = re.sub(r"`[^`]*`", "", column).replace(",", "").strip()
        if names and rest:
            faults.append(f"{file}:{number}: beside its tests the last column has {rest!r}")
        for name in names:
            if not exists(name, tests):
                faults.append(f"{file}:{number}: there is no test {name}")
    return faults


def exists(name: str, tests: set[str]) -> bool:
    if name.endswith("*"):
        prefix = name[:-1]
        return prefix != "" and any(test.startswith(prefix) for test in tests)
    return name in tests


def built_tests() -> set[str]:
    """The names of all tests, without the values of their parameters that ctest puts behind them."""
    shown = subprocess.run(
        ["ctest", "--test-dir", str(BUILD_DIR), "--show-only=json-v1"], check=True, capture_output=True)
    names = {test["name"].split("  # GetParam()")[0] for test in json.loads(shown.stdout)["tests"]}
    missing = sorted(name for name in names if name.endswith(NOT_BUILT))
    if missing:
        sys.exit(f"build the tests first: {', '.join(missing)}")
    return names


class Checker(unittest.TestCase):
    """What the check is worth: it must see each fault, and no other."""

    TESTS = {"engine/a/B.C", "engine/a/P/B.D/One", "engine/a/P/B.D/Two"}
    HEAD = "# Title\n\n| Section | Rule | Tests |\n|---|---|---|\n"

    def faults(self, rows: str) -> list[str]:
        return find_faults("list.md", self.HEAD + rows, self.TESTS)

    def test_a_good_list_has_none(self):
        self.assertEqual(self.faults("| 1 | a | `engine/a/B.C`, `engine/a/P/B.D/*` |\n"), [])
        self.assertEqual(self.faults("| 1 | a | `engine/a/P/B.D/Two` |\n"), [])

    def test_a_name_that_is_no_tests_is_told_with_its_line(self):
        self.assertEqual(self.faults("| 1 | a | `engine/a/B.C` |\n| 2 | b | `engine/a/B.X` |\n"),
                         ["list.md:6: there is no test engine/a/B.X"])

    def test_a_prefix_needs_its_star_and_a_test(self):
        self.assertEqual(len(self.faults("| 1 | a | `engine/a/P/B.D` |\n")), 1)
        self.assertEqual(len(self.faults("| 1 | a | `engine/a/P/B.E/*` |\n")), 1)
        self.assertEqual(len(self.faults("| 1 | a | `*` |\n")), 1)

    def test_a_rule_without_a_test_is_told(self):
        self.assertIn("list.md:5: the rule names no test", self.faults("| 1 | a |  |\n")[0])
        self.assertIn("names no test", self.faults("| 1 | a | engine/a/B.C |\n")[0])
        self.assertIn("beside its tests", self.faults("| 1 | a | `engine/a/B.C`, engine/a/B.X |\n")[0])

    def test_an_empty_list_is_told(self):
        self.assertEqual(len(self.faults("")), 1)
        self.assertEqual(len(find_faults("list.md", "", self.TESTS)), 1)


class Lists(unittest.TestCase):

    def test_every_rule_names_tests_that_exist(self):
        files = sorted((SOURCE_DIR / "tests").glob("rfc*.md"))
        self.assertTrue(files, "there is no tests/rfc*.md")
        tests = built_tests()
        faults = []
        for file in files:
            faults += find_faults(str(file.relative_to(SOURCE_DIR)), file.read_text(encoding="utf-8"), tests)
        self.assertEqual(faults, [], "\n" + "\n".join(faults))


if __name__ == "__main__":
    unittest.main()
