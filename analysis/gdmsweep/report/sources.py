"""The files behind a report: each reduced file with the sweep file that it was made of, whichever of the two was named."""
import dataclasses
import pathlib
import shutil
import subprocess
import sys

import xarray

from gdmsweep.files import FileError, kind, open_reduced


@dataclasses.dataclass
class Source:
    """One sweep: its reduced file, opened, and its sweep file if that is there."""

    reduced: pathlib.Path
    sweep: pathlib.Path | None
    data: xarray.Dataset

    @property
    def name(self):
        return self.reduced.name.removesuffix(".h5").removesuffix(".reduced")


def gdm_reduce():
    """The program gdm-reduce: beside this one, in the build folder of this source tree, or on the path; None if it is nowhere."""
    tree = pathlib.Path(__file__).resolve().parents[3]
    places = [pathlib.Path(sys.argv[0]).parent, tree / "build/release/bin", tree.parent.parent / "bin"]
    beside = next((place / "gdm-reduce" for place in places if (place / "gdm-reduce").is_file()), None)
    return str(beside) if beside else shutil.which("gdm-reduce")


def reduced_of(sweep):
    """The reduced file of a sweep file, made by gdm-reduce if it is not there yet."""
    path = sweep.with_name(sweep.name.removesuffix(".h5") + ".reduced.h5")
    if path.exists():
        return path
    program = gdm_reduce()
    if program is None:
        raise FileError(f"{sweep}: not reduced yet, and gdm-reduce is not on the path; run it first: gdm-reduce {sweep}")
    done = subprocess.run([program, str(sweep)], capture_output=True, text=True, errors="replace")
    if done.returncode != 0 or not path.exists():
        why = (done.stderr.strip().splitlines() or [f"gdm-reduce ended with code {done.returncode}"])[-1]
        raise FileError(f"{sweep}: could not be reduced ({why.removeprefix('gdm-reduce: ')})")
    return path


def sweep_of(reduced, data):
    """The sweep file beside a reduced file, by the name that it tells; None if there is none of this experiment and job."""
    path = reduced.with_name(pathlib.PurePath(str(data.attrs.get("sweep_file", ""))).name or reduced.name)
    try:
        if path == reduced or kind(path) != "sweep":
            return None
    except FileError:
        return None
    return path


def gather(paths):
    """The sources of all files, each once, in the order in which they were named. Raises FileError."""
    sources = {}
    for path in map(pathlib.Path, paths):
        sweep = path if kind(path) == "sweep" else None
        reduced = reduced_of(path) if sweep else path
        if (key := reduced.resolve()) in sources:
            continue
        data = open_reduced(reduced)
        sources[key] = Source(reduced, sweep or sweep_of(reduced, data), data)
    return list(sources.values())
