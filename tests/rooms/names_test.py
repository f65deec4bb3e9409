#!/usr/bin/python3
"""No two headers declare types of one name: a program that holds both has one of their functions for both, unseen by the linker.

Usage: names_test.py FOLDER_OF_THE_PROJECT"""
import collections
import pathlib
import re
import sys

OPENED, CLOSED = re.compile(r"(?:inline )?namespace ([\w:]+) \{"), re.compile(r"\}  // namespace ([\w:]+)")
TYPE = re.compile(r"(?:struct|class|enum class) (?:\[\[\w+\]\] )?([\w:]+)[^;]*$")


def types(path):
    """The types that a header defines in its namespaces, with these; nothing there is indented."""
    within = []
    for line in path.read_text().splitlines():
        if found := OPENED.match(line):
            within.append(found[1])
        elif CLOSED.match(line):
            within.pop()
        elif (found := TYPE.match(line)) and within:
            yield "::".join([*within, found[1]])


def main():
    top = pathlib.Path(sys.argv[1])
    places = collections.defaultdict(set)
    for folder in ("include", "src"):
        for path in sorted((top / folder).rglob("*.hpp")):
            for name in types(path):
                places[name].add(str(path.relative_to(top)))
    twice = {name: paths for name, paths in places.items() if len(paths) > 1}
    for name, paths in twice.items():
        print(f"{name} stands in {', '.join(sorted(paths))}")
    print(f"{len(places)} types")
    sys.exit(bool(twice) or len(places) < 100)


if __name__ == "__main__":
    main()
