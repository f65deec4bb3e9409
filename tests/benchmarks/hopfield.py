#!/usr/bin/python3
"""Times of Hopfield networks of 4,000 spins on one core, in bits and by plain C++ with a matrix of couplings, all in one run:

    hopfield.py build/release

runs to the fixed point at T = 0, from a pattern and from one of which a tenth of the spins is turned, and sweeps of the heat bath.
Both get the same patterns and order of sites, and at T = 0 the same fixed point. Plain C++ adds up h_i = sum_j J_ij s_j in single
precision at each visit, or keeps all h_i and adds a row of J at each flip. Best of 3.
"""
import json
import pathlib
import subprocess
import sys

RUNS = [("in bits, from the patterns on", "bits_run"), ("plain: a sum for each visit", "plain_run/matrix"),
        ("plain: fields kept, a row for each flip", "plain_run/matrix_kept"),
        ("plain: couplings from the patterns first", "plain_run/patterns")]
SWEEPS = [("in bits", "bits_heat_bath"), ("plain: a sum for each visit", "plain_heat_bath/matrix"),
          ("plain: fields kept, a row for each flip", "plain_heat_bath/matrix_kept")]
ALPHA = (50, 100, 138)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = pathlib.Path(sys.argv[1]) / "tests" / "hopfield-benchmark"
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=3"], capture_output=True, text=True,
                          check=True)
    best, overlap = {}, {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] == "iteration":
            name = run["run_name"].split("/iterations")[0]
            best[name] = min(best.get(name, float("inf")), run["cpu_time"])
            overlap[name] = run["m"]
    show("run to the fixed point, T = 0", RUNS, best, overlap,
         [(f"alpha = {alpha / 1000:g}, {turned / 10:g} % turned", f"4000/{alpha}/{turned}") for turned in (0, 100)
          for alpha in ALPHA])
    show("sweep of the heat bath", SWEEPS, best, overlap,
         [(f"alpha = {alpha / 1000:g}, T = {temperature / 1000:g}", f"4000/{alpha}/0/{temperature}") for temperature in (200, 500)
          for alpha in ALPHA])


def show(title, rows, best, overlap, cases):
    for text, case in cases:
        first = best[f"{rows[0][1]}/{case}"]
        print(f"{title}, {text:<38}{'ms':>10}{'ratio':>9}{'m':>9}")
        for what, name in rows:
            if f"{name}/{case}" in best:
                print(f"  {what:<{len(title) + 38}}{best[f'{name}/{case}']:>10.3f}{best[f'{name}/{case}'] / first:>9.1f}"
                      f"{overlap[f'{name}/{case}']:>9.4f}")


if __name__ == "__main__":
    main()
