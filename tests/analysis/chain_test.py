"""gdm-sweep, gdm-reduce, plot.py and check.py in one chain: the names and shapes that the programs write are those that
the scripts read. usage: chain_test.py FOLDER_OF_THE_PROGRAMS [--half 1|2]"""
import pathlib
import subprocess
import sys
import unittest
import unittest.mock

import numpy as np

import support
import gdmsweep
from gdmsweep import drawing, plots, style
from gdmsweep.commands import check, make_dataset, plot, report
from gdmsweep.plots import notes
from gdmsweep.report import digits

PROGRAMS = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/release/bin").resolve()
#: Which of every two experiments are tried: those of `--half 1` or `--half 2`, or all.
HALF = slice(int(sys.argv.pop(sys.argv.index("--half") + 1)) - 1, None, 2) if "--half" in sys.argv else slice(None)
sys.argv = [argument for argument in sys.argv if argument != "--half"]

#: Small jobs; an experiment that is not here is run with its defaults.
JOBS = {
    "associative_memory": ["--d=6, 8, 10, 12", "--lambda=0.5, 1", "--method=levels, explicit", "--alpha=linspace(-2, 1, 5)",
                           "--samples=6", "--levels=32", "--replicas=4"],
    "bath_particle": ["--K=16, 64", "--H=8", "--rate=1, 4", "--samples=100", "--replicas=3"],
    "boltzmann_machine": ["--data=planted", "--size=4", "--rows=100, 400", "--hidden=0", "--units=spins", "--method=exact, cd",
                          "--rate=0.3", "--update=0, 10, 100", "--mode=1, 2", "--annealing=always", "--annealing_steps=20",
                          "--annealing_runs=16", "--replicas=4"],
    "condensation": ["--state=planted, population", "--d=16, 32, 64", "--alpha=0.1, 0.2", "--samples=32", "--replicas=6"],
    "convolutional_propagation": ["--shared_weights=0, 1", "--channels=1, 4", "--L=64, 128, 192", "--sw2=linspace(1.6, 3.2, 6)",
                                  "--layer=1, 2, 4, 8, 16, 32", "--fit_from=2", "--scale=0.005", "--reference=2", "--replicas=4"],
    "contrastive_divergence": ["--weights=0.3, 3", "--hidden=3", "--k=1, 4, 16", "--replicas=3"],
    "critical_slowing": ["--target=two_deltas, hypersphere, discrete", "--d=3", "--N=3", "--K=16, 64, 256", "--theta=linspace(0.9, 1.1, 7)",
                         "--samples=512", "--replicas=4"],
    "diffused_ising": ["--couplings=sherrington_kirkpatrick, curie_weiss", "--n=8, 32", "--T=0.7, 1.2, 2", "--samples=256",
                       "--theta=geomspace(0.2, 30, 6)", "--thermalisation=128", "--noisy_states=2", "--paths=1", "--replicas=4"],
    "directed_percolation": ["--p=linspace(0.62, 0.67, 7)", "--L=64, 128, 256", "--step=1, 2, 4, 8, 16, 32", "--fit_from=2",
                             "--scale=0.005", "--replicas=6"],
    "cued_retrieval": ["--patterns=spherical, gaussian", "--d=16, 24, 32, 48", "--alpha=0.1, 0.3", "--theta=geomspace(0.2, 4, 7)",
                       "--samples=12", "--levels=32", "--replicas=4"],
    "franz_parisi": ["--d=1, 4", "--t=0.01, 0.1, 0.42", "--q=geomspace(0.02, 6, 30)", "--samples=200", "--replicas=6"],
    "entropy_rate": ["--d=1, 4", "--dt=0.0125, 0.025, 0.05", "--t=linspace(0, 1, 11), 1.5, 2, 3",
                     "--replicas=4", "--samples=400"],
    "fluctuation_theorem": ["--sigma2=0.4, 1, 2.2", "--d=1, 4, 16", "--dt=0.05, 0.1, 0.15, 0.2", "--T=3", "--samples=500",
                            "--replicas=4"],
    "generative_bath": ["--target=two_deltas, hypersphere, discrete", "--theta=linspace(0.5, 1.5, 5)", "--h=0, 0.02",
                        "--K=16, 64", "--mirrors=off", "--samples=512", "--thermalisation=256", "--replicas=4"],
    "hierarchy": ["--v=8", "--m=2", "--L=2, 3, 4", "--rules=shared, independent", "--snr=linspace(1, 5, 6)", "--level=0, 1, 2, 3, 4",
                  "--replicas=6"],
    "hierarchy_population": ["--v=8", "--m=2", "--snr=linspace(1, 5, 6)", "--level=linspace(0, 8, 9)", "--population=200",
                             "--replicas=3"],
    "hopfield": ["--N=12, 400, 800", "--alpha=0.1, 0.25", "--T=0.1, 0.4, 0.8, 1.2", "--samples=128", "--thermalisation=64",
                 "--replicas=4"],
    "hopfield_capacity": ["--N=100, 200, 400, 800", "--alpha=linspace(0.06, 0.3, 9)", "--samples=4", "--replicas=4"],
    "ising": ["--T=linspace(2, 2.6, 5)", "--L=4, 8, 16", "--histogram=on", "--samples=128", "--thermalisation=256", "--replicas=3"],
    "learned_entropy": ["--model=ising, xy", "--T=1, 3", "--updates=2, 4", "--configurations=32", "--test_configurations=8",
                        "--batch=8", "--replicas=2"],
    "mice": ["--T=2, 4", "--samples=32", "--replicas=3"],
    "minde": ["--d=4, 16", "--times=8, 16", "--t_max=1, 3", "--samples=64", "--replicas=3"],
    "order_parameter": ["--target=two_deltas, four_deltas, hypersphere, discrete", "--d=2, 5", "--N=4",
                        "--theta=linspace(0.2, 1.4, 7)", "--h=0, 0.1", "--replicas=3"],
    "phase_diagram": ["--mu=linspace(0.2, 1.4, 4)", "--sigma2=linspace(0.2, 3.8, 5)", "--d=1, 4", "--N=64, 256, inf",
                      "--replicas=4"],
    "polynomial_memory": ["--degree=2, 3", "--N=32, 48, 64", "--load=geomspace(0.15, 1.5, 8)", "--samples=20", "--replicas=6"],
    "potential": ["--N=32, inf", "--t=linspace(0.1, 0.9, 9)", "--x=linspace(-5, 5, 41)", "--replicas=6"],
    "rbm": ["--size=2", "--hidden=4", "--method=cd, exact", "--rate=0.5", "--update=0, 10, 100, 300", "--replicas=4"],
    "rbm_sampling": ["--machine=spins", "--visible=12", "--hidden=6", "--J0=0, 1.5", "--T=0.7, 1.5", "--annealing_steps=10, 100",
                     "--density=0.5, 1", "--k=0, 2, 8", "--runs=32", "--chains=4", "--samples=128", "--thermalisation=64", "--replicas=4"],
    "rem": ["--M=4, 20, 200", "--beta_ratio=geomspace(0.5, 6, 9)", "--samples=40", "--levels=32", "--replicas=4"],
    "sample_quality": ["--sigma2=0.2, 1, 3", "--dt=0.05, 0.1, 0.2, 0.4", "--T=3", "--samples=500", "--replicas=4"],
    "signal_propagation": ["--activation=tanh, erf", "--architecture=mlp, resnet", "--width=16, 32, 64", "--sb2=0.1, 0.5",
                           "--sw2=linspace(1.6, 2.8, 7)", "--layer=geomspace(1, 32, 6)", "--networks=16",
                           "--thermalisation=8", "--replicas=4"],
    "speciation": ["--mu=0.8, 1", "--d=64, 1024", "--replicas=4", "--samples=200"],
    "speed_accuracy": ["--sigma2=1", "--evaluations=8, 16, 32", "--samples=500", "--replicas=2"],
    "spherical_condensation": ["--d=4, 32", "--alpha=0.2, 0.8", "--theta=linspace(0.2, 1.4, 7)", "--samples=40", "--levels=32",
                               "--replicas=4"],
    "spin_entropy": ["--L=4", "--samples=128", "--thermalisation=512", "--replicas=3"],
    "spin_glass": ["--L=4", "--T=geomspace(0.8, 2, 4)", "--samples=128", "--thermalisation=256", "--replicas=4"],
    "symmetry_breaking": ["--target=two_deltas, four_deltas, hypersphere, discrete", "--d=2, 10", "--N=10",
                          "--theta=linspace(0.5, 1.5, 5)", "--samples=50", "--replicas=4"],
    "training_memorisation": ["--activation=erf, linear", "--d=4, 6, 8", "--psi_n=2, 4, 8", "--psi_p=4", "--tau=geomspace(1, 1e6, 31)",
                              "--replicas=4"],
    "trajectories": ["--integrator=euler_maruyama, flow_heun", "--t=linspace(0, 3, 13)", "--replicas=3", "--samples=500"],
    "xy": ["--T=linspace(0.7, 1.1, 4)", "--L=4, 8", "--histogram=on", "--samples=128", "--thermalisation=256", "--replicas=3"],
}

#: What may not be built in, and has nothing exact beside it.
OPTIONAL = {"learned_entropy"}

# Exact themselves, machine by machine.
WITHOUT_CLOSED_FORM = {"contrastive_divergence"}

#: Figures that a job above has no data for; `dataset` below has them.
SKIPPED = {"associative_memory": {"associative_memory_all"},  # of Gaussian patterns; the job has spherical ones
           "condensation": {"condensation_data", "condensation_regimes"},
           # No crossing of one size, no collapse of so few samples.
           "directed_percolation": {"directed_percolation_along"}, "spin_glass": {"spin_glass_along"}}


def skipped(output):
    """The figures that plot.py skipped."""
    return {line.partition(":")[0] for line in output.splitlines() if ": skipped, " in line}


def done_at(data, share):
    """The file when a share of its points is done."""
    there = np.random.default_rng(3).random(data.replicas_done.shape) < share
    there = data.replicas_done.copy(data=there)
    def hidden(name, one):
        if not set(there.dims) <= set(one.dims) or name.endswith(("_theory", "_large_d")):
            return one
        return (one.where(there, 0) if name == "replicas_done" else one.where(there)).transpose(*one.dims)
    return data.assign({name: hidden(name, one).assign_attrs(one.attrs) for name, one in data.data_vars.items()})


def one_replica(data):
    """The file of a job with a single replica: no errors."""
    def without(name, one):
        return one.copy(data=np.full(one.shape, np.nan)) if name.endswith("_stderr") else one
    return data.assign({name: without(name, one) for name, one in data.data_vars.items()}).assign(
        replicas_done=data.replicas_done.clip(max=1))


class Chain(support.InFolder):
    def program(self, *arguments):
        done = subprocess.run([str(PROGRAMS / arguments[0]), *map(str, arguments[1:])], capture_output=True, text=True,
                              cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def reduced(self, experiment, *options):
        """Sweep and reduction of a small job: `options`, or those of the table."""
        sweep = self.folder / f"{experiment}.h5"
        given = options or JOBS.get(experiment, ["--replicas=4"])
        self.program("gdm-sweep", "--experiment", experiment, *given, "--output", sweep, "--quiet")
        self.program("gdm-reduce", sweep)
        return self.folder / f"{experiment}.reduced.h5"

    def test_every_experiment_has_figures(self):
        lines = self.program("gdm-sweep", "--list").splitlines()
        listed = sorted(line.split()[0] for line in lines if line.startswith("  "))  # below headings of families
        self.assertEqual(plots.experiments(), listed)
        self.assertLessEqual(set(JOBS), set(listed))

    def is_built_in(self, experiment):
        """Whether gdm-sweep would run it: a program without networks refuses some."""
        done = subprocess.run([str(PROGRAMS / "gdm-sweep"), "--experiment", experiment, "--dry-run"], capture_output=True,
                              text=True, cwd=self.folder)
        return "built without" not in done.stderr

    def test_figures_and_check_of_every_experiment(self):
        for experiment in plots.experiments()[HALF]:
            if experiment in OPTIONAL and not self.is_built_in(experiment):
                continue
            with self.subTest(experiment):
                path = self.reduced(experiment)
                drawn = {}
                with support.strict(), unittest.mock.patch("gdmsweep.style.save", lambda figure, path: drawn.update({path.stem: figure})):
                    code, out, err = support.run(plot.main, path)
                self.assertEqual((code, err), (0, ""))
                self.assertEqual(skipped(out), SKIPPED.get(experiment, set()))
                for figure in drawn.values():
                    self.check_figure(figure)
                with support.strict():
                    style.save(drawn[experiment], self.folder / "first.png")
                self.check_unfinished(experiment, path)
                code, out, err = support.run(check.main, path)
                self.assertEqual((code, err), (0, ""))
                if experiment not in OPTIONAL | WITHOUT_CLOSED_FORM:
                    self.assertIn("largest |z|", out)

    @unittest.skipIf(HALF.start, "in the other half")
    def test_report_of_a_sweep_that_is_not_reduced(self):
        sweep = self.folder / "rem.h5"
        self.program("gdm-sweep", "--experiment", "rem", *JOBS["rem"], "--output", sweep, "--quiet")
        with unittest.mock.patch.dict("os.environ", PATH=f"{PROGRAMS}:/usr/bin:/bin"):
            code, out, err = support.run(report.main, sweep)
        self.assertEqual((code, out, err), (0, f"{self.folder / 'rem.html'}\n", ""))
        page = (self.folder / "rem.html").read_text()
        data = gdmsweep.open_reduced(self.folder / "rem.reduced.h5")
        for name in ("critical_temperature", "participation_ratio"):
            for value, error in zip(data[name].values.ravel(), data[f"{name}_stderr"].values.ravel()):
                self.assertIn(f"<td>{digits.with_error(value, error)}</td>", page)
        for words in ("0 failed", "Student", "@article{derrida1985", "<svg"):
            self.assertIn(words, page)

    def check_figure(self, figure):
        """No panel of nothing, no legend on the data, no step below 0."""
        for axis in filter(lambda axis: axis.get_visible(), figure.axes):
            self.assertIsNone(axis.get_legend())
            self.assertTrue(axis.has_data() or axis.texts)
            if "mathrm{d}t" in axis.get_xlabel():
                self.assertTrue(all(np.all(np.asarray(line.get_xdata()) >= 0) for line in axis.lines))

    def check_unfinished(self, experiment, path):
        """Nothing, little or one replica of a sweep is done: no warning, and a figure or the reason why there is none."""
        module = plots.module_of(experiment)
        whole = drawing.choose(gdmsweep.open_reduced(path), module.GRID, [])[0]
        for kind, data in {"little": done_at(whole, 0.3), "nothing": done_at(whole, 0.0), "one": one_replica(whole)}.items():
            for name, make in module.FIGURES.items():
                with self.subTest(name, kind=kind), support.strict(), notes.collect(data) as told:
                    try:
                        self.check_figure(make(data))
                    except plots.Skip as reason:
                        self.assertNotIn("\n", str(reason))
                        continue
                    left_out = "".join(told.left_out())
                    self.assertEqual("not computed yet" in left_out, kind == "nothing" or bool((data.replicas_done == 0).any()))
                    self.assertLessEqual(sum("no bar" in text for text in told.caption()), 1)

    def test_a_dataset_of_the_user(self):
        points = np.random.default_rng(1).standard_normal((200, 12)) * np.linspace(0.5, 2, 12)
        np.save(self.folder / "points.npy", points)
        self.assertEqual(support.run(make_dataset.main, self.folder / "points.npy", self.folder / "points.h5")[0], 0)
        path = self.reduced("condensation", f"--dataset={self.folder}/points.h5:/x")
        code, out, err = support.run(plot.main, path)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(skipped(out), {"condensation", "condensation_time", "condensation_finite_size", "condensation_regimes"})
        self.assertTrue((self.folder / "condensation_data.png").exists())
        code, out, err = support.run(check.main, path)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("entropy_identity", out)
        data = gdmsweep.open_reduced(path)
        self.assertTrue(np.isnan(data.mu).all() and np.isnan(data.t_c_theory).all())
        # t_S of all rows: half the logarithm of the largest eigenvalue, in units of the mean variance.
        largest = np.linalg.eigvalsh(np.cov(points.T, bias=True) / points.var(axis=0).mean())[-1]
        self.assertAlmostEqual(float(data.t_s.isel(N=-1).squeeze()), 0.5 * np.log(largest), 6)

    def test_open_sweep_agrees_with_the_reduction(self):
        reduced = gdmsweep.open_reduced(self.reduced("generative_bath"))
        sweep = gdmsweep.open_sweep(self.folder / "generative_bath.h5", ["magnetisation_abs"])
        mean = sweep.magnetisation_abs.mean("replica").values.reshape(reduced.magnetisation_abs.shape)
        self.assertLess(abs(mean - reduced.magnetisation_abs.values).max(), 1e-12)


if __name__ == "__main__":
    unittest.main()
