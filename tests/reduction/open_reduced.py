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
        assert dataset.attrs["format"] == "gdm-reduced" and dataset.attrs["Conventions"] == "CF-1.10"
        assert set(names) == set(dataset.variables), engine
        for name, variable in dataset.variables.items():
            assert tuple(zip(variable.dims, variable.shape)) == shapes[name], (engine, name)
            assert variable.dtype.kind in "fiOU", (engine, name, variable.dtype)  # no time differences
        for name in dataset.data_vars:
            if f"{name}_stderr" in dataset:
                beside = dataset[name].attrs["ancillary_variables"].split()
                assert beside[0] == f"{name}_stderr" and set(beside) <= set(names), beside
                assert ("replicas_done" in beside) == (set(dataset.replicas_done.dims) <= set(dataset[name].dims)), name

# What gdm-reduce wrote is told from what was changed or damaged afterwards: bytes of the file, and parts of it one by one.
import pathlib
import random
import shutil

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "analysis"))
from gdmsweep import integrity

with h5py.File(path) as file:
    assert "content_crc32" in file.attrs and not integrity.is_damaged(file)
copy = path + ".changed"


def change(name, attribute=None):
    shutil.copy(path, copy)
    with h5py.File(copy, "a") as file:
        if attribute is not None:
            owner = file[name] if name else file
            value = owner.attrs[attribute]
            owner.attrs[attribute] = value + "x" if isinstance(value, str) else value + 1
        elif file[name].dtype.kind in "fi":
            values = np.array(file[name][()])
            values[(0,) * values.ndim] = 3.25 if file[name].dtype.kind == "f" else 7
            file[name][()] = values
        assert integrity.is_damaged(file), (name, attribute)


with h5py.File(path) as file:
    texts = [(name, key) for name in names for key in file[name].attrs if isinstance(file[name].attrs[key], str)]
    texts += [("", key) for key in file.attrs if key not in integrity.FOREIGN and not key.startswith("_")]
    numbers = [name for name in names if file[name].dtype.kind in "fi"]
for name, attribute in texts:
    change(name, attribute)
for name in numbers:
    change(name)

original = pathlib.Path(path).read_bytes()
with h5py.File(path) as file:
    extents = [(file[name].id.get_offset(), file[name].id.get_storage_size()) for name in numbers]
random.seed(1)
for _ in range(60):
    offset, size = random.choice(extents)
    damaged = bytearray(original)
    damaged[offset + random.randrange(size)] ^= 1 << random.randrange(8)
    pathlib.Path(copy).write_bytes(damaged)
    with h5py.File(copy) as file:
        assert integrity.is_damaged(file)
