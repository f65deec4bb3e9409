"""Spins that a sweep stored, unpacked."""
from __future__ import annotations

import pathlib

import numpy as np
import xarray

from gdmsweep.files import FileError, PathLike
from gdmsweep.sweeps import open_sweep

#: Spins in a number of packed configurations, and their unit.
PACKED, PACKED_UNIT = 48, "48 spins"


def open_configurations(path: PathLike, **point: float | str) -> xarray.DataArray:
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
            names = ", ".join(str(name) for name, one in sweep.coords.items() if one.dims == ("point",))
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
    chosen = chosen.isel(replica=np.flatnonzero(chosen.done.values)).load()
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
