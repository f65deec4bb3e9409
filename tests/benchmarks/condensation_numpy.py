#!/usr/bin/python3
"""Weights of N points for 256 states at 40 times in plain NumPy, beside condensation-benchmark, on one core:
condensation_numpy.py build/release

Both draw the points, multiply and weigh them; NumPy in single precision, with one matrix product for each of the two inner
products and one exponential for each weight, by blocks of points that fit the memory of a laptop.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402  (after the number of threads is set)

N, D, STATES, TIMES, BLOCK = 1 << 16, 64, 256, 40, 8192


def weigh(seed):
    """Participation ratio and entropy of the weights, (times, states)."""
    random = np.random.default_rng(seed)
    theta_c = 1 / (N ** (2 / D) - 1)
    t_c = 0.5 * np.log1p(theta_c)
    r = 1 / np.sqrt(np.expm1(2 * t_c * np.linspace(0.2, 2, TIMES))).astype(np.float32)
    points = random.standard_normal((STATES, D), dtype=np.float32)
    points[:, 0] += 8 * random.choice([-1, 1], STATES)  # classes at ±sqrt(d) along one axis
    noise = random.standard_normal((STATES, D), dtype=np.float32)
    squares = (points**2).sum(1)
    overlap = (points * noise).sum(1)
    z, z2, moment = np.ones((TIMES, STATES)), np.ones((TIMES, STATES)), np.zeros((TIMES, STATES))  # the own point, E = 0
    for _ in range(0, N, BLOCK):
        y = random.standard_normal((BLOCK, D), dtype=np.float32)
        y[:, 0] += 8 * random.choice([-1, 1], BLOCK)
        distance = (y**2).sum(1) - 2 * points @ y.T + squares[:, None]
        projection = noise @ y.T - overlap[:, None]
        for k in range(TIMES):
            energy = 0.5 * r[k] ** 2 * distance - r[k] * projection
            w = np.exp(-np.maximum(energy, -30))
            z[k] += w.sum(1)
            z2[k] += (w * w).sum(1)
            moment[k] += (w * energy).sum(1)
    return z2 / z**2, np.log(z) + moment / z


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    program = build / "tests" / "condensation-benchmark"
    pairs = N * STATES
    weigh(1)
    ratios = []
    for run in range(3):
        start = time.process_time()
        ratio, entropy = weigh(run)
        numpy_ns = (time.process_time() - start) / pairs * 1e9
        output = subprocess.run([program, "--benchmark_filter=whole/16"], capture_output=True, text=True, check=True).stdout
        own = float(re.search(r"ns_per_pair=([\d.]+)", output).group(1))
        ratios.append(numpy_ns / own)
        print(f"NumPy {numpy_ns:.1f} ns a pair, gdm-sweep {own:.1f} ns, ratio {ratios[-1]:.1f}")
    assert ratio[0].mean() > 0.9 > ratio[-1].mean() and entropy[0].mean() < entropy[-1].mean()
    print(f"median ratio {np.median(ratios):.1f} (N = {N}, d = {D}, {STATES} states, {TIMES} times)")


if __name__ == "__main__":
    main()
