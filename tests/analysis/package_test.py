"""The package as it is installed: a copy of analysis/ anywhere, what it says without its libraries, and that its page shows all of it."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import support
import synthetic
import gdmsweep

TOP = pathlib.Path(__file__).resolve().parents[2]


class Package(support.InFolder):
    def run_python(self, *words, path=""):
        done = subprocess.run([sys.executable, *map(str, words)], cwd=self.folder, text=True, capture_output=True,
                              env={**os.environ, "PYTHONPATH": str(path)})
        return done.returncode, done.stdout, done.stderr

    def test_a_copy_of_the_folder_works_anywhere(self):
        installed = self.folder / "share/gdm-sweep/analysis"
        shutil.copytree(TOP / "analysis", installed, ignore=shutil.ignore_patterns("gallery", "__pycache__"))
        synthetic.phase_diagram(self.folder / "a.reduced.h5", mu=[0.5, 1], sigma2=[1.0], d=[1], t=[0, 1])
        code, out, err = self.run_python(installed / "check.py", "a.reduced.h5")
        self.assertEqual((code, out.count("phase_diagram, 2 of 2 points")), (0, 1), err)
        code, out, err = self.run_python("-c", "import gdmsweep; print(gdmsweep.__file__, *gdmsweep.figures('a.reduced.h5'))", path=installed)
        self.assertEqual(code, 0, err)
        self.assertIn(str(installed), out)
        self.assertIn(" phase_diagram", out)

    def test_a_missing_library_is_told_in_one_line(self):
        for name in ("xarray", "h5py", "scipy"):
            code, out, err = self.run_python("-c", f"import sys; sys.modules['{name}'] = None; import command; command.run('check')",
                                             path=TOP / "analysis")
            self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
            self.assertIn(f"check.py: {name} is missing for {sys.executable} (Debian: apt install python3-{name}", err)

    def test_matplotlib_and_dask_are_loaded_when_they_are_needed(self):
        code, out, _ = self.run_python("-c", "import sys, gdmsweep; print({'matplotlib', 'pandas', 'dask'} & {*sys.modules})", path=TOP / "analysis")
        self.assertEqual(code, 0)
        self.assertNotIn("matplotlib", out)

    def test_the_page_shows_every_function(self):
        page = (TOP / "docs/python.md").read_text()
        for name in gdmsweep.__all__:
            self.assertTrue(name == "Accessor" or f"gdmsweep.{name}" in page, name)
            self.assertTrue(getattr(gdmsweep, name).__doc__, name)
        for name in [name for name in vars(gdmsweep.Accessor) if not name.startswith("_")]:
            self.assertIn(f"`.{name}", page)
            self.assertTrue(getattr(gdmsweep.Accessor, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
