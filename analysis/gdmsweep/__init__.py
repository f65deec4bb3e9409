"""Results of gdm-sweep in Python: what a sweep measured as xarray Datasets, with figures, comparisons and tables.

    import gdmsweep

    reduced = gdmsweep.open_reduced("results/phase_diagram.reduced.h5")    # means, errors, theory on the grid
    sweep = gdmsweep.open_sweep("results/phase_diagram.h5")                # every replica, read when it is computed with
    gdmsweep.figures(reduced)["phase_diagram"].savefig("phases.png")       # what plot.py saves
    gdmsweep.compare(reduced)                                              # z of every value that has a closed form
    gdmsweep.to_dataframe(reduced)                                         # one row a grid point

A reduced file is plain netCDF4, so xarray.open_dataset, h5py, ncview and MATLAB open it as well; this package adds checks with
clear messages, labels that fit on a page, and the accessor `reduced.gdm`. docs/python.md shows every function.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import xarray

from gdmsweep.accessor import Accessor
from gdmsweep.configurations import open_configurations
from gdmsweep.files import FileError, PathLike, open_reduced
from gdmsweep.frames import compare, deviations, to_dataframe
from gdmsweep.sweeps import open_sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Accessor", "FileError", "compare", "deviations", "figures", "open_configurations", "open_reduced", "open_sweep", "to_dataframe"]


def figures(data: xarray.Dataset | PathLike, only: str | None = None,
            select: Mapping[str, Any] | None = None) -> dict[str, Figure]:
    """The figures of a reduced file, name -> matplotlib figure: those that plot.py saves, without those that it skips.

    `only` names one of them; `select` chooses the value of a grid dimension to be drawn, as {"d": 16}; otherwise that is the first one
    where a figure does not show all. Raises FileError for a file that cannot be read, an experiment without figures, and a name or
    dimension that there is not.
    """
    from gdmsweep import drawing  # matplotlib takes its time
    return drawing.figures(data, only, select)
