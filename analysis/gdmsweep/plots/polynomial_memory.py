"""Figures of the experiment polynomial_memory: errors of dense memories of degree n against the number of patterns.

Markers are measured; coloured lines are exact at that N and number of patterns, the black one is the limit of large N.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.along import with_error
from gdmsweep.plots.level_condensation import handles
from gdmsweep.plots.memories import ticks

GRID = ("degree", "N")


def errors(data):
    """Share of wrong spins against the load: a panel for each degree, a series for each N."""
    require(data, "error_rate")
    if data.sizes["load"] < 2:
        raise Skip("it needs several values of load")
    degrees, sizes = notes.some(data, "degree", 4, of="error_rate"), notes.some(data, "N", 5, of="error_rate")
    figure, axes = style.panels(len(degrees), height=2.7, sharey=True)
    load, order = data["load"].values, np.argsort(data["load"].values)
    for axis, degree in zip(axes[0], degrees):
        for k, place in enumerate(sizes):
            part = data.isel(degree=degree, N=place)
            seen = part.error_rate.values > 0
            notes.measured(axis, load, part, "error_rate", k, take=seen)
            notes.curve(axis, load[order], part.isel(load=order), "error_rate_theory", color=style.COLORS[k], lw=0.9, zorder=1)
            notes.curve(axis, load[order], part.isel(load=order), "error_rate_large_n", color="k", lw=0.9, zorder=0)
        axis.axhline(0.01, color="0.45", lw=0.6, zorder=0)
        axis.set(xscale="log", yscale="log", xlabel=rf"load $2\,(2n-3)!!\,P/N^{{n-1}}$", title=f"degree {data.degree.values[degree]:g}")
        ticks(axis, load, 5)
    axes[0, 0].set(ylabel="share of wrong spins", ylim=(1e-5, 0.3))
    style.letter(axes)
    style.legend(figure, handles([style.equals(N=data.N[i]) for i in sizes])
                 + [Line2D([], [], color="k", lw=0.9, label=r"$N\to\infty$")])
    return figure


def capacity(data):
    """The number of patterns at which 1 % of the spins are wrong, against N: a series for each degree."""
    require(data, "capacity")
    if data.sizes["N"] < 2:
        raise Skip("it needs several values of N")
    figure, axes = style.panels(1, height=2.9)
    axis, size, order = axes[0, 0], data.N.values, np.argsort(data.N.values)
    labels = []
    for k, place in enumerate(notes.some(data, "degree", 5, of="capacity")):
        part = data.isel(degree=place)
        notes.measured(axis, size, part, "capacity", k)
        notes.curve(axis, size[order], part.isel(N=order), "capacity_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        label = f"degree {float(part.degree):g}"
        if "capacity_exponent" in part and np.isfinite(part.capacity_exponent):
            label += f": exponent {with_error(float(part.capacity_exponent), float(reduced.error(part, 'capacity_exponent')))}"
        labels.append(label)
    axis.set(xscale="log", yscale="log", xlabel="spins $N$", ylabel="patterns $P$ at 1 % of wrong spins")
    ticks(axis, size)
    style.legend(figure, handles(labels))
    return figure


FIGURES = {
    "polynomial_memory": errors,
    "polynomial_memory_capacity": capacity,
}
