"""The accessor `data.gdm`, and labels: against numbers worked out by hand, and the law of chi^2."""
import unittest

import matplotlib
import numpy as np
import xarray
from matplotlib.figure import Figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy import stats

import support
import synthetic
import gdmsweep
from gdmsweep import labels


def dataset(x, error, **attributes):
    """x(L, T) with errors over a grid of 3 × 2, and y(L, T, k) without."""
    coords = {"L": [8.0, 16.0, 32.0], "T": [1.0, 2.0], "k": [0.0, 1.0]}
    data = xarray.Dataset({"replicas_done": (("L", "T"), np.full((3, 2), 4)), "x": (("L", "T"), np.asarray(x, float)),
                           "x_stderr": (("L", "T"), np.asarray(error, float)), "y": (("L", "T", "k"), np.ones((3, 2, 2)))}, coords)
    data.x.attrs.update(units="nat", long_name="entropy")
    return data.assign_attrs(experiment="unheard_of", samples=10.0, **attributes)


class Mean(unittest.TestCase):
    def test_weights_by_hand(self):
        data = dataset([[1, 5], [2, 6], [9, 7]], [[1, 1], [0.5, np.nan], [np.nan, 0]])
        mean = data.gdm.mean("x", over="L")
        np.testing.assert_allclose(mean.x, [(1 + 2 * 4) / 5, 5])
        np.testing.assert_allclose(mean.x_stderr, [5**-0.5, 1])
        np.testing.assert_allclose(mean.x_chi2, [(0.8**2 + 4 * 0.2**2) / 1, np.nan])
        np.testing.assert_array_equal(mean.x_dof, [1, 0])
        self.assertAlmostEqual(float(mean.x_p_value[0]), stats.chi2.sf(0.8, 1), 12)
        self.assertEqual(mean.x.attrs["units"], "nat")

    def test_nothing_without_errors(self):
        mean = dataset(np.ones((3, 2)), np.full((3, 2), np.nan)).gdm.mean("x", "T")
        self.assertTrue(mean.x.isnull().all() and mean.x_stderr.isnull().all() and mean.x_p_value.isnull().all())

    def test_p_values_are_uniform_and_the_error_is_that_of_the_mean(self):
        random = np.random.default_rng(3)
        error = random.uniform(0.5, 2, (3, 2))
        means = [dataset(error * random.normal(size=(3, 2)), error).gdm.mean("x", "L").isel(T=0) for _ in range(60)]
        self.assertGreater(stats.kstest([float(one.x_p_value) for one in means], "uniform").pvalue, 6e-5)
        self.assertGreater(stats.kstest([float(one.x / one.x_stderr) for one in means], "norm").pvalue, 6e-5)

    def test_what_is_not_independent_is_refused(self):
        data = dataset(np.ones((3, 2)), np.ones((3, 2)), shares_random_numbers="T")
        for name, over, message in (("x", "T", "share their random numbers"), ("y", "k", "its grid axes are: L, T"), ("x", "d", "'d'")):
            with self.assertRaisesRegex(ValueError, message):
                data.gdm.mean(name, over)


class Access(support.InFolder):
    def setUp(self):
        super().setUp()
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=[0.5, 1, 1.5], sigma2=[1.0], d=[1, 4], t=[0, 1])
        self.data = gdmsweep.open_reduced(path)

    def test_errors_and_closed_forms_have_the_shape_of_their_variable(self):
        data = self.data
        np.testing.assert_array_equal(data.gdm.error("t_s"), data.t_s_stderr)
        self.assertTrue(data.gdm.error("t_s_theory").isnull().all())
        np.testing.assert_array_equal(data.gdm.theory("t_clone").values, data.t_b_theory.values)  # as the experiment says
        np.testing.assert_allclose(data.gdm.z("t_s"), (data.t_s - data.t_s_theory) / data.t_s_stderr)
        for ask in (data.gdm.error, data.gdm.theory, data.gdm.z, data.gdm.label):
            with self.assertRaisesRegex(KeyError, "no variable 'ts'; there are: .*t_s"):
                ask("ts")
        with self.assertRaisesRegex(KeyError, "'t_s_stderr' has no closed form"):
            data.gdm.theory("t_s_stderr")

    def test_a_part_is_asked_as_the_whole(self):
        part = self.data.isel(d=0).gdm.squeeze()
        self.assertEqual(part.t_s.dims, ("mu",))
        self.assertEqual(float(part.d), 1)
        self.assertEqual((self.data.gdm.grid, part.gdm.grid), (("mu", "sigma2", "d", "N"), ("mu",)))
        self.assertEqual(part.gdm.error("t_s").shape, (3,))

    def test_labels(self):
        self.assertEqual(self.data.gdm.label("sigma2"), r"$\sigma^2$")
        self.assertEqual(dataset(np.ones((3, 2)), np.ones((3, 2))).gdm.label("x"), "x [nat]")


class Labels(support.InFolder):
    def test_short_names(self):
        for name, description, short in (
                ("clone_agreement", "probability that clones from t end in the same class", "clone agreement"),
                ("t", "diffusion time (Ornstein-Uhlenbeck)", "diffusion time"), ("heat_capacity", "heat capacity of a site", None),
                ("mu", "mean of a class in each coordinate", r"$\mu$"), ("axis_2", "<a^2>", r"$\langle a^2\rangle$"),
                ("phase", "0 unbroken, 1 broken", "phase"), ("outer_response", "the same far outside", "outer response"),
                ("t_s_stderr", "largest time with zero response: breaking", r"$t_\mathrm{S}$, standard error"),
                ("t_b_theory", "ln(M^2 - sigma2 + 1)/2: bimodal", r"$t_\mathrm{b}$, theory"), ("x", "", "x")):
            self.assertEqual(labels.short_name(name, description), short or description)

    def test_the_plots_of_xarray_have_them(self):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, mu=[0.5, 1, 1.5], sigma2=[1.0], d=[1], t=[0, 1, 2])
        with xarray.open_dataset(path, engine="netcdf4") as file:
            file = file.load()
        file.clone_agreement.attrs.update(units="1", long_name="probability that clones from t end in the same class")
        file.to_netcdf(path, engine="netcdf4")
        data = gdmsweep.open_reduced(path)
        figure = Figure()
        FigureCanvasAgg(figure)
        with matplotlib.rc_context({"backend": "agg"}):
            data.gdm.squeeze().clone_agreement.plot(ax=figure.add_subplot(), x="t")
        self.assertEqual(figure.axes[1].get_ylabel(), "clone agreement")
        self.assertEqual(data.clone_agreement.attrs["description"], "probability that clones from t end in the same class")
        self.assertEqual(data.sigma2.attrs["symbol"], r"$\sigma^2$")


if __name__ == "__main__":
    unittest.main()
