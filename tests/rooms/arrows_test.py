#!/usr/bin/python3
"""A room can include the rooms it may use, and an include of any other does not compile.

arrows_test.py COMPILER HEADERS INCLUDES: HEADERS is the folder with the headers of all rooms, INCLUDES a file with a line
for each room: its name and the folders in which the compiler looks for it."""

import pathlib
import subprocess
import sys

ARROWS = {
    "base": [],
    "experiment": ["base"],
    "physics/process": ["base"],
    "physics/paths": ["physics/process"],
    "physics/levels": ["base"],
    "physics/weights": ["physics/process", "physics/levels"],
    "physics/potentials": ["physics/process", "physics/weights"],
    "physics/chains": ["base"],
    "physics/spins": ["base"],
    "physics/targets": ["physics/paths", "physics/weights", "physics/spins"],
    "physics/memories": ["physics/weights", "physics/spins"],
    "physics/machines": ["physics/chains", "physics/memories"],
    "physics/networks": ["physics/process"],
    "physics/learned": ["base"],
    "experiments": ["experiment", "physics/process", "physics/paths", "physics/levels", "physics/weights", "physics/potentials",
                    "physics/chains", "physics/spins", "physics/targets", "physics/memories", "physics/machines",
                    "physics/networks", "physics/learned"],
    "user/command": ["experiment"],
    "user/python": ["experiment"],
    "parallel": ["base"],
    "sweep": ["experiment"],
    "storage": ["sweep", "parallel"],
    "runner": ["storage"],
    "reduction": ["storage"],
    "status": ["storage"],
}

# The libraries that few may know, by the room that wraps them.
WRAPPED = {"mpi.h": "parallel", "hdf5.h": "storage"}


def usable(room):
    """The room itself and all that its arrows lead to."""
    return {room}.union(*(usable(other) for other in ARROWS[room]))


def header_of(folder, room):
    """A header of a room, and of none below it."""
    return next(path for path in sorted((folder / room).rglob("*.hpp")) if not path.name.endswith("-inl.hpp"))


def finds(compiler, folders, header):
    """Whether a source may include the header; what that one includes is no affair of the room that asks."""
    source = f'#include "{header}"\n'
    command = [compiler, "-std=c++20", "-E", "-o", "/dev/null", "-x", "c++", "-", *(f"-I{folder}" for folder in folders)]
    result = subprocess.run(command, input=source, text=True, capture_output=True, check=False)
    return f"{header}: No such file" not in result.stderr and f"'{header}' file not found" not in result.stderr


def main():
    compiler, folder, table = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    includes = {line.split()[0]: line.split()[1:] for line in table.read_text().splitlines()}
    wrong = []
    for missing in set(includes) ^ set(ARROWS):
        wrong.append(f"{missing} is a room here or in the build, not in both")
    forbidden = 0
    for room in set(includes) & set(ARROWS):
        for other in ARROWS:
            allowed = other in usable(room)
            forbidden += not allowed
            if finds(compiler, includes[room], f"gdm/{header_of(folder, other).relative_to(folder)}") != allowed:
                wrong.append(f"{room} {'cannot' if allowed else 'can'} include {other}")
        for header, wrapper in WRAPPED.items():
            allowed = wrapper in usable(room)
            forbidden += not allowed
            if finds(compiler, includes[room], header) != allowed:
                wrong.append(f"{room} {'cannot' if allowed else 'can'} include {header}")
    print("\n".join(wrong) if wrong else f"{len(ARROWS)} rooms; {forbidden} forbidden includes do not compile")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
