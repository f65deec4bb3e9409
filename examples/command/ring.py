#!/usr/bin/python3
"""Ising spins on a ring, E = -J sum s_i s_(i+1), by the heat bath: a program that knows nothing of gdm-sweep.

ring.py --beta BETA --L L --seed SEED --out FILE writes averages over a chain as JSON: energy for each spin, squared
magnetisation for each spin, and the correlation <s_i s_(i+r)> for r = 0 to 4."""

import argparse
import json
import math
import random


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beta", type=float, required=True, help="J/kT")
    parser.add_argument("--L", type=int, required=True, help="number of spins")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--sweeps", type=int, default=400)
    return parser.parse_args()


def main():
    given = parse_arguments()
    rng = random.Random(given.seed)
    size, reach = given.L, 5
    up = {field: 1 / (1 + math.exp(-2 * given.beta * field)) for field in (-2, 0, 2)}  # P(s = 1) beside neighbours
    spins = [rng.choice((-1, 1)) for _ in range(size)]
    correlation, magnetisation2 = [0.0] * reach, 0.0
    for sweep in range(-given.sweeps // 4, given.sweeps):  # the first quarter forgets the start
        for i in range(size):
            spins[i] = 1 if rng.random() < up[spins[i - 1] + spins[(i + 1) % size]] else -1
        if sweep >= 0:
            magnetisation2 += sum(spins) ** 2 / size / given.sweeps
            for r in range(reach):
                correlation[r] += sum(spins[i] * spins[i - r] for i in range(size)) / size / given.sweeps
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump({"energy": -correlation[1], "magnetisation2": magnetisation2, "correlation": correlation}, file)


if __name__ == "__main__":
    main()
