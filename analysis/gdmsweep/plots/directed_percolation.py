"""Figures of the experiment directed_percolation: decay of the density with its effective exponent, and sizes on one curve."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("start", "L", "p")
DELTA, DECAY, Z, THRESHOLD = 0.159464, 0.252074, 1.580745, 0.644700185


def near_threshold(data):
    return notes.at(data, p=THRESHOLD)


def decay(data):
    """Density (full lattice) and survival (seed) at the threshold against time, and their effective exponents."""
    require(data, "density")
    data = notes.at(near_threshold(data), L=np.inf)
    figure, axes = style.panels(1, rows=2, height=4.4, sharex=True)
    fall, slope = axes[:, 0]
    handles = []
    for series, start in enumerate(data.start.values):
        here = data.sel(start=start)
        name, exponent = ("density", "exponent") if start == "full" else ("survival", "survival_exponent")
        notes.measured(fall, data.step.values, here.assign({name: here[name].where(here[name] > 0)}), name, series)
        notes.measured(slope, data.step.values, here, exponent, series)
        notes.curve(fall, data.step.values, here, f"{name}_theory", color="k", lw=0.9)
        handles.append(style.key(series, f"{name}, from a {'full lattice' if start == 'full' else 'seed'}", line=False))
    slope.axhline(DELTA, color="0.4", lw=0.8, ls="--", zorder=0)
    fall.set(xscale="log", yscale="log", ylabel="density, survival")
    slope.set(xscale="log", xlabel=style.label(data.step), ylabel="effective exponent")
    style.letter(axes)
    style.legend(figure, [*handles, Line2D([], [], color="k", lw=0.9, label="exact"),
                          Line2D([], [], color="0.4", lw=0.8, ls="--", label=r"$\delta$ = 0.1595")])
    return figure


def collapse(data):
    """Densities of all sizes at the threshold as density L^0.252 against step/L^1.581."""
    require(data, "density")
    if data.sizes["L"] < 2:
        raise Skip("a collapse takes two sizes or more")
    data = notes.at(near_threshold(data), start="full")
    figure, axes = style.panels(1)
    sizes = notes.some(data, "L", len(style.COLORS))
    for series, place in enumerate(sizes):
        here = data.isel(L=place)
        size = float(here.L)
        seen = here.assign(density=here.density.where(here.density > 0))
        notes.measured(axes[0, 0], data.step.values / size**Z, seen, "density", series, unit=size**-DECAY)
    axes[0, 0].set(xscale="log", yscale="log", xlabel=r"step$/L^{1.581}$", ylabel=r"density $L^{0.252}$")
    style.legend(figure, [style.key(series, style.equals(L=data.L[place]), line=False) for series, place in enumerate(sizes)])
    return figure


FIGURES = {"directed_percolation": decay, "directed_percolation_collapse": collapse}
