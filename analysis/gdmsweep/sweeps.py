"""Opens sweep files, every replica of every point, as xarray Datasets."""
import pathlib

import h5py
import numpy as np
import xarray

from gdmsweep.files import FileError, kind, text

#: /status/checksum of a replica: 0 = not done, 1 = failed, anything else = done.
FIRST_DONE_CHECKSUM = 2


def _read(dataset, mask=None):
    values = dataset[()]
    if mask is not None:
        values[~mask] = np.nan
    return values


def open_sweep(path, variables=None):
    """Every replica of a sweep file, finished or not, as an xarray Dataset in memory.

    `variables` selects observables (default: all; the file may be large). Dimensions: point, replica, then the inner
    axes. Coordinates: the parameters of each point. `done` (point, replica) is true where a replica finished;
    elsewhere its observables are NaN. Works while a sweep runs. Does not verify checksums: gdm-status does.

        sweep = gdmsweep.open_sweep("results/phase_diagram.h5", ["t_s"])
        mean = sweep.t_s.mean("replica")                  # NaN is skipped
        error = sweep.t_s.std("replica", ddof=1) / sweep.done.sum("replica") ** 0.5

    Raises FileError if the file is missing or of another kind, KeyError for an unknown observable.
    """
    path = pathlib.Path(path)
    if kind(path) != "sweep":
        raise FileError(f"{path}: not a sweep file; open it with gdmsweep.open_reduced")
    with h5py.File(path, "r") as file:
        done = file["status/checksum"][()] >= FIRST_DONE_CHECKSUM
        data = {"done": (("point", "replica"), done, {"long_name": "replica finished"}),
                "seconds": (("point", "replica"), _read(file["status/seconds"], done), {"units": "s"})}
        coordinates = {}
        for name, axis in file["axes"].items():
            if text(axis.attrs["role"]) in ("inner", "fixed"):
                coordinates[name] = (name, _labelled(axis), _attributes(axis))
        for name, values in file["points"].items():
            # A scaled inner axis has its own values at each point; the job's values stay its coordinate.
            if name in coordinates:
                data[f"{name}_scaled"] = (("point", name), values[()], _attributes(values))
            else:
                coordinates[name] = ("point", _labelled(values), _attributes(values))
        for name in variables if variables is not None else file["replicas"]:
            if name not in file["replicas"]:
                raise KeyError(f"{path} has no observable {name!r}; it has: {', '.join(file['replicas'])}")
            values = file["replicas"][name]
            axes = [axis for axis in text(values.attrs.get("axes", "")).split(",") if axis]
            data[name] = (("point", "replica", *axes), _read(values, done), _attributes(values))
        attributes = {key: text(value) if isinstance(value, (bytes, str)) else value for key, value in file.attrs.items()}
        settings = {name: _setting(value) for name, value in file.get("settings", {}).items()}
    return xarray.Dataset(data, coordinates, {**attributes, **{f"setting_{k}": v for k, v in settings.items()}})


#: Spins in a number of packed configurations, and their unit.
PACKED, PACKED_UNIT = 48, "48 spins"


def open_configurations(path, **point):
    """The configurations of spins that a sweep stored (`store = 1000`) at one point, as an xarray DataArray over (replica,
    configuration, site): spins ±1 as int8 (Ising), or angles in radians (XY). Replicas that are not done are left out.

    `point` names it where the file has several: T=2.3, L=16, lattice="square"; numbers agree to 6 digits. Raises FileError
    if the file is missing, stores none, or no or several points fit, and says which there are.
    """
    path = pathlib.Path(path)
    try:
        sweep = open_sweep(path, ["configurations", "stored_sites"])
    except KeyError:
        raise FileError(f"{path}: stores no configurations of spins") from None
    if sweep.attrs.get("setting_store", 0) < 1:
        raise FileError(f"{path}: stores no configurations; a job with 'store = 1000' does")
    fit = np.ones(sweep.sizes["point"], bool)
    for name, value in point.items():
        if name not in sweep.coords or sweep[name].dims != ("point",):
            names = ", ".join(name for name, one in sweep.coords.items() if one.dims == ("point",))
            raise FileError(f"{path}: its points have no {name}; they have {names}")
        there = sweep[name].values
        fits = there == value if there.dtype.kind in "OUS" else np.isclose(there, float(value), rtol=1e-6, atol=0)
        if not (fit & fits).any():
            known = ", ".join(str(one) for one in dict.fromkeys(there[fit].tolist()))
            raise FileError(f"{path}: no point has {name} = {value}; there are {known}")
        fit &= fits
    if fit.sum() != 1:
        some = sweep.isel(point=int(fit.argmax()))
        which = ", ".join(f"{name} = {some[name].item()}" for name, one in sweep.coords.items()
                          if one.dims == ("point",) and len(set(one.values.tolist())) > 1)
        raise FileError(f"{path}: {int(fit.sum())} points fit; choose one, as {which}")
    chosen = sweep.isel(point=int(fit.argmax()))
    chosen = chosen.isel(replica=np.flatnonzero(chosen.done.values))
    if chosen.sizes["replica"] == 0:
        raise FileError(f"{path}: no replica of this point is done yet")
    sites, numbers = int(chosen.stored_sites.values[0]), chosen.configurations.values
    if chosen.configurations.attrs["units"] == PACKED_UNIT:
        words = numbers[..., :-(-sites // PACKED)].astype(np.uint64)
        bits = words[..., None] >> np.arange(PACKED, dtype=np.uint64) & np.uint64(1)
        values = 2 * bits.reshape(*words.shape[:-1], -1)[..., :sites].astype(np.int8) - 1
    else:
        values = numbers[..., :sites]
    attributes = dict(zip(("long_name", "units"), ("spins", "1") if values.dtype == np.int8 else ("angles", "rad")))
    place = {name: one.item() for name, one in chosen.coords.items() if one.ndim == 0}
    return xarray.DataArray(values, place, ("replica", "configuration", "site"), attrs=attributes)


def _labelled(dataset):
    """The values of a parameter; where it takes words, the words in place of their numbers."""
    words = text(dataset.attrs.get("words", ""))
    return np.array(words.split(","))[dataset[()].astype(int)] if words else dataset[()]


def _setting(dataset):
    value = dataset[()]
    return text(value) if isinstance(value, (bytes, str)) else value


def _attributes(dataset):
    """Unit and description under the names that xarray and netCDF use."""
    attributes = {"long_name": text(dataset.attrs.get("long_name", ""))}
    for key in ("units", "unit"):
        if key in dataset.attrs:
            attributes["units"] = text(dataset.attrs[key])
    return attributes
