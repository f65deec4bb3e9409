"""What figures say: computed points alone are drawn and counted, parameters stand below, what is left out is told, a file's name
tells what was selected, and nothing computed looks like no transition."""
import configparser
import pathlib
import unittest
import unittest.mock

import numpy as np
import xarray

import support
import synthetic
import synthetic_condensation
import gdmsweep
from gdmsweep import drawing, plots, reduced, style
from gdmsweep.commands import plot
from gdmsweep.plots import effort, phase_diagram, spin_glass

SMALL = {"mu": np.linspace(0.05, 1.5, 6), "sigma2": np.linspace(0.1, 4, 8), "t": np.linspace(0, 2, 5)}
JOBS = pathlib.Path(__file__).resolve().parents[2] / "jobs"


def markers(axis):
    """(x, y) of all points with a marker on an axis."""
    lines = [line for line in axis.lines if line.get_marker() in style.MARKERS]
    return np.concatenate([np.array(line.get_data()).T for line in lines]) if lines else np.empty((0, 2))


class InFolder(support.InFolder):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "a.reduced.h5"

    def edit(self, change):
        with xarray.open_dataset(self.path, engine="netcdf4") as dataset:
            dataset = change(dataset.load())
        dataset.to_netcdf(self.path, engine="netcdf4")

    def plot(self, *options):
        """Lines of the output, and the names of the files."""
        names = []
        with unittest.mock.patch("gdmsweep.style.save", lambda figure, path: names.append(path.name)):
            code, out, err = support.run(plot.main, self.path, *options)
        self.assertEqual((code, err), (0, ""))
        return out.splitlines(), names


class Adaptive(InFolder):
    def setUp(self):
        super().setUp()
        self.there = synthetic.refined_phase_diagram(self.path)
        self.data = gdmsweep.open_reduced(self.path)
        self.assertTrue(100 < self.there.sum() < 0.6 * self.there.size)

    def test_deviations_count_the_computed_points(self):
        figure, _ = support.drawn(phase_diagram.speciation_time, self.data)
        for place, axis in enumerate(figure.axes[2:4]):
            part = self.data.isel(d=place, N=0)
            expected = int((part.t_s.notnull() & part.t_s_theory.notnull() & (part.replicas_done > 0)).sum())
            self.assertEqual(len(markers(axis)), expected)
            self.assertIn(f"{expected} points", axis.texts[0].get_text())
        self.assertIn(f"{self.there.sum()} computed points", support.caption(figure))

    def test_quality_averages_the_computed_points_beside_what_they_expect(self):
        figure, _ = support.drawn(phase_diagram.quality, self.data)
        count = self.there.any(2)[..., 0].sum(0)  # a column that a refinement made has few mu, of its own choice
        axis, columns = figure.axes[0], np.flatnonzero(2 * count >= count.max())
        self.assertLess(len(columns), (count > 0).sum())
        expected = [line for line in axis.lines if line.get_linestyle() == ":"]
        self.assertEqual(len(expected), 2)  # one for each d, none for all
        for k, line in enumerate(expected):
            there = self.there[:, columns, k, 0]
            exact = 0.003 * (1 + self.data.mu.values[:, None]) * (1 + self.data.sigma2.values[None, columns])
            mean = np.where(there, exact, 0).sum(0) / there.sum(0)
            np.testing.assert_allclose(line.get_ydata(), mean, rtol=1e-12)
            shown = markers(axis)[k * len(columns):(k + 1) * len(columns), 1]
            np.testing.assert_allclose(shown, 1.25 * mean, rtol=1e-12)

    def test_replicas_of_computed_points(self):
        figure, _ = support.drawn(effort.replicas, self.data)
        drawn = sum(len(axis.collections[0].get_offsets()) for axis in figure.axes[:2])
        self.assertEqual(drawn, self.there.sum())

    def test_a_filled_grid_is_for_cells_alone(self):
        # Each cell has the value of a computed point, and every figure but the maps sees the gaps.
        filled = reduced.filled(self.data)
        self.assertFalse(filled.phase.isnull().any())
        self.assertEqual(int(self.data.phase.notnull().sum()), self.there.sum())
        seen = []
        with unittest.mock.patch.dict(phase_diagram.FIGURES, {"phase_diagram_order": lambda data: seen.append(data)}):
            with unittest.mock.patch("gdmsweep.style.caption"), unittest.mock.patch("gdmsweep.style.save"):
                seen.append(None)
                phase_diagram.FIGURES["phase_diagram_order"].__doc__ = "none"
                support.run(plot.main, self.path, "--only", "phase_diagram_order")
        self.assertEqual(int((seen[1].replicas_done > 0).sum()), self.there.sum())

    def test_curves_are_at_computed_points(self):
        figure, told = support.drawn(phase_diagram.clones, self.data)
        self.assertEqual(told.omitted[0].split()[1:], "other points of (mu, sigma2)".split())
        for label in (text.get_text() for text in figure.legends[0].get_texts()):
            if "\\mu" in label:
                mu, sigma2 = (float(part.split("=")[1]) for part in label.split(","))
                i, j = (int(np.abs(self.data[name].values - value).argmin()) for name, value in (("mu", mu), ("sigma2", sigma2)))
                self.assertTrue(self.there[i, j].all())


class Says(InFolder):
    def test_parameters_stand_below(self):
        synthetic.phase_diagram(self.path, d=(4,), N=(100, np.inf), **SMALL)
        self.edit(lambda data: data.assign_attrs(samples=256.0, integrator="heun", dt=0.06, seed=7, response_pairs=64.0))
        figure, told = support.drawn(phase_diagram.clones, gdmsweep.open_reduced(self.path))
        text = support.caption(figure)
        for part in ("$d$ = 4", r"$N$ = $\infty$", "integrator = heun", "= 0.06", "16 replicas of 256 samples", "seed 7"):
            self.assertIn(part, text)
        self.assertNotIn("response", text)
        self.assertIn("N = 100", told.left_out())

    def test_words_are_read_and_paths_are_kept(self):
        self.assertEqual(style.equal("state", "double_planted"), "state = double planted")
        self.assertEqual(style.equal("dataset", "results/my_digits.h5:/x_1"), "dataset = results/my_digits.h5:/x_1")
        self.assertEqual(style.equal("dataset", "my_digits.h5"), "dataset = my_digits.h5")

    def test_the_number_of_replicas_is_a_range_where_it_differs(self):
        synthetic.phase_diagram(self.path, **SMALL)
        def fewer(data):
            data["replicas_done"][0] = 3
            return data
        self.edit(fewer)
        figure, _ = support.drawn(phase_diagram.order, gdmsweep.open_reduced(self.path))
        self.assertIn("3–16 replicas", support.caption(figure))

    def test_why_an_error_is_missing(self):
        synthetic.phase_diagram(self.path, **SMALL)
        def hidden(data):
            data["clone_agreement_stderr"][:] = np.nan
            data["clone_agreement_stderr"].attrs["error_missing"] = "all samples agree"
            return data
        self.edit(hidden)
        figure, told = support.drawn(phase_diagram.clones, gdmsweep.open_reduced(self.path))
        self.assertEqual(told.remarks.count("no bar: all samples agree"), 1)
        self.assertIn("no bar: all samples agree", support.caption(figure))

    def test_what_is_left_out_is_told_in_lines(self):
        synthetic.phase_diagram(self.path, d=(1, 2, 4, 8, 16, 32), done=0.5, **SMALL)
        lines, _ = self.plot("--only", "phase_diagram_clones")
        rest = [line for line in lines if line.startswith("  left out: ")]
        self.assertIn("  left out: d = 2, 16", rest)  # of six, four evenly spread are drawn
        count = int((gdmsweep.open_reduced(self.path).replicas_done == 0).sum())
        self.assertIn(f"  left out: {count} of 288 points, not computed yet", rest)

    def test_panels_without_data_are_not_drawn(self):
        synthetic.phase_diagram(self.path, d=(1, 4), **SMALL)
        def half(data):
            for name, one in data.data_vars.items():
                if "d" in one.dims and not name.endswith("_theory"):
                    one.loc[{"d": 4.0}] = 0 if name == "replicas_done" else np.nan
            return data
        self.edit(half)
        figure, told = support.drawn(phase_diagram.phases, gdmsweep.open_reduced(self.path))
        self.assertEqual([axis.get_title() for axis in figure.axes], ["$d$ = 1"])
        self.assertIn("d = 4: phase has no value there", told.left_out())

    def test_nothing_computed_looks_different_from_no_transition(self):
        synthetic.phase_diagram(self.path, d=(1,), done=0.6, **SMALL)
        figure, _ = support.drawn(phase_diagram.speciation_time, gdmsweep.open_reduced(self.path))
        self.assertEqual(figure.axes[0].patch.get_hatch(), "//////")
        white = np.ma.getmaskarray(figure.axes[0].collections[0].get_array()).reshape(8, 6)
        done = (gdmsweep.open_reduced(self.path).replicas_done > 0).isel(d=0, N=0).transpose("sigma2", "mu").values
        np.testing.assert_array_equal(~white, done)
        self.assertIn("not computed", [text.get_text() for text in figure.legends[0].get_texts()])

    def test_no_name_of_a_phase_where_nothing_is_computed(self):
        synthetic.phase_diagram(self.path, mu=np.linspace(0.05, 1.5, 20), sigma2=np.linspace(0.1, 4, 20), d=(1,), t=[0, 1])
        def first_columns(data):
            for name, one in data.data_vars.items():
                if "mu" in one.dims and not name.endswith("_theory"):
                    one[{"mu": slice(2, None)}] = 0 if name == "replicas_done" else np.nan
            return data
        self.edit(first_columns)
        data = gdmsweep.open_reduced(self.path)
        figure, _ = support.drawn(phase_diagram.phases, data)
        for text in figure.axes[0].texts:
            self.assertLess(text.get_position()[0], data.mu.values[2])


class Names(InFolder):
    def test_select_changes_the_name(self):
        synthetic.phase_diagram(self.path, N=(100, np.inf), d=(1, 4), **SMALL)
        default = self.plot()[1]
        for options in (("d=4",), ("d=4", "N=inf"), ("mu=0.6",)):
            selected = self.plot(*(word for option in options for word in ("--select", option)))[1]
            self.assertFalse(set(default) & set(selected))
        self.assertEqual(self.plot("--only", "phase_diagram_order", "--select", "d=4", "--select", "N=inf")[1],
                         ["a_order_d=4_N=inf.png"])

    def test_selected_values_are_told_apart(self):
        self.assertEqual(drawing.briefly(0.1, [0.1, 0.2]), "0.1")
        self.assertEqual(drawing.briefly(1.0001, [1.0001, 1.0002]), "1.0001")
        self.assertEqual(drawing.briefly("heun", ["heun", "exact"]), "heun")
        values = np.linspace(0, 1, 997)
        self.assertEqual(len({drawing.briefly(value, values) for value in values}), 997)

    def test_what_was_not_selected_is_told(self):
        synthetic.phase_diagram(self.path, d=(1, 4, 16), **SMALL)
        lines, _ = self.plot("--select", "d=4", "--only", "phase_diagram")
        self.assertIn("  left out: d = 1, 16; --select d=VALUE draws it", lines)

    def test_each_job_s_own_figure_comes_first_under_its_name(self):
        answers = {"fluctuation_theorem_tails": "tails", "fluctuation_theorem_high_d": "dimension",
                   "diffused_ising_exact": "exact",
                   "franz_parisi_high_d": "dimensions", "phase_diagram_finite_N": "finite_n", "dynamical_regimes": "regimes",
                   "generative_bath_transition": "transition", "generative_bath_dynamics": "dynamics",
                   "generative_bath_field": "magnetisation", "generative_bath_targets": "targets",
                   "minde_times": "times", "minde_bounds": "bounds", "xy_transition": "transition",
                   "order_parameter_dimension": "dimension", "order_parameter_states": "states",
                   "associative_memory_fixed_points": "fixed_points", "associative_memory_all": "lost",
                   "directed_percolation_collapse": "collapse",
                   "convolutional_propagation_transition": "transition",
                   "rbm_sampling_phases": "phases", "rbm_sampling_composition": "composition",
                   "boltzmann_machine_inverse": "inverse", "signal_propagation_scaling": "scaling",
                   "signal_propagation_resnet": "resnets"}
        for job in sorted(JOBS.glob("*.ini")):
            parser = configparser.ConfigParser(inline_comment_prefixes="#", strict=False)
            parser.read_string("[job]\n" + job.read_text())
            experiment = parser["job"]["experiment"]
            functions = plots.module_of(experiment).FIGURES
            entries = drawing.named(functions, experiment, job.stem)
            ends = [end for _, _, end in entries]
            self.assertEqual((len(entries), len(set(ends))), (len(functions), len(functions)), job.stem)
            for end in filter(None, ends):
                self.assertFalse(job.stem.endswith(end), job.stem + end)
            self.assertEqual(entries[0][2], "")
            self.assertEqual(entries[0][1].__name__, answers.get(job.stem, next(iter(functions.values())).__name__))

    def test_no_figure_has_the_name_of_another_job_s(self):
        files = set()
        for job in sorted(JOBS.glob("*.ini")):
            parser = configparser.ConfigParser(inline_comment_prefixes="#", strict=False)
            parser.read_string("[job]\n" + job.read_text())
            experiment = parser["job"]["experiment"]
            for _, _, end in drawing.named(plots.module_of(experiment).FIGURES, experiment, job.stem):
                self.assertNotIn(job.stem + end, files)
                files.add(job.stem + end)

    def test_names_of_seeds_and_with_dots(self):
        functions = plots.module_of("fluctuation_theorem").FIGURES
        name, _, end = drawing.named(functions, "fluctuation_theorem", "fluctuation_theorem_tails.seed3")[0]
        self.assertEqual((name, end), ("fluctuation_theorem_tails", ""))


class Choices(InFolder):
    def test_finite_n_draws_finite_n(self):
        synthetic.phase_diagram(self.path, d=(16,), N=(32, 128, 512, np.inf), **SMALL)
        figure, _ = support.drawn(phase_diagram.phases, gdmsweep.open_reduced(self.path))
        self.assertEqual([axis.get_title() for axis in figure.axes], ["$N$ = 32", "$N$ = 128", "$N$ = 512", r"$N$ = $\infty$"])
        _, told = support.drawn(phase_diagram.finite_n, gdmsweep.open_reduced(self.path))
        self.assertIn("N = inf", told.left_out())

    def test_several_dimensions_are_drawn_at_the_exact_score(self):
        synthetic.phase_diagram(self.path, d=(1, 4), N=(32, np.inf), **SMALL)
        figure, told = support.drawn(phase_diagram.phases, gdmsweep.open_reduced(self.path))
        self.assertEqual([axis.get_title() for axis in figure.axes], ["$d$ = 1", "$d$ = 4"])
        self.assertIn("N = 32", told.left_out())

    def test_condensation_takes_a_number_of_points_that_was_computed(self):
        synthetic_condensation.condensation(self.path)
        def last(data):
            for name, one in data.data_vars.items():
                if "alpha" in one.dims and not name.endswith(("_theory", "_large_d")):
                    one[{"alpha": slice(0, 2)}] = 0 if name == "replicas_done" else np.nan
            return data
        self.edit(last)
        module = plots.module_of("condensation")
        figure, told = support.drawn(module.curves, drawing.choose(gdmsweep.open_reduced(self.path), module.GRID, [])[0])
        self.assertIn(r"$\alpha$ = 0.3", support.caption(figure))
        self.assertIn("alpha = 0.1, 0.2", told.left_out())


class Empty(InFolder):
    def test_one_line_and_no_file_before_anything_is_done(self):
        synthetic.phase_diagram(self.path, done=0.0, **SMALL)
        lines, names = self.plot()
        self.assertEqual(names, [])
        self.assertEqual(lines, [f"{name}: skipped, no replica is done yet" for name in phase_diagram.FIGURES])

    def test_what_is_selected_is_not_done(self):
        synthetic.generative_bath(self.path)
        def hole(data):
            for name, one in data.data_vars.items():
                one[{"h": 0}] = 0 if name == "replicas_done" else np.nan
            return data
        self.edit(hole)
        lines, names = self.plot("--select", "h=0")
        self.assertEqual((names, len(lines)), ([], 7))
        self.assertTrue(all(line.endswith("skipped, no replica is done yet of what is selected") for line in lines))

    def test_every_function_takes_a_file_of_nothing_and_one_of_little(self):
        with support.strict():
            for done in (0.0, 0.02, 0.3):
                synthetic.phase_diagram(self.path, done=done, N=(32, 128, np.inf), d=(1, 4), **SMALL)
                data = gdmsweep.open_reduced(self.path)
                for name, make in phase_diagram.FIGURES.items():
                    with self.subTest(name, done=done):
                        try:
                            support.drawn(make, data)
                        except plots.Skip as reason:
                            self.assertNotIn("\n", str(reason))


class OnPaper(support.InFolder):
    """What a saved figure looks like, at the resolution of the file."""

    def setUp(self):
        super().setUp()
        style.use()
        self.figure, axes = style.panels(1)
        self.axis = axes[0, 0]
        self.axis.set(xlabel="updates", ylabel="eigenvalue")

    def drawn(self):
        """Draws the figure as it is saved, and returns what measures it."""
        style.save(self.figure, self.folder / "a.png")
        self.figure.set_dpi(300)
        self.figure.draw_without_rendering()
        return self.figure.canvas.get_renderer()

    def test_a_caption_of_many_lines_does_not_meet_the_label_above(self):
        style.caption(self.figure, [f"parameter {i} = {i}" for i in range(60)])
        renderer = self.drawn()
        caption = self.figure.texts[-1].get_window_extent(renderer)
        self.assertGreater(self.axis.get_tightbbox(renderer).y0 - caption.y1, 0.04 * 300)
        self.assertTrue(0 < caption.y0 and caption.x1 < self.figure.bbox.x1)

    def test_numbers_along_about_a_decade_are_round(self):
        for (low, high), expected in {(900, 12000): ["1000", "2000", "5000", "10000"], (0.13, 1.5): ["0.2", "0.5", "1"],
                                      (2.1, 4.5): ["2.5", "3", "3.5", "4", "4.5"], (1, 1000): None}.items():
            self.axis.set(xscale="log", xlim=(low, high))
            self.drawn()
            there = [tick.get_text() for tick in self.axis.get_xticklabels() if low <= tick.get_position()[0] <= high]
            if expected:
                self.assertEqual([word for word in there if word], expected)
            else:
                self.assertTrue(all("10^" in word for word in there if word), there)


class SpinGlass(unittest.TestCase):
    """Windows of steps with and without exchanges: what is drawn where, and that a file without data is told."""

    @staticmethod
    def data(**change):
        dims, shape = ("couplings", "lattice", "L", "exchange", "update"), (1, 1, 2, 2, 1)
        data = xarray.Dataset(coords={"couplings": ["bimodal"], "lattice": ["cubic"], "L": [4.0, 8.0], "exchange": ["on", "off"],
                                      "update": ["metropolis"], "T": [0.7, 1.5], "window": [4.0, 8.0, 16.0], "q": [-1.0, 0.0, 1.0]})
        size = np.arange(2.0).reshape(1, 1, 2, 1, 1)
        for name, axes in {"window_energy": ("window", "T"), "window_overlap_squared": ("window", "T"),
                           "window_overlap_squared_from_one": ("window", "T"), "window_energy_from_links": ("window", "T"),
                           "overlap_squared": ("T",), "binder": ("T",), "energy": ("T",), "energy_from_links": ("T",),
                           "overlap_distribution": ("T", "q")}.items():
            own = tuple(data.sizes[axis] for axis in axes)
            values = np.ones(shape + own) * (1 + size.reshape(size.shape + (1,) * len(own)))
            values[:, :, :, 1] += 10  # without exchanges
            if name.endswith("links"):
                values[:] = np.nan
            data[name] = (dims + axes, values)
            data[f"{name}_stderr"] = (dims + axes, np.full_like(values, 0.1))
        data["replicas_done"] = (dims, np.full(shape, 8))
        data.attrs["experiment"] = "spin_glass"
        return data.assign(change)

    def test_both_kinds_of_exchange_at_the_coldest_of_the_largest_size(self):
        figure, _ = support.drawn(spin_glass.thermalisation, self.data())
        energy, overlap, starts = figure.axes
        np.testing.assert_array_equal(sorted(map(tuple, markers(energy))), [(8, 2), (8, 12), (16, 2), (16, 12)])
        self.assertEqual(len(markers(overlap)), 8)  # from both starts
        self.assertEqual(len(markers(starts)), 4)

    def test_order_is_drawn_with_exchanges_for_each_size(self):
        figure, told = support.drawn(spin_glass.order, self.data())
        np.testing.assert_array_equal(sorted({y for _, y in markers(figure.axes[0])}), [1, 2])
        self.assertTrue(any("off" in line for line in told.left_out()), told.left_out())

    def test_a_file_without_values_is_passed_over(self):
        empty = self.data()
        empty["window_energy"] = empty.window_energy * np.nan
        with self.assertRaises(plots.Skip):
            support.drawn(spin_glass.thermalisation, empty)


if __name__ == "__main__":
    unittest.main()
