#!/usr/bin/python3
"""Gibbs steps of a restricted Boltzmann machine on one core, and an epoch of training, beside what else is used for it:

    rbm.py build/release

Gibbs steps of 784 visible and 500 hidden units, 512 chains, in GFLOP/s of the two products: gdm-sweep's kernel, its products
alone, plain C++, NumPy in single precision, and NumPy's products alone (its BLAS). One epoch of scikit-learn's digits in
batches of 10, 256 hidden units: persistent contrastive divergence here and by BernoulliRBM. All in one run, best of 5 by
processor time.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
import numpy as np  # after the number of threads is said
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

VISIBLE, HIDDEN, CHAINS = 784, 500, 512
ROUNDS = 5


def best(work):
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def compiled(program):
    """Processor seconds of each benchmark of the program."""
    done = subprocess.run([program, "--benchmark_format=json", f"--benchmark_repetitions={ROUNDS}", "--benchmark_min_time=0.2"],
                          capture_output=True, text=True, check=True)
    seconds = {}
    for run in json.loads(done.stdout)["benchmarks"]:
        if run["run_type"] == "iteration":
            name = run["run_name"].partition("/")[0]
            seconds[name] = min(seconds.get(name, float("inf")), run["cpu_time"] / 1e3)
    return seconds


def numpy_steps():
    random = np.random.default_rng(1)
    weights = (0.05 * random.standard_normal((VISIBLE, HIDDEN))).astype(np.float32)
    a, b = np.full(VISIBLE, -0.5, np.float32), np.zeros(HIDDEN, np.float32)
    v = np.zeros((CHAINS, VISIBLE), np.float32)
    h = np.zeros((CHAINS, HIDDEN), np.float32)

    def draw(field):
        return (random.random(field.shape, np.float32) < 1 / (1 + np.exp(-field))).astype(np.float32)

    def step():
        v[:] = draw(draw(v @ weights + b) @ weights.T + a)

    def products():
        np.matmul(v, weights, out=h)
        np.matmul(h, weights.T, out=v)

    steps = best(step)
    return steps, best(products)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    seconds = compiled(pathlib.Path(sys.argv[1]) / "tests" / "rbm-benchmark")
    seconds["numpy"], seconds["numpy_products"] = numpy_steps()
    flops = 4e-9 * VISIBLE * HIDDEN * CHAINS
    print(f"{'Gibbs step, 784 x 500 x 512':<44}{'ms':>9}{'GFLOP/s':>10}{'ratio':>8}")
    for text, name in (("gdm-sweep", "gibbs"), ("  its products alone", "products"), ("plain C++", "plain"),
                       ("NumPy", "numpy"), ("  its products alone (BLAS)", "numpy_products"), ("  BLAS from C++", "blas")):
        if name in seconds:
            took = seconds[name]
            print(f"{text:<44}{1e3 * took:>9.2f}{flops / took:>10.1f}{took / seconds['gibbs']:>8.2f}")
    digits = load_digits().data / 16
    machine = BernoulliRBM(n_components=256, batch_size=10, n_iter=1, random_state=1)
    sklearn = best(lambda: machine.fit(digits))
    print(f"{'epoch of the digits':<44}{'ms':>9}{'':>10}{'ratio':>8}")
    for text, took in (("gdm-sweep, pcd", seconds["epoch"]), ("scikit-learn, BernoulliRBM", sklearn)):
        print(f"{text:<44}{1e3 * took:>9.2f}{'':>10}{took / seconds['epoch']:>8.2f}")


if __name__ == "__main__":
    main()
