"""Results as pandas DataFrames."""
from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray

from gdmsweep import comparison, significance
from gdmsweep.files import PathLike, opened

if TYPE_CHECKING:
    import pandas

#: The columns of compare() behind the parameters.
RESULTS = ["value", "error", "expected", "z", "freedom", "p_value", "note"]


def _pandas() -> Any:
    """pandas, or one line that says that it is missing."""
    try:
        import pandas
    except ImportError:
        raise ImportError("data frames need pandas (Debian: apt install python3-pandas)") from None
    return pandas


def _tidy(data: xarray.Dataset, dims: list[Hashable]) -> pandas.DataFrame:
    """One row for each place along these dimensions, slowest first, or a single one; coordinates are columns."""
    order = list(dict.fromkeys(dims))
    if not order:
        return _pandas().DataFrame([{name: one.values.item() for name, one in data.variables.items()}])
    return data.to_dataframe(dim_order=order).reset_index()


def to_dataframe(data: xarray.Dataset | PathLike, *variables: str) -> pandas.DataFrame:
    """A tidy table: one row a grid point, its parameters and then its variables as columns, errors as NAME_stderr.

    Without names, all variables with one number a point. With names, these with their errors and closed forms, and one row for each
    place along their own axes too, as t. Of a sweep of open_sweep, one row a replica that is done. Points without replicas are left
    out. Units are in `frame.attrs["units"]`. Raises FileError for what is no such data, KeyError for an unknown name, ImportError
    without pandas.

        to_dataframe(data)                        # mu, sigma2, d, N, replicas_done, t_s, t_s_stderr, t_s_theory, …
        to_dataframe(data, "clone_agreement")     # mu, sigma2, d, N, t, clone_agreement, clone_agreement_stderr, …
    """
    _pandas()
    if isinstance(data, xarray.Dataset) and "done" in data and {"point", "replica"} <= set(data.dims):
        done, grid = data.done, ("point", "replica")
    else:
        data = opened(data)
        done, grid = data.replicas_done > 0, data.replicas_done.dims
    for name in variables:
        if name not in data:
            raise KeyError(f"no variable {name!r}; there are: {', '.join(map(str, data.data_vars))}")
    related = [f"{name}{end}" for name in variables for end in ("", "_stderr", "_theory") if f"{name}{end}" in data]
    names = related or [str(name) for name, one in data.data_vars.items() if set(one.dims) <= set(grid)]
    part = data[names].assign(_there=done)
    frame = _tidy(part, [dim for dim in (*grid, *part.dims) if dim in part.dims])
    frame = frame[frame.pop("_there")].reset_index(drop=True)
    frame = frame[[*(name for name in frame.columns if name not in names), *names]]
    frame.attrs["units"] = {name: part[name].attrs.get("units", "1") for name in frame.columns if name in part.variables}
    return frame


def compare(data: xarray.Dataset | PathLike, other: xarray.Dataset | PathLike | None = None) -> pandas.DataFrame:
    """Every measured value beside its closed form, or beside that of a second file at the same parameters, one row each.

    Columns: `variable`, the parameters, `value`, `error` (of the difference, if there are two files), `expected`, `z` = (value −
    expected)/error, its degrees of `freedom`, and `p_value` = P(|T| > |z|) under Student's law with as many: replicas − 1 for closed
    forms, Welch's for two files. `note` says where z has no such law, and is NaN: `rare` events (few samples of a probability
    differ), `exact` values that have no spread, `no error`. Closed forms that do not hold for a part of the points are not compared
    there. A parameter with the name of one of these columns has an underscore behind it. Values at one point along t share their trajectories, so their z are not independent.

    Raises FileError for what is no reduced file and for files without common points, ImportError without pandas. Warns of files
    of one seed, whose differences are smaller than those of independent files.
    """
    pandas = _pandas()
    frames = []
    for one in _found(data, other):
        note = np.select([one.scores.rare, one.scores.exact, one.scores.without_error], ["rare", "exact", "no error"], "")
        z, freedom = one.scores.z, one.freedom.values
        columns = {"value": one.measured.values, "error": one.error.values, "expected": one.expected.values, "z": z,
                   "freedom": freedom, "p_value": significance.two_sided(np.abs(z), freedom), "note": note}
        of_results = xarray.Dataset({f"_{name}": (one.measured.dims, values) for name, values in columns.items()}, one.measured.coords)
        frame = _tidy(of_results, list(one.measured.dims)).rename(columns={name: f"{name}_" for name in RESULTS})
        frame = frame.rename(columns={f"_{name}": name for name in columns})
        frame.insert(0, "variable", one.variable)
        frames.append(frame[np.isfinite(frame.value) & np.isfinite(frame.expected)])
    if not frames:
        return pandas.DataFrame(columns=["variable", *RESULTS])
    joined = pandas.concat(frames, ignore_index=True)
    return joined[[name for name in joined.columns if name not in RESULTS] + RESULTS]


def deviations(data: xarray.Dataset | PathLike, other: xarray.Dataset | PathLike | None = None) -> pandas.DataFrame:
    """compare() in short, as check.py prints it: one row a variable. `count` values have a z; `beyond_1`, `beyond_2`, `beyond_3`:
    the shares of them with |z| above 1, 2, 3; `largest_z`, at `where`, beside the median that right errors would give; the numbers
    of values without a z, by the notes of compare(), and of `exact` ones that are wrong."""
    return _pandas().DataFrame(comparison.table(iter(_found(data, other))))


def _found(data: xarray.Dataset | PathLike, other: xarray.Dataset | PathLike | None) -> list[comparison.Comparison]:
    data = opened(data)
    if other is not None:
        return list(comparison.comparisons(data, opened(other)))
    return list(comparison.comparisons(comparison.comparable(data)[0]))
