#!/usr/bin/python3
"""Updates of spins per nanosecond of one core, all in one run:

    spins.py build/release

the kernels with the best instructions of this processor and with AVX2 alone, plain C++, the usual multi-spin code, whose 64
systems share their random numbers, and what random bits, and random bits with the comparison, alone would take. Best of 5.
"""
import json
import os
import pathlib
import subprocess
import sys

ROWS = [
    ("Ising: plain C++, L = 64", "plain/64"),
    ("… L = 1024", "plain/1024"),
    ("64 systems that share random numbers, L = 64", "shared/64"),
    ("one lattice, square, L = 128", "packed/square_metropolis/128"),
    ("… L = 1024", "packed/square_metropolis/1024"),
    ("… L = 4096", "packed/square_metropolis/4096"),
    ("… heat bath, L = 1024", "packed/square_heat_bath/1024"),
    ("… triangular, L = 1024", "packed/triangular_metropolis/1024"),
    ("… cubic, L = 128", "packed/cubic_metropolis/128"),
    ("64 systems, L = 16", "lanes/square_metropolis/16/64"),
    ("64 systems, L = 64", "lanes/square_metropolis/64/64"),
    ("512 systems, L = 64", "lanes/square_metropolis/64/512"),
    ("… heat bath", "lanes/square_heat_bath/64/512"),
    ("64 glasses with 64 temperatures, cubic, L = 8", "lanes/cubic_glass_metropolis/8/64"),
    ("512 of them", "lanes/cubic_glass_metropolis/8/512"),
    ("energies of 64 systems, L = 64", "energies/64/64"),
    ("limit: 12 random words", "limit_words"),
    ("limit: random words and comparison", "limit_decisions"),
    ("XY: plain C++ with angles, L = 64", "plain_xy/angles/64"),
    ("… with unit vectors", "plain_xy/vectors/64"),
    ("one system, L = 64, Metropolis", "xy/metropolis/64/1"),
    ("… L = 512", "xy/metropolis/512/1"),
    ("8 systems, L = 64, Metropolis", "xy/metropolis/64/8"),
    ("one system, L = 64, heat bath", "xy/heat_bath/64/1"),
    ("… mirrors", "xy/mirror/64/1"),
]


def benchmark(build, **environment):
    """Updates per second by name, of which plain code has the same in both runs."""
    program = pathlib.Path(build) / "tests" / "spin-benchmark"
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=5", "--benchmark_min_time=0.05",
                           "--benchmark_enable_random_interleaving=true"],
                          capture_output=True, text=True, check=True, env={**os.environ, **environment})
    best, label = {}, ""
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] == "iteration":
            best[run["run_name"]] = max(best.get(run["run_name"], 0), run["per_second"])
            label = run["label"]
    return label, best


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    columns = [benchmark(sys.argv[1]), benchmark(sys.argv[1], GDM_BENCHMARK_AVX2="1")]
    print(f"{'updates per ns on one core, best of 5':<50}" + "".join(f"{label:>10}{'× plain':>10}" for label, _ in columns))
    for text, name in ROWS:
        line = f"{text:<50}"
        for _, best in columns:
            plain = best["plain_xy/vectors/64" if "xy" in name else "plain/64"]
            line += f"{best[name] / 1e9:>10.3g}{best[name] / plain:>10.1f}"
        print(line)


if __name__ == "__main__":
    main()
