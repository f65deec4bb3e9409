"""What the tests share: a folder that vanishes, and a script run with its output caught."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
import warnings

import matplotlib.mathtext

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "analysis"))

from gdmsweep import style  # noqa: E402
from gdmsweep.plots import notes  # noqa: E402


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


@contextlib.contextmanager
def strict():
    """Warnings are errors inside; what Debian's libraries warn of when they start is out of the way before."""
    matplotlib.mathtext.MathTextParser("agg").parse("$x$")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "numpy.ndarray size changed")
        yield


def drawn(make, data):
    """The figure that a function makes of the data, with its caption, and what it says."""
    style.use()
    with notes.collect(data) as told:
        figure = make(data)
    style.caption(figure, told.caption())
    return figure, told


def caption(figure):
    """The small print of a figure, in one line."""
    return figure.texts[-1].get_text().replace("\n", " ")


def run(main, *arguments):
    """Exit code, standard output and standard error of a script's main function."""
    # Debian's netCDF4 was built against another numpy, which unittest alone shows.
    warnings.filterwarnings("ignore", "numpy.ndarray size changed")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()
