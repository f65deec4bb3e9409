#!/usr/bin/python3
"""Links of all Markdown files lead to files and headings that exist, and so do paths in backticks. Standard library alone."""
import ast
import pathlib
import re
import subprocess
import tempfile
import unittest

import extract

TOP = pathlib.Path(__file__).resolve().parents[2]
#: Folders of the repository: what is in backticks and begins with one of them is a path of it.
FOLDERS = ("analysis", "cmake", "docs", "examples", "include", "jobs", "packaging", "slurm", "src", "tests")
#: What a path is not: a pattern, a placeholder, something with arguments.
NO_PATH = re.compile(r"[*…<>{}$]|\b[A-Z]{2,}")


def pages(top):
    """All Markdown files, but for what is built or made by sweeps."""
    return sorted(path for path in top.rglob("*.md") if not {"build", "results", ".git"} & set(path.relative_to(top).parts))


def prose(text):
    """The text without its code blocks, fenced or indented, each line of which becomes empty."""
    lines, fenced, code, empty = [], False, False, True
    for line in text.splitlines():
        if line.startswith("```"):
            fenced, line = not fenced, ""
        # Four spaces after an empty line begin a block, unless they go on with an item of a list.
        code = line.startswith("    ") and (code or (empty and not any(re.match(r" *(\d+\.|-) ", one) for one in lines[-6:])))
        empty = not line.strip()
        lines.append("" if fenced or code else line)
    return "\n".join(lines)


def anchors(text):
    """The names that GitHub gives to headings: lower case, no punctuation, dashes for spaces, a number where one comes again."""
    found = []
    for heading in re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        seen = sum(one == name or re.fullmatch(rf"{re.escape(name)}-\d+", one) is not None for one in found)
        found.append(f"{name}-{seen}" if seen else name)
    return found


def broken_links(top):
    """`FILE:LINE: what` for each link that leads nowhere."""
    for page in pages(top):
        text = prose(page.read_text())
        text_without_code = re.sub(r"`[^`\n]*`", lambda code: " " * len(code[0]), text)
        for match in re.finditer(r"\]\(([^)\s]+)\)", text_without_code):
            target = match[1]
            if re.match(r"[a-z]+:", target):  # another site
                continue
            where = f"{page.relative_to(top)}:{text[:match.start()].count(chr(10)) + 1}"
            file, _, anchor = target.partition("#")
            path = (page.parent / file).resolve() if file else page
            if not path.is_relative_to(top) or not path.exists():
                yield f"{where}: ({target}): there is no such file"
            elif anchor and (path.suffix != ".md" or anchor not in anchors(path.read_text())):
                yield f"{where}: ({target}): there is no such heading"


def lost_paths(top):
    """`FILE:LINE: what` for each path in backticks, relative to the top folder, that is no file."""
    for page in pages(top):
        text = prose(page.read_text())
        for match in re.finditer(r"`([^`\n]+)`", text):
            path = match[1].split()[0].rstrip("/")
            if not path.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or NO_PATH.search(path):
                continue
            if not (top / path).exists():
                yield f"{page.relative_to(top)}:{text[:match.start()].count(chr(10)) + 1}: `{match[1]}`: there is no such file"


class Links(unittest.TestCase):
    def test_links_lead_somewhere(self):
        self.assertGreater(len(pages(TOP)), 20)
        self.assertEqual(list(broken_links(TOP)), [])

    def test_paths_exist(self):
        """But for those of the experiment that the walkthrough makes."""
        made = extract.files_of((TOP / "docs/adding_an_experiment.md").read_text(), (TOP / extract.REGISTRY).read_text())
        lost = [line for line in lost_paths(TOP) if not any(f"`{path}`" in line for path in made)]
        self.assertEqual(lost, [])

    def test_every_page_is_reached_from_the_readme(self):
        reached, waiting = set(), [TOP / "README.md"]
        while waiting:
            page = waiting.pop()
            if page in reached:
                continue
            reached.add(page)
            for target in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text()):
                if not re.match(r"[a-z]+:", target):
                    waiting.append((page.parent / target).resolve())
        self.assertEqual([str(page.relative_to(TOP)) for page in pages(TOP) if page not in reached], [])

    def test_what_is_wrong_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder).resolve()
            (top / "a.md").write_text("# One `x`\n\n[good](b.md#two-words) [bad](c.md) [worse](b.md#three) [own](#one-x)\n"
                                      "`src/none.cpp` `src/NAME.cpp` [site](https://x.org/a)\n\n    [code](nowhere.md)\n")
            (top / "b.md").write_text("# Two words\n")
            self.assertEqual(list(broken_links(top)), ["a.md:3: (c.md): there is no such file", "a.md:3: (b.md#three): there is no such heading"])
            self.assertEqual(list(lost_paths(top)), ["a.md:4: `src/none.cpp`: there is no such file"])

    def test_arrows_of_the_architecture(self):
        """They are those that tests/rooms/arrows_test.py holds against the compiler."""
        text = (TOP / "tests/rooms/arrows_test.py").read_text()
        arrows = ast.literal_eval(re.search(r"^ARROWS = (\{.*?^\})", text, re.MULTILINE | re.DOTALL)[1])
        told = {}
        for line in (TOP / "ARCHITECTURE.md").read_text().splitlines():
            room = re.match(r"    ([a-z/]+)(?:/FAMILY)? {2,}\S", line)
            if room and room[1] in arrows:
                told[room[1]] = [name.strip() for name in line.partition("→")[2].split(",") if name.strip()]
        physics = {name.partition("/")[2]: name for name in arrows if name.startswith("physics/")}
        for room, others in told.items():
            whole = [list(physics.values()) if other == "physics" else [physics.get(other, other)] for other in others]
            self.assertEqual(sorted(sum(whole, [])), sorted(arrows[room]), room)
        self.assertEqual(set(told), set(arrows))

    def test_code_cites_documents_of_the_repository(self):
        """Comments and messages name the page that says it, and not a section of the README."""
        places = [str(TOP / one) for one in ("src", "include", "analysis", "slurm", "jobs", "cmake", "quickstart", "CMakeLists.txt")]
        cited = subprocess.run(["grep", "-rnoIE", r"[A-Za-z_/]+\.md\b|README,|DESIGN|RECIPES", *places], capture_output=True, text=True).stdout
        lost = [line for line in cited.splitlines() if not (TOP / line.rpartition(":")[2]).exists()]
        self.assertEqual(lost, [])


if __name__ == "__main__":
    unittest.main()
