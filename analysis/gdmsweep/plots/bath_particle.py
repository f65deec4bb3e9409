"""Figures of the experiment bath_particle: how a particle that a bath drives ends, and what it does on the way.

Markers are measured; coloured lines are exact, black ones a bath of K to infinity that is in equilibrium at all times.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("bath", "K", "rate")

BATHS = {"fresh": "drawn afresh", "chain": "a chain goes on"}


def _baths(data, of):
    return [data.isel(bath=i) for i in notes.some(data, "bath", 2, of=of)]


def _sizes(data, of):
    return [(k, data.isel(K=i)) for k, i in enumerate(notes.some(data, "K", len(style.COLORS) - 1, of=of))]


def ends(data):
    """Distances of the end points to the two points (W2) and to the ordinary process (KS) against the rate of refreshing."""
    require(data, "w2_squared", "ks")
    if data.sizes["rate"] < 2:
        raise Skip("it needs several values of rate")
    baths = _baths(data, "w2_squared")
    figure, axes = style.panels(len(baths), rows=2, height=4.4, sharex=True, sharey="row")
    theta_end = float(data.attrs.get("theta_end", 0.01))
    for column, part in enumerate(baths):
        for k, here in _sizes(part, "w2_squared"):
            notes.measured(axes[0, column], here.rate.values, here, "w2_squared", k)
            notes.measured(axes[1, column], here.rate.values, here, "ks", k)
        notes.curve(axes[0, column], part.rate.values, part.isel(K=0), "w2_squared_mean_field", color="k", lw=0.9, zorder=1)
        axes[0, column].axhline(theta_end, color="0.4", lw=0.8, ls=":", zorder=0)
        axes[0, column].set(xscale="log", yscale="log", title=BATHS[str(part.bath.values)])
        axes[1, column].set(xscale="log", xlabel=r"draws in a unit of $-\ln\theta$")
    axes[0, 0].set_ylabel(r"$W_2^2$ to the two points")
    axes[1, 0].set_ylabel("KS distance to the ordinary process")
    style.letter(axes)
    handles = [style.key(k, style.equals(K=here.K), line=False) for k, here in _sizes(data, "w2_squared")]
    handles += [Line2D([], [], color="k", lw=0.9, label=r"$K\to\infty$, in equilibrium"),
                Line2D([], [], color="0.4", ls=":", lw=0.8, label="ordinary process")]
    style.legend(figure, handles)
    return figure


def path(data):
    """|x| and |ybar| on the way, at the largest K, for each rate."""
    require(data, "x_abs", "bath_abs")
    baths = _baths(notes.at(data, K=np.inf), "x_abs")
    figure, axes = style.panels(len(baths), rows=2, height=4.2, sharex=True, sharey=True)
    rates = [(k, i) for k, i in enumerate(notes.some(data, "rate", len(style.COLORS), of="x_abs"))]
    for column, part in enumerate(baths):
        for row, name in enumerate(("bath_abs", "x_abs")):
            for k, i in rates:
                notes.measured(axes[row, column], part.theta.values, part.isel(rate=i), name, k)
            notes.curve(axes[row, column], part.theta.values, part.isel(rate=0), f"{name}_mean_field", color="k", lw=0.9,
                        zorder=1)
        axes[0, column].set(xscale="log", title=BATHS[str(part.bath.values)])
        axes[1, column].set_xlabel(style.label(data.theta))
    axes[0, 0].invert_xaxis()
    axes[0, 0].set_ylabel(r"$\langle|\bar y|\rangle$")
    axes[1, 0].set_ylabel(r"$\langle|x|\rangle$")
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(rate=data.rate[i]), line=False) for k, i in rates]
                 + [Line2D([], [], color="k", lw=0.9, label=r"$K\to\infty$, in equilibrium")])
    return figure


def fluctuations(data):
    """<x^2> above the transition, where draws are independent, beside the exact sum over them."""
    require(data, "x_squared", "x_squared_theory")
    part = notes.at(data, bath="fresh", rate=4)
    figure, axes = style.panels(1, height=2.5)
    above = part.theta.values >= 1
    if not above.any():
        raise Skip("it needs values of theta above 1")
    chosen = _sizes(part, "x_squared")
    for k, here in chosen:
        here = here.isel(theta=np.flatnonzero(above))
        notes.measured(axes[0, 0], here.theta.values, here, "x_squared", k)
        notes.curve(axes[0, 0], here.theta.values, here, "x_squared_theory", color=style.COLORS[k], lw=0.9, zorder=1)
    axes[0, 0].set(xscale="log", yscale="log", xlabel=style.label(data.theta), ylabel=r"$\langle x^2\rangle$")
    axes[0, 0].invert_xaxis()
    style.legend(figure, [style.key(k, style.equals(K=here.K), ls="-", lw=0.9) for k, here in chosen])
    return figure


FIGURES = {"bath_particle": ends, "bath_particle_path": path, "bath_particle_fluctuations": fluctuations}
