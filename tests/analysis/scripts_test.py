"""What the scripts say of themselves, and that the version is one in all places that tell it."""
import contextlib
import importlib
import io
import os
import pathlib
import re
import unittest
import unittest.mock

TOP = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ("plot", "check", "make_dataset", "make_points", "plot_datasets")


def said(script, option):
    out = io.StringIO()
    with (contextlib.redirect_stdout(out), contextlib.suppress(SystemExit), unittest.mock.patch("sys.argv", [f"{script}.py"]),
          unittest.mock.patch.dict(os.environ, COLUMNS="80")):
        importlib.import_module(f"gdmsweep.commands.{script}").main([option])
    return out.getvalue()


class Scripts(unittest.TestCase):
    def test_tell_their_version(self):
        version = re.search(r"project\(gdm-sweep VERSION ([\d.]+)", (TOP / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"\nversion: {version}\n", (TOP / "CITATION.cff").read_text())
        self.assertIn(f'\nversion = "{version}"\n', (TOP / "analysis" / "pyproject.toml").read_text())
        for script in SCRIPTS:
            self.assertEqual(said(script, "--version"), f"{script}.py {version}\n")

    def test_help_fits_a_terminal(self):
        for script in SCRIPTS:
            text = said(script, "--help")
            self.assertLess(max(map(len, text.splitlines())), 81, script)
            self.assertIn("--version", text)


if __name__ == "__main__":
    unittest.main()
