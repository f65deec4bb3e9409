#!/usr/bin/python3
"""What docs/chains.md quotes stands in the source that it names, character by character. Standard library alone."""
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]


def quotes(page):
    """(path, text) of each block of C++; the path is the one that a line `From PATH:` named last."""
    path = None
    for match in re.finditer(r"^From `([^`\n]+)`:$|^```cpp\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        if match[1]:
            path = match[1]
        else:
            yield path, match[2]


class Quotes(unittest.TestCase):
    def test_are_in_their_source(self):
        found = list(quotes((TOP / "docs/chains.md").read_text()))
        self.assertGreater(len(found), 3)
        for path, text in found:
            self.assertIn(text, (TOP / path).read_text(), path)


if __name__ == "__main__":
    unittest.main()
