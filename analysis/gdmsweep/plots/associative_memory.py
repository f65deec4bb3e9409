"""Figures of the experiment associative_memory: the weight of a stored pattern against the number of patterns.

Markers are measured; coloured lines are exact at that d and number of patterns, black lines the limit of large d.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.level_condensation import handles
from gdmsweep.plots.memories import at

GRID = ("patterns", "weights", "d", "lambda", "theta", "method")

#: The axis of the load in the units of the job.
UNITS = {"window": r"load $\alpha=\ln P/d$, steps from $\alpha_1$", "absolute": r"load $\alpha=\ln P/d$", "number": "patterns $P$"}


def _load(axis, data):
    axis.set_xlabel(UNITS[data.attrs.get("alpha_unit", "window")])
    if data.attrs.get("alpha_unit") == "number":
        axis.set_xscale("log")


def weights(data):
    """Mean weight of the pattern against the load: a panel for each law of patterns, a series for each dimension."""
    require(data, "source_weight")
    if data.sizes["alpha"] < 2:
        raise Skip("it needs several values of alpha")
    data = at(data, "source_weight", method="levels", weights="hopfield", theta=0, **{"lambda": 1})
    laws, dimensions = notes.some(data, "patterns", 3, of="source_weight"), notes.some(data, "d", 5, of="source_weight")
    figure, axes = style.panels(len(laws), height=2.7, sharey=True)
    order = np.argsort(data.alpha.values)
    for axis, law in zip(axes[0], laws):
        for k, place in enumerate(dimensions):
            part = data.isel(patterns=law, d=place)
            notes.measured(axis, data.alpha.values, part, "source_weight", k)
            notes.curve(axis, data.alpha.values[order], part.isel(alpha=order), "source_weight_theory", color=style.COLORS[k],
                        lw=0.9, zorder=1)
        axis.axhline(0.5, color="0.45", lw=0.6, zorder=0)
        _load(axis, data)
        axis.set_title(f"{data.patterns.values[law]} patterns")
    axes[0, 0].set_ylabel(r"$\langle w_1\rangle$")
    style.letter(axes)
    style.legend(figure, handles([style.equals(d=data.d[i]) for i in dimensions]))
    return figure


def capacity(data):
    """The load at which the mean weight is 1/2 against 1/d: a panel for each law of patterns, a series for each lambda."""
    require(data, "alpha_half")
    if data.sizes["d"] < 2:
        raise Skip("it needs several values of d")
    data = at(data, "alpha_half", method="levels", weights="hopfield", theta=0)
    laws, lambdas = notes.some(data, "patterns", 3, of="alpha_half"), notes.some(data, "lambda", 5, of="alpha_half")
    figure, axes = style.panels(len(laws), height=2.9)
    x = 1 / data.d.values
    order = np.argsort(x)
    for axis, law in zip(axes[0], laws):
        for k, place in enumerate(lambdas):
            part = data.isel({"patterns": law, "lambda": place})
            notes.measured(axis, x, part, "alpha_half", k)
            notes.curve(axis, x[order], part.isel(d=order), "alpha_half_theory", color=style.COLORS[k], lw=0.9, zorder=1)
            level = float(part.alpha_half_large_d.values[-1])
            axis.plot([0, x.max() / 20], [level, level], color="k", lw=1.2, zorder=0)
            if "alpha_half_limit" in part:
                notes.measured(axis, 0, part, "alpha_half_limit", k, mfc=style.COLORS[k])
        axis.set(xlabel="$1/d$", xlim=(-0.03 * x.max(), 1.05 * x.max()))
        axis.set_title(f"{data.patterns.values[law]} patterns")
    axes[0, 0].set_ylabel(r"$\alpha$ where $\langle w_1\rangle=1/2$")
    style.letter(axes)
    style.legend(figure, [style.key(k, rf"$\lambda$ = {style.number(float(data['lambda'][i]))}", ls="-")
                          for k, i in enumerate(lambdas)]
                 + [Line2D([], [], color="0.4", marker="o", ls="", label="limit (filled)"),
                    Line2D([], [], color="k", lw=1.2, label=r"$\alpha_1$, $d\to\infty$")])
    return figure


def fixed_points(data):
    """Where the dynamics leads with explicit patterns: overlap with the pattern, mixtures, number of updates."""
    require(data, "fixed_overlap", "mixture", "updates_made")
    if data.sizes["alpha"] < 2:
        raise Skip("it needs several values of alpha")
    data = at(data, "fixed_overlap", method="explicit", patterns="spherical", weights="hopfield", theta=0, d=np.inf)
    lambdas = notes.some(data, "lambda", 5, of="fixed_overlap")
    figure, axes = style.panels(3, height=2.6)
    for axis, name, label in zip(axes[0], ("fixed_overlap", "mixture", "updates_made"),
                                 ("cosine of fixed point and pattern", "share of mixtures", "updates to the fixed point")):
        for k, place in enumerate(lambdas):
            notes.measured(axis, data.alpha.values, data.isel({"lambda": place}), name, k, ls=style.LINES[k], lw=0.6)
        _load(axis, data)
        axis.set_ylabel(label)
    style.letter(axes)
    style.legend(figure, [style.key(k, rf"$\lambda$ = {style.number(float(data['lambda'][i]))}")
                          for k, i in enumerate(lambdas)])
    return figure


FIGURES = {
    "associative_memory": weights,
    "associative_memory_capacity": capacity,
    "associative_memory_fixed_points": fixed_points,
}
