"""Figures of an experiment that has none of its own: every quantity with an error against one parameter as curves, over two as
maps, and over more as small multiples of these. Closed forms are known at the points alone: they are crosses there, and a dashed
line only through so many that it has no corners to see."""
import textwrap

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes
from gdmsweep.plots.table import is_words, wide

#: At most so many panels of quantities.
MOST = 6
#: From how many values on a second axis is one of a map; fewer are series of curves.
MAP = 7
#: From how many points on a line through them looks as smooth as what it stands for.
SMOOTH = 24
#: At most so many whole numbers along an axis are its labels.
FEW = 12


def figures_of(data):
    """End of the name -> function, those that show something of this file."""
    axes = varying(data)
    numbers = [name for name in axes if not is_words(data[name].values)]
    if len(numbers) > 1 and data.sizes[numbers[1]] >= MAP:
        return {"": maps, "_curves": curves}
    return {"": curves}


def varying(data):
    """The grid axes with several values: numbers before words, many values before few."""
    several = [name for name in data.replicas_done.dims if data.sizes[name] > 1]
    return sorted(several, key=lambda name: (is_words(data[name].values), -data.sizes[name]))


def quantities(data, own_axes):
    """What has an error and values, over the grid and at most `own_axes` axes of its own; what is left out is said."""
    grid, names = data.replicas_done.dims, []
    for name in (name for name in data.data_vars if f"{name}_stderr" in data):
        own = [dim for dim in data[name].dims if dim not in grid]
        if not set(grid) <= set(data[name].dims):
            continue  # a result along an axis, which has figures of its own
        if not data[name].notnull().any():
            notes.omit(f"{name}: it has no value yet")
        elif len(own) > own_axes:
            notes.omit(f"{name}: over {', '.join(own)}, axes of its own")
        else:
            names.append(name)
    if not names:
        raise Skip("no quantity with an error has a value")
    if len(names) > MOST:
        notes.omit(f"{', '.join(names[MOST:])}: the first {MOST} quantities are drawn")
    return names[:MOST]


def curves(data):
    """Every quantity against the axis with most values, a series for each value of the next one, closed forms beside them."""
    if not data.replicas_done.dims:  # an experiment without grid axes has one point
        data = data.expand_dims(experiment=[data.attrs["experiment"]])
    names = quantities(data, own_axes=1)
    x_of_grid, *others = varying(data) or list(data.replicas_done.dims)
    part = _first_of(data, others[1:])
    axes = _panels(len(names))
    handles, theories = {}, {}
    for axis, name in zip(axes, names):
        own = [dim for dim in data[name].dims if dim not in data.replicas_done.dims]
        x, second = (own or [x_of_grid])[0], others[0] if others else x_of_grid if own and data.sizes[x_of_grid] > 1 else None
        if own and others:  # the other panels show all of this axis
            axis.set_title(f"at {style.equals(**{x_of_grid: data[x_of_grid].values[0]})}", fontsize=7)
            notes.omit(f"{name}: drawn at the first value of {x_of_grid}; --select {x_of_grid}=VALUE draws it at another")
        for series, label, here in _series(part, name, second):
            here = _flat(here, name, x)
            place = _positions(axis, here[x])
            notes.measured(axis, place, here, name, series)
            if f"{name}_theory" in here:
                theories.update(_theory(axis, place, here, f"{name}_theory", style.COLORS[series]))
            if label:
                handles.setdefault(label, style.key(series, label, line=False))
        _scale(axis, data, x, name)
    style.letter(axes)
    style.legend(axes[0].figure, [*handles.values(), *theories.values()])
    return axes[0].figure


def maps(data):
    """Every quantity over the two axes with most values, small multiples over a third one."""
    x, y, *others = varying(data)
    names = quantities(data, own_axes=0)
    part = _first_of(data, others[1:])
    third = others[0] if others else None
    if third is None:
        axes = _panels(len(names))
        cells = [(axis, name, part) for axis, name in zip(axes, names)]
    else:
        if len(names) > 2:
            notes.omit(f"{', '.join(names[2:])}: of small multiples the first two quantities are drawn")
        names = names[:2]
        places = notes.some(part, third)
        figure, axes = style.panels(len(places), rows=len(names), height=2.4 * len(names))
        cells = [(axes[row, column], name, part.isel({third: place})) for row, name in enumerate(names)
                 for column, place in enumerate(places)]
        axes = np.ravel(axes)
    for axis, name, here in cells:
        _map(axis, here, name, x, y, data[name])
        if third is not None:
            axis.set_title(style.equals(**{third: here[third]}), fontsize=7)
    style.letter(axes)
    if not bool((data.replicas_done > 0).all()):
        style.legend(axes[0].figure, [style.NOT_COMPUTED])
    return axes[0].figure


def _first_of(data, axes):
    for axis in axes:
        data = notes.at(data, **{axis: data[axis].values[0]})
    return data


def _panels(count):
    """That many panels in one row or two."""
    rows = 1 if count < 4 else 2
    columns = -(-count // rows)
    figure, axes = style.panels(columns, rows=rows, height=2.4 * rows, width=style.ONE_COLUMN if count == 1 else style.TWO_COLUMNS)
    axes = np.ravel(axes)
    for axis in axes[count:]:
        axis.set_axis_off()
    return axes[:count]


def _series(part, name, other):
    """(number, label, data) of some values of a second axis; one without it."""
    if other is None:
        return [(0, None, part)]
    places = notes.some(part, other, len(style.COLORS), of=name)
    return [(k, style.equals(**{other: part[other][place]}), part.isel({other: place})) for k, place in enumerate(places)]


def _flat(part, name, x):
    """The part along x alone; other dimensions have one value."""
    drop = {dim: 0 for dim in part[name].dims if dim != x}
    return part.isel(drop) if drop else part


def _theory(axis, place, part, name, color):
    """A closed form at the points; the looks of its entry in the legend, by their name."""
    smooth = not is_words(part[part[name].dims[0]].values) and np.isfinite(part[name].values).sum() >= SMOOTH
    look = {"ls": "--", "lw": 0.9} if smooth else {"ls": "", "marker": "x", "ms": 5, "mew": 0.9}
    notes.curve(axis, place, part, name, color=color, zorder=3, **look)
    return {smooth: Line2D([], [], color="0.3", label="theory", **look)}


def _few_numbers(values):
    """Whether an axis has few whole numbers, which are its labels."""
    return not is_words(values) and 1 < values.size <= FEW and bool(np.all(values == np.round(values)))


def _positions(axis, values):
    """Numbers as they are, words beside each other."""
    if not is_words(values.values):
        return values.values
    axis.set_xticks(range(values.size), [str(word).replace("_", " ") for word in values.values])
    axis.set_xlim(-0.5, values.size - 0.5)
    return np.arange(values.size, dtype=float)


def _scale(axis, data, x, name):
    values = data[x].values
    log = not is_words(values) and data[x].size > 2 and wide(values)
    if log:
        axis.set_xscale("log")
    gaps = np.diff(np.log(values) if log else values) if _few_numbers(values) else np.zeros(1)
    if gaps.min() * FEW > gaps.sum():  # the labels have room
        axis.set_xticks(values, [style.number(value) for value in values])
        axis.xaxis.set_minor_locator(NullLocator())
    if wide(data[name].values):
        axis.set_yscale("log")
    axis.set_xlabel(style.label(data[x]))
    axis.set_ylabel(textwrap.fill(style.label(data[name]), 34, break_long_words=False), fontsize=7.5)


def _map(axis, part, name, x, y, whole):
    """One quantity as colours, the same ones in all panels; hatched where nothing is computed."""
    part = reduced.filled(part) if reduced.refined_axis(part) else part
    values = part[name].transpose(y, x, ...).values.reshape(part.sizes[y], part.sizes[x])
    style.not_computed(axis)
    (at_x, edges_x), (at_y, edges_y) = _cells(axis, part, x, "x"), _cells(axis, part, y, "y")
    finite = whole.values[np.isfinite(whole.values)]
    mesh = axis.pcolormesh(edges_x, edges_y, np.ma.masked_invalid(values),
                           norm=(LogNorm if wide(finite) else Normalize)(finite.min(), finite.max()), rasterized=True, linewidth=0)
    bar = axis.figure.colorbar(mesh, ax=axis, pad=0.02)
    bar.set_label(textwrap.fill(style.label(whole), 30, break_long_words=False), fontsize=7)
    axis.set(xlabel=style.label(part[x]), ylabel=style.label(part[y]))
    if f"{name}_theory" in part and np.isfinite(part[f"{name}_theory"].values).any():
        theory = part[f"{name}_theory"].transpose(y, x, ...).values.reshape(values.shape)
        level = (np.geomspace if wide(finite) else np.linspace)(finite.min(), finite.max(), 5)[1:-1]
        if min(values.shape) < SMOOTH:
            notes.omit(f"{name}_theory: contours through few points would not be its own; the figure of curves shows it")
        elif np.isfinite(theory).all() and np.ptp(theory) > 0:
            axis.contour(at_x, at_y, theory, levels=level, colors="k", linestyles="--", linewidths=0.7)
            notes.remark("dashed: contours of the closed form")


def _cells(axis, part, dim, which):
    """Where the cells of a map are and where they end: around numbers, and of few whole ones side by side, each with its own
    label."""
    values = part[dim].values
    if _few_numbers(values) and not reduced.refined_axis(part):
        getattr(axis, f"set_{which}ticks")(range(values.size), [style.number(value) for value in values])
        return np.arange(values.size), np.arange(values.size + 1) - 0.5
    edges = style.edges(values)
    if values.size > 2 and wide(values) and edges[0] > 0:
        getattr(axis, f"set_{which}scale")("log")
    return values, edges
