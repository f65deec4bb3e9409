#!/usr/bin/python3
"""Nanoseconds of one step of one trajectory (d = 1, reverse, Euler–Maruyama with entropy), all in one run:

    path_kernel.py build/release [build/native]

the lane kernels of the builds given (the first also without AVX-512, where there is), plain scalar C++, the same program in NumPy (vectorised over 10,000 trajectories), and
the time that the vector arithmetic alone would take on this core at this moment.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np


def numpy_step(kind, samples=10_000, steps=200):
    """NumPy in the precision `kind`; the best of five runs."""
    generator = np.random.Generator(np.random.Philox(1))
    h = kind(0.01)
    t = np.linspace(2, 0, steps + 1)
    mean = np.exp(-t).astype(kind)  # mu = sigma2 = 1: Gamma = 1
    best = np.inf
    for _ in range(5):
        a = np.full(samples, 0.1, kind)
        entropy = np.zeros(samples)
        drift = 2 * mean[0] * np.tanh(mean[0] * a) - a
        start = time.process_time()
        for k in range(steps):
            after = a + h * drift + np.sqrt(2 * h) * generator.standard_normal(samples, kind)
            next_drift = 2 * mean[k + 1] * np.tanh(mean[k + 1] * after) - after
            entropy += (after - a) * (drift + next_drift) / 2 + h / 4 * (next_drift**2 - drift**2)
            a, drift = after, next_drift
        best = min(best, (time.process_time() - start) / samples / steps)
    return best * 1e9


def benchmark(build, **environment):
    program = pathlib.Path(build) / "tests" / "path-kernel-benchmark"
    done = subprocess.run([program, "--benchmark_format=json", "--benchmark_repetitions=5", "--benchmark_min_time=0.1"],
                          capture_output=True, text=True, check=True, env={**os.environ, **environment})
    best = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        value = run.get("time/step", run.get("limit")) * 1e9
        name = run["run_name"]
        best[name] = min(best.get(name, np.inf), value)
        label = run.get("label", "")
    return best, label


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    builds = {pathlib.Path(path).name: benchmark(path) for path in sys.argv[1:]}
    if any(label.startswith("AVX3") for _, label in builds.values()):
        builds[pathlib.Path(sys.argv[1]).name + "*"] = benchmark(sys.argv[1], GDM_BENCHMARK_AVX2="1")
    numpy = {"double": numpy_step(np.float64), "single": numpy_step(np.float32)}
    print(f"{'ns per trajectory step, best of 5':<44}{'double':>9}{'single':>9}")
    print(f"{'NumPy, 10,000 trajectories at a time':<44}{numpy['double']:>9.2f}{numpy['single']:>9.2f}")
    for name, (best, label) in builds.items():
        rows = [("plain scalar C++", "plain_scalar/double", "plain_scalar/single")]
        rows += [(text, f"double_lanes/{case}", f"single_lanes/{case}") for text, case in
                 [("reverse with entropy", "reverse_entropy"), ("… without entropy", "reverse_no_entropy"),
                  ("… with both rules", "reverse_both_rules"), ("forward with entropy", "forward_entropy"),
                  ("reverse, Heun", "heun"), ("reverse, exact kernel", "exact")]]
        rows += [("limit of reverse with entropy", "vector_operations/double", "vector_operations/single")]
        for text, double, single in rows:
            print(f"{f'{name} ({label}): {text}':<44}{best[double]:>9.2f}{best[single]:>9.2f}")


if __name__ == "__main__":
    main()
