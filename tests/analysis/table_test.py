"""Points from a table: the helper that makes one, reading by value, the figures."""
import unittest
import unittest.mock

import numpy as np
import xarray
from matplotlib.collections import PathCollection

import support
import gdmsweep
from gdmsweep import reduced
from gdmsweep.commands import check, make_points, plot
from gdmsweep.plots import table


def synthetic(path, rows=40, done=None, columns=("mu", "sigma2", "scheme"), experiment="no_such_experiment", **attributes):
    """x = mu² + noise of 0.01 at the rows of a table, beside a grid axis d; curve over t; the closed form of x."""
    random = np.random.default_rng(1)
    values = {"mu": random.uniform(0, 1, rows).round(3), "sigma2": np.geomspace(0.01, 10, rows),
              "scheme": random.choice(["heun", "exact"], rows).astype(object)}
    d, t = np.array([1.0, 4.0]), np.array([0.0, 0.5, 1.0])
    theory = values["mu"][:, None] ** 2 * np.ones(2)
    x = theory + 0.01 * random.normal(size=theory.shape)
    there = np.ones(rows, bool) if done is None else np.arange(rows) < done
    x[~there] = np.nan
    grid = ("table_row", "d")
    data = xarray.Dataset(
        {"replicas_done": (grid, np.where(there, 4, 0)[:, None] * np.ones(2, int)),
         "curve": ((*grid, "t"), x[..., None] + t, {"long_name": "curve", "combine": "mean"}),
         "curve_stderr": ((*grid, "t"), np.full((rows, 2, 3), 0.01)),
         "x": (grid, x, {"long_name": "x", "units": "1", "combine": "mean"}), "x_stderr": (grid, np.full((rows, 2), 0.01)),
         "x_theory": (grid, theory)},
        {"table_row": np.arange(rows, dtype=float), "d": d, "t": t, **{name: ("table_row", values[name]) for name in columns}},
        {"experiment": experiment, "samples": 10.0, "seed": 1, **attributes})
    data.to_netcdf(path, engine="netcdf4")
    return data


class Figures(support.InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "a.reduced.h5"

    def drawn(self, *options, code=0):
        """The names of the figures that plot.py makes, and what it says."""
        with unittest.mock.patch("gdmsweep.style.save", lambda figure, path: figure.savefig(path, dpi=30)):
            result, out, err = support.run(plot.main, self.path, "--output", self.folder / "out", *options)
        self.assertEqual(result, code, err)
        self.said = out + err
        return {file.name for file in (self.folder / "out").glob("*.png")} if code == 0 else set()

    def test_any_experiment_has_two_figures(self):
        synthetic(self.path)
        self.assertEqual(self.drawn(), {"a.png", "a_against.png"})
        self.assertIn("x over mu and sigma2", self.said)
        # One that has figures of its own over a grid has these too.
        synthetic(self.path, experiment="phase_diagram")
        self.assertEqual(self.drawn(), {"a.png", "a_against.png"})

    def test_deviations_are_told_with_the_values_of_the_row(self):
        synthetic(self.path)
        code, out, err = support.run(check.main, self.path)
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"\nx  .* mu = 0\.\d+, sigma2 = [\d.e-]+, scheme = \w+, d = [14]\n")

    def test_shows_what_is_asked_for(self):
        synthetic(self.path)
        for options, name in ((("--y", "x"), "a_x.png"), (("--x", "sigma2", "--y", "x", "--colour", "scheme"), "a_x_scheme.png"),
                              (("--x", "scheme", "--y", "mu", "--colour", "x"), "a_mu_x.png"), (("--x", "d", "--y", "x"), "a_x.png"),
                              (("--y", "curve", "--select", "t=0.4", "--select", "d=4"), "a_curve_t=0.5_d=4.png")):
            with self.subTest(options):
                self.assertIn(name, self.drawn(*options))

    def test_draws_the_numbers_of_the_file(self):
        data = synthetic(self.path, done=30)
        points = table.Points(gdmsweep.open_reduced(self.path))
        with support.strict():
            figure, told = support.drawn(lambda data: table.over_two(points, "mu", "sigma2", "x"), points.data)
        axis = figure.axes[0]
        absent, coloured = axis.collections[1], axis.collections[2]
        self.assertEqual((len(absent.get_offsets()), len(coloured.get_offsets())), (20, 60))
        np.testing.assert_allclose(coloured.get_offsets()[:, 0], np.repeat(data.mu[:30], 2))
        np.testing.assert_allclose(coloured.get_array(), data.x[:30].values.ravel())
        self.assertIn("60 points of a table", support.caption(figure))
        with support.strict():
            figure, told = support.drawn(lambda data: table.against(points, "mu", "x", "scheme"), points.data)
        drawn = np.concatenate([one.get_offsets() for one in figure.axes[0].collections if isinstance(one, PathCollection)])
        self.assertEqual(sorted(map(tuple, drawn)), sorted(zip(np.repeat(data.mu[:30].values, 2), data.x[:30].values.ravel())))

    def test_without_a_wish_the_first_quantity_is_shown(self):
        data = synthetic(self.path)
        points = table.Points(gdmsweep.open_reduced(self.path))
        found = table.chosen_figures(points, None, None, None)
        over, _ = support.drawn(found["table"], points.data)
        np.testing.assert_allclose(over.axes[0].collections[2].get_array(), data.x.values.ravel())
        against, _ = support.drawn(found["against"], points.data)
        shown = [one for one in against.axes[0].collections if isinstance(one, PathCollection)]
        self.assertEqual(len(shown), 2)  # one for each word of the last parameter
        self.assertEqual(sum(len(one.get_offsets()) for one in shown), 80)

    def test_one_column_is_a_curve_with_its_closed_form(self):
        data = synthetic(self.path, columns=("mu",)).isel(d=[0])
        data.to_netcdf(self.path, engine="netcdf4")
        self.assertEqual(self.drawn(), {"a.png"})
        points = table.Points(gdmsweep.open_reduced(self.path))
        figure, _ = support.drawn(lambda data: table.against(points, "mu", "x"), points.data)
        line = next(one for one in figure.axes[0].lines if one.get_linestyle() == "-")
        np.testing.assert_allclose(line.get_ydata(), np.sort(data.mu.values) ** 2)

    def test_says_why_there_is_no_figure(self):
        synthetic(self.path, done=0)
        self.assertEqual(self.drawn(), set())
        self.assertIn("skipped, no replica is done yet", self.said)
        synthetic(self.path, target_error="x 0.1")
        self.assertEqual(self.drawn(), {"a.png", "a_against.png", "a_replicas.png"})
        for options, said in ((("--x", "nu"), "--x nu: neither a parameter nor a quantity"), (("--x", "x"), "--x x: takes a parameter: mu"),
                              (("--only", "a"), "no_such_experiment_table"), (("--select", "mu=1"), "--select mu: not a dimension")):
            self.drawn(*options, code=2)
            self.assertIn(said, self.said)
            self.assertEqual(self.said.count("\n"), 1)

    def test_infinite_values_are_left_out_and_told(self):
        data = synthetic(self.path)
        mu = data.mu.values.copy()
        mu[:2] = np.inf
        data.assign_coords(mu=("table_row", mu)).to_netcdf(self.path, engine="netcdf4")
        self.drawn("--y", "x")
        self.assertIn("4 points with mu = inf", self.said)


class Reading(support.InFolder):
    def test_selects_rows_by_value(self):
        data = synthetic(self.folder / "a.reduced.h5")
        read = gdmsweep.open_reduced(self.folder / "a.reduced.h5")
        self.assertEqual(reduced.table_columns(read), ["mu", "sigma2", "scheme"])
        heun = read.x.where(read.scheme == "heun", drop=True)
        np.testing.assert_array_equal(heun, data.x[data.scheme.values == "heun"])
        indexed = read.set_xindex("sigma2").x
        np.testing.assert_array_equal(indexed.sel(sigma2=10), data.x[-1])
        np.testing.assert_array_equal(indexed.sel(sigma2=9.9, method="nearest"), data.x[-1])


class MakePoints(support.InFolder):
    def make(self, *words, code=0):
        path = self.folder / "p.csv"
        result, out, err = support.run(make_points.main, *words, "-o", path, "--overwrite")
        self.assertEqual(result, code, err)
        self.said = out + err
        return path.read_text() if code == 0 else ""

    def columns(self, text):
        lines = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
        return {name: [row[i] for row in lines[1:]] for i, name in enumerate(lines[0])}

    def test_a_latin_hypercube_has_one_point_in_each_part(self):
        columns = self.columns(self.make("latin", 50, "mu=-1:4", "sigma2=geom:0.1:10", "d=int:1:50", "word=words:a,b"))
        parts = {"mu": (np.array(columns["mu"], float) + 1) / 5, "sigma2": (np.log10(np.array(columns["sigma2"], float)) + 1) / 2}
        for name, part in parts.items():
            self.assertEqual(sorted((part * 50).astype(int)), list(range(50)), name)
        self.assertEqual(sorted(map(int, columns["d"])), list(range(1, 51)))
        self.assertEqual(columns["word"].count("a"), 25)

    def test_a_sobol_table_grows_by_rows_and_fills_evenly(self):
        short, long = (self.make("sobol", n, "x=0:1", "y=0:1").splitlines()[1:] for n in (100, 256))
        self.assertEqual(long[:101], short)
        points = np.array([[float(one) for one in line.split(",")] for line in long[1:]])
        # A net: of 256 points each of the 16 × 16 cells holds one.
        self.assertEqual(len({(int(16 * x), int(16 * y)) for x, y in points}), 256)

    def test_the_same_command_writes_the_same_file(self):
        words = ("sobol", 64, "x=0:1", "n=geomint:1:64", "--seed", 3)
        self.assertEqual(self.make(*words), self.make(*words))
        self.assertNotEqual(self.make(*words), self.make(*words[:-1], 4))
        self.assertLessEqual({int(n) for n in self.columns(self.make(*words))["n"]}, set(range(1, 65)))
        self.make("latin", 30, "n=int:1:3")
        self.assertIn("3 points over n (27 that repeated others left out)", self.said)

    def test_bad_input_is_told_in_one_line(self):
        for words, said in ((["mu=2:1"], "FIRST below LAST"), (["mu=1"], "two numbers"), (["mu=foo:1:2"], "'foo' is unknown"),
                            (["mu"], "NAME=FIRST:LAST"), (["mu=geom:0:1"], "above 0"), (["d=int:1.5:2"], "whole numbers"),
                            (["mu=0:1", "mu=0:2"], "each parameter once"), (["w=words:a,a"], "each once"), (["mu=1:inf"], "finite")):
            self.make("latin", 5, *words, code=2)
            self.assertIn(said, self.said)
            self.assertEqual(self.said.count("\n"), 1)
        self.make("latin", 0, "mu=0:1", code=2)


if __name__ == "__main__":
    unittest.main()
