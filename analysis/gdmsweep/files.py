"""Opens reduced files as xarray Datasets, and says in one line what is wrong with a file."""
import pathlib

import h5py
import xarray

from gdmsweep import integrity

class FileError(Exception):
    """A file that is missing or not of the kind that was asked for; the text is one line for the user."""


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def kind(path):
    """Tells 'sweep' from 'reduced'; raises FileError for everything else."""
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
            return "sweep" if "replicas" in file and "status" in file else "reduced"
    except OSError as error:
        raise FileError(f"{path}: not a readable HDF5 file ({str(error).splitlines()[0]})") from None


def open_reduced(path):
    """The reduced file as an xarray Dataset in memory: every variable NAME over the grid, its error NAME_stderr, its
    closed form NAME_theory where there is one; unit and long_name in the attributes, provenance in `.attrs`.

    Raises FileError if the file is missing, is a sweep file that was not reduced yet, or is not what gdm-reduce wrote.
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
        raise FileError(f"{path}: not readable ({(str(error).splitlines() or ['damaged'])[0]})") from None
    if "replicas_done" not in dataset:
        raise FileError(f"{path}: not a whole reduced file (it has no replicas_done); run gdm-reduce again")
    dataset.attrs["experiment"] = text(dataset.attrs["experiment"])
    return dataset
