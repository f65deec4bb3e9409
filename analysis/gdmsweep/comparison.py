"""How far what was measured is from its closed form, or from a second file, in standard errors."""
from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray

from gdmsweep import plots, reduced, significance
from gdmsweep.files import FileError

#: Rounding, in units of the value: what a measurement without spread may differ by.
ROUNDING = 1e-9
#: From how many expected events on the spread of a probability is taken for Gaussian.
FEW_EVENTS = 20


@dataclasses.dataclass(frozen=True)
class Scores:
    """z = (measured − expected)/error where that follows Student's law, NaN elsewhere; and masks of the values where it does not:
    `rare` events, `exact` values without spread and the `wrong` ones of them, values `without_error`. `seen` and `due` are the
    rare events, measured and expected, summed over the grid."""
    z: np.ndarray
    rare: np.ndarray
    exact: np.ndarray
    wrong: np.ndarray
    without_error: np.ndarray
    seen: np.ndarray
    due: np.ndarray


def scores(measured: xarray.DataArray, error: xarray.DataArray, expected: xarray.DataArray,
           samples: xarray.DataArray | None = None) -> Scores:
    """The scores of arrays of one shape. `samples`: of a probability, how many each point averages over; values that expect fewer
    than FEW_EVENTS of them are `rare`."""
    value, truth = measured.values, expected.values
    both = np.isfinite(value) & np.isfinite(truth)
    rare = np.zeros(both.shape, bool)
    seen = due = np.zeros(0)
    if samples is not None:
        counts = np.broadcast_to(samples.values.reshape(samples.shape + (1,) * (measured.ndim - samples.ndim)), both.shape)
        rare = both & (counts * np.minimum(truth, 1 - truth) < FEW_EVENTS)
        events = [np.where(rare, counts * np.where(truth > 0.5, 1 - one, one), 0) for one in (value, truth)]
        # Points of the grid are independent, times of one trajectory are not: a sum for each time.
        seen, due = (np.atleast_1d(one.sum(axis=tuple(range(samples.ndim)))) for one in events)
    exact = both & ~rare & (error.values == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = value - truth
        z = np.where(both & ~rare & (error.values > 0), difference / error.values, np.nan)
        wrong = exact & (np.abs(difference) > ROUNDING * np.maximum(1, np.abs(truth)))
    return Scores(z, rare, exact, wrong, both & ~(error.values >= 0), seen, due)


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One variable beside what it should be: arrays of the same dimensions. `error` is that of the difference, `freedom` its degrees
    of freedom."""
    variable: str
    reference: str
    measured: xarray.DataArray
    error: xarray.DataArray
    expected: xarray.DataArray
    freedom: xarray.DataArray
    scores: Scores

    @property
    def count(self) -> int:
        """How many values have a z."""
        return int(np.isfinite(self.scores.z).sum())

    def share_beyond(self, bound: float) -> float:
        """The share of values with |z| above a bound."""
        z = self.scores.z[np.isfinite(self.scores.z)]
        return float((np.abs(z) > bound).mean()) if z.size else float("nan")

    def largest(self) -> tuple[float, str]:
        """The largest |z| and where it is."""
        if not self.count:
            return float("nan"), ""
        index = int(np.nanargmax(np.abs(self.scores.z)))
        return float(abs(self.scores.z.ravel()[index])), place(self.measured, index)


def place(array: xarray.DataArray, index: int) -> str:
    """The coordinates of one element, as text."""
    where = dict(zip(array.dims, np.unravel_index(index, array.shape)))
    named = [(name, array[name].values[i]) for name, i in where.items() if array.sizes[name] > 1 and name != reduced.TABLE]
    named = [(name, array[name].values[where[reduced.TABLE]]) for name in reduced.table_columns(array)] + named
    return ", ".join(f"{name} = {value}" if isinstance(value, str) else f"{name} = {float(value):.4g}" for name, value in named)


def comparisons(data: xarray.Dataset, other: xarray.Dataset | None = None) -> Iterator[Comparison]:
    """Each variable with what it is compared with: its closed form, where it has one, or the same variable of a second file. `data`
    is what comparable() gave."""
    if other is None:
        module = plots.module_of(data.attrs["experiment"])
        for name, theory in with_theory(data):
            # Events are counted over replicas and samples alike.
            probability = name in getattr(module, "PROBABILITIES", ()) and "samples" in data.attrs
            samples = data.replicas_done * data.attrs["samples"] if probability else None
            yield _comparison(name, theory, data[name], data[f"{name}_stderr"], data[theory], _freedom(data, name), samples)
        return
    data, other = _common(data, other)
    for name in map(str, data.data_vars):
        error = f"{name}_stderr"
        if all(one in file for one in (name, error) for file in (data, other)) and data[name].dims == other[name].dims:
            first, second = data[error], other[error]
            ours, theirs = _freedom(data, name), _freedom(other, name)
            freedom = ours.copy(data=significance.welch(first.values, ours.values, second.values, theirs.values))
            both = first.copy(data=np.hypot(first.values, second.values))
            yield _comparison(name, "the second file", data[name], both, other[name], freedom)


def comparable(data: xarray.Dataset) -> tuple[xarray.Dataset, str]:
    """The part of a file for which its closed forms hold, and what was left out, in words."""
    module = plots.module_of(data.attrs["experiment"])
    return module.comparable(data) if module is not None and hasattr(module, "comparable") else (data, "")


def with_theory(data: xarray.Dataset) -> Iterator[tuple[str, str]]:
    """Pairs (measured, theory) of names, in the order of the file."""
    partners = getattr(plots.module_of(data.attrs["experiment"]), "PARTNERS", {})
    for name in data.data_vars:
        theory = partners.get(name, f"{name}_theory")
        if theory in data and f"{name}_stderr" in data and name != "phase":
            yield str(name), theory


def _comparison(name: str, reference: str, measured: xarray.DataArray, error: xarray.DataArray, expected: xarray.DataArray,
                freedom: xarray.DataArray, samples: xarray.DataArray | None = None) -> Comparison:
    expected = expected.broadcast_like(measured).transpose(*measured.dims)
    return Comparison(name, reference, measured, error, expected, freedom, scores(measured, error, expected, samples))


def _freedom(data: xarray.Dataset, name: str) -> xarray.DataArray:
    """Replicas − 1 behind each value, at least 1; of a result along an axis, that of the point with the fewest replicas."""
    done = data.replicas_done.where(data.replicas_done > 0)
    fewest = done.min([dim for dim in done.dims if dim not in data[name].dims])
    return (fewest - 1).clip(min=1).fillna(1).broadcast_like(data[name]).transpose(*data[name].dims)


def _common(data: xarray.Dataset, other: xarray.Dataset) -> tuple[xarray.Dataset, xarray.Dataset]:
    """What both files have of the grid. Raises FileError if that is nothing; warns where both share their random numbers."""
    try:
        ours, theirs = xarray.align(data, other, join="inner")
    except ValueError as error:
        raise FileError(f"the two files cannot be compared point by point ({str(error).splitlines()[0]})") from None
    empty = [str(dim) for dim in data.replicas_done.dims if ours.sizes[dim] == 0]
    if empty:
        raise FileError(f"the two files have no value of {empty[0]} in common")
    if data.attrs["experiment"] == other.attrs["experiment"] and _seeds(data) & _seeds(other):
        warnings.warn("both files have the same seed, so that their replicas share random numbers: these differences are not those of "
                      "independent measurements", stacklevel=4)
    return ours, theirs


def _seeds(data: xarray.Dataset) -> set[str]:
    return set(str(data.attrs.get("seeds", data.attrs.get("seed", ""))).replace(",", " ").split())


def table(found: Iterator[Comparison]) -> dict[str, list[Any]]:
    """Columns of a table with one row a variable: how many values lie beyond 1, 2 and 3 standard errors, and the largest |z| beside
    the median of what right errors would give."""
    columns: dict[str, list[Any]] = {}
    for one in found:
        freedom = float(one.freedom.max()) if one.freedom.size else 1.0
        z, where = one.largest()
        row = {"variable": one.variable, "reference": one.reference, "count": one.count,
               **{f"beyond_{k}": one.share_beyond(k) for k in (1, 2, 3)}, "largest_z": z,
               "expected_largest_z": significance.largest(one.count, freedom) if one.count else float("nan"), "where": where,
               "freedom": freedom, "rare": int(one.scores.rare.sum()), "exact": int(one.scores.exact.sum()),
               "exact_wrong": int(one.scores.wrong.sum()), "without_error": int(one.scores.without_error.sum())}
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return columns
