#!/usr/bin/python3
"""Models in Python keep the promises of sweeps: the same bytes from any number of ranks and after any kill, numbers that
NumPy makes alone, the truth of a lattice that can be counted out."""
import itertools
import os
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np
from scipy.ndimage import label

import support

#: One that draws from every generator there is, over words and sets whose order depends on a hash.
DRAWS = '''
import random as python_random
import numpy as np
fan = inner("1, 2")
numbers = observable(axes="fan")
def run(point, random, stop):
    stop.check()
    words = sum(place * len(word) for place, word in enumerate({"a", "bb", "ccc", "dddd"}))
    children = random.spawn(2) if hasattr(random, "spawn") else [np.random.default_rng(one) for one in
                                                                random.bit_generator._seed_seq.spawn(2)]
    return {"value": random.normal(size=100).mean() + words, "numbers": [children[1].random(), np.random.rand() + python_random.random()]}
'''


class Sweeps(support.Models):
    def test_bytes_do_not_depend_on_ranks(self):
        self.model(DRAWS)
        found = []
        for ranks in (1, 2, 3):
            self.sweep("model.py", "--replicas", "8", "--output", f"{ranks}.h5", ranks=ranks)
            found.append(self.replicas(f"{ranks}.h5"))
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])
        with h5py.File(self.folder / "1.h5") as file:
            self.assertEqual(len(np.unique(file["replicas/numbers"][()])), 48)

    def test_bytes_are_those_of_a_run_that_was_killed_three_times(self):
        self.model(DRAWS.replace("stop.check()", "import time; time.sleep(0.02)"))
        words = ("gdm-sweep", "model.py", "--replicas", "60")
        self.run_program(*words, "--output", "whole.h5", ranks=2)
        for _ in range(3):
            started = subprocess.Popen(self.command((*words, "--output", "killed.h5"), 2), cwd=self.folder, env=support.ENVIRONMENT,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
            time.sleep(2)
            os.killpg(started.pid, signal.SIGKILL)
            for line in subprocess.run(["pgrep", "-f", str(support.PROGRAMS / "gdm-sweep")], capture_output=True, text=True).stdout.split():
                try:
                    if os.readlink(f"/proc/{line}/cwd") == os.path.realpath(self.folder):
                        os.kill(int(line), signal.SIGKILL)
                except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                    continue
            started.wait()
        self.run_program(*words, "--output", "killed.h5", ranks=2)
        self.assertEqual(self.replicas("whole.h5"), self.replicas("killed.h5"))

    def test_a_generator_is_the_one_that_is_documented(self):
        self.model('''
            state, draws = axis(range(8)), axis(range(5))
            words = observable(axes="state")
            drawn = observable(axes="draws")
            def run(point, random):
                key = random.bit_generator.state["state"]["key"]
                parts = [(int(word) >> 16 * part) & 0xFFFF for word in key for part in range(4)]
                return {"words": parts, "drawn": random.normal(size=5), "value": 0}
            ''')
        self.sweep("model.py", "--replicas", "4")
        with h5py.File(self.folder / "results/model.h5") as file:
            words, drawn = file["replicas/words"][()], file["replicas/drawn"][()]
        keys = set()
        for point in range(3):
            for replica in range(4):
                key, word = (sum(int(part) << 16 * place for place, part in enumerate(half)) for half in words[point, replica].reshape(2, 4))
                self.assertEqual(word, (13 << 24) | replica)
                keys.add(key)
                plain = np.random.Generator(np.random.Philox(key=np.array([key, word], np.uint64))).normal(size=5)
                np.testing.assert_array_equal(drawn[point, replica], plain)
        self.assertEqual(len(keys), 3)

    def test_jobs_grow_reuse_merge_and_ask_for_errors(self):
        self.model(DRAWS + "@derived\ndef twice(point, mean): return 2 * mean.value\n")
        self.write("jobs/small.ini", "experiment = model.py\nreplicas = 4\n")
        self.sweep("jobs/small.ini")
        self.sweep("model.py", "--replicas", "4", "--output", "direct.h5")
        self.assertEqual(self.replicas("results/small.h5"), self.replicas("direct.h5"))
        self.sweep("model.py", "--replicas", "6", "--reuse", "direct.h5", "--output", "reused.h5")
        self.sweep("jobs/small.ini", "--replicas", "6", "--grow")
        self.assertEqual(self.replicas("results/small.h5"), self.replicas("reused.h5"))
        self.sweep("model.py", "--replicas", "4", "--seed", "2", "--output", "other.h5")
        self.run_program("gdm-merge", "merged.h5", "direct.h5", "other.h5")
        self.sweep("model.py", "--replicas", "8", "--target_error", "twice 0.1", "--max_replicas", "64", "--output", "target.h5")
        with h5py.File(self.folder / "target.h5") as file:
            self.assertGreater(file["replicas/value"].shape[1], 4)
        out, _ = self.sweep("model.py", "--dry-run")
        self.assertIn("points         3 = 3 x", out)


class Truth(support.Models):
    def test_percolation_on_a_lattice_that_is_counted_out(self):
        for name in ("percolation.py", "percolation.ini"):
            shutil.copy(support.TOP / "examples" / name, self.folder)
        self.sweep("percolation.ini", "--p", "0.3, 0.6", "--L", "2", "--replicas", "1000", ranks=2)
        self.run_program("gdm-reduce", "results/percolation.h5")
        with h5py.File(self.folder / "results/percolation.reduced.h5") as file:
            for place, p in enumerate((0.3, 0.6)):
                exact = self.counted_out(2, p)
                for name, value in exact.items():
                    measured, error = file[name][place, 0], file[f"{name}_stderr"][place, 0]
                    self.assertLess(abs(measured - value), 4 * error, f"{name} at p = {p}: {measured} ± {error}, not {value}")
                susceptibility = 4 * (exact["largest_2"] - exact["largest"]**2)
                self.assertLess(abs(file["susceptibility"][place, 0] - susceptibility), 4 * file["susceptibility_stderr"][place, 0])
            np.testing.assert_array_equal(file["density_theory"][:, 0], [0.3, 0.6])

    def counted_out(self, side, p):
        """Averages over all 2^(side²) lattices."""
        mean = dict.fromkeys(("density", "largest", "largest_2", "spans"), 0.0)
        for bits in itertools.product((0, 1), repeat=side * side):
            lattice = np.array(bits).reshape(side, side)
            weight = p**lattice.sum() * (1 - p)**(side * side - lattice.sum())
            clusters = label(lattice)[0]
            sizes = [np.sum(clusters == one) / side**2 for one in range(1, clusters.max() + 1)] or [0]
            spans = bool(set(clusters[0]) & set(clusters[-1]) - {0})
            for name, value in zip(mean, (lattice.mean(), max(sizes), max(sizes)**2, spans)):
                mean[name] += weight * value
        return mean


if __name__ == "__main__":
    unittest.main()
