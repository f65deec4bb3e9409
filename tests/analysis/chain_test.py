"""gdm-sweep, gdm-reduce, plot.py and check.py in one chain: the names and shapes that the programs write are those that
the scripts read. usage: chain_test.py FOLDER_OF_THE_PROGRAMS"""
import pathlib
import subprocess
import sys
import unittest

import support
import check
import figures
import gdm
import plot

PROGRAMS = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/release/bin")

JOBS = {
    "phase_diagram": ["--mu=linspace(0.2, 1.4, 4)", "--sigma2=linspace(0.2, 3.8, 5)", "--d=1, 4", "--N=64, 256, inf",
                      "--replicas=4"],
    "rem": ["--M=4, 20, 200", "--beta_ratio=geomspace(0.5, 6, 9)", "--samples=40", "--levels=32", "--replicas=4"],
    "speciation": ["--mu=0.8, 1", "--d=64, 1024", "--replicas=4", "--samples=200"],
    "spherical_condensation": ["--d=4, 32", "--alpha=0.2, 0.8", "--theta=linspace(0.2, 1.4, 7)", "--samples=40", "--levels=32",
                               "--replicas=4"],
    "two_deltas": ["--theta=linspace(0.5, 1.5, 5)", "--h=0, 0.02", "--K=16, 64", "--samples=256", "--replicas=4"],
}


class Chain(support.InFolder):
    def program(self, *arguments):
        done = subprocess.run([str(PROGRAMS / arguments[0]), *map(str, arguments[1:])], capture_output=True, text=True,
                              cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def reduced(self, experiment, *options):
        sweep = self.folder / f"{experiment}.h5"
        self.program("gdm-sweep", "--experiment", experiment, *JOBS[experiment], *options, "--output", sweep, "--quiet")
        self.program("gdm-reduce", sweep)
        return self.folder / f"{experiment}.reduced.h5"

    def test_every_experiment_has_figures_and_a_job(self):
        listed = self.program("gdm-sweep", "--list")
        for experiment in figures.EXPERIMENTS:
            self.assertIn(experiment, listed)
        self.assertEqual(set(JOBS), set(figures.EXPERIMENTS))

    def test_figures_and_check_of_every_experiment(self):
        for experiment in figures.EXPERIMENTS:
            with self.subTest(experiment):
                path = self.reduced(experiment)
                code, out, err = support.run(plot.main, path)
                self.assertEqual((code, err), (0, ""))
                self.assertNotIn("skipped", out)
                self.assertTrue((self.folder / f"{experiment}.png").exists())
                code, out, err = support.run(check.main, path)
                self.assertEqual((code, err), (0, ""))
                self.assertIn("largest |z|", out)

    def test_open_sweep_agrees_with_the_reduction(self):
        reduced = gdm.open_reduced(self.reduced("two_deltas"))
        sweep = gdm.open_sweep(self.folder / "two_deltas.h5", ["magnetisation_abs"])
        mean = sweep.magnetisation_abs.mean("replica").values.reshape(reduced.magnetisation_abs.shape)
        self.assertLess(abs(mean - reduced.magnetisation_abs.values).max(), 1e-12)


if __name__ == "__main__":
    unittest.main()
