#!/usr/bin/python3
"""Writes what documentation follows from declarations and job files: docs/generate.py build/release/tests/describe-experiments

    docs/experiments/NAME.md    a page for each experiment; what stands there between the marks "by hand" is kept
    docs/README.md, README.md   the lists of experiments and of the first job of each, between their marks
With --check nothing is written: what is stale is told, with the command that renews it, and the exit code is 1.
"""
import argparse
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
BY_HAND = re.compile(r"<!-- by hand -->\n(.*)<!-- end of by hand -->\n", re.DOTALL)


class Stale(Exception):
    """What a job file or a source lacks so that the pages can be made; the text is one line for the author."""


class Job:
    """A job file: whose it is, and the question and the time that its first two lines tell."""

    def __init__(self, path):
        self.name = path.stem
        lines = path.read_text().splitlines()
        experiment = [line.split("#")[0].split("=")[1].strip() for line in lines if re.match(r"experiment\s*=", line)]
        if len(experiment) != 1:
            raise Stale(f"jobs/{path.name}: names no experiment, or several")
        self.experiment = experiment[0]
        time = re.fullmatch(r"# ([\d.]+ (?:s|min|h)) on (1 core|2 cores)", lines[1])
        if not lines[0].startswith("# ") or not time:
            raise Stale(f"jobs/{path.name}: the first line is to be a comment with the question that it answers, the second "
                        "its time, as `# 10 s on 2 cores`")
        self.question = lines[0][2:]
        self.time = time[1] + (" (1 core)" if time[2] == "1 core" else "")


def by_family(experiments):
    """(title of the family, its experiments), both in the order of the table of experiments."""
    return [(title, list(members)) for title, members in itertools.groupby(experiments, key=lambda one: one["family"])]


def jobs_of(experiment, jobs):
    """The jobs of an experiment, that of its own name first."""
    return sorted((job for job in jobs if job.experiment == experiment), key=lambda job: (job.name != experiment, job.name))


def cell(text):
    return text.replace("|", "\\|").replace("<", "\\<").replace("_", "\\_").replace("*", "\\*")


def unit(item):
    return "" if item["unit"] in ("", "1") else f" [{cell(item['unit'])}]"


def parameter_rows(parameters):
    for one in parameters:
        yield f"| `{one['name']}` | {cell(one['description'])}{unit(one)} | {cell(one['allowed'])} | `{one['default'] or 'none'}` |"
        for other in one["alternatives"]:
            with_which = f"; with {cell(other['only_with'])}" if other["only_with"] else ""
            yield f"| or `{other['name']}` | {cell(other['description'])}{unit(other)}{with_which} | {cell(other['allowed'])} | |"


def quantity_rows(items):
    for one in items:
        axes = f"({', '.join(one['axes'])})" if one["axes"] else ""
        missing = f"; missing: {cell(one['missing'])}" if one["missing"] else ""
        yield f"| `{one['name']}{axes}` | {cell(one['description'])}{unit(one)}{missing} |"


def job_rows(jobs, target):
    """`target`: where a row leads, with {job} and {experiment}."""
    for job in jobs:
        where = target.format(job=job.name, experiment=job.experiment)
        yield f"| [`jobs/{job.name}.ini`]({where}) | {cell(job.question)} | {job.time} |"


def page(experiment, jobs, by_hand):
    """The whole page of an experiment."""
    lines = [f"# {experiment['name']}", "",
             "<!-- Written by docs/generate.py; what stands between the next two marks is by hand. -->",
             experiment["question"], "", "<!-- by hand -->", *by_hand.splitlines(), "<!-- end of by hand -->", "", "## Jobs", ""]
    lines += ["| job | the question | time on 2 cores |", "|---|---|---|", *job_rows(jobs, "../../jobs/{job}.ini")]
    lines += ["", f"Source: {cell(experiment['source'])}. Version {experiment['version']}.".replace("..", ".")]
    titles = {"grid": "Grid parameters", "inner": "Inner axes", "setting": "Settings"}
    for role, title in titles.items():
        chosen = [one for one in experiment["parameters"] if one["role"] == role]
        if chosen:
            lines += ["", f"## {title}", "", "| key | what it is | allowed | default |", "|---|---|---|---|", *parameter_rows(chosen)]
    titles = {"observables": "Observables", "derived": "Derived in the reduction, with errors", "theory": "Theory beside them",
              "along": "Along an axis"}
    for key, title in titles.items():
        if experiment[key]:
            lines += ["", f"## {title}", "", "| name | what it is |", "|---|---|", *quantity_rows(experiment[key])]
    return "\n".join(lines) + "\n"


def between_marks(path, name, lines):
    """The text of a file with these lines between its marks."""
    text = path.read_text()
    marks = re.compile(rf"(<!-- {name}: written by docs/generate\.py -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    if not marks.search(text):
        raise Stale(f"{path.relative_to(TOP)}: lacks the marks of {name}")
    return marks.sub(lambda found: found[1] + "".join(line + "\n" for line in lines) + found[2], text)


def everything(experiments):
    """Path -> text of all that is generated."""
    jobs = [Job(path) for path in sorted((TOP / "jobs").glob("*.ini"))]
    names = {experiment["name"] for experiment in experiments}
    for job in jobs:
        if job.experiment not in names:
            raise Stale(f"jobs/{job.name}.ini: there is no experiment {job.experiment}")
    texts, table, index = {}, ["| job | the question | time on 2 cores |", "|---|---|---|"], []
    for title, members in by_family(experiments):
        index.append(f"- {title}: " + ", ".join(f"[{one['name']}](experiments/{one['name']}.md)" for one in members))
        for experiment in members:
            name = experiment["name"]
            mine = jobs_of(name, jobs)
            if name not in [job.name for job in mine]:
                raise Stale(f"jobs/{name}.ini: there is none; every experiment has a job of its name")
            path = TOP / f"docs/experiments/{name}.md"
            kept = BY_HAND.search(path.read_text()) if path.exists() else None
            texts[path] = page(experiment, mine, kept[1] if kept else "")
            table += job_rows(mine[:1], "docs/experiments/{experiment}.md")  # the others stand on its page
    texts[TOP / "README.md"] = between_marks(TOP / "README.md", "jobs", table)
    texts[TOP / "docs/README.md"] = between_marks(TOP / "docs/README.md", "experiments", index)
    return texts


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="describe-experiments, which the build makes of tests/docs")
    parser.add_argument("--check", action="store_true", help="write nothing, tell what is stale")
    options = parser.parse_args(arguments)
    try:
        output = subprocess.run([options.program], check=True, capture_output=True, text=True).stdout
        texts = everything(json.loads(output))
    except (OSError, subprocess.CalledProcessError, Stale) as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 2
    stale = {path: text for path, text in texts.items() if not path.exists() or path.read_text() != text}
    orphans = [path for path in (TOP / "docs/experiments").glob("*.md") if path not in texts]
    for path in orphans:
        print(f"{path.relative_to(TOP)}: there is no such experiment; remove it", file=sys.stderr)
    for path, text in stale.items():
        print(f"{path.relative_to(TOP)}: {'is stale' if options.check else 'written'}")
        if not options.check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    if options.check and stale:
        program = os.path.relpath(options.program, TOP) if pathlib.Path(options.program).is_relative_to(TOP) else options.program
        print(f"renew with: docs/generate.py {program}")
    return int(bool(orphans or (options.check and stale)))


if __name__ == "__main__":
    sys.exit(main())
