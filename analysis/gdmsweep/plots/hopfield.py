"""Figures of the experiment hopfield: the phase diagram of retrieval, and curves over T beside replica-symmetric theory.

Points are measured, with the spread of sets of patterns; lines are theory of infinitely many spins.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("start", "rule", "N", "bias", "alpha", "T")


def _one(data, *kept):
    """Starts at a pattern by Hebb's rule without bias, at the largest size, but for the kept dimensions."""
    wanted = {"start": "pattern", "rule": "hebb", "bias": 0, "N": np.inf}
    data = notes.at(data, **{name: value for name, value in wanted.items() if name not in kept})
    return notes.at(data, alpha=data.alpha.values.flat[0]) if "alpha" in data.dims and "alpha" not in kept else data


def _line(axis, data, x, y, **look):
    """A line of theory that depends on one of both coordinates; of the finite values, in the order of the ordinate."""
    if x not in data and x not in data.coords or y not in data and y not in data.coords:
        return
    xs, ys = np.broadcast_arrays(*(data[name].transpose(*(d for d in ("alpha", "T") if d in data[name].dims)).values
                                   if data[name].ndim == 2 else _spread(data, name) for name in (x, y)))
    there = np.isfinite(xs) & np.isfinite(ys)
    pairs = np.unique(np.round(np.column_stack([ys[there], xs[there]]), 12), axis=0)
    if len(pairs) > 1:
        axis.plot(pairs[:, 1], pairs[:, 0], **look)


def _spread(data, name):
    """A coordinate over both dimensions."""
    return data[name].values[:, None] if name == "alpha" else data[name].values[None, :]


def phases(data):
    """Overlap with the pattern over (alpha, T), where half of the networks stay with it, and the lines of theory."""
    require(data, "magnetisation", "retrieved")
    data = _one(data, "alpha")
    if data.sizes.get("alpha", 1) < 2 or data.sizes.get("T", 1) < 2:
        raise Skip("it needs several values of alpha and of T")
    figure, axes = style.panels(1, height=3.0)
    axis = axes[0, 0]
    data = data.transpose("alpha", "T", ...)
    alphas, temperatures = np.meshgrid(data.alpha.values, data["T"].values, indexing="ij")
    m = data.magnetisation.values
    there = np.isfinite(m)
    if there.any():
        drawn = axis.scatter(alphas[there], temperatures[there], c=m[there], cmap="cividis", vmin=0, vmax=1, s=16, marker="s",
                             linewidths=0)
        figure.colorbar(drawn, ax=axis, label="overlap with the pattern $m$", pad=0.02)
    else:
        style.say(axis, "nothing is done yet")
    if "T_retrieval" in data:
        notes.measured(axis, data.alpha.values, data, "T_retrieval", 1, zorder=5)
    _line(axis, data, "retrieval_alpha", "T", color="k", lw=1.0, path_effects=style.CASED)
    _line(axis, data, "ground_state_alpha", "T", color="k", lw=1.0, ls="--", path_effects=style.CASED)
    _line(axis, data, "alpha", "instability_T", color="k", lw=0.8, ls=":", path_effects=style.CASED)
    low, high = float(data["T"].min()), float(data["T"].max())
    axis.set(xlabel=r"patterns per spin $\alpha$", ylabel="temperature T (J)", ylim=(0, high + 0.05 * (high - low)),
             xlim=(0, 1.05 * float(data.alpha.max())))
    style.legend(figure, [style.key(1, "half of the networks stay", line=False),
                          Line2D([], [], color="k", lw=1.0, label=r"$T_\mathrm{M}$"),
                          Line2D([], [], color="k", lw=1.0, ls="--", label=r"$T_\mathrm{c}$"),
                          Line2D([], [], color="k", lw=0.8, ls=":", label=r"$T_\mathrm{R}$")])
    return figure


def curves(data):
    """Overlap, energy and q over T for some alpha, beside replica-symmetric theory."""
    require(data, "magnetisation", "energy", "overlap")
    data = _one(data, "alpha")
    if data.sizes.get("T", 1) < 2:
        raise Skip("it needs several values of T")
    places = notes.some(data, "alpha", 5, of="magnetisation") if "alpha" in data.dims else [None]
    figure, axes = style.panels(3, height=2.5)
    for axis, (name, label) in zip(axes[0], (("magnetisation", "overlap with the pattern $m$"), ("energy", "energy per spin (J)"),
                                             ("overlap", r"$q=\sum_i\langle s_i\rangle^2/N$"))):
        for series, place in enumerate(places):
            here = data if place is None else data.isel(alpha=place)
            notes.measured(axis, here["T"].values, here, name, series)
            notes.curve(axis, here["T"].values, here, f"{name}_replica_symmetric", color=style.COLORS[series], lw=0.9, zorder=1)
        axis.set(xlabel="temperature T (J)", ylabel=label)
    style.letter(axes)
    style.legend(figure, [style.key(series, style.equals(alpha=data.alpha if place is None else data.alpha[place]), ls="-",
                                    lw=0.9) for series, place in enumerate(places)])
    return figure


FIGURES = {"hopfield": phases, "hopfield_curves": curves}
