#!/usr/bin/python3
"""The same sweep of many small tasks through gdm-sweep and through what else is used for it, one after the other.

    tests/benchmarks/side_by_side.py build/release [--tasks 5000] [--rounds 3] [--markdown]

A task returns 8 numbers: at once (empty), or after spinning for 1 ms of processor time. Every program has two processes
to compute with. Columns, medians over the rounds:

- empty/s, 1 ms/s: tasks a second from the first to the last task, without the program's start and end;
- ideal: 1 ms/s over that of two bare loops of the same task in the program's own language, run at once just before and
  just after (on a machine that others use too, trust it only if they are few);
- start+end, wall: seconds outside the computing, and of the whole command, with 1 ms tasks;
- files, KiB: what is left on the disk, in blocks of the file system;
- kill -9: when half of the tasks were done every process of the program was killed, and the same command given again.
  Done: tasks finished at that moment, by their own log; kept: results that the output then held (Python writes at the
  end, GNU parallel a file for each task or batch); whole: whether every file of the output was whole; again: tasks of
  those done that the second command computed again.

Programs that are not installed are left out and named. Debian packages: python3-mpi4py, python3-distributed,
python3-joblib, parallel, python3-h5py, openmpi-bin.
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import contenders
from contenders import ENVIRONMENT, PYTHON, RIVALS

def execute(command, folder, **more):
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(ENVIRONMENT, **more), cwd=folder, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout + done.stderr, time.perf_counter() - start


def ideal(language, build, folder, tasks=1000):
    """Tasks of 1 ms a second in two bare loops at once."""
    if language == "C++":
        (folder / "bare.ini").write_text(f"experiment = toy_spin\np = arange(0, {tasks})\nreplicas = 1\n")
        commands = [[build / "tests/bare-loop", folder / "bare.ini"]] * 2
    elif language == "Python":
        commands = [[PYTHON, RIVALS, "bare", "-", str(tasks), "1000", "1"]] * 2
    else:
        commands = [[build / "tests/spin-task", "1000", folder / f"bare{i}", *map(str, range(tasks))] for i in range(2)]
    start = time.perf_counter()
    loops = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    texts = [loop.communicate()[0] for loop in loops]
    if language == "C":  # says nothing, and starts in a millisecond
        return 2 * tasks / (time.perf_counter() - start)
    return sum(tasks / float(re.search(r"in ([\d.]+) s", text).group(1)) for text in texts)


def family(process):
    """A process and all its descendants."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found = [process]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


def finished(log):
    """The tasks that a log names, each as often as it was computed."""
    text = log.read_bytes() if log.exists() else b""
    return [int(task) for _, task, _ in struct.iter_unpack("ddQ", text[:len(text) // 24 * 24])]


def kill(program, folder, tasks):
    """Kills everything when half of the tasks are done: (done, kept, whole, computed again)."""
    command = program.command(folder, 1000)
    with subprocess.Popen(command, env=dict(ENVIRONMENT, TOY_LOG=str(folder / "first.log")), cwd=folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(finished(folder / "first.log")) < tasks // 2:
            time.sleep(0.01)
        victims = family(process.pid)
        for sent in (signal.SIGSTOP, signal.SIGKILL):  # stopped first, so that none starts another meanwhile
            for victim in set(victims + family(process.pid)):
                try:
                    os.kill(victim, sent)
                except ProcessLookupError:
                    continue
    time.sleep(0.5)
    done = set(finished(folder / "first.log"))
    kept, whole = program.kept(folder)
    execute(command, folder, TOY_LOG=str(folder / "second.log"))
    again = done & set(finished(folder / "second.log"))
    if program.kept(folder) != (tasks, True):
        sys.exit(f"{program.name} did not complete after the kill: {program.kept(folder)} of {tasks}")
    return len(done), kept, whole, len(again)


def measure(program, given, results):
    """One round of a program: appends a number to each of its columns."""
    add = lambda column, value: results.setdefault(column, []).append(value)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text, _ = execute(program.command(folder, 0), folder)
        add("empty", given.tasks / program.seconds(folder, text))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        before = ideal(program.language, given.build, folder)
        text, wall = execute(program.command(folder, 1000), folder)
        best = (before + ideal(program.language, given.build, folder)) / 2
        seconds = program.seconds(folder, text)
        add("spin", given.tasks / seconds)
        add("ideal", given.tasks / seconds / best)
        add("around", wall - seconds)
        add("wall", wall)
        files = [path for path in folder.rglob("*")
                 if path.is_file() and path.relative_to(folder).parts[0].startswith("out")]
        add("files", len(files))
        add("kib", sum(path.stat().st_blocks for path in files) / 2)
    with tempfile.TemporaryDirectory() as name:
        for column, value in zip(("done", "kept", "whole", "again"), kill(program, pathlib.Path(name), given.tasks)):
            add(column, value)


HEADS = ["", "empty/s", "1 ms/s", "ideal", "start+end", "wall", "files", "KiB", "done", "kept", "whole", "again"]


def row(program, results):
    middle = {column: statistics.median(values) for column, values in results.items()}
    return [program.name, f"{middle['empty']:,.0f}", f"{middle['spin']:,.0f}", f"{100 * middle['ideal']:.1f} %",
            f"{middle['around']:.2f} s", f"{middle['wall']:.2f} s", f"{middle['files']:,.0f}", f"{middle['kib']:,.0f}",
            f"{middle['done']:,.0f}", f"{middle['kept']:,.0f}", "yes" if all(results["whole"]) else "no",
            f"{middle['again']:,.0f}"]


def show(rows, markdown):
    if markdown:
        rows = rows[:1] + [["---"] + ["---:"] * (len(HEADS) - 1)] + rows[1:]
        print("\n".join("| " + " | ".join(cells) + " |" for cells in rows))
        return
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(HEADS))]
    for cells in rows:
        numbers = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        print("  ".join([cells[0].ljust(widths[0]), *numbers]))


def goal(reached, text):
    print(f"{'reached' if reached else 'MISSED'}: {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder with tests and benchmarks")
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    given = parser.parse_args()
    given.build = given.build.resolve()  # the programs run in folders of their own
    programs = contenders.all_of(given.build, given.tasks)
    present = [program for program in programs if program.present()]
    results = {program: {} for program in present}
    load = os.getloadavg()[0]
    for number in range(given.rounds):
        for program in present:
            print(f"round {number + 1} of {given.rounds}: {program.name}", file=sys.stderr, flush=True)
            measure(program, given, results[program])
    rows = [row(p, results[p]) if p in results else [p.name, f"not installed ({p.package})"] + [""] * (len(HEADS) - 2)
            for p in programs]
    print(f"{given.tasks} tasks, medians of {given.rounds} rounds; load of the machine before: {load:.1f}; the last "
          "four columns: after kill -9 at half time\n")
    show([HEADS] + rows, given.markdown)
    print()
    ours = results[programs[0]]
    share, files = statistics.median(ours["ideal"]), max(ours["files"])
    goal(share >= 0.97, f"{100 * share:.1f} % of ideal with 1 ms tasks (at least 97 %)")
    goal(files == 1, f"{files} file")
    if programs[1] in results:
        times = statistics.median(a / b for a, b in zip(ours["empty"], results[programs[1]]["empty"]))
        goal(times >= 10, f"{times:.0f} times the empty tasks of mpi4py.futures (at least 10)")



if __name__ == "__main__":
    main()
