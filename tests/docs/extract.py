#!/usr/bin/python3
"""Takes the files of docs/adding_an_experiment.md from the page: extract.py SOURCE_FOLDER OUTPUT_FOLDER

A line that is a path in backticks names the file of the code blocks that follow, up to the next heading's path; lines for
src/experiments/registry.cpp are put into a copy of it: a header in its alphabetical place, an experiment at the end of its family. Commands are put into commands.sh.
"""
import pathlib
import re
import sys

REGISTRY = "src/experiments/registry.cpp"
FAMILY = "Other targets"  # as the page says


def blocks(page):
    """(file, language, text) of every fenced block; the file is the one named last, by a path alone in its line or by `lines of`."""
    file = None
    for match in re.finditer(r"^`([^`\n]+/[^`\n]+)`(?:, continued:)?$|^Two lines of `([^`\n]+)`|^```(\w+)\n(.*?)^```$",
                             page, re.MULTILINE | re.DOTALL):
        if match[3]:
            yield file, match[3], match[4]
        else:
            file = match[1] or match[2]


def in_its_place(text, line, family):
    """The text with a line put where it belongs: a header in its alphabetical place, an experiment after the last of `family`."""
    lines = text.splitlines(keepends=True)
    if line.startswith("#"):
        headers = [i for i, one in enumerate(lines) if one.startswith('#include "gdm/experiments/') and i > 0]
        place = next((i for i in headers if lines[i] > line), headers[-1] + 1)
    else:
        place = next(i for i, one in enumerate(lines) if one.strip().startswith(f'{{"{family}", {{')) + 1
        while re.match(r" +\w+\(\),$", lines[place]):
            place += 1
    return "".join([*lines[:place], line, *lines[place:]])


def files_of(page, registry):
    """Path -> text of all that the page writes."""
    found = {REGISTRY: registry, "commands.sh": ""}
    for file, language, text in blocks(page):
        if language == "sh":
            found["commands.sh"] += text
        elif file == REGISTRY:
            found[REGISTRY] = in_its_place(found[REGISTRY], text, FAMILY)
        else:
            found[file] = found.get(file, "") + ("\n" if file in found else "") + text
    return found


def main(source, output):
    source, output = pathlib.Path(source), pathlib.Path(output)
    page = (source / "docs/adding_an_experiment.md").read_text()
    for file, text in files_of(page, (source / REGISTRY).read_text()).items():
        (output / file).parent.mkdir(parents=True, exist_ok=True)
        (output / file).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
