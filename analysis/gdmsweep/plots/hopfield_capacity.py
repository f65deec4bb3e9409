"""Figures of the experiment hopfield_capacity: how many patterns are retrieved at T = 0, and what the fixed points are like."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import notes, require

GRID = ("rule", "N", "bias")

#: Extrapolations of alpha_half: variable, power of 1/N, label.
LIMITS = (("capacity_third", 1 / 3, "$N^{-1/3}$"), ("capacity_half", 1 / 2, "$N^{-1/2}$"),
          ("capacity_two_thirds", 2 / 3, "$N^{-2/3}$"), ("capacity_free", None, "fitted power"))


def _one(data):
    return notes.at(data, rule="hebb", bias=0)


def _sizes(data, of):
    return notes.some(data, "N", 6, of=of) if "N" in data.dims else [None]


def _at(data, place):
    return data if place is None else data.isel(N=place)


def _keys(data, sizes, panel=""):
    return [style.key(series, panel + style.equals(N=data.N if place is None else data.N[place]))
            for series, place in enumerate(sizes)]


def capacity(data):
    """Share of retrieved patterns over alpha for each N with its logistic curve, and alpha_half with its extrapolations."""
    require(data, "retrieved", "alpha_half")
    data = _one(data)
    sizes = _sizes(data, "retrieved")
    figure, axes = style.panels(2, height=2.7)
    share, limit = axes[0]
    fine = np.linspace(float(data.alpha.min()), float(data.alpha.max()), 200)
    for series, place in enumerate(sizes):
        here = _at(data, place)
        notes.measured(share, here.alpha.values, here, "retrieved", series)
        middle, width = float(here.alpha_half), float(here.alpha_width)
        if np.isfinite(middle) and width > 0:
            with np.errstate(over="ignore"):
                share.plot(fine, 1 / (1 + np.exp((fine - middle) / width)), color=style.COLORS[series], lw=0.8, zorder=1)
    share.set(xlabel=r"patterns per spin $\alpha$", ylabel="share of patterns retrieved", ylim=(-0.04, 1.04))
    x = np.atleast_1d(data.N.values).astype(float) ** -0.5
    notes.measured(limit, x, data, "alpha_half", 0)
    drawn = [_extrapolation(limit, data, x, *one, series) for series, one in enumerate(LIMITS, 1)] if "N" in data.dims else []
    if "alpha_c" in data and np.isfinite(data.alpha_c.values).any():
        limit.axhline(float(np.nanmax(data.alpha_c.values)), color="0.45", lw=0.7, ls=":")
        drawn.append(Line2D([], [], color="0.45", lw=0.7, ls=":", label=r"(b) $\alpha_\mathrm{c}$, replica symmetry"))
    limit.set(xlabel="$N^{-1/2}$", ylabel=r"$\alpha_{1/2}$", xlim=(-0.02 * x.max(), 1.05 * x.max()))
    if not limit.has_data():
        style.say(limit, "no share passes one half")
    style.letter(axes)
    style.legend(figure, [*_keys(data, sizes, "(a) "), *filter(None, drawn)])
    return figure


def _extrapolation(axis, data, x, name, power, label, series):
    """The limit at 0 with its error, and the line through it that fits the sizes best in their errors."""
    if name not in data or not np.isfinite(float(data[name])):
        return None
    power = float(data[f"{name}_exponent"]) if power is None else power
    value, error = float(data[name]), float(reduced.error(data, name))
    half, errors = data.alpha_half.values, reduced.error(data, "alpha_half")
    weight = 1 / errors**2 if np.isfinite(errors).any() else np.ones(half.shape)
    there = np.isfinite(half) & np.isfinite(weight)
    abscissa = x[there] ** (2 * power)
    slope = np.sum(weight[there] * abscissa * (half[there] - value)) / np.sum(weight[there] * abscissa**2)
    fine = np.linspace(0, x.max(), 100)
    axis.plot(fine, value + slope * fine ** (2 * power), color=style.COLORS[series], ls=style.LINES[series], lw=0.8, zorder=1)
    axis.errorbar([0], [value], [error] if np.isfinite(error) else None, **style.points(series))
    return style.key(series, f"(b) {label}: {value:.4f}" + (f" ± {error:.4f}" if np.isfinite(error) else ""))


def _has_line(data, name):
    """Whether a curve over alpha has two points or more."""
    return name in data and bool((np.isfinite(data[name]).sum("alpha") > 1).any())


def fixed_points(data):
    """Overlaps of fixed points near alpha_half, those of what is retrieved, sweeps, and errors of the first step."""
    require(data, "overlap_distribution", "sweeps", "first_step_error")
    data = _one(data)
    sizes = _sizes(data, "retrieved")
    figure, axes = style.panels(2, rows=2, height=4.4)
    (density, overlap), (sweeps, first) = axes
    for series, place in enumerate(sizes):
        here = _at(data, place)
        alphas = here.alpha.values
        notes.measured(overlap, alphas, here, "retrieved_overlap", series)
        notes.curve(overlap, alphas, here, "overlap_replica_symmetric", color="k", lw=0.9, zorder=1)
        notes.measured(sweeps, alphas, here, "sweeps", series, ls=style.LINES[series], lw=0.6)
        notes.measured(first, alphas, here, "first_step_error", series)
        notes.curve(first, alphas, here, "first_step_error_theory", color=style.COLORS[series], lw=0.8, zorder=1)
        half = float(here.alpha_half) if "alpha_half" in here else np.nan
        middle = here.isel(alpha=int(np.argmin(np.abs(alphas - (half if np.isfinite(half) else np.median(alphas))))))
        notes.measured(density, middle.m_f.values, middle, "overlap_distribution", series, ls=style.LINES[series], lw=0.6,
                       ms=2)
    density.set(xlabel="overlap of the fixed point $m_f$", ylabel=r"density at $\alpha$ nearest to $\alpha_{1/2}$")
    overlap.set(xlabel=r"patterns per spin $\alpha$", ylabel="$m_f$ of what is retrieved")
    sweeps.set(xlabel=r"patterns per spin $\alpha$", ylabel="sweeps to the fixed point")
    first.set(xlabel=r"patterns per spin $\alpha$", ylabel="spins turned by the first update")
    style.letter(axes)
    theory = [Line2D([], [], color="k", lw=0.9, label="replica symmetry, (b)")]
    style.legend(figure, [*_keys(data, sizes), *(theory if _has_line(data, "overlap_replica_symmetric") else [])])
    return figure


FIGURES = {"hopfield_capacity": capacity, "hopfield_capacity_fixed_points": fixed_points}
