#!/usr/bin/python3
"""An installed tree, moved to another place: its programs, scripts and jobs run there, and the examples are built and run with
it alone, through to their figures. usage: tree_test.py BUILD_FOLDER python|none"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import xarray

TOP = pathlib.Path(__file__).resolve().parents[2]
HAS_PYTHON = sys.argv.pop(2) == "python"
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
#: A second of work.
SMALL = ("--K", "1,4", "--N", "64,128,256", "--replicas", "16", "--T_relax", "20", "--T", "20")


def run(*command, folder=None, code=0):
    """What a command prints, which ends with the code."""
    done = subprocess.run([str(word) for word in command], cwd=folder, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != code:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}, not {code}\n{done.stdout}")
    return done.stdout


def results_of(path):
    """The bytes of all results of a sweep file."""
    with h5py.File(path) as file:
        return {name: values[()].tobytes() for name, values in file["replicas"].items()}


class Tree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "here")
        cls.prefix = (cls.folder / "here").rename(cls.folder / "there")
        cls.share = cls.prefix / "share/gdm-sweep"

    def make_folder(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def reduce(self, program, folder, name):
        """Reduces results/NAME.h5 and draws it; the reduced data."""
        run(program, f"results/{name}.h5", folder=folder)
        drawn = run(sys.executable, self.share / "analysis/plot.py", f"results/{name}.reduced.h5", folder=folder)
        self.assertTrue(list((folder / "results").glob(f"{name}*.png")), drawn)
        with xarray.open_dataset(folder / f"results/{name}.reduced.h5") as file:
            return file.load()

    def test_nothing_names_the_folders_of_its_making(self):
        names = [str(folder).encode() for folder in (BUILD, TOP, self.folder / "here")]
        files = [path for path in self.prefix.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 200)
        for path in files:
            content = path.read_bytes()
            for name in names:
                self.assertNotIn(name, content, path)

    def test_its_own_job_runs(self):
        folder = self.make_folder("own")
        run("mpirun", "-n", "2", self.prefix / "bin/gdm-sweep", self.share / "jobs/order_parameter.ini", folder=folder)
        self.reduce(self.prefix / "bin/gdm-reduce", folder, "order_parameter")
        run(sys.executable, self.share / "analysis/check.py", "results/order_parameter.reduced.h5", "--max-z", "5", folder=folder)

    @unittest.skipUnless(HAS_PYTHON, "built without experiments in Python")
    def test_examples_in_python(self):
        jobs = sorted((self.share / "examples").glob("*.ini"))
        self.assertTrue(jobs)
        for job in jobs:
            with self.subTest(job=job.name):
                folder = self.make_folder(job.stem)
                run("mpirun", "-n", "2", self.prefix / "bin/gdm-sweep", job, folder=folder)
                self.reduce(self.prefix / "bin/gdm-reduce", folder, job.stem)

    def test_example_in_cpp(self):
        folder = self.folder / "kuramoto"
        shutil.copytree(self.share / "examples/kuramoto", folder)
        run("cmake", "-G", "Ninja", "-B", "build", f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror", folder=folder)
        run("cmake", "--build", "build", folder=folder)
        program = folder / "build/kuramoto"
        self.assertIn("oscillators of different frequencies", run(program, "--describe", "kuramoto"))
        self.assertIn("K dt > 1", run(program, "--K", "90", "--dt", "1", folder=folder, code=2))
        self.assertFalse((folder / "results").exists())

        # The same bytes from one rank and from two; alone, without its job, it runs what it is for.
        run("mpirun", "-n", "2", program, "kuramoto.ini", *SMALL, folder=folder)
        said = run(program, *SMALL, "--output", "results/alone.h5", "--seed", "1", folder=folder)
        self.assertIn(f"next: {program}-reduce results/alone.h5", said)
        self.assertNotIn("gdm-", said)
        self.assertEqual(results_of(folder / "results/kuramoto.h5"), results_of(folder / "results/alone.h5"))
        self.assertIn("complete already", run(program, "kuramoto.ini", *SMALL, folder=folder))

        data = self.reduce(folder / "build/kuramoto-reduce", folder, "kuramoto")
        self.assertRegex(data.attrs["code_version"], r"^\d+\.\d+\.\d+.*, kuramoto 1\.0$")
        below, above = data.sel(K=1), data.sel(K=4)
        self.assertEqual(float(above.r_theory[-1]), 0.5 ** 0.5)
        for measured, error, theory in ((below.r2[-1], below.r2_stderr[-1], 1 / (256 * 0.5)), (above.r2_limit, above.r2_limit_stderr, 0.5)):
            self.assertLess(abs(measured - theory), 4 * error)
            self.assertLess(error, 0.2 * theory + 0.001)
        self.assertTrue((data.fluctuations > 0).all())
        # Without its program the observables are there all the same.
        run(self.prefix / "bin/gdm-reduce", "results/alone.h5", folder=folder)
        with xarray.open_dataset(folder / "results/alone.reduced.h5") as file:
            self.assertTrue((file.r == data.r).all())
            self.assertNotIn("fluctuations", file)

    def test_the_page_builds_as_typed(self):
        page = (self.share / "docs/your_own_program.md").read_text()
        folder = self.make_folder("coin")
        for name, text in re.findall(r"^`([\w.]+)`\n\n```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
            (folder / name).write_text(text)
        commands = re.search(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1]
        typed = run("env", f"CMAKE_PREFIX_PATH={self.prefix}", f"PATH={self.prefix}/bin:{os.environ['PATH']}",
                    "bash", "-e", "-c", commands, folder=folder)
        self.assertIn("11 of 11 points complete", typed)

    def test_another_interface_is_refused(self):
        folder = self.make_folder("refused")
        for version, code in (("1.0", 0), ("2", 1), ("0.9", 1)):
            (folder / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(refused CXX)\n"
                                                   f"find_package(gdm_sweep {version} REQUIRED)\n")
            said = run("cmake", "-G", "Ninja", "-B", version, f"-DCMAKE_PREFIX_PATH={self.prefix}", folder=folder, code=code)
            self.assertTrue(code == 0 or "version: 1.0" in said, said)


if __name__ == "__main__":
    unittest.main()
