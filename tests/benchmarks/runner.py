#!/usr/bin/python3
"""What the runner costs: its throughput against a bare loop, on one rank and on two, how well two ranks share uneven work,
and the cost of a replica without work.

    tests/benchmarks/runner.py build/release [--rounds 5]

Each round runs all variants one after the other, so that a machine whose speed drifts slows them alike; the ratios are formed
within a round and their median is printed. Times are those of the computing part (the start of MPI is shown apart).
Uneven work is 16 replicas a rank with log-normal times, known beforehand: max(all replicas' seconds / ranks, the longest),
as the file has them, over the time of the computing part; no schedule reaches more than 1.
"""

import argparse
import math
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

import h5py

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
def toy_slow_job(milliseconds):
    """A point with one replica for each time; a replica of p = 0 takes some 4 microseconds."""
    values = ", ".join(f"{math.log10(time * 250):.9f}" for time in milliseconds)
    return f"experiment = toy_slow\np = {values}\n"


def log_normal_times(sigma, mean, count):
    """Milliseconds."""
    numbers = random.Random(11)
    return [mean * math.exp(sigma * numbers.gauss(0, 1) - sigma**2 / 2) for _ in range(count)]


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
    replicas, rate = map(float, re.search(r"complete: (\d+) replicas .*\(([\d.]+)/s while computing\)", text).groups())
    return rate, whole - replicas / rate


def efficiency(program, ranks, job, output):
    """The part of the computing time that no schedule can save."""
    rate, _ = sweep(program, ranks, job, output)
    with h5py.File(output) as file:
        seconds = file["status/seconds"][...]
    return max(seconds.sum() / ranks, seconds.max()) * rate / seconds.size


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
    results = {name: [] for name in ("bare", "one", "two", "start", "empty", "half", "whole", "equal")}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "physics.ini").write_text(PHYSICS_JOB)
        (folder / "empty.ini").write_text(EMPTY_JOB)
        (folder / "half.ini").write_text(toy_slow_job(log_normal_times(0.5, 30, 32)))
        (folder / "whole.ini").write_text(toy_slow_job(log_normal_times(1, 30, 32)))
        (folder / "equal.ini").write_text(toy_slow_job([1 + 1e-6 * i for i in range(2000)]))
        for _ in range(given.rounds):
            results["bare"].append(bare(bare_loop, folder / "physics.ini"))
            one, start = sweep(gdm_sweep, 1, folder / "physics.ini", folder / "a.h5")
            results["one"].append(one)
            results["start"].append(start)
            results["two"].append(sweep(gdm_sweep, 2, folder / "physics.ini", folder / "a.h5")[0])
            results["empty"].append(sweep(toy_sweep, 2, folder / "empty.ini", folder / "b.h5")[0])
            for name in ("half", "whole", "equal"):
                results[name].append(efficiency(toy_sweep, 2, folder / f"{name}.ini", folder / "c.h5"))
    print(f"{'':<58} {'min':>10} {'median':>10} {'max':>10}")
    median_line("phase_diagram, bare loop: replicas/s", results["bare"], "{:.0f}")
    median_line("phase_diagram, mpirun -n 1: replicas/s", results["one"], "{:.0f}")
    median_line("phase_diagram, mpirun -n 2: replicas/s", results["two"], "{:.0f}")
    median_line("ratio -n 1 / bare loop", [a / b for a, b in zip(results["one"], results["bare"])])
    median_line("ratio -n 2 / -n 1", [a / b for a, b in zip(results["two"], results["one"])])
    median_line("log-normal times, sigma 0.5, mpirun -n 2: of the bound", results["half"])
    median_line("log-normal times, sigma 1, mpirun -n 2: of the bound", results["whole"])
    median_line("2000 replicas of 1 ms, mpirun -n 2: of the bound", results["equal"])
    median_line("outside the computing part (start, file, end): s", results["start"], "{:.2f}")
    median_line("eight scalars, no work, mpirun -n 2: replicas/s", results["empty"], "{:.0f}")


if __name__ == "__main__":
    main()
