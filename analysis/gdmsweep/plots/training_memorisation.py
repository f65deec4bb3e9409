"""Figures of the experiment training_memorisation: when a trained score generalises, and when it memorises its points."""
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require

GRID = ("activation", "mu", "sigma2", "d", "psi_n", "psi_p", "t")


def _one(data):
    """The largest model."""
    return notes.at(data, activation="erf", mu=0, sigma2=1, d=np.inf, psi_p=np.inf, t=0.01)


def _order(data):
    order = np.argsort(data.tau.values)
    return order[data.tau.values[order] > 0]


def _numbers(data):
    """Numbers of training points."""
    return np.round(data.psi_n.values * float(data.d))


def _exponent(n, time, error):
    """Slope of ln time over ln n and its error, widened where a line misses the points; None for fewer than two."""
    there = np.isfinite(time) & np.isfinite(error) & (error > 0)
    if there.sum() < 2:
        return None
    x, y, weight = np.log(n[there]), np.log(time[there]), (time[there] / error[there]) ** 2
    centre = np.average(x, weights=weight)
    spread = (weight * (x - centre) ** 2).sum()
    slope = (weight * (x - centre) * y).sum() / spread
    misfit = (weight * (y - np.average(y, weights=weight) - slope * (x - centre)) ** 2).sum() / max(1, there.sum() - 2)
    return slope, (max(1, misfit) / spread) ** 0.5


def losses(data):
    """Losses over the training time for several numbers of points, and the times of generalisation and memorisation over n."""
    require(data, "loss_train", "loss_test", "tau_gen", "tau_mem")
    data = _one(data)
    places, order = notes.some(data, "psi_n", 5, of="loss_test"), _order(data)
    figure, axes = style.panels(2, height=2.9)
    curves, times = axes[0]
    tau = data.tau.values[order]
    for series, place in enumerate(places):
        here, color = data.isel(psi_n=place), style.COLORS[series]
        test = here.loss_test.values[order]
        curves.plot(tau, test, color=color, lw=1)
        curves.plot(tau, here.loss_train.values[order], color=color, lw=0.9, ls="--")
        for name, marker in (("tau_gen", "o"), ("tau_mem", "v")):
            at = float(here[name])
            if np.isfinite(at):
                curves.plot(at, np.interp(np.log(at), np.log(tau), test), ls="", marker=marker, color=color, mfc="white", mew=0.8)
    curves.set(xlabel=r"training time $\tau$", ylabel="loss", xscale="log", ylim=(min(0.5, float(data.loss_train.min())) - 0.02, 1.3))
    n = _numbers(data)
    keys = []
    for series, (name, label) in enumerate((("tau_half", r"$\tau_{1/2}$"), ("tau_gen", r"$\tau_\mathrm{gen}$"),
                                            ("tau_mem", r"$\tau_\mathrm{mem}$"))):
        if notes.measured(times, n, data, name, series):
            keys.append(style.key(series, label, line=False))
    for name, look, label in (("tau_half_large_d", ":", r"$\tau_{1/2}$, large $d$"),
                              ("tau_slowest", "-", "slowest modes of the points")):
        if name in data and np.isfinite(data[name].values).any():
            notes.curve(times, n, data, name, color="k", lw=0.8, ls=look, zorder=0)
            keys.append(Line2D([], [], color="k", lw=0.8, ls=look, label=label))
    found = _exponent(n, data.tau_mem.values, reduced.error(data, "tau_mem"))
    if found:
        notes.remark(rf"$\tau_\mathrm{{mem}}\propto n^x$, x = {found[0]:.2f} ± {found[1]:.2f} by a weighted fit to all n")
    times.set(xlabel="training points $n$", ylabel=r"training time $\tau$", xscale="log", yscale="log")
    if not times.has_data():
        style.say(times, "no time within the range of tau")
    style.letter(axes)
    style.legend(figure, [*(Line2D([], [], color=style.COLORS[i], label=rf"$n/d$ = {style.number(data.psi_n.values[place])}")
                            for i, place in enumerate(places)),
                          Line2D([], [], color="0.4", label="test"), Line2D([], [], color="0.4", ls="--", label="training"), *keys])
    return figure


def phases(data):
    """Where a model underfits, generalises and memorises, over (n, tau), and the condensation time of the perfect score."""
    require(data, "tau_gen", "tau_mem", "tau_half")
    if data.sizes["psi_n"] < 2:
        raise Skip("it needs several values of psi_n")
    data = _one(data)
    order = np.argsort(data.psi_n.values)
    data = data.isel(psi_n=order)
    n, low, high = _numbers(data), data.tau_half.values, data.tau_mem.values
    figure, axes = style.panels(2, height=2.7)
    map_, perfect = axes[0]
    bottom, top = (float(data.tau.values[_order(data)][end]) for end in (0, -1))
    there = np.isfinite(low)
    shades = ("#DDDDDD", "#BFE3D2", "#F3CDB9")
    if there.any():
        upper = np.where(np.isfinite(high), np.maximum(high, low), top)
        map_.fill_between(n[there], bottom, low[there], color=shades[0], lw=0)
        map_.fill_between(n[there], low[there], upper[there], color=shades[1], lw=0)
        map_.fill_between(n[there], upper[there], top, color=shades[2], lw=0)
    drawn = [notes.measured(map_, n, data, name, series, ls=style.LINES[series], lw=0.8)
             for series, name in enumerate(("tau_half", "tau_gen", "tau_mem"))]
    map_.set(xlabel="training points $n$", ylabel=r"training time $\tau$", xscale="log", yscale="log", ylim=(bottom, top))
    if not map_.has_data():
        style.say(map_, "no time within the range of tau")
    if "t_c" in data and np.isfinite(data.t_c.values).any():
        notes.curve(perfect, n, data, "t_c", color="k", lw=1)
        perfect.axhline(float(data.t), color="0.45", lw=0.8, ls=":")
        perfect.set(xlabel="training points $n$", ylabel="diffusion time $t$", xscale="log", yscale="log",
                    ylim=(min(float(data.t), np.nanmin(data.t_c.values)) / 3, 3 * np.nanmax(data.t_c.values)))
        perfect.text(0.5, 0.9, "perfect score generalises", transform=perfect.transAxes, ha="center", fontsize=6.8)
        perfect.text(0.5, 0.5, "perfect score memorises", transform=perfect.transAxes, ha="center", fontsize=6.8)
    else:
        style.say(perfect, "no condensation time")
    style.letter(axes)
    labels = (r"score error halved", r"$\tau_\mathrm{gen}$, best score", r"$\tau_\mathrm{mem}$, gap at threshold")
    style.legend(figure, [Patch(color=shade, label=label) for shade, label in zip(shades, ("underfits", "generalises", "memorises"))]
                 + [style.key(series, labels[series]) for series in range(3) if drawn[series]]
                 + [Line2D([], [], color="k", lw=1, label=r"$t_\mathrm{C}$ of $n$ points"),
                    Line2D([], [], color="0.45", lw=0.8, ls=":", label="$t$ of the model")])
    return figure


def spectrum(data):
    """Share of the eigenvalues of U in bins of log10 lambda beside the saddle point: inert, memorisation and data modes."""
    require(data, "eigenvalue_share")
    data = _one(data)
    places = notes.some(data, "psi_n", 4, of="eigenvalue_share")
    figure, axes = style.panels(len(places), height=2.4, sharey=True)
    seen = (data.eigenvalue_share > 0).any([name for name in data.eigenvalue_share.dims if name != "log_lambda"]).values
    x = 10 ** data.log_lambda.values
    for axis, place in zip(axes[0], places):
        here = data.isel(psi_n=place)
        notes.measured(axis, x, here, "eigenvalue_share", 0, take=here.eigenvalue_share.values > 0)
        if "eigenvalue_share_large_d" in here:
            theory = here.eigenvalue_share_large_d
            axis.plot(x, np.where(theory > 1e-6, theory, np.nan), color="k", lw=0.8, drawstyle="steps-mid", zorder=1)
        axis.set(xlabel=r"eigenvalue $\lambda$ of $U$", xscale="log", yscale="log", ylim=(1e-5, 2),
                 xlim=(x[seen].min() / 2, x[seen].max() * 2))
        axis.set_title(rf"$n/d$ = {style.number(data.psi_n.values[place])}")
    axes[0, 0].set_ylabel("share of eigenvalues")
    style.letter(axes)
    style.legend(figure, [style.key(0, "measured", line=False), Line2D([], [], color="k", lw=0.8, label="saddle point, large $d$")])
    return figure


FIGURES = {"training_memorisation": losses, "training_memorisation_phases": phases, "training_memorisation_spectrum": spectrum}
