"""Opens sweep files, every replica of every point, as xarray Datasets that are read when they are computed with."""
from __future__ import annotations

import pathlib
from collections.abc import Iterable
from typing import Any

import h5py
import numpy as np
import xarray

from gdmsweep.files import FileError, PathLike, first_line, kind, text

#: /status/checksum of a replica: 0 = not done, 1 = failed, anything else = done.
FAILED, FIRST_DONE = 1, 2
CHECKSUM = "status/checksum"

#: Bytes that dask reads at a time.
BLOCK = 16 << 20


class _Rows:
    """One array of a sweep file over (point, replica, …), NaN where a replica is not done; of CHECKSUM, whether it is done. It is
    read when it is indexed, the checksums first, since gdm-sweep writes them after the values."""

    def __init__(self, path: pathlib.Path, data: h5py.Dataset) -> None:
        self.path, self.name, self.shape, self.ndim = path, data.name.lstrip("/"), data.shape, data.ndim
        self.dtype = np.dtype(bool if self.name == CHECKSUM else float)

    def __getitem__(self, key: tuple[Any, ...]) -> np.ndarray:
        with h5py.File(self.path, "r") as file:
            done = np.asarray(file[CHECKSUM][key[:2]] >= FIRST_DONE)
            if self.name == CHECKSUM:
                return done
            values = np.asarray(file[self.name][key])
        return np.where(done.reshape(done.shape + (1,) * (values.ndim - done.ndim)), values, np.nan)

    def array(self, lazy: bool) -> Any:
        """As a dask array in blocks of points, or as numbers in memory."""
        if not lazy:
            return self[(slice(None),) * self.ndim]
        from dask.array.core import from_array
        points = max(1, BLOCK // max(1, 8 * int(np.prod(self.shape[1:]))))
        return from_array(self, chunks=(points, *self.shape[1:]), name=False, fancy=False, asarray=False)


def open_sweep(path: PathLike, variables: Iterable[str] | None = None, lazy: bool | None = None) -> xarray.Dataset:
    """Every replica of a sweep file, finished or not, as an xarray Dataset.

    Dimensions: point, replica, then the inner axes. Coordinates: the parameters of each point. `done` (point, replica) is true
    where a replica finished; elsewhere its observables are NaN. Failed replicas are `failure_point`, `failure_replica` and
    `failure_message` over the dimension failure. Attributes: those of the file, its settings as setting_NAME. Saved states of
    replicas are passed over. Works while a sweep runs. Does not verify checksums: gdm-status --verify does.

    `variables` selects observables (default: all). `lazy`: as arrays of dask, which read what is computed when that is done, so
    that a file larger than the memory opens at once; False: into memory; default: lazily where dask is installed.

        sweep = gdmsweep.open_sweep("results/phase_diagram.h5")
        mean = sweep.t_s.mean("replica").compute()        # NaN is skipped
        error = (sweep.t_s.std("replica", ddof=1) / sweep.done.sum("replica") ** 0.5).compute()

    Raises FileError if the file is missing, damaged or of another kind, KeyError for an unknown observable, ImportError if `lazy` is
    True without dask.
    """
    path = pathlib.Path(path)
    if kind(path) != "sweep":
        raise FileError(f"{path}: not a sweep file; open it with gdmsweep.open_reduced")
    lazy = _lazily(lazy)
    try:
        with h5py.File(path, "r") as file:
            names = list(file["replicas"])
            chosen = names if variables is None else list(variables)
            if set(chosen) <= set(names):
                return _dataset(path, file, chosen, lazy)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError) as error:
        raise FileError(f"{path}: damaged, or no whole sweep file ({first_line(error)}); gdm-status {path} tells more") from None
    unknown = next(name for name in chosen if name not in names)
    raise KeyError(f"{path} has no observable {unknown!r}; it has: {', '.join(names)}")


def _lazily(lazy: bool | None) -> bool:
    if lazy is False:
        return False
    try:
        import dask.array  # noqa: F401
    except ImportError:
        if lazy:
            raise ImportError("sweeps are read lazily by dask (Debian: apt install python3-dask)") from None
        return False
    return True


def _dataset(path: pathlib.Path, file: h5py.File, variables: list[str], lazy: bool) -> xarray.Dataset:
    data: dict[str, Any] = {
        "done": (("point", "replica"), _Rows(path, file[CHECKSUM]).array(lazy), {"long_name": "replica finished"}),
        "seconds": (("point", "replica"), _Rows(path, file["status/seconds"]).array(lazy), {"units": "s", "long_name": "time"}),
        **_failures(file)}
    coordinates: dict[str, Any] = {}
    for name, axis in file["axes"].items():
        if text(axis.attrs["role"]) in ("inner", "fixed"):
            coordinates[name] = (name, _labelled(axis), _attributes(axis))
    for name, values in file["points"].items():
        # A scaled inner axis has its own values at each point; the job's values stay its coordinate.
        if name in coordinates:
            data[f"{name}_scaled"] = (("point", name), values[()], _attributes(values))
        else:
            coordinates[name] = ("point", _labelled(values), _attributes(values))
    for name in variables:
        values = file["replicas"][name]
        axes = [axis for axis in text(values.attrs.get("axes", "")).split(",") if axis]
        data[name] = (("point", "replica", *axes), _Rows(path, values).array(lazy), _attributes(values))
    attributes = {key: text(value) if isinstance(value, (bytes, str)) else value for key, value in file.attrs.items()}
    settings = {f"setting_{name}": _setting(value) for name, value in file.get("settings", {}).items()}
    return xarray.Dataset(data, coordinates, {**attributes, **settings})


def _failures(file: h5py.File) -> dict[str, Any]:
    """The last message of each replica that failed and was not retried with success."""
    found: dict[tuple[int, int], str] = {}
    checksum = file[CHECKSUM]
    for used, point, replica, message in file["status/failures"][()].tolist() if "status/failures" in file else ():
        if used == 1 and point < checksum.shape[0] and replica < checksum.shape[1] and checksum[point, replica] == FAILED:
            found[point, replica] = message.decode(errors="replace")
    return {"failure_point": ("failure", np.array([point for point, _ in found], int)),
            "failure_replica": ("failure", np.array([replica for _, replica in found], int)),
            "failure_message": ("failure", np.array(list(found.values()), object))}


def _labelled(dataset: h5py.Dataset) -> np.ndarray:
    """The values of a parameter; where it takes words, the words in place of their numbers."""
    words = text(dataset.attrs.get("words", ""))
    return np.array(words.split(","))[dataset[()].astype(int)] if words else np.asarray(dataset[()])


def _setting(dataset: h5py.Dataset) -> Any:
    value = dataset[()]
    return text(value) if isinstance(value, (bytes, str)) else value


def _attributes(dataset: h5py.Dataset) -> dict[str, str]:
    """Unit and description under the names that xarray and netCDF use."""
    attributes = {"long_name": text(dataset.attrs.get("long_name", ""))}
    for key in ("units", "unit"):
        if key in dataset.attrs:
            attributes["units"] = text(dataset.attrs[key])
    return attributes
