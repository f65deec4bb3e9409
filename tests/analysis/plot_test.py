"""plot.py: which figures are drawn from which files, that they show what was measured, and what bad input is told."""
import unittest
import unittest.mock

import h5py
import matplotlib
import numpy as np
import xarray

import support
import synthetic
import synthetic_condensation
import gdmsweep
from gdmsweep import drawing, style
from gdmsweep.commands import plot
from gdmsweep.plots import phase_diagram

SMALL = {"mu": np.linspace(0.05, 1.5, 6), "sigma2": np.linspace(0.1, 4, 8), "t": np.linspace(0, 2, 5)}
PHASE_DIAGRAM = set(phase_diagram.FIGURES)


def edited(path, change):
    """Writes the file again after `change`(dataset) -> dataset."""
    with xarray.open_dataset(path, engine="netcdf4") as dataset:
        dataset = change(dataset.load())
    dataset.to_netcdf(path, engine="netcdf4")


def draw_fast(figure, path):
    """Draws everything once, without the search for a layout."""
    figure.set_layout_engine("none")
    figure.savefig(path, dpi=30)


class Plot(support.InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "a.reduced.h5"

    def drawn(self, *options, save=draw_fast):
        with unittest.mock.patch("gdmsweep.style.save", save):
            code, out, err = support.run(plot.main, self.path, "--output", self.folder / "out", *options)
        self.assertEqual((code, err), (0, ""))
        self.out = out
        # Files are named after the job, here `a`; figures after the experiment.
        experiment = gdmsweep.open_reduced(self.path).attrs["experiment"]
        return {experiment + file.stem.removeprefix("a") for file in (self.folder / "out").glob("a*.png")}

    def test_all_figures_of_a_full_file(self):
        synthetic.phase_diagram(self.path, N=(10, 100, np.inf), d=(1, 4), **SMALL)
        self.assertEqual(self.drawn(), PHASE_DIAGRAM)
        self.assertEqual(len([line for line in self.out.splitlines() if not line.startswith("  left out: ")]), len(PHASE_DIAGRAM))

    def test_any_file_with_exchanges_has_a_figure_of_them(self):
        T = [0.1, 0.3, 1.0]
        curves = {"swap_acceptance": [0.7, 0.8, np.nan], "flow": [1, 0.5, 0], "flow_ideal": [1, 0.55, 0], "proposed_T": [0.1, 0.25, 1]}
        scalars = {"communication_barrier": 0.5, "round_trips": 0.2, "round_trips_ideal": 0.25}
        data = xarray.Dataset({"replicas_done": ("p", [4, 4])}, coords={"p": [0.0, 1.0], "T": T})
        for name, values in curves.items():
            data[name] = ("p", "T"), np.array([values, values])
            data[f"{name}_stderr"] = 0 * data[name] + 0.01
        for name, value in scalars.items():
            data[name] = "p", [value, value]
        data.attrs = {"experiment": "unheard_of", "samples": 100}
        data.to_netcdf(self.path, engine="netcdf4")
        self.assertEqual(self.drawn(), {"unheard_of_tempering"})
        self.assertIn("left out: p = 1", self.out)

    def test_skips_what_the_file_lacks_and_says_why(self):
        synthetic.phase_diagram(self.path, **SMALL)
        edited(self.path, lambda data: data.drop_vars(["clone_agreement"]))
        self.assertEqual(self.drawn(), PHASE_DIAGRAM - {"phase_diagram_clones", "phase_diagram_finite_N"})
        self.assertIn("phase_diagram_clones: skipped, the file has no variable clone_agreement", self.out)

    def test_partial_and_degenerate_sweeps(self):
        for options in ({"done": 0.3}, {"done": 0.02}, {"done": 0.0}, {"mu": [1.0]}, {"sigma2": [1.0]}, {"t": [0.0]},
                        {"mu": [1.0], "sigma2": [1.0], "d": [2]}, {"N": (100,)}, {"d": (1, 2, 4, 8, 16, 32)}):
            with self.subTest(options):
                synthetic.phase_diagram(self.path, **{**SMALL, "d": (1,), **options})
                self.drawn()

    def test_generative_bath(self):
        synthetic.generative_bath(self.path)
        self.assertEqual(self.drawn(), {"generative_bath", "generative_bath_transition", "generative_bath_field", "generative_bath_noise"})

    def test_condensation(self):
        everything = {"condensation", "condensation_time", "condensation_finite_size", "condensation_distribution"}
        synthetic_condensation.condensation(self.path)
        self.assertEqual(self.drawn(), everything)
        for axis, points in (("N", (100, 1000)), ("ln_N", (5.0, 50.0))):
            synthetic_condensation.condensation(self.folder / "b.reduced.h5", axis=axis, points=points)
            code, out, err = support.run(plot.main, self.folder / "b.reduced.h5", "--only", "condensation_time")
            self.assertEqual((code, err), (0, ""))
            self.assertNotIn("skipped", out)
        synthetic_condensation.condensation(self.path, state=("population",), d=(8,), points=(0.2,))
        self.drawn("--select", "alpha=0.2", "--select", "d=8")
        self.assertIn("condensation_finite_size: skipped, it needs several values of d", self.out)

    def test_condensation_before_anything_is_done(self):
        synthetic_condensation.condensation(self.path)
        edited(self.path, lambda data: data.where(data.replicas_done < 0).assign(replicas_done=0 * data.replicas_done))
        self.drawn()

    def test_a_dataset_without_mu(self):
        synthetic_condensation.condensation(self.path, user=True, state=("planted",), d=(64,), axis="N", points=(50, 500))
        self.assertEqual(self.drawn(), {"condensation_data", "condensation_distribution"})
        edited(self.path, lambda data: data.assign(t_s_sampling_error=0.05 + 0 * data.t_s))
        self.assertIn("condensation_data_mu=nan", self.drawn("--only", "condensation_data", "--select", "mu=nan"))
        code, _, err = support.run(plot.main, self.path, "--select", "mu=1")
        self.assertEqual((code, err.count("\n")), (2, 1))
        self.assertIn("--select mu=1: there are nan", err)

    def test_nearest_among_values_of_which_some_are_nan(self):
        for values, text, place in (([np.nan, 1, 4], "3", 2), ([np.nan, 1, 4], "inf", 2), ([1, np.nan], "nan", 1)):
            self.assertEqual(drawing.nearest(np.array(values, float), "mu", text), place)

    def test_an_axis_given_under_another_name(self):
        # A job may give t instead of theta; theta is then a coordinate along t.
        synthetic.generative_bath(self.path)
        edited(self.path, lambda data: data.assign_coords(t=("theta", 0.5 * np.log1p(data.theta.values)))
               .swap_dims(theta="t").reset_coords("theta").assign_coords(
                   theta=lambda d: (d.theta + 0 * d.K + 0 * d.h).transpose("t", "h", "K")))
        self.assertIn("t", gdmsweep.open_reduced(self.path).dims)
        self.assertIn("generative_bath_field", self.drawn())

    def test_further_grid_dimensions_are_cut_to_one_value(self):
        synthetic.phase_diagram(self.path, **SMALL)
        edited(self.path, lambda data: data.expand_dims(integrator=["heun", "euler"]))
        self.assertIn("phase_diagram", self.drawn())
        self.assertIn("left out: integrator = euler; --select integrator=VALUE draws it", self.out)
        self.assertIn("phase_diagram_integrator=euler", self.drawn("--select", "integrator=euler"))
        self.assertIn("left out: integrator = heun; --select integrator=VALUE draws it", self.out)

    def test_same_file_same_bytes(self):
        synthetic.phase_diagram(self.path, **SMALL)
        contents = []
        for _ in range(2):
            self.drawn("--only", "phase_diagram", "--format", "png,pdf", save=style.save)
            contents.append([(self.folder / "out" / f"a.{suffix}").read_bytes() for suffix in ("png", "pdf")])
        self.assertEqual(*contents)

    def test_default_place_is_beside_the_file(self):
        synthetic.generative_bath(self.path)
        self.assertEqual(support.run(plot.main, self.path, "--only", "generative_bath")[0], 0)
        self.assertTrue((self.folder / "a.png").exists())

    def test_bad_input_is_told_in_one_line(self):
        synthetic.phase_diagram(self.path, **SMALL)
        synthetic.sweep(self.folder / "sweep.h5")
        with h5py.File(self.folder / "other.h5", "w") as file:
            file.attrs["experiment"] = "phase_diagrm"
            file["replicas_done"] = 1
        for arguments, message in (([self.folder / "absent.h5"], "no such file"),
                                   ([self.folder / "sweep.h5"], "run gdm-reduce first"),
                                   ([self.folder / "other.h5"], "did you mean phase_diagram.*spherical_condensation"),
                                   ([self.path, "--format", "bmp"], "png, pdf, svg"),
                                   ([self.path, "--only", "clones"], "there are: phase_diagram, "),
                                   ([self.path, "--select", "nu=1"], "not a dimension"),
                                   ([self.path, "--select", "mu=x"], "not a number"),
                                   ([self.path, "--output", "/proc/none"], "/proc/none")):
            with self.subTest(arguments):
                code, out, err = support.run(plot.main, *arguments)
                self.assertEqual((code, out, err.count("\n")), (2, "", 1))
                self.assertRegex(err, message)


class Figures(support.InFolder):
    """gdmsweep.figures: what plot.py saves."""

    def test_are_those_that_plot_saves(self):
        path = self.folder / "generative_bath.reduced.h5"
        synthetic.generative_bath(path)
        before = dict(matplotlib.rcParams)
        found = gdmsweep.figures(path, only="generative_bath")
        self.assertEqual(dict(matplotlib.rcParams), before)
        self.assertEqual(list(found), ["generative_bath"])
        self.assertEqual(support.run(plot.main, path, "--only", "generative_bath")[0], 0)
        style.save(found["generative_bath"], self.folder / "own.png")
        self.assertEqual((self.folder / "own.png").read_bytes(), (self.folder / "generative_bath.png").read_bytes())

    def test_bad_wishes_are_told_in_one_line(self):
        path = self.folder / "a.reduced.h5"
        synthetic.generative_bath(path)
        for wish, message in (({"only": "phases"}, "only=phases: no such figure; there are: generative_bath, "),
                              ({"select": {"nu": 1}}, "nu: not a dimension of the file")):
            with self.assertRaisesRegex(gdmsweep.FileError, message):
                gdmsweep.figures(path, **wish)
        with self.assertRaisesRegex(gdmsweep.FileError, "not a dataset of open_reduced"):
            gdmsweep.figures(xarray.Dataset())


class PhaseFigure(support.InFolder):
    """The phases that are drawn are the measured ones, also where they contradict theory."""

    def figure(self, change):
        path = self.folder / "a.reduced.h5"
        synthetic.phase_diagram(path, d=(1,), error=1e-6, **SMALL)
        edited(path, change)
        style.use()
        return phase_diagram.phases(gdmsweep.open_reduced(path))

    def cells(self, figure):
        mesh = figure.axes[0].collections[0]
        return np.ma.filled(mesh.get_array().astype(float), np.nan).reshape(8, 6)

    def test_draws_measured_phases(self):
        def invert(data):
            data["phase"][:] = 2 - data["phase"].values
            return data
        path = self.folder / "a.reduced.h5"
        cells = self.cells(self.figure(invert))
        np.testing.assert_array_equal(cells, gdmsweep.open_reduced(path).phase.isel(d=0, N=0).transpose("sigma2", "mu"))

    def test_marks_what_the_errors_leave_open(self):
        def blur(data):
            data["response"][2, 1, 0, 0, 0] = 0.019
            data["response_stderr"][2, 1, 0, 0, 0] = 0.01
            data["phase"][2, 1, 0, 0] = 1
            return data
        cells = self.cells(self.figure(blur))
        self.assertEqual(cells[1, 2], 3)
        self.assertEqual((cells == 3).sum(), 1)

    def test_leaves_out_what_is_not_computed(self):
        def hole(data):
            data["phase"][0, :, 0, 0] = np.nan
            return data
        cells = self.cells(self.figure(hole))
        self.assertTrue(np.isnan(cells[:, 0]).all())
        self.assertFalse(np.isnan(cells[:, 1:]).any())


if __name__ == "__main__":
    unittest.main()
