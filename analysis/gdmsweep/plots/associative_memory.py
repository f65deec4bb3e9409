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


def lost(data):
    """The number of lost patterns of all against the load, and the load where it is 1 against 1/d."""
    require(data, "log_lost", "alpha_all")
    if data.sizes["alpha"] < 2 or str(data.attrs.get("alpha_unit")) != "absolute":
        raise Skip("it needs several values of alpha, with alpha_unit = absolute")
    data = at(data, "log_lost", method="levels", weights="hopfield", theta=0, patterns="gaussian")
    lambdas, dimensions = notes.some(data, "lambda", 5, of="alpha_all"), notes.some(data, "d", 5, of="log_lost")
    figure, axes = style.panels(2, height=2.9)
    left, right = axes[0]
    shown = data.isel({"lambda": lambdas[0]})
    order = np.argsort(data.alpha.values)
    for k, place in enumerate(dimensions):
        part = shown.isel(d=place)
        notes.measured(left, data.alpha.values, part, "log_lost", k)
        notes.curve(left, data.alpha.values[order], part.isel(alpha=order), "log_lost_theory", color=style.COLORS[k], lw=0.9,
                    zorder=1)
    left.axhline(0, color="0.45", lw=0.6, zorder=0)
    left.set(ylabel="ln of the number of lost patterns", title=rf"$\lambda$ = {style.number(float(shown['lambda']))}", ylim=(-12, 25))
    _load(left, data)
    x = 1 / data.d.values
    order = np.argsort(x)
    for k, place in enumerate(lambdas):
        part = data.isel({"lambda": place})
        notes.measured(right, x, part, "alpha_all", k, mfc=style.COLORS[k])
        notes.curve(right, x[order], part.isel(d=order), "alpha_all_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        level = float(part.alpha_all_large_d.values[-1])
        right.plot([0, x.max() / 20], [level, level], color=style.COLORS[k], lw=1.6, zorder=0)
    right.set(xlabel="$1/d$", ylabel=r"$\alpha$ where one of all is lost", xlim=(-0.03 * x.max(), 1.05 * x.max()))
    style.letter(axes)
    notes.remark("(b) bars at the left edge: $d\\to\\infty$")
    style.legend(figure, handles([style.equals(d=data.d[i]) for i in dimensions])
                 + [style.key(k, rf"(b) $\lambda$ = {style.number(float(data['lambda'][i]))}", mfc=style.COLORS[k], ls="-")
                    for k, i in enumerate(lambdas)], columns=4)
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
    "associative_memory_all": lost,
    "associative_memory_fixed_points": fixed_points,
}
