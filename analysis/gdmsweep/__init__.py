"""Results of gdm-sweep in Python: what a sweep measured, as xarray Datasets.

    import gdmsweep

    reduced = gdmsweep.open_reduced("results/phase_diagram.reduced.h5")    # means, errors, theory on the grid
    sweep = gdmsweep.open_sweep("results/phase_diagram.h5", ["axis_2"])    # every replica

A reduced file is plain netCDF4, so xarray.open_dataset, h5py, ncview and MATLAB open it as well; this package adds checks with
clear messages.
"""
from gdmsweep.files import FileError, open_reduced
from gdmsweep.sweeps import open_configurations, open_sweep

__all__ = ["FileError", "open_configurations", "open_reduced", "open_sweep"]
