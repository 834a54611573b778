"""docs/netcode.md is true: its table is its frame, its numbers are the code's, its figures are the last bench's.

tests/unit/test_netcode_page.c holds the same frame against the codec and a replica.
"""
import json
import re
import unittest

from tree import TreeTest, text
from websocket_page_test import name_fields, unpack

PAGE = text("docs/netcode.md")
MAY_DIFFER = 0.15  # a new run of the bench is no reason to edit the page, unless it says something else


def table_below(head):
    """The rows of the table with this head line, as lists of cells."""
    rows = re.search(rf"^{re.escape(head)}\n\|[- |]+\|\n((?:\|.*\|\n)+)", PAGE, flags=re.M).group(1)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows.splitlines()]


def value_in(path, name):
    if path.endswith(".json"):
        return next(limit["value"] for limit in json.loads(text(path))["limits"] if limit["name"] == name)
    return int(re.search(rf"\b{name} = (\d+)", text(path)).group(1))


def measured(row):
    return float(re.search(rf"^{re.escape(row)} +([\d.]+)", text("docs/benchmarks.md"), flags=re.M).group(1))


class NetcodePage(TreeTest):
    def setUp(self):
        self.frame = bytes.fromhex(re.search(r"^```hex\n(.*?)\n```$", PAGE, flags=re.M | re.S).group(1))

    def test_the_tables_rows_are_the_frames_bytes(self):
        rows = table_below("| bytes | field | meaning |")
        self.assertEqual(b"".join(bytes.fromhex(row[0].strip("` ")) for row in rows), self.frame)
        self.assertIn(f"\n{len(self.frame)} bytes for a tick", PAGE)

    def test_the_named_fields_stand_in_the_schemas_order(self):
        named = [row[1].strip("`") for row in table_below("| bytes | field | meaning |") if row[1]]
        fields = list(name_fields([20]))[1:]
        self.assertEqual(named, fields)
        self.assertEqual(len(unpack(self.frame)[0]), 1 + len(fields))

    def test_the_numbers_named_in_the_rows_stand_in_the_bytes(self):
        for data, _, meaning in table_below("| bytes | field | meaning |"):
            values, at, data = [], 0, bytes.fromhex(data.strip("` "))
            while at < len(data) and 0x90 != data[at] & 0xf0:
                value, at = unpack(data, at)
                values.append(value)
            for shown in re.findall(r"\b(?:id|x|y|vx|buttons|cell|`has`) (\d+)", meaning):
                self.assertIn(int(shown), values, meaning)

    def test_the_numbers_are_the_codes(self):
        rows = table_below("| name | value | where |")
        self.assertGreater(len(rows), 15)
        for name, value, where in rows:
            with self.subTest(name):
                self.assertEqual(value_in(where, name.strip("`")), int(value.split()[0]))

    def test_the_figures_are_about_those_of_the_last_bench(self):
        rows = table_below("| measured | about |")
        self.assertGreater(len(rows), 5)
        for what, about in rows:
            row, shown = re.match(r"`([^`]+)`", what).group(1), float(about.split()[0])
            with self.subTest(row):
                self.assertLessEqual(abs(shown - measured(row)), MAY_DIFFER * measured(row))


if __name__ == "__main__":
    unittest.main()
