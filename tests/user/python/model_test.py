#!/usr/bin/python3
"""What a model file declares, what is refused when it is loaded, and what of it is its identity."""
import unittest

import support


class Declarations(support.Models):
    def test_everything_that_a_model_can_say_is_described(self):
        self.write("all.py", '''
            """Which things
            can be said? More of them stand here."""
            from gdmsweep.experiment import axis, derived, grid, inner, observable, setting, theory
            source, version = "a book", 7
            a = grid([0.5, 1], "first", range="(0, 2]", unit="m")
            L = grid(4, "side", integer=True, range=(1, 8))
            how = setting("slow", "way", words=("fast", "slow"))
            data = setting("none", "numbers", dataset=True)
            t = inner("linspace(0, 1, 3)", "time", range="[0, inf)", unit="s")
            bins = axis([0.1, 0.2], "middles")
            curve = observable("a curve", axes=(t, bins), may_be_missing="for large a")
            total = observable("a sum", combine="sum")
            @derived(axes="t", unit="m", error="bootstrap")
            def slope(point, mean):
                """a slope"""
            @theory
            def total_theory(point):
                """its form"""
            def run(point): pass
            ''')
        out, _ = self.sweep("--describe", "all.py")
        for line in ("all (version 7)", "Which things can be said?", "Source: a book", "a                            first [m]; > 0 and ≤ 2",
                     "whole, ", "one of fast, slow; default slow", "FILE.h5:/NAME; default none", "time [s]",
                     "curve(t, bins)               a curve; missing: for large a", "slope(t)                     a slope [m]",
                     "total_theory                 its form"):
            self.assertIn(line, out)

    def test_numbers_of_every_kind_reach_the_model(self):
        self.write("kinds.py", '''
            """Which kinds are there?"""
            import numpy as np
            from gdmsweep.experiment import *
            x = grid([0.5], keyed=False)
            n = grid([3], integer=True)
            word = grid("up, down", words=("down", "up"))
            t = inner("1, 2")
            bins = axis([1, 2, 3])
            plane = observable(axes=(t, bins))
            kinds = observable()
            def prepare(settings, inputs):
                return {"t": settings.t * 2}
            def run(point, context, random):
                right = (type(point.x) is float and type(point.n) is int and type(point.word) is str and point["n"] == 3
                         and "n" in point and "m" not in point and (context["t"] == [2, 4]).all() and len(bins) == 3)
                return {"plane": point.t[:, None] * bins.values[None], "kinds": right}
            ''')
        self.sweep("kinds.py")
        import h5py
        with h5py.File(self.folder / "results/kinds.h5") as file:
            self.assertEqual(file["replicas/plane"][0, 0].tolist(), [[1, 2, 3], [2, 4, 6]])
            self.assertTrue((file["replicas/kinds"][()] == 1).all())

    def test_a_check_refuses_points_in_its_own_words(self):
        self.model('''
            def check(point):
                if point.x > 2: raise ValueError(f"x = {point.x} is too much for x")
            def run(point): return {"value": 1}
            ''')
        self.assertEqual(self.refused("model.py"), "model at x = 3: x = 3.0 is too much for x")
        self.sweep("model.py", "--x", "1")


class Refused(support.Models):
    def test_what_cannot_be_loaded_is_said_in_one_line_with_its_place(self):
        for text, said in (
                ("def run(point) return 1", "model.py:5: SyntaxError: expected ':'"),
                ("import no_such_module", "model.py:5: ModuleNotFoundError: No module named 'no_such_module'"),
                ("import sys; sys.exit(3)", "model.py:5: SystemExit: 3"),
                ("1 / 0", "model.py:5: ZeroDivisionError: division by zero"),
                ("raise ValueError('a\\nb')", "model.py:5: ValueError: a b"),
                ("y = 1", "model.py: has no function run(point, random, stop)"),
                ("def run(dot): pass", "model.py: run(dot): the arguments are point, random, stop, context, state"),
                ("z = grid(range='0, 1'); run = 1", "model.py:5: ValueError: range='0, 1': takes (min, max), or text such as "
                 "'[0, 1)' with open ends in round brackets"),
                ("y = x\ndef run(point): pass", "model.py: 'x' and 'y' are one declaration"),
                ("seed = grid()\ndef run(point): pass", "experiment 'model': 'seed' is a key of every job"),
                ("y = observable(axes='q')\ndef run(point): pass", "experiment 'model': 'y' spans 'q', which is neither an inner "
                 "nor a fixed axis"),
                ("y = observable(combine='all')\ndef run(point): pass",
                 "y: combine: 'all' is unknown; there are mean, sum, log_mean_exp, stored"),
                ("for i in range(1_000_000): globals()[f'y{i}'] = observable()\ndef run(point): pass",
                 "model.py:5: ValueError: more than 1000 declarations: an observable with an axis holds many numbers"),
                ("import numpy as np\nnp.random.default_rng()", "model.py:6: ValueError: default_rng() draws other numbers on every "
                 "call: use the argument `random` of run()")):
            self.model(text)
            self.assertEqual(self.refused("model.py"), said)
        self.write("question.py", "x = 1\n")
        self.assertIn("begin with a docstring that asks the question", self.refused("question.py"))
        (self.folder / "latin.py").write_bytes(b'"""\xe9?"""')
        self.assertEqual(self.refused("latin.py"), "latin.py is no UTF-8 text (byte 3)")
        self.write("random.py", "")
        self.assertIn("has the name of a module of Python's", self.refused("random.py"))
        self.assertEqual(self.refused("missing.py"), "there is no file missing.py")
        (self.folder / "large.py").write_text("#" * 2_000_000)
        self.assertEqual(self.refused("large.py"), "large.py has 2 MB, and a file of a model has 1 MB at most")

    def test_a_wrong_job_is_refused_as_ever(self):
        self.model("def run(point): return {'value': 1}")
        self.assertIn("did you mean '--x'", self.refused("model.py", "--xx", "1"))
        self.assertIn("one two", self.refused("model.py", "--x", "one two"))


class Identity(support.Models):
    def begin(self):
        self.write("lattice.py", "import lattices.moves\nSIZE = 2\n")
        self.write("lattices/__init__.py", "")
        self.write("lattices/moves.py", "STEP = 3\n")
        self.run_text = ("import lattice\nfrom lattices import moves\n@derived\ndef twice(point, mean): return 2 * mean.value\n"
                         "def run(point, random): return {'value': lattice.SIZE * moves.STEP + random.normal()}\n")
        self.model(self.run_text)
        self.sweep("model.py", "--replicas", "3")

    def test_a_file_refuses_code_that_can_give_other_numbers(self):
        self.begin()
        self.write("lattices/moves.py", "STEP = 4\n")
        _, err = self.sweep("model.py", "--replicas", "4", "--grow", code=2)
        self.assertIn("lattices.moves.py has changed from its line 1 on", err)
        self.write("lattices/moves.py", '"""Documented."""\nSTEP = (3)  # with a comment\n')
        self.model('"""And here."""\n' + self.run_text.replace("2 * mean", "2.0 * mean") + "def cost(point): return 1e-6\n")
        self.sweep("model.py", "--replicas", "4", "--grow")
        self.model(self.run_text.replace("random.normal()", "random.random()"))
        _, err = self.sweep("model.py", "--replicas", "5", "--grow", code=2)
        self.assertIn("model.py has changed from its line", err)

    def test_what_run_calls_is_code_whatever_its_name(self):
        self.write("lattice.py", "def cost(x): return x\n")
        text = "import lattice\ndef cost(point): return 1\ndef run(point, random): return {'value': lattice.cost(1.0) + 0 * cost(point)}\n"
        for file, before, after in (("lattice.py", "return x", "return 2 * x"), ("model.py", "return 1\n", "return 2\n")):
            self.model(text)
            self.sweep("model.py", "--overwrite")
            self.write(file, (self.folder / file).read_text().replace(before, after))
            _, err = self.sweep("model.py", "--replicas", "2", "--grow", code=2)
            self.assertIn(f"{file} has changed from its line", err)

    def test_the_reduction_runs_the_code_that_the_file_keeps(self):
        self.begin()
        for name in ("model.py", "lattice.py", "lattices/moves.py", "lattices/__init__.py"):
            (self.folder / name).unlink()
        self.run_program("gdm-reduce", "results/model.h5")
        import h5py
        import numpy as np
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            np.testing.assert_array_equal(file["twice"][()], 2 * file["value"][()])
            np.testing.assert_allclose(file["twice_stderr"][()], 2 * file["value_stderr"][()], rtol=1e-12)

    def test_a_derived_quantity_can_be_added_afterwards(self):
        self.begin()
        self.model(self.run_text + "@derived\ndef thrice(point, mean):\n    return uncertain(3 * mean['value'], 0.5)\n")
        self.run_program("gdm-reduce", "results/model.h5", "--code", "model.py")
        import h5py
        with h5py.File(self.folder / "results/model.reduced.h5") as file:
            self.assertTrue((file["thrice"][()] == 3 * file["value"][()]).all())
            self.assertTrue((file["thrice_stderr"][()] >= 0.5).all())
        for text, said in (("y = grid('1')\n", "the sweep has no parameter 'y'"), ("y = observable()\n", "the sweep has no observable 'y'")):
            self.model(text + self.run_text)
            _, err = self.run_program("gdm-reduce", "results/model.h5", "--code", "model.py", code=2)
            self.assertEqual(err.strip(), f"gdm-reduce: --code model.py: {said}")


if __name__ == "__main__":
    unittest.main()
