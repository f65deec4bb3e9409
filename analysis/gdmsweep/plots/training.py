"""What the figures of trained Boltzmann machines share: the kinds of training in a file, and curves over their updates."""
import numpy as np

from gdmsweep import reduced, style
from gdmsweep.plots import notes


def kinds(data, of, grid):
    """(label, part) of each combination of the training's parameters, from a grid or a table; at most six."""
    names = [name for name in grid if name in data.coords and np.unique(data[name].values).size > 1]
    dims = [name for name in (*grid, reduced.TABLE) if name in data.dims]
    rows = data.stack(run=dims, create_index=False) if dims else data.expand_dims("run")
    there = np.flatnonzero(rows[of].notnull().any([dim for dim in rows[of].dims if dim != "run"]).values)
    if len(there) > len(style.COLORS):
        notes.omit(f"{len(there) - len(style.COLORS)} of {len(there)} kinds of training")
    labels = [", ".join(_word(name, rows[name].values[place]) for name in names) for place in there]
    return [(label, rows.isel(run=place)) for label, place in zip(labels, there[:len(style.COLORS)])]


def _word(name, value):
    return str(value).replace("_", " ") if name in ("method", "connections", "clamped") else style.equal(name, value)


def over_updates(axis, runs, name):
    """One variable over the updates of each kind of training, with the spread of single runs as a band."""
    for series, (_, part) in enumerate(runs):
        done = part["update"].values > 0  # the axis is logarithmic
        value, spread = part[name].values, reduced.error(part, name) * np.sqrt(float(part.replicas_done))
        axis.fill_between(part["update"].values[done], (value - spread)[done], (value + spread)[done],
                          color=style.COLORS[series], alpha=0.15, lw=0)
        axis.plot(part["update"].values[done], value[done], color=style.COLORS[series], ls=style.LINES[series], lw=0.7)
        notes.measured(axis, part["update"].values, part, name, series, take=done)
    axis.set(xscale="log", xlabel="updates")


def modes_over_updates(axis, part, name):
    """The first numbers of a spectrum over the updates of one kind of training; their numbers, from 1."""
    there = part["update"].values > 0
    shown = range(min(part.sizes["mode"], len(style.COLORS)))
    for mode in shown:
        notes.measured(axis, part["update"].values, part.isel(mode=mode), name, mode, take=there, ls=style.LINES[mode], lw=0.7)
    axis.set(xscale="log", xlabel="updates")
    return [f"{part['mode'].values[mode]:g}" for mode in shown]
