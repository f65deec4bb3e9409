"""Opens reduced files as xarray Datasets, and says in one line what is wrong with a file."""
from __future__ import annotations

import os
import pathlib
from typing import Any

import h5py
import xarray

from gdmsweep import integrity, labels

#: The newest formats that are read, by the attribute `format` of the file.
FORMATS = {"gdm-sweep": 1, "gdm-reduced": 1}

PathLike = str | os.PathLike[str]


class FileError(Exception):
    """A file that is missing or not of the kind that was asked for; the text is one line for the user."""


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def first_line(error: Exception) -> str:
    """What an exception of a library says, in one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def kind(path: pathlib.Path) -> str:
    """Tells 'sweep' from 'reduced'; raises FileError for everything else, and for formats newer than those known here."""
    if not path.exists():
        raise FileError(f"{path}: no such file")
    if path.is_dir():
        raise FileError(f"{path}: is a directory; give a file such as {path}/phase_diagram.reduced.h5")
    if not path.is_file():
        raise FileError(f"{path}: no regular file (a pipe or a device?)")
    try:
        with h5py.File(path, "r") as file:
            if "experiment" not in file.attrs:
                raise FileError(f"{path}: an HDF5 file, but not one of gdm-sweep (it names no experiment)")
            newest = FORMATS.get(text(file.attrs.get("format", "")), 1)
            version = int(file.attrs.get("format_version", 1))
            if version > newest:
                raise FileError(f"{path}: has format {version}, written by a newer gdm-sweep; this package reads format {newest}")
            return "sweep" if "replicas" in file and "status" in file else "reduced"
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise FileError(f"{path}: not a readable HDF5 file ({first_line(error)})") from None


def open_reduced(path: PathLike) -> xarray.Dataset:
    """The reduced file as an xarray Dataset in memory: every variable NAME over the grid, its error NAME_stderr, its closed form
    NAME_theory where there is one. Attributes of a variable: `units`, `long_name` that fits on an axis, `symbol` in mathtext
    where it has one, `description`; without a unit it is a plain number. Settings and provenance are in `.attrs`.

    Raises FileError if the file is missing, is a sweep file that was not reduced yet, has a newer format, or is not what
    gdm-reduce wrote.
    """
    path = pathlib.Path(path)
    if kind(path) == "sweep":
        raise FileError(f"{path}: a sweep file, not a reduced one; run gdm-reduce first: gdm-reduce {path}")
    with h5py.File(path, "r") as file:
        if integrity.is_damaged(file):
            raise FileError(f"{path}: not what gdm-reduce wrote (content_crc32); reduce the sweep again")
    # The unit "s" must stay a number, so times are not decoded.
    try:
        with xarray.open_dataset(path, engine="netcdf4", decode_times=False) as dataset:
            dataset.load()
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"{path}: not readable ({first_line(error)})") from None
    if "replicas_done" not in dataset:
        raise FileError(f"{path}: not a whole reduced file (it has no replicas_done); run gdm-reduce again")
    dataset.attrs["experiment"] = text(dataset.attrs["experiment"])
    labels.relabel(dataset)
    return dataset


def opened(data: xarray.Dataset | PathLike) -> xarray.Dataset:
    """A reduced dataset, read if a path is given. Raises FileError if it is not one."""
    if not isinstance(data, xarray.Dataset):
        return open_reduced(data)
    if "replicas_done" not in data or "experiment" not in data.attrs:
        raise FileError("not a dataset of open_reduced: it has no replicas_done or names no experiment")
    return data
