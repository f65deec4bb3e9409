#!/usr/bin/python3
"""What the runner costs: its throughput against a bare loop, on one rank and on two, and the cost of a replica without work.

    tests/benchmarks/runner.py build/release [--rounds 5]

Each round runs all variants one after the other, so that a machine whose speed drifts slows them alike; the ratios are formed
within a round and their median is printed. Times are those of the computing part (the start of MPI is shown apart).
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

PHYSICS_JOB = """experiment = phase_diagram
mu = linspace(0.1, 1, 16)
sigma2 = linspace(0.1, 3, 16)
d = 16
replicas = 8
samples = 256
"""
EMPTY_JOB = """experiment = toy_eight
p = linspace(0, 1, 62500)
replicas = 16
"""
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1")


def run(command):
    """What a command prints, and the seconds it takes as a whole."""
    start = time.perf_counter()
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    whole = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout + done.stderr, whole


def sweep(program, ranks, job, output):
    """Replicas per second of a fresh sweep, and its overhead outside the computing part in seconds."""
    output.unlink(missing_ok=True)
    command = ["mpirun", "-q", "-n", str(ranks), program, str(job), "-q", "-o", str(output)]
    text, whole = run(command)
    replicas, rate = map(int, re.search(r"complete: (\d+) replicas .*\((\d+)/s\)", text).groups())
    return rate, whole - replicas / rate


def bare(program, job):
    text, _ = run([program, str(job)])
    replicas, seconds = re.search(r"(\d+) replicas in ([\d.]+) s", text).groups()
    return int(replicas) / float(seconds)


def median_line(name, values, form="{:.3f}"):
    low, middle, high = min(values), statistics.median(values), max(values)
    print(f"{name:<58} " + " ".join(form.format(v).rjust(10) for v in (low, middle, high)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder with tests and benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    gdm_sweep, toy_sweep = given.build / "bin/gdm-sweep", given.build / "tests/toy-sweep"
    bare_loop = given.build / "tests/bare-loop"
    results = {name: [] for name in ("bare", "one", "two", "start", "empty")}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "physics.ini").write_text(PHYSICS_JOB)
        (folder / "empty.ini").write_text(EMPTY_JOB)
        for _ in range(given.rounds):
            results["bare"].append(bare(bare_loop, folder / "physics.ini"))
            one, start = sweep(gdm_sweep, 1, folder / "physics.ini", folder / "a.h5")
            results["one"].append(one)
            results["start"].append(start)
            results["two"].append(sweep(gdm_sweep, 2, folder / "physics.ini", folder / "a.h5")[0])
            results["empty"].append(sweep(toy_sweep, 2, folder / "empty.ini", folder / "b.h5")[0])
    print(f"{'':<58} {'min':>10} {'median':>10} {'max':>10}")
    median_line("phase_diagram, bare loop: replicas/s", results["bare"], "{:.0f}")
    median_line("phase_diagram, mpirun -n 1: replicas/s", results["one"], "{:.0f}")
    median_line("phase_diagram, mpirun -n 2: replicas/s", results["two"], "{:.0f}")
    median_line("ratio -n 1 / bare loop", [a / b for a, b in zip(results["one"], results["bare"])])
    median_line("ratio -n 2 / -n 1", [a / b for a, b in zip(results["two"], results["one"])])
    median_line("outside the computing part (start, file, end): s", results["start"], "{:.2f}")
    median_line("eight scalars, no work, mpirun -n 2: replicas/s", results["empty"], "{:.0f}")


if __name__ == "__main__":
    main()
