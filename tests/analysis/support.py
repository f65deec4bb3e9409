"""What the tests share: a folder that vanishes, and a script run with its output caught."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


def run(main, *arguments):
    """Exit code, standard output and standard error of a script's main function."""
    # Debian's netCDF4 was built against another numpy, which unittest alone shows.
    warnings.filterwarnings("ignore", "numpy.ndarray size changed")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()
