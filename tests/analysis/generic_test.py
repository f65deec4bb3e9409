"""plot.py on experiments without figures of their own: curves, maps, small multiples, and what they leave out."""
import unittest

import numpy as np
import xarray

import support
import gdmsweep
from gdmsweep.commands import plot
from gdmsweep.plots import generic


def reduced(path=None, words=(), **axes):
    """A file of an experiment `mine` over these axes (an empty `path`: the data alone), y = Σ x² + 1 with its closed form, a
    curve over an axis of its own, a quantity without values."""
    coords = {name: np.asarray(values, float) for name, values in axes.items()}
    if words:
        coords["kind"] = list(words)
    shape = [len(one) for one in coords.values()]
    grids = np.meshgrid(*(np.arange(len(one)) if name == "kind" else one for name, one in coords.items()), indexing="ij")
    y = 1 + sum(grid**2 for grid in grids)
    dims = tuple(coords)
    time = np.linspace(0.1, 2, 5)
    data = xarray.Dataset({"replicas_done": (dims, np.full(shape, 4))}, coords={**coords, "t": time})
    for name, value in (("y", y), ("size", 100 * y), ("empty", np.nan * y)):
        data[name] = (dims, value, {"long_name": f"the {name}", "units": "m"})
        data[f"{name}_stderr"] = (dims, 0.1 * np.abs(value))
    data["y_theory"] = (dims, 1.02 * y)
    data["limit"] = (dims[:-1], y[..., 0], {"long_name": "the limit", "units": "m"})  # a result along the last axis
    data["limit_stderr"] = (dims[:-1], 0.1 * y[..., 0])
    data["curve"] = ((*dims, "t"), y[..., None] * np.exp(-time))
    data["curve_stderr"] = ((*dims, "t"), 0.05 + 0 * data["curve"].values)
    data.attrs.update(experiment="mine", seed=1, points=y.size)
    if path is not None:
        data.to_netcdf(path, engine="netcdf4")
    return data


def look(line):
    return line.get_linestyle(), line.get_marker()


class Generic(support.InFolder):
    def figures(self, data):
        with support.strict():
            return {end: support.drawn(make, data) for end, make in generic.figures_of(data).items()}

    def test_one_axis_gives_curves_with_errors_and_closed_forms(self):
        (figure, told), = self.figures(reduced(x=np.linspace(0, 1, 6))).values()
        axes = [axis for axis in figure.axes if axis.get_xlabel()]
        self.assertEqual([axis.get_xlabel() for axis in axes], ["x", "x", "$t$"])
        self.assertEqual([marker for _, marker in map(look, axes[0].lines) if marker in ("o", "x")], ["o", "x"])
        self.assertNotIn("--", [style for style, _ in map(look, axes[0].lines)])
        np.testing.assert_allclose(axes[0].lines[0].get_ydata(), 1 + np.linspace(0, 1, 6)**2)
        self.assertIn("empty: it has no value yet", told.left_out())
        self.assertEqual([text.get_text() for text in figure.legends[0].get_texts()][-1], "theory")

    def test_closed_forms_are_lines_only_where_no_corner_is_seen(self):
        (figure, _), = self.figures(reduced(x=np.linspace(0, 1, generic.SMOOTH))).values()
        self.assertIn(("--", "None"), [look(line) for line in figure.axes[0].lines])
        (figure, _), = self.figures(reduced(x=np.linspace(0, 1, generic.SMOOTH - 1))).values()
        self.assertNotIn("--", [line.get_linestyle() for line in figure.axes[0].lines])

    def test_few_whole_numbers_are_the_labels_of_their_axis(self):
        found = self.figures(reduced(x=np.arange(1, 9), L=2.0 ** np.arange(3, 10)))
        axis, told = found[""][0].axes[0], found[""][1]
        ticks = [(tick, label.get_text()) for tick, label in zip(axis.get_yticks(), axis.get_yticklabels())]
        self.assertEqual(ticks, [(k, str(2 ** (k + 3))) for k in range(7)])  # cells of one height
        self.assertEqual((axis.get_yscale(), axis.get_ylim(), axis.get_xlim()), ("linear", (-0.5, 6.5), (-0.5, 7.5)))
        self.assertIn("y_theory: contours through few points", "\n".join(told.left_out()))
        np.testing.assert_array_equal(found["_curves"][0].axes[0].get_xticks(), np.arange(1, 9))

    def test_few_values_of_a_second_axis_are_series_and_words_come_last(self):
        (figure, _), = self.figures(reduced(x=[1, 2, 3, 4], L=[8, 16], words=("up", "down"))).values()
        self.assertEqual([text.get_text() for text in figure.legends[0].get_texts()][:2], ["L = 8", "L = 16"])
        (figure, _), = self.figures(reduced(words=("up_here", "down"))).values()
        self.assertEqual([label.get_text() for label in figure.axes[0].get_xticklabels()], ["up here", "down"])

    def test_two_long_axes_give_maps_and_a_third_small_multiples(self):
        data = reduced(x=np.linspace(0, 1, 9), z=np.geomspace(1, 100, 8))
        data["y"][2, 3] = np.nan
        data["replicas_done"][2, 3] = 0
        found = self.figures(data)
        self.assertEqual(list(found), ["", "_curves"])
        figure, told = found[""]
        self.assertIn("1 of 72 points, not computed yet", told.left_out())
        self.assertEqual(figure.axes[0].get_yscale(), "log")
        figure, told = self.figures(reduced(x=np.linspace(0, 1, 9), z=np.linspace(1, 2, 8), d=[1, 2, 3]))[""]
        self.assertEqual([axis.get_title() for axis in figure.axes[:3]], ["$d$ = 1", "$d$ = 2", "$d$ = 3"])

    def test_one_point_and_no_quantity(self):
        self.figures(reduced(x=[0.5]))
        self.figures(reduced(x=[0.5]).isel(x=0))
        data = reduced(self.folder / "a.reduced.h5", x=[1, 2])
        data[["replicas_done", "empty"]].to_netcdf(self.folder / "b.reduced.h5", engine="netcdf4")
        for name, said in (("a", "every quantity against the axis"), ("b", "no quantity with an error has a value")):
            code, out, err = support.run(plot.main, self.folder / f"{name}.reduced.h5")
            self.assertEqual((code, err), (0, ""))
            self.assertIn(said, out.lower())
        self.assertTrue((self.folder / "a.png").exists())
        self.assertEqual(gdmsweep.open_reduced(self.folder / "a.reduced.h5").attrs["experiment"], "mine")


if __name__ == "__main__":
    unittest.main()
