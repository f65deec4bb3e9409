"""The programs that side_by_side.py measures: how each is called, and what its output holds."""

import pathlib
import re
import shutil
import subprocess
import tempfile

import h5py

try:
    import joblib
except ImportError:
    joblib = None  # then Folders is not present

import runner

PYTHON = "/usr/bin/python3"
RIVALS = str(pathlib.Path(__file__).resolve().with_name("rivals.py"))
ENVIRONMENT = dict(runner.ENVIRONMENT, OMPI_MCA_hwloc_base_binding_policy="none")


class Sweep:
    """gdm-sweep over a toy of known duration."""
    name, package, language = "gdm-sweep, 2 ranks", None, "C++"

    def __init__(self, build, tasks):
        self.build, self.tasks = build, tasks

    def present(self):
        return True

    def job(self, tasks, microseconds):
        return ["--experiment", "toy_spin", "--p", f"arange(0, {tasks})", "--replicas", "1",
                "--microseconds", str(microseconds)]

    def command(self, folder, microseconds):
        return ["mpirun", "-q", "-n", "2", self.build / "tests/toy-sweep", *self.job(self.tasks, microseconds), "-q",
                "-o", folder / "out.h5"]

    def seconds(self, _folder, text):
        """Of the computing alone, from what the command printed or left."""
        # The time is printed in two digits, the rate in full.
        tasks, rate = map(float, re.search(r"complete: (\d+) replicas .*\(([\d.]+)/s while computing\)", text).groups())
        return tasks / rate

    def kept(self, folder):
        """Results in the output, and whether all of its files are whole."""
        return in_hdf5(folder / "out.h5", lambda file: int((file["status/checksum"][:] > 1).sum()))


class Model(Sweep):
    """gdm-sweep over a model in Python, with the same task as the rivals."""
    name, package, language = "gdm-sweep, Python model, 2 ranks", "pybind11-dev", "Python"
    TEXT = '''"""What does a task return?"""
from gdmsweep.experiment import axis, grid, observable, setting
import rivals
p = grid("0")
microseconds = setting("1000")
part = axis(range(8))
x = observable(axes="part")


def run(point):
    return {"x": rivals.task(point.p, 1e-6 * point.microseconds)}
'''

    def present(self):
        with tempfile.TemporaryDirectory() as folder:
            command = self.command(pathlib.Path(folder), 0)
            return subprocess.run([*command, "--dry-run"], env=ENVIRONMENT, cwd=folder, capture_output=True,
                                  check=False).returncode == 0

    def command(self, folder, microseconds):
        (folder / "model.py").write_text(self.TEXT)
        return ["mpirun", "-q", "-n", "2", "-x", f"PYTHONPATH={pathlib.Path(RIVALS).parent}", self.build / "bin/gdm-sweep",
                "model.py", "--p", f"arange(0, {self.tasks})", "--replicas", "1", "--microseconds", str(microseconds), "-q",
                "-o", folder / "out.h5"]


class Processes(Sweep):
    """gdm-sweep over an external command: a process a task."""
    name, package, language = "gdm-sweep, a process a task, 2 ranks", None, "C"

    def command(self, folder, microseconds):
        return ["mpirun", "-q", "-n", "2", self.build / "bin/gdm-sweep", "--command",
                f"{self.build / 'tests/spin-task'} {microseconds} - {{p}}", "--observables", "x(8)", "--p",
                f"arange(0, {self.tasks})", "--replicas", "1", "-q", "-o", folder / "out.h5"]


class Python(Sweep):
    """A pool of two workers that gathers and writes at the end."""
    language = "Python"

    def __init__(self, how, together, tasks):
        self.how, self.together, self.tasks = how, together, tasks
        self.module, name = {"mpi4py": ("mpi4py", "mpi4py.futures, 2 workers"), "joblib": ("joblib", "joblib, 2 workers"),
                             "dask": ("distributed", "Dask distributed, 2 workers"),
                             "memory": ("joblib", "joblib.Memory, a folder a task")}[how]
        self.package, self.name = f"python3-{self.module}", name + at_once(together)

    def present(self):
        return subprocess.run([PYTHON, "-c", f"import {self.module}"], capture_output=True, check=False).returncode == 0

    def command(self, folder, microseconds):
        start = ["mpirun", "-q", "-n", "3", PYTHON, "-m", "mpi4py.futures"] if self.how == "mpi4py" else [PYTHON]
        return [*start, RIVALS, self.how, folder / "out.h5", str(self.tasks), str(microseconds), str(self.together)]

    def seconds(self, _folder, text):
        return float(re.search(r"tasks in ([\d.]+) s", text).group(1))

    def kept(self, folder):
        return in_hdf5(folder / "out.h5", lambda file: len(file["x"]))


class Folders(Python):
    """joblib.Memory, which keeps each result as soon as it is there and finds it in the next run."""

    def __init__(self, tasks):
        super().__init__("memory", 1, tasks)

    def command(self, folder, microseconds):
        words = super().command(folder, microseconds)
        return [folder / "out" if word == folder / "out.h5" else word for word in words]

    def kept(self, folder):
        results = list((folder / "out").rglob("output.pkl"))
        whole = 0
        for result in results:
            try:
                whole += len(joblib.load(result)) == 8
            except (EOFError, ValueError, KeyError, OSError):
                continue
        return whole, whole == len(results)


class Parallel(Sweep):
    """GNU parallel: a process and a file for each task, or for a batch of them; --joblog --resume continue."""
    package, language = "parallel", "C"

    def __init__(self, build, together, tasks):
        super().__init__(build, tasks)
        self.together, self.name = together, "GNU parallel -j2" + at_once(together)

    def present(self):
        return shutil.which("parallel") is not None

    def command(self, folder, microseconds):
        (folder / "out").mkdir(exist_ok=True)
        (folder / "tasks").write_text("".join(f"{task}\n" for task in range(self.tasks)))
        return ["parallel", "--will-cite", "-j2", "-N", str(self.together), "--joblog", folder / "out/joblog",
                "--resume", "-a", folder / "tasks",
                self.build / "tests/spin-task", str(microseconds), folder / "out/{#}", "{}"]

    def seconds(self, folder, _text):
        jobs = [line.split("\t")[2:4] for line in (folder / "out/joblog").read_text().splitlines()[1:]]
        return max(float(start) + float(took) for start, took in jobs) - min(float(start) for start, _ in jobs)

    def kept(self, folder):
        texts = [path.read_text() for path in (folder / "out").iterdir() if path.name != "joblog"]
        lines = [sum(len(line.split()) == 8 for line in text.splitlines()) for text in texts]
        return sum(lines), all(text.endswith("\n") for text in texts)


def in_hdf5(path, count):
    if not path.exists():
        return 0, True
    try:
        with h5py.File(path) as file:
            return count(file), True
    except OSError:
        return 0, False


def at_once(together):
    return "" if together == 1 else f", {together} at once"


def all_of(build, tasks):
    """Every program of the table, in its order."""
    return [Sweep(build, tasks), Model(build, tasks), Processes(build, tasks),
            *(Python(how, together, tasks) for how in ("mpi4py", "dask", "joblib") for together in (1, 50)),
            Folders(tasks), Parallel(build, 1, tasks), Parallel(build, 50, tasks)]
