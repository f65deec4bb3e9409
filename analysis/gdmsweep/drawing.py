"""Which figures a reduced file has, and what they are made of: what plot.py saves and `gdmsweep.figures` returns."""
from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray
from matplotlib.figure import Figure

from gdmsweep import plots, reduced, style
from gdmsweep.files import FileError, PathLike, opened
from gdmsweep.plots import along, effort, generic, notes, table, tempering

#: (name, wanted value) of dimensions of which one value is drawn; the value as a number, a word or its text.
Selections = Iterable[tuple[str, Any]]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A figure that a file has: its name, what its file's name has behind the job's, the function that makes it and the data that
    it is given, and the values of grid dimensions that these leave out."""
    name: str
    ending: str
    make: Callable[[xarray.Dataset], Figure]
    data: xarray.Dataset
    others: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)

    def draw(self) -> tuple[Figure, notes.Told]:
        """The figure with its caption, and what it says beside it. Raises plots.Skip where there is nothing to draw."""
        with style.used():
            if not (self.data.replicas_done > 0).any():
                raise plots.Skip("no replica is done yet" + (" of what is selected" if self.others else ""))
            with notes.collect(self.data) as told:
                figure = self.make(self.data)
            if told.asked and not told.drawn:
                raise plots.Skip("no point that it would show is computed yet")
            style.caption(figure, told.caption())
        return figure, told


def figures(data: xarray.Dataset | PathLike, only: str | None = None,
            select: Mapping[str, Any] | None = None) -> dict[str, Figure]:
    """gdmsweep.figures, which says what it is."""
    data = opened(data)
    drawn = {}
    for plan in chosen(plans(data, data.attrs["experiment"], (select or {}).items()), only, "only="):
        try:
            drawn[plan.name] = plan.draw()[0]
        except plots.Skip:
            continue
    return drawn


def chosen(all_plans: list[Plan], only: str | None, option: str) -> list[Plan]:
    """All plans, or the one of this name; `option` is what the user asked for it by."""
    if only is not None and only not in [plan.name for plan in all_plans]:
        raise FileError(f"{option}{only}: no such figure; there are: {', '.join(plan.name for plan in all_plans)}")
    return [plan for plan in all_plans if only in (None, plan.name)]


def plans(data: xarray.Dataset, stem: str, select: Selections = (), x: str | None = None, y: str | None = None,
          colour: str | None = None) -> list[Plan]:
    """The figures that a file has. `stem` is the name of its job; x, y and colour name what the points of a table are drawn by."""
    experiment = data.attrs["experiment"]
    module = plots.module_of(experiment)
    of_table, asked = bool(reduced.table_columns(data)), x or y or colour
    if of_table and (asked or not getattr(module, "DRAWS_TABLES", False)):
        return _of_table(data, select, x, y, colour)
    if asked:
        raise FileError("--x, --y and --colour are for files whose points come from a table")
    # Results along an axis and tempered ladders are drawn for every experiment; those with figures of their own show their limits
    # in these.
    lies_along = any(module is None or data[name].attrs["kind"] != "limit" for name in along.results(data))
    tempered = "swap_acceptance" in data and "flow" in data
    grid, own = (module.GRID, module.FIGURES) if module else (tuple(data.replicas_done.dims), {})
    if module is None and not of_table:
        own = {f"{experiment}{end}": make for end, make in generic.figures_of(data).items()}
    if of_table:
        grid = (reduced.TABLE,)
    if tempered:
        own = {**own, f"{experiment}_tempering": tempering.tempering}
    part, selected, others = choose(data, grid, select)
    end = "".join(f"_{name}={briefly(*one)}" for name, one in selected.items())
    found = [Plan(name, ending + end, make, part, others) for name, make, ending in named(own, experiment, stem)]
    if lies_along:
        found.append(Plan(f"{experiment}_along", f"_along{end}", along.along, choose(data, data.replicas_done.dims, select)[0]))
    if data.attrs.get("target_error") or data.attrs.get("refine"):
        found.append(Plan(f"{experiment}_replicas", "_replicas", effort.replicas, data))
    return found


def _of_table(data: xarray.Dataset, select: Selections, x: str | None, y: str | None, colour: str | None) -> list[Plan]:
    """The figures of a file whose points come from a table, whatever its experiment."""
    places: dict[str, int] = {}
    end = ""
    for name, wanted in select:
        if name not in data.dims or name == reduced.TABLE:
            dims = ", ".join(str(dim) for dim in data.dims if dim != reduced.TABLE)
            raise FileError(f"--select {name}: not a dimension of the file beside its table; it has {dims}")
        places[name] = nearest(data[name].values, name, wanted)
        end += f"_{name}={briefly(data[name].values[places[name]], data[name].values)}"
        if name in data.replicas_done.dims:
            data = data.isel({name: [places.pop(name)]})
    points = table.Points(data, places)
    found = table.chosen_figures(points, x, y, colour)
    if data.attrs.get("target_error") and not (y or colour):
        found["replicas"] = next(iter(table.chosen_figures(points, x, None, "replicas_done").values()))
    asked = "".join(f"_{word}" for word in (y, colour) if word)
    result = []
    for i, (name, make) in enumerate(found.items()):
        ending = f"{asked}{end}" if i == 0 and name != "replicas" else f"_{name}{asked}{end}"
        result.append(Plan(f"{data.attrs['experiment']}_{name}", ending, make, data))
    return result


def choose(data: xarray.Dataset, grid: Iterable[Any], selections: Selections
           ) -> tuple[xarray.Dataset, dict[str, tuple[Any, np.ndarray]], dict[str, np.ndarray]]:
    """Brings the file to the grid that the figures draw: applies --select, takes the first value along other dimensions, and
    uses a coordinate as a dimension where the job gave an axis under another name (t for theta). A tuple in `grid` stands
    for the one of its names that is a dimension. Returns the data, what --select chose (name -> value among all values),
    and the values that are left out (name -> values)."""
    grid = [name if isinstance(name, str) else next((other for other in name if other in data.dims), name[0])
            for name in grid]
    selected: dict[str, tuple[Any, np.ndarray]] = {}
    others: dict[str, np.ndarray] = {}
    for name, text in selections:
        if name not in data.dims:
            raise FileError(f"--select {name}: not a dimension of the file; it has {', '.join(map(str, data.dims))}")
        values, place = data[name].values, nearest(data[name].values, name, text)
        selected[name], others[name] = (values[place], values), np.delete(values, place)
        data = data.isel({name: [place]})
    for name in grid:
        if name in data.dims or name not in data.coords:
            continue
        coordinate = data[name]
        for other in coordinate.dims:
            first = coordinate.isel({other: 0})
            if bool(((coordinate == first) | (coordinate.isnull() & first.isnull())).all()):
                coordinate = coordinate.isel({other: 0}, drop=True)
        if coordinate.ndim == 1:
            data = data.assign_coords({name: coordinate}).swap_dims({coordinate.dims[0]: name})
    missing = [name for name in grid if name not in data.dims]
    if missing:
        raise FileError(f"the figures need the dimension {missing[0]}, but the grid of this file is "
                        f"{', '.join(map(str, data.replicas_done.dims))}")
    for name in data.replicas_done.dims:
        if name not in grid:
            others.setdefault(name, data[name].values[1:])
            data = data.isel({name: 0})
    return data, selected, {name: rest for name, rest in others.items() if len(rest)}


def nearest(values: np.ndarray, name: str, text: Any) -> int:
    """Place of a word, or of the number nearest to the text."""
    if values.dtype.kind in "OUS":
        if text not in list(values):
            raise FileError(f"--select {name}={text}: there are {', '.join(map(str, values))}")
        return list(values).index(text)
    try:
        wanted = float(text)
    except ValueError:
        raise FileError(f"--select {name}={text}: not a number") from None
    if np.isnan(values).all() or np.isnan(wanted):
        if np.isnan(wanted) and np.isnan(values).any():
            return int(np.isnan(values).argmax())
        raise FileError(f"--select {name}={text}: there are {', '.join(f'{value:g}' for value in values)}")
    return int(np.nanargmax(values) if wanted == float("inf") else np.nanargmin(abs(values - wanted)))


def named(functions: Mapping[str, Callable[[xarray.Dataset], Figure]], experiment: str, stem: str
          ) -> list[tuple[str, Callable[[xarray.Dataset], Figure], str]]:
    """(name, function, end of the file's name) of each figure. Files are named after the job, so that two jobs of one
    experiment do not overwrite each other's. A job whose name ends as that of a figure asks what this figure shows, which
    comes first then and has the job's name alone; where a figure would have the name of another job, `_figure` tells them apart."""
    jobs = {path.stem for path in (pathlib.Path(__file__).parents[2] / "jobs").glob("*.ini")}
    ends = {name: name.removeprefix(experiment) for name in functions}
    result = [(name, make, ends[name] + ("_figure" if ends[name] and stem + ends[name] in jobs else ""))
              for name, make in functions.items()]
    job = stem.partition(".")[0]
    answers = [entry for entry in result if ends[entry[0]] and job.endswith(ends[entry[0]])]
    if not answers:
        return result
    name, make, _ = answers[0]
    others = [(other, one, end or f"_{one.__name__}") for other, one, end in result if other != name]
    return [(name, make, ""), *others]


def briefly(value: Any, values: np.ndarray) -> str:
    """A value in a file's name, with as many digits as it takes to tell it from the other ones."""
    if isinstance(value, str):
        return value
    for digits in range(3, 18):
        text = f"{value:.{digits}g}"
        if sum(f"{other:.{digits}g}" == text for other in values) <= 1:
            break
    return text
