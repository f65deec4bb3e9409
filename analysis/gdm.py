"""Reads the HDF5 files of gdm-sweep into xarray.

    import sys; sys.path.insert(0, "analysis")
    import gdm

    reduced = gdm.open_reduced("results/phase_diagram.reduced.h5")   # means, errors, theory on the grid
    t_s = reduced.t_s.sel(d=4, N=float("inf"))                       # (mu, sigma2)

    reduced = gdm.open_reduced("results/phase_diagram_table.reduced.h5")   # points from a table: (table_row, …)
    large = reduced.t_s.where(reduced.mu > 1, drop=True)             # rows by value
    by_mu = reduced.set_xindex("mu").sel(mu=reduced.mu[0])           # or by an index of a column

    sweep = gdm.open_sweep("results/phase_diagram.h5", ["axis_2"])   # every replica
    point = sweep.axis_2.sel(point=(sweep.mu > 1) & (sweep.d == 1))  # (point, replica, t)

    spins = gdm.open_configurations("results/ising.h5", T=2.3, L=16) # stored configurations (replica, configuration, site)

A reduced file is plain netCDF4, so xarray.open_dataset, h5py, ncview and MATLAB open it as well; these helpers add
checks with clear messages and the mask of finished replicas.
"""
import pathlib

import h5py
import numpy as np
import xarray

import integrity

#: /status/checksum of a replica: 0 = not done, 1 = failed, anything else = done.
FIRST_DONE_CHECKSUM = 2


class FileError(Exception):
    """A file that is missing or not of the kind that was asked for; the text is one line for the user."""


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _kind(path):
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
    if _kind(path) == "sweep":
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
    dataset.attrs["experiment"] = _text(dataset.attrs["experiment"])
    return dataset


#: Global attributes that are no settings of the job.
_PROVENANCE = {"format", "format_version", "experiment", "experiment_version", "question", "source", "seed", "seeds",
               "seed_replicas", "replicas", "points", "job", "sweep_file", "sweep_created", "code_version",
               "instruction_set", "created", "reduced_by", "points_complete", "points_partial", "replicas_done",
               "replicas_failed", "replicas_torn", "warnings", "refine", "refine_where", "refine_levels", "target_error",
               "max_replicas", "error_missing", "content_crc32"}


def settings(reduced):
    """The settings of the job, name -> number or word."""
    return {name: value for name, value in reduced.attrs.items() if name not in _PROVENANCE}


#: The dimension of points that came from a table.
TABLE = "table_row"


def table_columns(reduced):
    """The parameters that a table gave, coordinates over its rows; none for a grid."""
    return [name for name, one in reduced.coords.items() if one.dims == (TABLE,) and name != TABLE]


def refined_axis(reduced):
    """The axis whose grid has gaps because a refinement chose its points, or an empty word."""
    axis = reduced.attrs.get("refine", "")
    return axis if axis in reduced.replicas_done.dims else ""


def there(part, name):
    """Which values of a variable with one dimension belong to points that exist: all, but along a refined axis."""
    axis = refined_axis(part)
    if not axis or part[name].dims != (axis,) or part.replicas_done.dims != (axis,):
        return np.ones(part[name].shape, bool)
    return part.replicas_done.values > 0


def error(part, name):
    """The standard errors of a variable; NaN where the file has none."""
    return part[f"{name}_stderr"].values if f"{name}_stderr" in part else np.full(part[name].shape, np.nan)


def why_no_error(part, name):
    """Why a value has no standard error, in the words of the file."""
    if f"{name}_stderr" not in part:
        return "the file holds no standard error"
    if int(part.replicas_done.max()) < 2:
        return "one replica has no spread"
    return str(part[f"{name}_stderr"].attrs.get("error_missing", "the file gives no standard error there"))


def filled(reduced):
    """A refined grid for a map: where a point was not computed, the values of the nearest one that was, along the refined
    axis, so that each computed point has a cell that reaches half way to the next one. Only for cells of a map: whoever
    counts, averages or compares takes the points themselves."""
    axis = refined_axis(reduced)
    if not axis:
        return reduced
    x = reduced[axis].values
    done = np.moveaxis((reduced.replicas_done.transpose(..., axis) > 0).values, -1, 0)
    distance = np.abs(x[:, None] - x[None, :])
    nearest = np.where(done.reshape(len(x), -1)[None], distance[:, :, None], np.inf).argmin(1)
    others = [name for name in reduced.replicas_done.dims if name != axis]
    index = xarray.DataArray(nearest.reshape((len(x),) + done.shape[1:]), dims=[axis, *others])
    drawn = reduced.copy()
    for name, variable in reduced.data_vars.items():
        if set(reduced.replicas_done.dims) <= set(variable.dims):
            drawn[name] = variable.drop_vars(axis).isel({axis: index}).transpose(*variable.dims).assign_coords({axis: x})
            drawn[name].attrs = variable.attrs
    drawn[axis].attrs = reduced[axis].attrs
    return drawn


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

        sweep = gdm.open_sweep("results/phase_diagram.h5", ["t_s"])
        mean = sweep.t_s.mean("replica")                  # NaN is skipped
        error = sweep.t_s.std("replica", ddof=1) / sweep.done.sum("replica") ** 0.5

    Raises FileError if the file is missing or of another kind, KeyError for an unknown observable.
    """
    path = pathlib.Path(path)
    if _kind(path) != "sweep":
        raise FileError(f"{path}: not a sweep file; open it with gdm.open_reduced")
    with h5py.File(path, "r") as file:
        done = file["status/checksum"][()] >= FIRST_DONE_CHECKSUM
        data = {"done": (("point", "replica"), done, {"long_name": "replica finished"}),
                "seconds": (("point", "replica"), _read(file["status/seconds"], done), {"units": "s"})}
        coordinates = {}
        for name, axis in file["axes"].items():
            if _text(axis.attrs["role"]) in ("inner", "fixed"):
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
            axes = [axis for axis in _text(values.attrs.get("axes", "")).split(",") if axis]
            data[name] = (("point", "replica", *axes), _read(values, done), _attributes(values))
        attributes = {key: _text(value) if isinstance(value, (bytes, str)) else value for key, value in file.attrs.items()}
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
    words = _text(dataset.attrs.get("words", ""))
    return np.array(words.split(","))[dataset[()].astype(int)] if words else dataset[()]


def _setting(dataset):
    value = dataset[()]
    return _text(value) if isinstance(value, (bytes, str)) else value


def _attributes(dataset):
    """Unit and description under the names that xarray and netCDF use."""
    attributes = {"long_name": _text(dataset.attrs.get("long_name", ""))}
    for key in ("units", "unit"):
        if key in dataset.attrs:
            attributes["units"] = _text(dataset.attrs[key])
    return attributes
