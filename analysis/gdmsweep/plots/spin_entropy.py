"""Figures of the experiment spin_entropy: entropy against temperature by two ways, and what the tempered chain measured.

Below the curves stands what they differ by, in 10⁻⁴ nats: from the exact entropy where there is one, else from that of the
histograms.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("model", "lattice", "L")

FREE = {"ising": (np.log(2), r"$\ln 2$"), "xy": (np.log(2 * np.pi), r"$\ln 2\pi$")}
UNIT = 1e-4
WAYS = (("entropy", "histograms of the whole ladder"), ("entropy_integrated", r"integration from $\beta=0$"))


def _system(data):
    """One model on one lattice: the first of each that has values."""
    for name in ("model", "lattice"):
        if name in data.dims:
            places = notes.some(data, name, 1, of="entropy")
            data = data.isel({name: places[0]})
    if "L" not in data.dims:
        data = data.expand_dims("L")
    return data, str(data.model.values) if "model" in data.coords else str(data.attrs.get("model", "ising"))


def _panel(upper, lower, part, model):
    T = part["T"].values
    exact = part.entropy_theory.notnull().any()
    zero = part.entropy_theory.values if exact else part.entropy.values
    for series, (name, _) in enumerate(WAYS):  # the smaller markers and bars stand in front
        look = {"zorder": 3 - series, "ms": 2.4 + 1.2 * series}
        notes.measured(upper, T, part, name, series, **look)
        if exact or name != "entropy":
            notes.measured(lower, T, part, name, series, zero, UNIT, **look)
    if not exact:  # the error of what the others are held against
        order, bar = np.argsort(T), part.entropy_stderr.values / UNIT
        lower.fill_between(T[order], -bar[order], bar[order], color=style.COLORS[0], alpha=0.25, lw=0)
    notes.curve(upper, T, part, "entropy_theory", color="k", lw=0.9, zorder=1)
    for axis, zeros, unit in ((upper, 0.0, 1.0), (lower, zero, UNIT)):
        for cold in (True, False):  # a gap between the two series is no line
            half = part.isel(T=np.flatnonzero((T < T.mean()) == cold))
            if half.sizes["T"]:
                shift = zeros if np.ndim(zeros) == 0 else zeros[(T < T.mean()) == cold]
                notes.curve(axis, half["T"].values, half, "entropy_series", shift, unit, color=style.COLORS[2], ls="--",
                            lw=0.9, zorder=1)
    lower.axhline(0, color="k" if exact else "0.45", lw=0.7, zorder=0)
    spread = np.concatenate([np.abs(part[name].values - zero) + np.nan_to_num(part[f"{name}_stderr"].values)
                             for name, _ in WAYS if f"{name}_stderr" in part]) / UNIT
    if np.isfinite(spread).any():  # series leave the panel where they end
        limit = 1.15 * np.nanmax(spread)
        lower.set_ylim(-limit, limit)
    level, label = FREE.get(model, FREE["ising"])
    upper.axhline(level, color="0.45", lw=0.7, ls=":", zorder=0)
    upper.text(T.min(), level, label, fontsize=6.5, color="0.3", va="top", ha="left")
    lower.set_xlabel(style.label(part["T"]))
    return exact


def entropy(data):
    """Entropy of a site against T by histograms and by integration, and their differences from the exact one."""
    require(data, "entropy", "entropy_integrated")
    if data.sizes["T"] < 2:
        raise Skip("it needs several values of T")
    data, model = _system(data)
    sizes = notes.some(data, "L", 3, of="entropy")
    figure, axes = style.panels(len(sizes), rows=2, height=3.6, width=style.TWO_COLUMNS if len(sizes) > 1 else None,
                                sharex=True, gridspec_kw={"height_ratios": (3, 2)})
    exact = False
    for column, place in enumerate(sizes):
        part = data.isel(L=place)
        exact = _panel(axes[0, column], axes[1, column], part, model) or exact
        axes[0, column].set_title(style.equals(L=part.L))
    axes[0, 0].set_ylabel("entropy of a site (nat)")
    axes[1, 0].set_ylabel(r"difference ($10^{-4}$ nat)")
    style.letter(axes)
    handles = [style.key(series, label, line=False) for series, (_, label) in enumerate(WAYS)]
    if exact:
        handles.append(Line2D([], [], color="k", lw=0.9, label="exact"))
    if data.entropy_series.notnull().any():
        handles.append(Line2D([], [], color=style.COLORS[2], ls="--", lw=0.9, label=r"cold and hot series, $L\to\infty$"))
    style.legend(figure, handles)
    if not exact:
        notes.remark("differences from the entropy by histograms, whose error is the band")
    return figure


def ladder(data):
    """Heat capacity against T, magnetisation and acceptance of exchanges along the ladder of the tempered chain."""
    require(data, "heat_capacity", "abs_magnetisation", "swap_acceptance", "place_beta")
    data, _ = _system(data)
    sizes = notes.some(data, "L", of="heat_capacity")
    figure, axes = style.panels(3, height=2.5)
    heat, magnetisation, pairs = axes[0]
    for series, place in enumerate(sizes):
        part = data.isel(L=place)
        T = part["T"].values
        notes.measured(heat, T, part, "heat_capacity", series)
        notes.curve(heat, T, part, "heat_capacity_theory", color=style.COLORS[series], lw=0.9, zorder=1)
        with np.errstate(divide="ignore"):
            places = 1 / part.place_beta.values
        inside = np.flatnonzero(places <= 1.05 * T.max())
        notes.measured(magnetisation, places, part, "abs_magnetisation", series, take=inside)
        notes.measured(pairs, places, part, "swap_acceptance", series, take=inside[inside < len(places) - 1])
    for axis, label in zip(axes[0], ("heat capacity of a site", r"$\langle|m|\rangle$", "acceptance of exchanges")):
        axis.set(xlabel=style.label(data["T"]), ylabel=label)
    pairs.set_ylim(0, 1.03)
    style.letter(axes)
    style.legend(figure, [style.key(series, style.equals(L=data.L[place])) for series, place in enumerate(sizes)])
    return figure


FIGURES = {
    "spin_entropy": entropy,
    "spin_entropy_ladder": ladder,
}
