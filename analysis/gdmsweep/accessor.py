"""`data.gdm`: what a reduced dataset is asked for most, on any part of it."""
from __future__ import annotations

from typing import Any

import numpy as np
import xarray
from scipy import special

from gdmsweep import comparison, labels, reduced


@xarray.register_dataset_accessor("gdm")
class Accessor:
    """Methods of a dataset that open_reduced gave, or of a part of it: `data.isel(d=0).gdm.error("t_s")`."""

    def __init__(self, data: xarray.Dataset) -> None:
        self._data = data

    @property
    def grid(self) -> tuple[str, ...]:
        """The dimensions of the grid; along all others the values of a point share its replicas."""
        return tuple(str(dim) for dim in self._data.replicas_done.dims)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the job, name -> number or word."""
        return reduced.settings(self._data)

    def squeeze(self) -> xarray.Dataset:
        """The dataset without its axes of one value, which stay as coordinates, so that plots name them in their titles."""
        return self._data.squeeze()

    def error(self, name: str) -> xarray.DataArray:
        """The standard errors of a variable, of its shape; NaN where the file has none. Raises KeyError for an unknown name."""
        return self._like(name, reduced.error(self._data, name) if name in self._data else None, f"{name}_stderr")

    def theory(self, name: str) -> xarray.DataArray:
        """The closed form of a variable, of its shape; NaN where it has no value. Raises KeyError for an unknown name, and for a
        variable without a closed form."""
        self._need(name)
        partner = dict(comparison.with_theory(self._data)).get(name, f"{name}_theory")
        if partner not in self._data:
            has = ", ".join(one for one, _ in comparison.with_theory(self._data)) or "none"
            raise KeyError(f"{name!r} has no closed form; there are those of: {has}")
        return self._data[partner].broadcast_like(self._data[name]).transpose(*self._data[name].dims)

    def z(self, name: str) -> xarray.DataArray:
        """(value − closed form)/error, of the variable's shape; NaN where one of them is missing, or the error is 0. It follows
        Student's law with replicas − 1 degrees of freedom; compare() also tells where it does not. Raises KeyError as theory() does."""
        one = comparison.scores(self._data[self._need(name)], self.error(name), self.theory(name))
        return self._like(name, one.z, f"{name}_z")

    def mean(self, name: str, over: str) -> xarray.Dataset:
        """The weighted mean of a variable over a grid axis, for values that should agree along it: with weights w = 1/σ²,

            NAME = Σ w x / Σ w,   NAME_stderr = 1/√(Σ w),   NAME_chi2 = Σ w (x − mean)²/NAME_dof,   NAME_dof = n − 1,

        and NAME_p_value, the probability of a larger χ² if they do agree. Values without an error, or with 0, are left out; where
        none is left all are NaN. The weights are as good as the errors: with few replicas they fluctuate, and the
        mean of ten values then scatters more than NAME_stderr tells: 1.04 times with 32 replicas each, 1.14 with 16, 1.35 with 8.

        Raises KeyError for an unknown name, ValueError for what is no grid axis of it, and for an axis along which points share their
        random numbers: their errors are not independent.
        """
        self._need(name)
        if over not in self.grid or over not in self._data[name].dims:
            axes = ", ".join(dim for dim in self.grid if dim in self._data[name].dims)
            raise ValueError(f"{name!r} cannot be averaged over {over!r} with independent errors; its grid axes are: {axes}")
        if over in str(self._data.attrs.get("shares_random_numbers", "")).split():
            raise ValueError(f"points along {over!r} share their random numbers, so that their errors are not independent; "
                             f"data.{name}.mean({over!r}) averages without them")
        value, error = self._data[name], self.error(name)
        known = np.isfinite(value) & (error > 0)
        weight = (1 / error**2).where(known, 0.0)
        total, dof = weight.sum(over), known.sum(over) - 1
        mean = (weight * value.where(known, 0.0)).sum(over) / total.where(total > 0)
        chi2 = (weight * (value.where(known, 0.0) - mean) ** 2).where(known, 0.0).sum(over).where(dof > 0)
        result = {"": mean, "_stderr": 1 / np.sqrt(total.where(total > 0)), "_chi2": chi2 / dof.where(dof > 0), "_dof": dof.clip(min=0),
                  "_p_value": chi2.copy(data=special.chdtrc(np.maximum(dof, 1), chi2))}
        found = xarray.Dataset({f"{name}{end}": one for end, one in result.items()}, attrs=self._data.attrs)
        for end in ("", "_stderr"):
            found[f"{name}{end}"].attrs = dict(self._data[f"{name}{end}"].attrs)
        return found

    def label(self, name: str) -> str:
        """What an axis of a plot is called: letter or short name, and the unit in brackets."""
        variable = self._data[self._need(name)]
        unit = variable.attrs.get("units", "1")
        text = str(variable.attrs.get("symbol", labels.symbol(name)))
        return text if unit in ("", "1") else f"{text} [{unit}]"

    def _need(self, name: str) -> str:
        if name not in self._data.variables:
            raise KeyError(f"no variable {name!r}; there are: {', '.join(map(str, self._data.data_vars))}")
        return name

    def _like(self, name: str, values: Any, new: str) -> xarray.DataArray:
        array = self._data[self._need(name)].copy(data=values).rename(new)
        array.attrs = dict(self._data[new].attrs) if new in self._data else {"long_name": f"{name} {new.removeprefix(name)[1:]}"}
        return array
