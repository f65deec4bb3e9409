"""The page of a report: everything is gathered here and set by the template page.html, which escapes all text."""
import datetime
import pathlib
import re

import jinja2
import numpy as np
from markupsafe import Markup

from gdmsweep import reduced
from gdmsweep.report import citations, digits, provenance, tables
from gdmsweep.report.drawings import drawings
from gdmsweep.version import VERSION

HERE = pathlib.Path(__file__).parent
MAX_TEXT = 60_000  # characters of one job or program that are shown

#: What no page of HTML may hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(value):
    """The text without control characters, each of which becomes �."""
    if not isinstance(value, str) or not _FORBIDDEN.search(value):
        return value
    return type(value)(_FORBIDDEN.sub("\ufffd", value))


def is_page(path):
    """Whether a file is what a report writes (or empty), and may be replaced."""
    start = path.read_bytes()[:2000]
    return not start or b'content="gdm-report ' in start


def _shortened(text):
    text = text.rstrip("\n")
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}\n… {digits.count(len(text) - MAX_TEXT)} more characters are in the sweep file"


def _state(attrs):
    """One word on how far the sweep is, and the sentence behind it."""
    points, complete, partial = (int(attrs.get(name, 0)) for name in ("points", "points_complete", "points_partial"))
    done, failed = int(attrs.get("replicas_done", 0)), int(attrs.get("replicas_failed", 0))
    if done == 0:
        word = "All failed." if failed else "Nothing is computed yet."
    elif complete < points:
        word = "Unfinished."
    else:
        word = "Complete."
    partly = f", {digits.count(partial)} in part" if partial else ""
    return word, (f"{digits.count(complete)} of {digits.count(points)} points are complete{partly}; "
                  f"{digits.count(done, 'replica')} {'is' if done == 1 else 'are'} done, {digits.count(failed)} failed.")


def _replicas(data):
    done = data.replicas_done.values[data.replicas_done.values > 0]
    if not done.size:
        return ""
    low, high = int(done.min()), int(done.max())
    return digits.count(low) if low == high else f"{digits.count(low)} to {digits.count(high)}"


def _troubles(source, sweep):
    """What failed, what the reduction warned of, what has no error, what is not there: a line each."""
    attrs, lines = source.data.attrs, []
    points, complete = int(attrs.get("points", 0)), int(attrs.get("points_complete", 0))
    if complete < points:
        lines.append(f"{digits.count(points - complete)} of {digits.count(points)} points are not complete.")
    if torn := int(attrs.get("replicas_torn", 0)):
        lines.append(f"{digits.count(torn)} replicas are damaged in the sweep file and count as not done.")
    if sweep is None:
        lines.append("The sweep file is not beside the reduced one: runs, hosts, core-hours and messages of failures are not told.")
    else:
        if sweep.done != int(attrs.get("replicas_done", sweep.done)) + torn:
            lines.append(f"The sweep file has {digits.count(sweep.done)} replicas, the reduced file "
                         f"{digits.count(attrs['replicas_done'])}: gdm-reduce {source.sweep.name} brings it up to date.")
        for message, count, place, replica in sweep.failures[:provenance.MAX_FAILURES]:
            lines.append(f"{digits.count(count)} × failed: {message} (replica {replica} at {place})")
        if (more := len(sweep.failures) - provenance.MAX_FAILURES) > 0:
            lines.append(f"{more} further kinds of failures: gdm-status {source.sweep.name} --failures")
    lines += [f"Warning: {line}" for line in str(attrs.get("warnings", "")).splitlines() if line.strip()]
    if missing := str(attrs.get("error_missing", "")).strip():
        lines += [f"No error: {line}" for line in missing.splitlines()]
    return lines


def _runs(sweep):
    shown = sweep.sessions[-provenance.MAX_SESSIONS:]
    rows = [[run["start"], run["end"] or "not told (killed, or running)", run["host"], str(run["ranks"]),
             digits.duration(run["seconds"]) if run["seconds"] is not None else digits.NONE, run["code_version"]] for run in shown]
    notes = [f"The last {len(shown)} of {len(sweep.sessions)} runs."] if len(shown) < len(sweep.sessions) else []
    heads = ("start", "end", "host", "ranks", "time", "gdm-sweep")
    return tables.Table([(head, "") for head in heads], rows, notes, words=(0, 1, 2))


def _provenance(source, sweep):
    attrs = source.data.attrs
    files = [("reduced file", f"{source.reduced.name}, {digits.size(source.reduced.stat().st_size)}"),
             ("its content (CRC-32)", f"{int(attrs['content_crc32']):08x}" if "content_crc32" in attrs else "")]
    made = [("seed", str(attrs.get("seeds", attrs.get("seed", "")))), ("gdm-sweep", attrs.get("code_version")),
            ("reduced by gdm-reduce", attrs.get("reduced_by")), ("sweep created", attrs.get("sweep_created")),
            ("reduced", attrs.get("created")), ("instruction set", attrs.get("instruction_set"))]
    if sweep is None:
        return made + files
    runs = sweep.sessions
    files.append(("sweep file", f"{source.sweep.name}, {digits.size(sweep.bytes)}"))
    if sweep.header_hash:
        files.append(("its header (XXH3)", f"{int(sweep.header_hash) % 2**64:016x}" if sweep.header_hash.lstrip("-").isdigit()
                      else sweep.header_hash))
    hosts = provenance.different(runs, "host")
    return [*made, ("MPI", ", ".join(provenance.different(runs, "mpi"))), ("HDF5", ", ".join(provenance.different(runs, "hdf5"))),
            ("hosts", ", ".join(hosts[:12]) + (f" and {len(hosts) - 12} more" if len(hosts) > 12 else "")),
            ("core-hours computing", digits.plain(sweep.computing / 3600, 3)),
            ("core-hours allotted", digits.plain(sweep.allotted / 3600, 3) if sweep.allotted else ""),
            *((f"content of {name}", value) for name, value in sweep.hashes.items()), *files]


def _results(data):
    return {"along": tables.results_along(data), "comparisons": tables.comparisons(data), "at_points": tables.values(data),
            "listed": tables.listed(data)}


def section(source, number):
    """What the template says of one sweep, name -> text, table or list."""
    data, attrs = source.data, source.data.attrs
    sweep = provenance.read(source.sweep) if source.sweep else None
    state, standing = _state(attrs)
    figures, skipped = drawings(source, f"s{number}")
    freedom = tables.degrees_of_freedom(data)
    has_errors, has_values = (bool((data.replicas_done > number).any()) for number in (1, 0))
    lines = provenance.different(sweep.sessions, "command_line") if sweep else []
    return {
        "name": source.name, "experiment": attrs["experiment"], "experiment_version": attrs.get("experiment_version", "unknown"),
        "question": str(attrs.get("question", "")), "source": str(attrs.get("source", "")).rstrip("."),
        "state": state, "standing": standing,
        "key": [("points", digits.count(attrs.get("points", data.replicas_done.size))), ("replicas of a point", _replicas(data)),
                ("samples of a replica", digits.plain(attrs["samples"]) if "samples" in attrs else ""),
                ("seed", str(attrs.get("seeds", attrs.get("seed", "")))), ("core-hours", digits.plain(sweep.computing / 3600, 3) if sweep else "")],
        "parameters": tables.parameters(data, sweep.settings if sweep else {}), "figures": figures, "skipped": skipped,
        "has_values": has_values, "errors_from": "from the spread of independent replicas" if has_errors else "which one replica cannot tell",
        "law": tables.law(freedom) if has_errors else "",
        **(_results(data) if has_values else {}), "troubles": _troubles(source, sweep), "provenance": _provenance(source, sweep),
        "runs": _runs(sweep) if sweep and sweep.sessions else None, "command_lines": lines[:provenance.MAX_SESSIONS],
        "job": _shortened(str(attrs.get("job", ""))), "code": {name: _shortened(text) for name, text in sweep.code.items()} if sweep else {},
        "inputs": ", ".join(f"{name} (content {value})" for name, value in sweep.hashes.items()) if sweep else "",
        "code_version": attrs.get("code_version", ""), "instruction_set": attrs.get("instruction_set", ""),
        "commands": provenance.commands(source, sweep), "bibtex": "\n\n".join(citations.entries(attrs)),
    }


def render(sources, title=None, authors=()):
    """The whole page of one or several sweeps, as text."""
    # What is put in is cleaned, so that text of a job can hold neither markup nor control characters.
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True, finalize=clean, trim_blocks=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    with np.errstate(all="ignore"):
        sections = [section(source, number) for number, source in enumerate(sources, 1)]
    return environment.get_template("page.html").render(
        title=title or ", ".join(source.name for source in sources), authors=authors, sections=sections,
        style=Markup((HERE / "page.css").read_text(encoding="utf-8")), version=VERSION,
        written=f"{now.day} {now:%B %Y}").lstrip()
