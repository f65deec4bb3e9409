"""Figures of the experiment spherical_condensation: data on a sphere, against the noise and against alpha = ln N/d.

Markers are measured; coloured lines are exact at that d and N; black is the limit of large d (dashed for each alpha where the
states are typical), black and dashed against alpha the random energy model.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require
from gdmsweep.plots.level_condensation import comparable, curves, handles  # noqa: F401  (check.py asks for comparable)

GRID = ("d", "alpha", "x_norm")


def _typical(data):
    return data.attrs.get("state") == "typical"


def _limit(series, typical):
    """How the limit of large d is drawn."""
    if not typical:
        return {"color": "k"}
    return {"color": "k" if series is None else style.COLORS[series], "ls": "--"}


def participation(data):
    """Y against theta in units of the transition at large d: a panel for each d, a series for each alpha."""
    require(data, "participation_ratio")
    if data.sizes["theta"] < 2:
        raise Skip("it needs several values of theta")
    data = notes.at(data, x_norm=1)
    dimensions = notes.some(data, "d", 3, of="participation_ratio")
    alphas = notes.some(data, "alpha", 5, of="participation_ratio")
    figure, axes = style.panels(len(dimensions), height=2.6, sharey=True)
    theta, typical = data.theta.values, _typical(data)
    order = np.argsort(theta)
    for axis, i in zip(axes[0], dimensions):
        parts = [data.isel(d=i, alpha=a) for a in alphas]
        curves(axis, [theta] * len(parts), "participation_ratio", parts)
        # At a fixed norm the limit is one line for all alpha; typical states have one for each.
        for k, part in enumerate(parts if typical else parts[:1]):
            axis.plot(theta[order], part.participation_ratio_limit.values[order], lw=0.9, zorder=1, **_limit(k, typical))
        axis.set(title=style.equals(d=data.d[i]), xlabel=r"noise $\theta/\theta_\mathrm{c}(\alpha, d\to\infty)$")
    axes[0, 0].set_ylabel(r"$\langle Y\rangle$")
    style.letter(axes)
    style.legend(figure, handles([style.equals(alpha=data.alpha[a]) for a in alphas])
                 + [Line2D([], [], label=r"$d\to\infty$", **_limit(None, typical))])
    return figure


def transition(data):
    """theta_c d/|x| against alpha, measured, beside the limit of large d and the random energy model; then their ratio."""
    require(data, "theta_c")
    if data.sizes["alpha"] < 2:
        raise Skip("it needs several values of alpha")
    norm = notes.at(data, x_norm=1)
    figure, axes = style.panels(2, height=2.7)
    alpha, order = norm.alpha.values, np.argsort(norm.alpha.values)
    dimensions = notes.some(data, "d", 5, of="theta_c")
    typical = _typical(data)
    for k, i in enumerate(dimensions):
        part = norm.isel(d=i)
        for axis, unit in ((axes[0, 0], float(part.d) / (1 if typical else float(norm.x_norm))),
                           (axes[0, 1], 1 / part.theta_c_limit.values)):
            notes.measured(axis, alpha, part, "theta_c", k, unit=1 / unit)
            notes.curve(axis, alpha, part, "theta_c_theory", unit=1 / unit, color=style.COLORS[k], lw=0.9, zorder=1)
    part = norm.isel(d=dimensions[-1])
    unit = float(part.d) / (1 if typical else float(norm.x_norm))
    for axis, scale in ((axes[0, 0], unit), (axes[0, 1], 1 / part.theta_c_limit.values)):
        axis.plot(alpha[order], (part.theta_c_limit.values * scale)[order] * np.ones(len(alpha)), "k", lw=0.9, zorder=1)
        axis.plot(alpha[order], (part.theta_c_rem.values * scale)[order], "k--", lw=0.9, zorder=1)
        axis.set(xscale="log", yscale="log", xlabel=r"$\alpha=\ln N/d$")
    axes[0, 0].set_ylabel(r"$\theta_\mathrm{c}d/r^2$" if typical else r"$\theta_\mathrm{c}d/(r\|x\|)$")
    axes[0, 1].set_ylabel(r"$\theta_\mathrm{c}/\theta_\mathrm{c}(d\to\infty)$")
    style.letter(axes)
    style.legend(figure, handles([style.equals(d=data.d[i]) for i in dimensions])
                 + [Line2D([], [], color="k", label=r"$d\to\infty$"),
                    Line2D([], [], color="k", ls="--", label=r"random energy model, $\alpha\to 0$")])
    return figure


FIGURES = {
    "spherical_condensation": participation,
    "spherical_condensation_theta_c": transition,
}
