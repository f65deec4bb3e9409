"""What a reduced file tells beside its numbers: settings, points of a table or of a refined grid, errors and why there is none."""
from __future__ import annotations

from typing import Any

import numpy as np
import xarray

#: Global attributes that are no settings of the job.
_PROVENANCE = {"Conventions", "format", "format_version", "experiment", "experiment_version", "question", "source", "seed", "seeds",
               "seed_replicas", "replicas", "points", "job", "sweep_file", "sweep_created", "code_version",
               "instruction_set", "created", "reduced_by", "points_complete", "points_partial", "replicas_done",
               "replicas_failed", "replicas_torn", "warnings", "refine", "refine_where", "refine_levels", "target_error",
               "max_replicas", "error_missing", "content_crc32",
               "shares_random_numbers"}


def settings(reduced: xarray.Dataset) -> dict[str, Any]:
    """The settings of the job, name -> number or word."""
    return {str(name): value for name, value in reduced.attrs.items() if name not in _PROVENANCE}


#: The dimension of points that came from a table.
TABLE = "table_row"


def table_columns(reduced: xarray.Dataset | xarray.DataArray) -> list[str]:
    """The parameters that a table gave, coordinates over its rows; none for a grid."""
    return [str(name) for name, one in reduced.coords.items() if one.dims == (TABLE,) and name != TABLE]


def refined_axis(reduced: xarray.Dataset) -> str:
    """The axis whose grid has gaps because a refinement chose its points, or an empty word."""
    axis = str(reduced.attrs.get("refine", ""))
    return axis if axis in reduced.replicas_done.dims else ""


def there(part: xarray.Dataset, name: str) -> np.ndarray:
    """Which values of a variable with one dimension belong to points that exist: all, but along a refined axis."""
    axis = refined_axis(part)
    if not axis or part[name].dims != (axis,) or part.replicas_done.dims != (axis,):
        return np.ones(part[name].shape, bool)
    return part.replicas_done.values > 0


def error(part: xarray.Dataset, name: str) -> np.ndarray:
    """The standard errors of a variable; NaN where the file has none."""
    return part[f"{name}_stderr"].values if f"{name}_stderr" in part else np.full(part[name].shape, np.nan)


def why_no_error(part: xarray.Dataset, name: str) -> str:
    """Why a value has no standard error, in the words of the file."""
    if f"{name}_stderr" not in part:
        return "the file holds no standard error"
    if int(part.replicas_done.max()) < 2:
        return "one replica has no spread"
    return str(part[f"{name}_stderr"].attrs.get("error_missing", "the file gives no standard error there"))


def filled(reduced: xarray.Dataset) -> xarray.Dataset:
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
