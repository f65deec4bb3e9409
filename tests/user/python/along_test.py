#!/usr/bin/python3
"""Results along an axis that a model declares: every kind of them against what its curves were made of."""
import shutil
import sys
import unittest

import h5py
import numpy as np

import support

CURVES = '''
import numpy as np
from gdmsweep.experiment import collapse, crossing, extremum, integral, limit, root
x = grid("linspace(0, 1, 9)", "place", range=(0, 1))
L = grid("4, 8, 16", "size", range=(1, 1e9))
t = inner("linspace(0, 1, 11)", "time")
hump = observable("a parabola with its top at (0.4, 1)")
tends = observable("goes to 3 with 2/L")
curve = observable("t^2", axes=t)
step = observable("a function of (x - 0.45) L")


def run(point, random):
    noise = 1e-3 * random.normal(size=4)
    return {"value": (point.x - 0.5) * point.L + noise[0], "hump": 1 - (point.x - 0.4)**2 + noise[1], "tends": 3 + 2 / point.L + noise[2],
            "curve": point.t**2 + 1e-3 * random.normal(size=point.t.size), "step": np.tanh((point.x - 0.45) * point.L / 4) + noise[3]}


@derived
def doubled(point, mean): return 2 * mean.value


meet = crossing(doubled, x, L, "where the curves of all sizes meet", unit="m")
passes = root("value", "x", level=1, error="bootstrap")
top = extremum(hump, x)
at_infinity = limit(tends, L, "for large L", abscissa=lambda point, L: 1 / L)
area = integral(curve, t, "of t^2, 1/L and 1", weight=lambda point, t: 2, offset=lambda point: 1 / point.L)
part = integral(curve, t, start=0, end=0.5)
nu = collapse(step, x, L, nu=(0.5, 2), critical=(0.3, 0.6), order=7)


@theory
def meet_theory(point):
    """made so"""
    return 0.5
'''


class Along(support.Models):
    def test_every_kind_gives_what_the_curves_were_made_of(self):
        self.model(CURVES)
        out, _ = self.sweep("--describe", "model.py")
        for line in ("meet                         where the curves of all sizes meet [m]; crossing of doubled along x and L",
                     "at_infinity                  for large L; limit of tends along L",
                     "nu                           ; collapse of step along x and L"):
            self.assertIn(line, out)
        self.sweep("model.py", "--replicas", "16", "--seed", "3", ranks=2)
        self.run_program("gdm-reduce", "results/model.h5")
        sizes = np.array([4, 8, 16])
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            for name, exact in (("meet", 0.5), ("passes", 0.5 + 1 / sizes), ("top", 0.4), ("top_value", 1), ("at_infinity", 3),
                                ("area", 2 / 3 + 1 / sizes), ("part", 1 / 24), ("nu", 1), ("nu_critical", 0.45)):
                value, error = file[name][()], file[f"{name}_stderr"][()]
                self.assertTrue((error > 0).all() and (error < 0.02).all(), f"{name}: {error}")
                self.assertLess(np.max(np.abs(value - exact) / error), 4, f"{name}: {value} ± {error}, not {exact}")
            self.assertEqual(file["meet_theory"][()], 0.5)
            self.assertEqual(file["meet"].attrs["kind"], "crossing")

    def test_a_promised_error_of_a_result_along_an_axis(self):
        self.model(CURVES)
        self.sweep("model.py", "--replicas", "8", "--target_error", "meet 2e-5", "--max_replicas", "64")
        self.run_program("gdm-reduce", "results/model.h5")
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            self.assertLess(file["meet_stderr"][()], 2e-5)
            self.assertGreater(file["replicas_done"][()].max(), 8)

    def test_one_that_is_thought_of_later_needs_no_sweep(self):
        without = CURVES.replace("import collapse, crossing, extremum, integral, limit, root", "import limit")
        without = "\n".join(line for line in without.splitlines() if " = " not in line or not any(
            f"= {kind}(" in line for kind in ("collapse", "crossing", "extremum", "integral", "root")))
        without = without.replace("def meet_theory", "def tends_theory")
        self.model(without)
        self.sweep("model.py", "--replicas", "4")
        self.model(CURVES)
        self.run_program("gdm-reduce", "results/model.h5", "--code", "model.py")
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            self.assertLess(abs(file["meet"][()] - 0.5), 4 * file["meet_stderr"][()])
        self.sweep("model.py", "--replicas", "5", "--grow")
        self.model(CURVES.replace("level=1", "level=1.5"))
        self.sweep("model.py", "--replicas", "6", "--grow")

    def test_wrong_declarations_are_refused_in_one_line(self):
        run = "def run(point): return {'value': 1}\n"
        for text, said in (("c = crossing(value, x, 'L')", "experiment 'model': 'c' is along 'L', which is no grid axis beside 'x'"),
                           ("c = root('other', x)", "experiment 'model': 'c' is of 'other', which is no scalar with an error"),
                           ("c = root(value, x, points=2)", "experiment 'model': 'c' fits fewer points than order + 1"),
                           ("c = root(value, x, points='two')", "model.py: a keyword of a declaration is of the wrong type"),
                           ("c = limit(value, x, abscissa=2)", "model.py: abscissa=2 of 'c' is to be a function"),
                           ("c = limit(value, x, abscissa=lambda a, b, c: 2)", "model.py: <lambda>(a, b, c): the arguments are point, value"),
                           ("c = limit(value, x, abscissa=abs, exponent=(1, 2, 3))",
                            "model.py:5: ValueError: exponent=(1, 2, 3): takes a number where it is known, and (from, to) where it is to be found"),
                           ("c = root(value, x, error='guess')", "c: error: 'guess' is unknown; there are jackknife, bootstrap")):
            self.model(f"from gdmsweep.experiment import crossing, limit, root; {text}\n" + run)
            self.assertEqual(self.refused("model.py"), said)

    def test_a_closed_form_stands_beside_the_result_itself(self):
        for declared, name, said in (
                ("extremum(value, x)", "c_value_theory", "'c_value_theory': a closed form stands beside 'c' itself, not beside a part of it"),
                ("extremum(value, x)", "c_theory", "'c_theory' stands beside 'c', a result along an axis: it is one number, without axes")):
            axes = "(axes=x)" if name == "c_theory" else ""
            self.model(f"from gdmsweep.experiment import extremum, theory\nc = {declared}\n@theory{axes}\ndef {name}(point): return 1\n"
                       "def run(point): return {'value': 1}\n")
            self.assertEqual(self.refused("model.py"), said)

    def test_an_error_of_a_closed_form_is_told(self):
        self.model("from gdmsweep.experiment import limit, theory\n"
                   "c = limit(value, x, abscissa=lambda point, x: 1 / (x - 1))\n@theory\ndef c_theory(point): return point.nothing\n"
                   "def run(point, random): return {'value': random.random()}\n")
        self.sweep("model.py", "--x", "1, 2, 3, 4, 5", "--replicas", "2")
        self.run_program("gdm-reduce", "results/model.h5")
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            self.assertIn("c_theory: ", file["c"].attrs["missing"])
            self.assertGreater(file["c_from"][()], 1)  # where the abscissa is infinite is no point of the fit

    def test_a_function_that_gives_no_number_is_told(self):
        self.model("from gdmsweep.experiment import limit\nc = limit(value, x, abscissa=lambda point, x: 'one')\n"
                   "def run(point, random): return {'value': random.random()}\n")
        self.sweep("model.py", "--replicas", "2")
        _, err = self.run_program("gdm-reduce", "results/model.h5", code=2)
        self.assertEqual(err, "gdm-reduce: model.py: abscissa of 'c' returned text, where a real number is needed\n")


class Percolation(support.Models):
    def test_curves_of_the_spanning_probability_cross_at_the_threshold(self):
        for name in ("percolation.py", "percolation.ini"):
            shutil.copy(support.TOP / "examples" / name, self.folder)
        self.sweep("percolation.ini", "--p", "linspace(0.5, 0.7, 9)", "--L", "16, 32", "--replicas", "400", ranks=2)
        self.run_program("gdm-reduce", "results/percolation.h5")
        with h5py.File(self.folder / "results/percolation.reduced.h5") as file:
            value, error = file["threshold"][()], file["threshold_stderr"][()]
            self.assertLess(error, 0.01)
            self.assertLess(abs(value - 0.592746), 4 * error, f"{value} ± {error}")
            self.assertEqual(file["threshold_theory"][()], 0.592746)
        sys.path.insert(0, str(support.TOP / "analysis"))
        import gdmsweep
        from gdmsweep.report import tables
        with gdmsweep.open_reduced(self.folder / "results/percolation.reduced.h5") as data:
            self.assertIn("percolation_along", gdmsweep.figures(data))
            table = tables.results_along(data)
        self.assertEqual(table.notes, [])
        self.assertIn("0.5927", [str(cell) for row in table.rows for cell in row])


if __name__ == "__main__":
    unittest.main()
