"""Opens a reduced file with every reader that users have and compares what they see. Exit code 77: readers are missing."""
import sys

try:
    import h5py
    import netCDF4
    import numpy as np
    import xarray
except ImportError as missing:
    print(missing)
    sys.exit(77)

path = sys.argv[1]
with h5py.File(path) as file:
    names = list(file)
    for name, dataset in file.items():
        if dataset.attrs.get("CLASS") == b"DIMENSION_SCALE":
            assert dataset.attrs["NAME"].decode() == name, name
            continue
        assert "DIMENSION_LIST" in dataset.attrs or dataset.ndim == 0, name
        assert all(len(dimension) == 1 for dimension in dataset.dims), f"{name} lacks a scale"
        assert dataset.attrs["long_name"], name
        if dataset.dtype.kind == "f":
            assert np.isnan(dataset.attrs["_FillValue"]) and np.isnan(dataset.fillvalue), name

with netCDF4.Dataset(path) as file:
    assert set(names) == set(file.variables), set(names) ^ set(file.variables)
    assert file.format == "gdm-reduced"
    shapes = {name: tuple(zip(variable.dimensions, variable.shape)) for name, variable in file.variables.items()}

for engine in (None, "netcdf4", "h5netcdf"):
    with xarray.open_dataset(path, engine=engine) as dataset:
        dataset.load()
        assert dataset.attrs["format"] == "gdm-reduced"
        assert set(names) == set(dataset.variables), engine
        for name, variable in dataset.variables.items():
            assert tuple(zip(variable.dims, variable.shape)) == shapes[name], (engine, name)
            assert variable.dtype.kind in "fiOU", (engine, name, variable.dtype)  # no time differences
        for name in dataset.data_vars:
            if f"{name}_stderr" in dataset:
                assert dataset[name].attrs["ancillary_variables"].split()[0] == f"{name}_stderr"
