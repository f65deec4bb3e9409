"""Figures of the experiment diffused_ising: where symmetry breaks in the diffusion of Ising spins, and what noisy states tell.

Markers are measured. At theta_c, the greatest eigenvalue of the covariance of the data, the score at x = 0 turns unstable.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require

GRID = ("couplings", "n", "score")
TITLES = {"curie_weiss": "Curie–Weiss", "sherrington_kirkpatrick": "Sherrington–Kirkpatrick", "square": "square lattice",
          "matrix": "a matrix"}


def q(signal):
    """E tanh(s + sqrt(s) z): what is known of two points whose squared distance from 0 is s times the noise."""
    z, weight = np.polynomial.hermite_e.hermegauss(61)
    return np.tanh(signal[:, None] + np.sqrt(signal)[:, None] * z) @ (weight / weight.sum())


def of_score(data, word="monte_carlo"):
    """The part with this score, or with the only one there is."""
    return notes.at(data, score=word)


def each_coupling(data):
    """(word, the part with these couplings)."""
    return [(str(data.couplings.values[i]), data.isel(couplings=i)) for i in notes.some(data, "couplings", of="theta_c")]


def transition(data):
    """theta_c over the temperature for each size, of both states of opposite sign and of one of them (filled)."""
    require(data, "theta_c", "eigenvalue_pure")
    data = of_score(data)
    parts, sizes = each_coupling(data), notes.some(data, "n", 4, of="theta_c")
    if not parts or data.sizes["T"] < 2:
        raise Skip("it needs several values of T")
    figure, axes = style.panels(max(2, len(parts)), height=2.7)
    for axis in axes[0, len(parts):]:
        axis.set_visible(False)
    for axis, (word, part) in zip(axes[0], parts):
        T = part["T"].values
        for series, place in enumerate(sizes):
            here = part.isel(n=place)
            notes.measured(axis, T, here, "theta_c", series)
            notes.measured(axis, T, here, "eigenvalue_pure", series, mfc=style.COLORS[series])
            for name in ("theta_c_theory", "eigenvalue_pure_theory"):
                notes.curve(axis, T, here, name, color=style.COLORS[series], lw=0.9, zorder=1)
        if "theta_c_limit" in part:
            notes.curve(axis, T, part.isel(n=sizes[-1]), "theta_c_limit", color="k", lw=0.9, ls="--", zorder=1)
        critical = part["T_c_infinite"].values if "T_c_infinite" in part else np.array(np.nan)
        if np.isfinite(critical).any():
            axis.axvline(float(np.nanmax(critical)), color="0.45", lw=0.7, ls=":", zorder=0)
        axis.set(title=TITLES[word], xlabel=style.label(data["T"]), yscale="log")
    axes[0, 0].set_ylabel(r"$\theta_\mathrm{c}=\lambda_\mathrm{max}(\mathrm{Cov}\,y)$")
    style.letter(axes[0, :len(parts)])
    notes.remark("dotted: transition of the data; lines: exact at n")
    entries = [style.key(i, style.equals(n=data.n[place]), line=False) for i, place in enumerate(sizes)]
    style.legend(figure, [*entries, Line2D([], [], color="0.3", marker="o", mfc="0.3", ls="", label="one of two states"),
                          Line2D([], [], color="k", ls="--", lw=0.9, label=r"$n\to\infty$")])
    return figure


def posterior(data):
    """Of the largest size: known share of the variance along the mode, overlaps of noisy states and of generated paths,
    information, and the greatest eigenvalue of the posterior covariance."""
    require(data, "mode_share", "overlap", "information", "covariance_largest")
    data = notes.at(of_score(data), n=np.inf)
    if "couplings" in data.dims:
        data = notes.at(data, couplings="sherrington_kirkpatrick")
    if data.theta.size < 2:
        raise Skip("it needs several values of theta")
    theta, temperatures = data.theta.values, notes.some(data, "T", 4, of="overlap")
    figure, axes = style.panels(2, rows=2, height=4.6)
    (share, overlap), (information, largest) = axes
    for series, place in enumerate(temperatures):
        here = data.isel(T=place)
        notes.measured(share, theta / float(here.theta_c), here, "mode_share", series)
        notes.measured(overlap, theta, here, "overlap", series)
        if "path_overlap" in here:
            notes.measured(overlap, theta, here, "path_overlap", series, mfc=style.COLORS[series], ms=2.2)
        notes.measured(information, theta, here, "information", series)
        notes.measured(largest, theta, here, "covariance_largest", series)
    scaled = np.geomspace(1e-3, 1e3, 121)
    share.plot(scaled, 1 / (1 + scaled), color="k", lw=0.8, zorder=1)
    share.plot(scaled, q(1 / scaled), color="k", lw=0.8, ls="--", zorder=1)
    information.axhline(np.log(2), color="0.45", lw=0.7, ls=":", zorder=0)
    largest.plot(theta, theta, color="0.45", lw=0.7, ls=":", zorder=0)
    notes.remark("(a) lines: Gaussian, two points (dashed); (b) filled: generated paths")
    notes.remark("(d) above the dotted line the score is unstable")
    share.set(xscale="log", xlabel=r"$\theta/\theta_\mathrm{c}$", ylabel="known share along the mode", ylim=(-0.1, 1.1))
    overlap.set(xscale="log", xlabel=style.label(data.theta), ylabel=r"overlap $|m|^2/n$", ylim=(-0.1, 1.1))
    information.set(xscale="log", xlabel=style.label(data.theta), ylabel="information per spin (nat)")
    largest.set(xscale="log", yscale="log", xlabel=style.label(data.theta), ylabel=r"$\lambda_\mathrm{max}(C(x))$")
    style.letter(axes)
    style.legend(figure, [style.key(i, style.equals(T=data["T"][place]), line=False) for i, place in enumerate(temperatures)])
    return figure


def exact(data):
    """What heat bath says of small systems less what all states say of the same noisy states, in its errors."""
    require(data, "overlap_minus_exact", "covariance_mode_minus_exact")
    data = of_score(data)
    figure, axes = style.panels(2, height=2.6, sharey=True)
    for axis, name in zip(axes[0], ("overlap_minus_exact", "covariance_mode_minus_exact")):
        error = reduced.error(data, name)
        with np.errstate(divide="ignore", invalid="ignore"):
            pull = data[name].values / error
        theta = np.broadcast_to(data.theta.values, data[name].transpose(..., "theta").shape)
        pull = data[name].copy(data=pull).transpose(..., "theta").values
        there = np.isfinite(pull)
        if not there.any():
            raise Skip("it needs 16 spins or less and score = monte_carlo")
        axis.plot(theta[there], pull[there], ls="", marker="o", color=style.COLORS[0], mfc="none", ms=2.4, mew=0.5)
        for level in (-2, 0, 2):
            axis.axhline(level, color="0.45", lw=0.7, ls=":" if level else "-", zorder=0)
        axis.set(xscale="log", xlabel=style.label(data.theta), title=name.removesuffix("_minus_exact").replace("_", " "))
    axes[0, 0].set_ylabel("(heat bath − all states)/error")
    style.letter(axes)
    notes.remark("a marker for each couplings, n, T")
    return figure


FIGURES = {"diffused_ising": transition, "diffused_ising_posterior": posterior, "diffused_ising_exact": exact}
