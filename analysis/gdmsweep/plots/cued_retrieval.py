"""Figures of the experiment cued_retrieval: one line seen twice, as the memory of a network and as that of a diffusion model.

Markers are measured; the black line is the limit of large d.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.memories import at, ticks

GRID = ("patterns", "weights", "d", "alpha", "lambda_theta")

#: What is drawn against alpha: the variable, the law of patterns, the name of it.
TRANSITIONS = (("theta_half", "spherical", "cue is lost, spherical"), ("theta_half", "gaussian", "cue is lost, Gaussian"),
               ("theta_condensed", "spherical", "fresh states condense, spherical"))


def _limit(data, name, law):
    """The variable in the limit of large d, or at the largest d, and what to add to its name."""
    if law not in list(data.patterns.values):
        return None
    part = data.isel(patterns=list(data.patterns.values).index(law))
    if f"{name}_limit" in part and part[f"{name}_limit"].notnull().any():
        return part, f"{name}_limit", ""
    part = part.isel(d=int(np.argmax(data.d.values)))
    return (part, name, f", d = {style.number(float(part.d))}") if part[name].notnull().any() else None


def memorisation(data):
    """Noise at which a cue is lost, and at which a diffusion model memorises, against the load."""
    require(data, "theta_half")
    data = at(data, "theta_half", weights="diffusion", lambda_theta=1)
    figure, axes = style.panels(2, height=2.9)
    alpha, keys = data.alpha.values, []
    fine = np.geomspace(0.8 * alpha.min(), 1.25 * alpha.max(), 200)
    for k, (name, law, label) in enumerate(TRANSITIONS):
        found = _limit(data, name, law)
        if found is None:
            continue
        part, variable, more = found
        notes.measured(axes[0, 0], alpha, part, variable, k)
        notes.measured(axes[0, 1], alpha * 1.03 ** (k - 1), part, variable, k, unit=1 / np.expm1(2 * alpha))
        keys.append(style.key(k, label + more, line=False))
    axes[0, 0].plot(fine, 1 / np.expm1(2 * fine), "k", lw=0.9, zorder=1)
    axes[0, 1].axhline(1, color="k", lw=0.9, zorder=1)
    axes[0, 0].set(xscale="log", yscale="log", xlabel=r"load $\alpha=\ln P/d$", ylabel=r"noise $\theta$")
    axes[0, 1].set(xscale="log", xlabel=r"load $\alpha=\ln P/d$", ylabel=r"$\theta\,(e^{2\alpha}-1)$")
    for axis in axes[0]:
        ticks(axis, alpha)
    style.letter(axes)
    style.legend(figure, keys + [Line2D([], [], color="k", lw=0.9, label=r"$\theta_\mathrm{c}=1/(e^{2\alpha}-1)$")])
    return figure


def weights(data):
    """Weight of the pattern behind a cue, and participation ratio of fresh states, against the noise: a series for each d."""
    require(data, "source_weight", "fresh_participation")
    if data.sizes["theta"] < 2:
        raise Skip("it needs several values of theta")
    data = at(data, "source_weight", patterns="spherical", weights="diffusion", lambda_theta=1, alpha=0.2)
    dimensions = notes.some(data, "d", 5, of="source_weight")
    figure, axes = style.panels(2, height=2.7)
    for axis, name, label in zip(axes[0], ("source_weight", "fresh_participation"),
                                 (r"$\langle w_1\rangle$ of a stored pattern", r"$\langle Y\rangle$ of fresh states")):
        for k, place in enumerate(dimensions):
            notes.measured(axis, data.theta.values, data.isel(d=place), name, k, ls=style.LINES[k], lw=0.6)
        axis.axvline(1, color="k", lw=0.9, zorder=0)
        axis.set(xscale="log", xlabel=r"noise $\theta/\theta_\mathrm{c}$", ylabel=label)
        ticks(axis, data.theta.values)
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(d=data.d[i])) for k, i in enumerate(dimensions)]
                 + [Line2D([], [], color="k", lw=0.9, label=r"$\theta_\mathrm{c}$, $d\to\infty$")])
    return figure


FIGURES = {
    "cued_retrieval": memorisation,
    "cued_retrieval_weights": weights,
}
