#!/usr/bin/python3
"""The experiment of docs/adding_an_experiment.md from its job to its figure and its page.
usage: walkthrough_test.py FOLDER_OF_ITS_FILES FOLDER_OF_THE_PROGRAMS"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(sys.argv.pop(2)).resolve()
FILES = pathlib.Path(sys.argv.pop(1)).resolve()
NAME = "denoising"


class Walkthrough(unittest.TestCase):
    def setUp(self):
        """A copy of the top folder that has the experiment, and programs that know it."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        for name in ("README.md", "docs", "jobs", "analysis", "src/experiments"):
            copy = shutil.copy if (TOP / name).is_file() else shutil.copytree
            copy(TOP / name, self.top / name)
        for name in ("jobs", "analysis", "src/experiments"):
            shutil.copytree(FILES / name, self.top / name, dirs_exist_ok=True)
        (self.top / "bin").mkdir()
        for name in ("sweep", "reduce"):
            (self.top / f"bin/gdm-{name}").symlink_to(PROGRAMS / f"walkthrough-{name}")

    def run_in_top(self, *command):
        done = subprocess.run([str(word) for word in command], cwd=self.top, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "PATH": f"{self.top}/bin:{os.environ['PATH']}",
                                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"})
        return done.returncode, done.stdout

    def test_from_the_job_to_the_figure(self):
        code, output = self.run_in_top("bash", "-e", FILES / "commands.sh")
        self.assertEqual(code, 0, output)
        for end in ("h5", "reduced.h5", "png"):
            self.assertTrue((self.top / f"results/{NAME}.{end}").exists(), output)
        for name in ("error_share", "t_tenth"):  # both stand in the table of deviations from theory
            self.assertRegex(output, rf"\n{name} +\d+ +\d")

    def test_its_grid_is_a_job(self):
        code, output = self.run_in_top("gdm-sweep", FILES / f"tests/coverage/grids/{NAME}.ini", "--dry-run")
        self.assertEqual(code, 0, output)

    def test_its_page_and_its_rows_are_written(self):
        renew = [self.top / "docs/generate.py", PROGRAMS / "walkthrough-describe"]
        self.assertEqual(self.run_in_top(*renew, "--check")[0], 1)
        code, output = self.run_in_top(*renew)
        self.assertEqual(code, 0, output)
        self.assertEqual(self.run_in_top(*renew, "--check"), (0, ""))
        self.assertIn(f"](docs/experiments/{NAME}.md) | How often is a noisy state", (self.top / "README.md").read_text())
        self.assertIn(f"[{NAME}](experiments/{NAME}.md)", (self.top / "docs/README.md").read_text())
        page = self.top / f"docs/experiments/{NAME}.md"
        self.assertIn("| `t_tenth_theory` |", page.read_text())
        # What is written by hand stays.
        page.write_text(page.read_text().replace("<!-- by hand -->\n", "<!-- by hand -->\nFound: much.\n").replace("t_tenth", "t_10th"))
        self.assertEqual(self.run_in_top(*renew)[0], 0)
        self.assertIn("Found: much.\n", page.read_text())
        self.assertIn("| `t_tenth_theory` |", page.read_text())


if __name__ == "__main__":
    unittest.main()
