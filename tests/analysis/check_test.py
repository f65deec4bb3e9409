"""check.py: right errors pass, wrong ones show, and the phases that differ are as many as the errors predict."""
import os
import re
import unittest

import numpy as np
import xarray

import support
import synthetic
import synthetic_condensation
from gdmsweep import comparison
from gdmsweep.commands import check


def row(output, name):
    """Points and shares beyond 1, 2, 3 standard errors, and the largest |z|, of one line of the table."""
    line = next(line for line in output.splitlines() if line.startswith(name + " "))
    numbers = [float(text) for text in re.findall(r"[-\d.]+", line[len(name):])]
    return {"points": int(numbers[0]), "shares": numbers[1:4], "largest": numbers[4]}


class Check(support.InFolder):
    def write(self, **options):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=np.linspace(0.05, 1.5, 15), sigma2=np.linspace(0.05, 4, 20), t=np.linspace(0, 2, 6),
                                **options)
        return path

    def test_what_is_no_reduced_file_is_told_in_one_line(self):
        os.mkfifo(self.folder / "pipe.h5")
        (self.folder / "empty.h5").touch()
        for name, attributes, variables in (("no.h5", {}, {"x": 1.0}), ("bare.h5", {"experiment": "phase_diagram"}, {}),
                                            ("half.h5", {"experiment": "phase_diagram"}, {"replicas_done": 1.0, "t_s": 1.0})):
            xarray.Dataset(variables, attrs=attributes).to_netcdf(self.folder / name, engine="netcdf4")
        for name in ("no.h5", "bare.h5", "half.h5", "pipe.h5", "empty.h5", "absent.h5", "."):
            with self.subTest(name):
                code, _, trouble = support.run(check.main, self.folder / name)
                self.assertEqual(code, 2)
                self.assertEqual(trouble.count("\n"), 1, trouble)

    def test_right_errors_give_students_shares(self):
        code, out, _ = support.run(check.main, self.write())
        self.assertEqual(code, 0)
        measured = row(out, "axis_2")
        self.assertEqual(measured["points"], 15 * 20 * 3 * 6)
        for share, expected in zip(measured["shares"], (33.32, 6.39, 0.90)):
            self.assertLess(abs(share - expected), 4 * (expected * (100 - expected) / measured["points"]) ** 0.5)
        self.assertIn("t_clone ", out)  # compared with t_b_theory

    def test_a_bias_of_two_errors_shows(self):
        _, out, _ = support.run(check.main, self.write(bias=2.0))
        self.assertGreater(row(out, "axis_2")["shares"][1], 40)

    def test_max_z_decides_the_exit_code(self):
        path = self.write()
        self.assertEqual(support.run(check.main, path, "--max-z", "3")[0], 1)
        self.assertEqual(support.run(check.main, path, "--max-z", "30")[0], 0)

    def test_phases_differ_as_often_as_the_errors_predict(self):
        _, out, _ = support.run(check.main, self.write(error=0.05, seed=3))
        wrong = int(re.search(r"phase: (\d+) of 900", out)[1])
        predicted, spread = map(float, re.search(r"predict ([\d.]+) ± ([\d.]+)", out).groups())
        self.assertGreater(predicted, 5)
        self.assertLess(abs(wrong - predicted), 4 * spread)

    def test_a_value_without_spread_must_be_exact(self):
        path = self.write()
        with xarray.open_dataset(path, engine="netcdf4") as dataset:
            dataset = dataset.load()
        dataset["axis_2"][:] = dataset["axis_2_theory"].values
        dataset["axis_2_stderr"][:] = 0.0
        dataset.to_netcdf(path, engine="netcdf4")
        self.assertIn("axis_2: 5400 points have no spread; 0 of them", support.run(check.main, path)[1])
        dataset["axis_2"][0, 0, 0, 0, 0] += 1e-3
        dataset.to_netcdf(path, engine="netcdf4")
        self.assertIn("axis_2: 5400 points have no spread; 1 of them", support.run(check.main, path)[1])

    def test_rare_events_are_counted_instead(self):
        # 2000 points of 4096 samples, one in 4096 of which differs: 2000 events in all, none at a third of the points.
        random = np.random.default_rng(1)
        theory = xarray.DataArray(np.full((2000, 2), 1 - 1 / 4096), dims=("x", "t"))
        samples = xarray.DataArray(np.full(2000, 4096), dims="x")
        for rate, low, high in ((1.0, -4, 4), (0.85, -12, -4)):
            events = random.poisson(rate, theory.shape)
            measured = xarray.DataArray(1 - events / 4096, dims=("x", "t"))
            result = comparison.scores(measured, 0 * theory, theory, samples)
            self.assertEqual((result.rare.sum(), result.wrong.sum()), (4000, 0))
            self.assertAlmostEqual(result.due[0], 2000, 6)
            z = float(re.search(r"\(([-+\d.]+) standard", check.rare_events(result))[1])
            self.assertTrue(low < z < high, z)

    def test_finite_n_is_left_out(self):
        _, out, _ = support.run(check.main, self.write(N=(10, np.inf), d=(1,)))
        self.assertIn("1 finite N are left out", out)
        self.assertLess(row(out, "t_s")["largest"], 8)

    def test_identities_are_compared_where_enough_states_condense(self):
        path = self.folder / "c.reduced.h5"
        synthetic_condensation.condensation(path)
        code, out, _ = support.run(check.main, path)
        self.assertEqual(code, 0)
        self.assertIn("where 50 states or more condense", out)
        self.assertTrue(12 < row(out, "entropy_identity")["points"] < 2 * 2 * 3 * 13)
        self.assertNotIn("is missing", out)

    def test_partial_sweep(self):
        code, out, _ = support.run(check.main, self.write(done=0.3))
        self.assertEqual(code, 0)
        self.assertLess(row(out, "axis_2")["points"], 2400)

    def test_wrong_file(self):
        synthetic.sweep(self.folder / "s.h5")
        code, out, err = support.run(check.main, self.folder / "s.h5")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("run gdm-reduce first", err)
        self.assertEqual(err.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
