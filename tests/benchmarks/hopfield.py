#!/usr/bin/python3
"""Times of Hopfield networks of 4,000 spins on one core, in bits and by plain C++ with a matrix of couplings, all in one run:

    hopfield.py build/release

runs from a pattern to the fixed point at T = 0, and sweeps of the heat bath. Both get the same patterns, and at T = 0 the same
fixed point. Best of 3.
"""
import json
import pathlib
import subprocess
import sys

RUNS = [("in bits, from the patterns", "bits_run"), ("plain: couplings from the patterns, then sweeps", "plain_run/patterns"),
        ("plain: sweeps of given couplings", "plain_run/matrix"), ("… fields kept, a row for each flip", "plain_run/matrix_kept")]
SWEEPS = [("in bits", "bits_heat_bath"), ("plain: sweeps of given couplings", "plain_heat_bath")]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]) / "tests" / "hopfield-benchmark"
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=3"], capture_output=True, text=True,
                          check=True)
    best, overlap = {}, {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] == "iteration":
            name = run["run_name"].removesuffix("/iterations:1")
            best[name] = min(best.get(name, float("inf")), run["cpu_time"])
            overlap[name] = run["m"]
    for title, rows, cases in (("run to the fixed point", RUNS, ("4000/140", "4000/150")),
                               ("heat bath sweep", SWEEPS, ("4000/50/200", "4000/50/500", "4000/150/500"))):
        for case in cases:
            alpha, temperature = (float(part) / 1000 for part in (case.split("/") + ["0"])[1:3])
            first = best[f"{rows[0][1]}/{case}"]
            print(f"{title + f', alpha = {alpha:g}, T = {temperature:g}':<58}{'ms':>10}{'ratio':>9}{'m':>9}")
            for text, name in rows:
                print(f"  {text:<56}{best[f'{name}/{case}']:>10.3f}{best[f'{name}/{case}'] / first:>9.1f}"
                      f"{overlap[f'{name}/{case}']:>9.4f}")


if __name__ == "__main__":
    main()
