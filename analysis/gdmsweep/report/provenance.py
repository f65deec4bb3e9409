"""Where the numbers come from: runs, hosts, versions, core-hours, failures, the user's code, and how to have them again."""
import dataclasses
import datetime
import re
import shlex

import h5py
import numpy as np

from gdmsweep.files import FileError, first_line, text
from gdmsweep.sweeps import CHECKSUM, FAILED, FIRST_DONE, open_sweep

MAX_SESSIONS = 12
MAX_FAILURES = 8
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclasses.dataclass
class Sweep:
    """What a sweep file tells beside its digits."""

    sessions: list  # of dictionaries
    failures: list  # (message, how many, place, replica) of each kind
    done: int
    failed: int
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


def _failures(swept):
    """Failures of one kind differ in nothing but numbers, as gdm-status counts them."""
    kinds = {}
    for message, point, replica in zip(swept.failure_message.values, swept.failure_point.values, swept.failure_replica.values):
        kinds.setdefault(re.sub(r"\d+", "0", message), []).append((message, _place(swept, int(point)), int(replica)))
    return sorted(((same[0][0], len(same), *same[0][1:]) for same in kinds.values()), key=lambda one: -one[1])


def _place(swept, point):
    """The parameters of a point, by its number."""
    of_points = {name: one.values[point].item() for name, one in swept.coords.items() if one.dims == ("point",)}
    return ", ".join(f"{name} = {value if isinstance(value, str) else f'{value:.6g}'}" for name, value in of_points.items())


def read(path):
    """What the sweep file at `path` tells. Raises FileError if it is damaged."""
    try:
        return _read(path)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError) as error:
        raise FileError(f"{path}: damaged, or no whole sweep file ({first_line(error)}); gdm-status {path} tells more") from None


def _read(path):
    with h5py.File(path, "r") as file:
        checksum = file[CHECKSUM][()]
        done, failed = int((checksum >= FIRST_DONE).sum()), int((checksum == FAILED).sum())
        hashes = {name: text(one.attrs["content_hash"]) for name, one in file.get("settings", {}).items()
                  if text(one.attrs.get("content_hash", ""))}
        settings = {name: (text(one.attrs.get("long_name", "")), text(one.attrs.get("unit", "1")))
                    for name, one in file.get("settings", {}).items()}
        code = {name: text(one[()]) for name, one in sorted(file.get("code", {}).items(), key=lambda item: item[1].attrs.get("index", 0))}
        return Sweep(list(_sessions(file)), _failures(open_sweep(path, [])), done, failed,
                     float(np.nansum(file["status/seconds"][()][checksum >= FAILED])), code, hashes, settings,
                     text(file.attrs.get("header_hash", "")), path.stat().st_size)


def different(runs, key):
    """The values of one property over all runs, each once."""
    return list(dict.fromkeys(run[key] for run in runs if run[key]))


def commands(source, sweep):
    """Shell commands that give the same files, from the stored job."""
    name, job = shlex.quote(source.name), shlex.quote(source.name + ".ini")
    ranks = max([run["ranks"] for run in sweep.sessions], default=1) if sweep else 1
    start = f"mpirun -n {ranks} gdm-sweep" if ranks > 1 else "gdm-sweep"
    return [f"{start} {job} --output {name}.h5", f"gdm-reduce {name}.h5", f"gdm-report {name}.h5"]
