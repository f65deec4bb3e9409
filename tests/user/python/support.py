"""A folder for models, and the programs run in it. usage of the tests: NAME_test.py FOLDER_OF_THE_PROGRAMS"""
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

import h5py

TOP = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else pathlib.Path()
ENVIRONMENT = {**os.environ, "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
               "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_hwloc_base_binding_policy": "none"}

#: A model that costs nothing; `run` and what stands before it are given.
MODEL = '''"""How does a test go?"""
from gdmsweep.experiment import axis, derived, grid, inner, observable, setting, theory, uncertain
x = grid("1, 2, 3", "a number")
value = observable("what is measured")
{}
'''


class Models(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(textwrap.dedent(text))

    def model(self, text, name="model.py"):
        """A model of MODEL and this text."""
        self.write(name, MODEL.format(textwrap.dedent(text)))

    def command(self, words, ranks=1):
        program, *rest = words
        launch = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        return [*launch, str(PROGRAMS / program), *map(str, rest)]

    def run_program(self, *words, ranks=1, code=0, environment=None, cwd=None):
        """Standard output and error of a program that ends with this exit code."""
        done = subprocess.run(self.command(words, ranks), cwd=cwd or self.folder, text=True, stdin=subprocess.DEVNULL,
                              capture_output=True, env={**ENVIRONMENT, **(environment or {})}, timeout=120)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def sweep(self, *words, **keywords):
        return self.run_program("gdm-sweep", *words, **keywords)

    def refused(self, *words, code=2):
        """The one line that a program says when it refuses."""
        out, err = self.sweep(*words, code=code)
        err = "".join(line for line in err.splitlines(keepends=True) if "still being loaded" not in line)
        self.assertEqual((out, len(err.splitlines())), ("", 1), err)
        self.assertFalse((self.folder / "results").exists())
        return err.strip().removeprefix("gdm-sweep: ")

    def replicas(self, path):
        """Everything of a sweep file whose bytes are promised."""
        with h5py.File(self.folder / path) as file:
            found = {f"{group}/{name}": file[group][name][()].tobytes() for group in ("axes", "points", "replicas")
                     for name in file[group]}
            return {**found, "checksum": file["status/checksum"][()].tobytes()}

    def failures(self, path):
        """(point, message) of every failed replica."""
        with h5py.File(self.folder / path) as file:
            rows = file["status/failures"][()]
        return sorted((int(row["point"]), row["message"].decode()) for row in rows if row["message"])
