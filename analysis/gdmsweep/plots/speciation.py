"""Figures of the experiment speciation: agreement of clones over time, and the time at which they decide, over dimension.

Markers are measured with the score in use; lines are closed forms of the exact score (Biroli et al., arXiv:2402.18491, fig. 2).
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import PHI_AT_BIFURCATION, Skip, notes, require

GRID = ("mu", "sigma2", "d")

PARTNERS = {"t_s_clone": "t_b_theory"}  # measured quantities whose closed form has another name
PROBABILITIES = ("clone_agreement", "clone_agreement_sign")  # means over samples of something between 0 and 1

#: Closed forms of the speciation time: name, colour and line.
TIMES = (("t_s_large_d", "0.45", "-"), ("t_b_theory", "k", (0, (4, 2))), ("t_s_potential_theory", style.COLORS[1], "-."))


def _nearest_to_one(data):
    """The classes whose curves are drawn: mu and sigma2 nearest to 1."""
    return notes.at(data, mu=1, sigma2=1)


def _smooth(x, y):
    """A fine curve through closed-form values on a coarse grid (cubic Hermite)."""
    if len(x) < 3:
        return x, y
    slope, fine = np.gradient(y, x), np.linspace(x[0], x[-1], 400)
    i = np.clip(np.searchsorted(x, fine, "right") - 1, 0, len(x) - 2)
    h = x[i + 1] - x[i]
    u = (fine - x[i]) / h
    return fine, ((1 + 2 * u) * (1 - u) ** 2 * y[i] + u * (1 - u) ** 2 * h * slope[i]
                  + u**2 * (3 - 2 * u) * y[i + 1] + u**2 * (u - 1) * h * slope[i + 1])


def clones(data):
    """Agreement of clones over t/t_b, where all dimensions cross, and over t − t_b, where they collapse."""
    require(data, "clone_agreement", "t_b_theory")
    part = _nearest_to_one(data)
    chosen = [i for i in notes.some(part, "d", of="clone_agreement") if np.isfinite(part.t_b_theory[i])]
    if not chosen:
        raise Skip(f"p_t does not become bimodal at {style.equals(mu=part.mu, sigma2=part.sigma2)}: there is no t_b")
    figure, axes = style.panels(2, height=2.8, sharey=True)
    for axis, place in zip(axes[0], (lambda t, unit: t / unit, lambda t, unit: t - unit)):
        for k, i in enumerate(chosen):
            here = part.isel(d=i)
            times = here.t_at_point.values if "t_at_point" in here else here.t.values
            order = np.argsort(times)
            x = place(times, float(here.t_b_theory))
            notes.measured(axis, x, here, "clone_agreement", k)
            if "clone_agreement_theory" in here:
                axis.plot(*_smooth(x[order], here.clone_agreement_theory.values[order]), color=style.COLORS[k],
                          ls=style.LINES[k], lw=0.9)
        axis.axhline(PHI_AT_BIFURCATION, color="0.45", lw=0.7, zorder=0)
        axis.axvline(place(1.0, 1.0), color="0.45", lw=0.7, zorder=0)
    axes[0, 0].set(xlabel=rf"$t/{style.SYMBOLS['t_b']}$", ylim=(0.47, 1.02),
                   ylabel=f"P(clones end in the same class) {style.symbol('clone_agreement')}")
    axes[0, 1].set(xlabel=rf"$t-{style.SYMBOLS['t_b']}$")
    for axis in axes[0]:
        axis.set_title(style.equals(mu=part.mu, sigma2=part.sigma2))
    style.letter(axes)
    handles = [style.key(k, style.equals(d=part.d[i])) for k, i in enumerate(chosen)]
    handles.append(Line2D([], [], color="0.45", lw=0.7, label=r"$(1+q(1))/2=0.7752$"))
    style.legend(figure, handles)
    return figure


def times(data):
    """Measured speciation time against dimension, and its distance to t_b, with the closed forms."""
    require(data, "t_s_clone", "t_s_clone_stderr", "t_b_theory")
    if data.sizes["d"] < 2:
        raise Skip("it needs several values of d")
    part = _nearest_to_one(data)
    if not part.t_s_clone.notnull().any():
        raise Skip(f"clones cross 0.7752 nowhere at {style.equals(mu=part.mu, sigma2=part.sigma2)}")
    d = part.d.values
    figure, axes = style.panels(2, height=2.6)
    for axis, zero in zip(axes[0], (0.0, part.t_b_theory.values)):
        for name, color, line in TIMES:
            notes.curve(axis, d, part, name, zero, color=color, ls=line, lw=1.0, zorder=1)
        notes.measured(axis, d, part, "t_s_clone", 0, zero, zorder=3)
        axis.set_xscale("log")
        axis.set(xlabel=style.label(part.d), title=style.equals(mu=part.mu, sigma2=part.sigma2))
    axes[0, 0].set_ylabel(rf"speciation time ${style.SYMBOLS['t_s']}$")
    axes[0, 1].set_ylabel(rf"${style.SYMBOLS['t_s']}-{style.SYMBOLS['t_b']}$")
    style.letter(axes)
    labels = {"t_s_large_d": r"$\frac{1}{2}\,\ln(d\mu^2)$",
              "t_b_theory": rf"${style.SYMBOLS['t_b']}$, $p_t$ becomes bimodal",
              "t_s_potential_theory": rf"${style.SYMBOLS['t_s_potential']}$, potential becomes bistable"}
    handles = [Line2D([], [], marker=style.MARKERS[0], color=style.COLORS[0], mfc="white", mew=0.8, ls="",
                      label=f"measured, {style.symbol('clone_agreement')} = 0.7752")]
    handles += [Line2D([], [], color=color, ls=line, label=labels[name]) for name, color, line in TIMES if name in part]
    style.legend(figure, handles)
    return figure


FIGURES = {
    "speciation": clones,
    "speciation_t_s": times,
}
