#!/usr/bin/python3
"""Every command of docs/tutorial.md works as typed. usage: tutorial_test.py FOLDER_OF_THE_PROGRAMS"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve()


class Tutorial(unittest.TestCase):
    def test_all_commands_in_one_shell(self):
        blocks = re.findall(r"^```sh\n(.*?)^```$", (TOP / "docs/tutorial.md").read_text(), re.MULTILINE | re.DOTALL)
        self.assertGreater(len(blocks), 8)
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            for name in ("jobs", "analysis"):
                (top / name).symlink_to(TOP / name)
            (top / "build/release").mkdir(parents=True)
            (top / "build/release/bin").symlink_to(PROGRAMS)
            (top / "typed.sh").write_text("".join(blocks))  # not by stdin, which mpirun would read
            done = subprocess.run(["bash", "-e", "typed.sh"], cwd=top, text=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env={**os.environ, "OMPI_MCA_rmaps_base_oversubscribe": "1",
                                       "OMPI_MCA_btl_vader_single_copy_mechanism": "none"})
            self.assertEqual(done.returncode, 0, done.stdout)
            for name in ("speciation.png", "my_job.png", "promised.reduced.h5", "condensation_digits_data.png", "mine_sweep_data.png"):
                self.assertTrue((top / "results" / name).exists(), f"{name} is missing\n{done.stdout}")
            if "GDM_SHOW" in os.environ:
                print(done.stdout)


if __name__ == "__main__":
    unittest.main()
