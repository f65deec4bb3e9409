#!/usr/bin/python3
"""Every block of docs/tutorial.md, tables.md, your_own_model.md and python_tutorial.md works as typed. usage: tutorial_test.py FOLDER_OF_THE_PROGRAMS"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve()


class Pages(unittest.TestCase):
    def run_page(self, page, results):
        """Types all blocks of a page, shell and Python, in one folder; these files are then there. A block below a name in a line
        of its own is a file."""
        blocks = re.findall(r"(?:^`([\w.]+)`\n\n)?^```(sh|python|ini)\n(.*?)^```$", (TOP / "docs" / page).read_text(),
                            re.MULTILINE | re.DOTALL)
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            for name in ("jobs", "analysis"):
                (top / name).symlink_to(TOP / name)
            (top / "build/release").mkdir(parents=True)
            (top / "build/release/bin").symlink_to(PROGRAMS)
            typed = [f"cat > {name} <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n" if name else text if kind == "sh" else
                     f"{sys.executable} - <<'END_OF_BLOCK'\n{text}END_OF_BLOCK\n" for name, kind, text in blocks
                     if name or kind != "ini"]
            (top / "typed.sh").write_text("".join(typed))  # not by stdin, which mpirun would read
            done = subprocess.run(["bash", "-e", "typed.sh"], cwd=top, text=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env={**os.environ, "OMPI_MCA_rmaps_base_oversubscribe": "1",
                                       "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
                                       "PATH": f"{PROGRAMS}:{TOP / 'analysis'}:{os.environ['PATH']}"})
            self.assertEqual(done.returncode, 0, done.stdout)
            for name in results:
                self.assertTrue((top / "results" / name).exists(), f"{name} is missing\n{done.stdout}")
            if "GDM_SHOW" in os.environ:
                print(done.stdout)
        return len(blocks)

    def test_tutorial(self):
        blocks = self.run_page("tutorial.md", ("speciation.png", "my_job.png", "promised.reduced.h5",
                                               "condensation_digits_data.png", "mine_sweep_data.png"))
        self.assertGreater(blocks, 8)

    @unittest.skipUnless(subprocess.run([PROGRAMS / "gdm-sweep", "--describe", "missing.py"], capture_output=True, text=True)
                         .stderr.count("no file"), "built without Python")
    def test_your_own_model(self):
        blocks = self.run_page("your_own_model.md", ("largest_cluster.h5", "largest_cluster.png", "largest_cluster.html"))
        self.assertGreater(blocks, 5)

    def test_points_from_a_table(self):
        self.run_page("tables.md", ("points.csv", "few.csv", "few.png", "few_against.png", "few_t_s_d.png", "few_response_t=0.5.png"))

    def test_results_in_python(self):
        self.run_page("python_tutorial.md", ("look.png", "clones.csv", "own_speciation.png", "own.png"))


if __name__ == "__main__":
    unittest.main()
