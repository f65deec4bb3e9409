"""The figure of phase_diagram for the score of N data points: t_S and the boundary over datasets."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import phase_diagram_common as common
from gdmsweep.plots import Skip, notes, require


def finite_n(data):
    """What N data points make of t_S and of the boundary: shift and spread over datasets, share of datasets that break."""
    finite = np.flatnonzero(np.isfinite(data.N.values))
    if len(finite) < 2:
        raise Skip("it needs at least two finite N")
    require(data, "t_s_dataset_mean", "t_s_dataset_mean_stderr", "t_s_theory", "broken", "broken_stderr")
    part = notes.at(data, d=np.inf).isel(N=finite)
    notes.show("N", part.N.values)
    two = data.sizes["mu"] > 1
    figure, axes = style.panels(2 if two else 1, height=2.7)
    handles = _shift(axes[0, 0], part)
    if two:
        handles += _broken(axes[0, 1], part.isel(sigma2=notes.place_of(data.sigma2.values, 1)))
    style.letter(axes)
    if handles:
        style.legend(figure, handles, 4)
    return figure


def _shift(axis, part):
    """t_S of datasets less that of the exact score; bars are the spread over datasets that break the symmetry."""
    axis.axhline(0, color="k", lw=0.9, zorder=0)
    axis.set_xscale("log")
    axis.set(xlabel=style.label(part.N), ylabel=r"$t_\mathrm{S}(N)-t_\mathrm{S}(\infty)$", title=style.equals(d=part.d))
    shift = part.assign(t_s_dataset_mean=part.t_s_dataset_mean - part.t_s_theory)
    if not shift.t_s_dataset_mean.notnull().any():
        style.say(axis, "no dataset breaks the symmetry\nwhere the exact score does")
        return []
    points = common.reference_points([shift], "t_s_dataset_mean")
    for k, (i, j) in enumerate(points):
        here = shift.isel(mu=i, sigma2=j)
        here["t_s_dataset_mean_stderr"] = here.t_s_dataset_mean_stderr * np.sqrt(here.replicas_done * here.broken)
        side_by_side = part.N.values * 1.05 ** (k - (len(points) - 1) / 2)
        notes.measured(axis, side_by_side, here, "t_s_dataset_mean", k)
    notes.remark("(a): mean and standard deviation over datasets" if part.sizes["mu"] > 1 else
                 "mean and standard deviation over datasets")
    return [style.key(k, "(a) " * (part.sizes["mu"] > 1) + style.equals(mu=part.mu[i], sigma2=part.sigma2[j]), line=False)
            for k, (i, j) in enumerate(points)]


def _broken(axis, part):
    """The share of datasets whose symmetric state loses its stability at some t, across the boundary of the exact score."""
    places = notes.some(part, "N", of="broken")
    for k, i in enumerate(places):
        here = part.isel(N=i)
        notes.measured(axis, here.mu.values, here, "broken", k)
        notes.curve(axis, here.mu.values, here, "broken", color=style.COLORS[k], ls=style.LINES[k], lw=0.6, zorder=0)
    handles = [style.key(k, f"(b) {style.equals(N=part.N[i])}", lw=0.6) for k, i in enumerate(places)]
    room = 1 - (float(part.sigma2) - 1) ** 2
    if room > 0:
        axis.axvline(np.sqrt(room / (2 * float(part.d))), color="k", lw=1.1)
        handles.append(Line2D([], [], color="k", lw=1.1, label=r"(b) boundary at $N=\infty$"))
    axis.set(xlabel=style.label(part.mu), ylabel="share of datasets that break", ylim=(-0.05, 1.05),
             title=style.equals(d=part.d, sigma2=part.sigma2))
    return handles
