"""Where the numbers come from: runs, hosts, versions, core-hours, failures, the user's code, and how to have them again."""
import collections
import dataclasses
import datetime
import re
import shlex

import h5py
import numpy as np

from gdmsweep.files import text
from gdmsweep.sweeps import FIRST_DONE_CHECKSUM

MAX_SESSIONS = 12
MAX_FAILURES = 8
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclasses.dataclass
class Sweep:
    """What a sweep file tells beside its digits."""

    sessions: list  # of dictionaries
    failures: list  # (message, how many, point, replica) of each kind
    done: int
    failed: int
    missing: int
    computing: float  # seconds of all finished replicas
    code: dict  # name -> text of the user's own files
    hashes: dict  # name of an input -> content hash
    settings: dict  # name -> (meaning, unit)
    header_hash: str
    bytes: int

    @property
    def allotted(self):
        """Ranks × time of all runs that told when they ended, in seconds."""
        return sum(run["ranks"] * run["seconds"] for run in self.sessions if run["seconds"] is not None)


def _seconds(start, end):
    try:
        return (datetime.datetime.strptime(end, TIME) - datetime.datetime.strptime(start, TIME)).total_seconds()
    except ValueError:
        return None


def _sessions(file):
    names = ("start", "end", "host", "code_version", "instruction_set", "mpi", "hdf5", "command_line")
    for row in file["sessions"][()]:
        if row["start"]:
            run = {name: row[name].decode(errors="replace") for name in names}
            yield {**run, "ranks": int(row["ranks"]), "seconds": _seconds(run["start"], run["end"])}


def _failures(file):
    """Failures of one kind differ in nothing but numbers, as gdm-status counts them."""
    kinds = collections.OrderedDict()
    for row in file["status/failures"][()]:
        if row["used"] == 1:
            message = row["message"].decode(errors="replace")
            kinds.setdefault(re.sub(r"\d+", "0", message), []).append((message, int(row["point"]), int(row["replica"])))
    found = [(same[0][0], len(same), *same[0][1:]) for same in kinds.values()]
    return sorted(found, key=lambda one: -one[1])


def _wanted(file):
    """Replicas that the sweep is to have so far: of an adaptive one what is planned, and failed or done ones at least."""
    shape = file["status/checksum"].shape
    return int(file["status/planned"][()].sum()) if "planned" in file["status"] else int(np.prod(shape))


def read(path):
    """What the sweep file at `path` tells."""
    with h5py.File(path, "r") as file:
        checksum = file["status/checksum"][()]
        done, failed = int((checksum >= FIRST_DONE_CHECKSUM).sum()), int((checksum == 1).sum())
        hashes = {name: text(one.attrs["content_hash"]) for name, one in file.get("settings", {}).items()
                  if text(one.attrs.get("content_hash", ""))}
        settings = {name: (text(one.attrs.get("long_name", "")), "" if text(one.attrs.get("unit", "1")) == "1" else text(one.attrs["unit"]))
                    for name, one in file.get("settings", {}).items()}
        code = {name: text(one[()]) for name, one in sorted(file.get("code", {}).items(), key=lambda item: item[1].attrs.get("index", 0))}
        return Sweep(list(_sessions(file)), _failures(file), done, failed, max(_wanted(file) - done - failed, 0),
                     float(np.nansum(file["status/seconds"][()][checksum >= 1])), code, hashes, settings,
                     text(file.attrs.get("header_hash", "")), path.stat().st_size)


def different(runs, key):
    """The values of one property over all runs, each once."""
    return list(dict.fromkeys(run[key] for run in runs if run[key]))


def place(source, point):
    """The parameters of a point, by its number in the sweep file."""
    with h5py.File(source.sweep, "r") as file:
        words = []
        for name, values in file["points"].items():
            if values.ndim == 1 and point < len(values):
                value, known = float(values[point]), text(values.attrs.get("words", "")).split(",")
                words.append(f"{name} = {known[int(value)] if known[0] and 0 <= value < len(known) else f'{value:.6g}'}")
        return ", ".join(words)


def commands(source, sweep):
    """Shell commands that give the same files, from the stored job."""
    name, job = shlex.quote(source.name), shlex.quote(source.name + ".ini")
    ranks = max([run["ranks"] for run in sweep.sessions], default=1) if sweep else 1
    start = f"mpirun -n {ranks} gdm-sweep" if ranks > 1 else "gdm-sweep"
    return [f"{start} {job} --output {name}.h5", f"gdm-reduce {name}.h5", f"gdm-report {name}.h5"]
