"""Figures of the experiment entropy_rate: how fast entropy is produced and exchanged, forward and in reverse.

Markers are measured on trajectories; lines are closed forms for dt to 0 (Yu and Huang, figs. 9 and 10, and beyond one
dimension), but for those of the bias, which are the theory of the chain at its dt.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("mu", "sigma2", "d", "direction", "dt")

RATES = ("entropy_production_rate", "entropy_flux", "system_entropy_rate")
PATH_RATES = ("path_production_rate", "heat_rate", "system_change_rate")
LETTERS = {"forward": (r"$\pi$", r"$\phi$", r"$\dot S$"), "reverse": (r"$\pi$", r"$\phi^*$", r"$\dot S^*$")}
NAMES = ("production", "flux to the environment", "system")


#: Quantities extrapolated to dt = 0, beside the closed forms of the continuum; those at each step have theirs beside them.
PARTNERS = {f"{name}_limit": f"{name}_continuum" for name in ("heat", "total_entropy", "integrated_production", "t_flux")}


def comparable(data):
    """The continuum has no step, as the limits have none."""
    names = [name for name in PARTNERS.values() if name in data and "dt" in data[name].dims]
    return (data.assign({name: data[name].isel(dt=0, drop=True) for name in names}),
            "theory is that of the chain at its dt; beside limits for dt to 0, that of the continuum")


def _classes(data):
    """The classes that are drawn, those nearest to the paper's, at the smallest step."""
    return notes.at(data, mu=1, sigma2=0.4, dt=0).sortby("t")


def _directions(data):
    """Those that were computed."""
    ways = [name for name in ("forward", "reverse") if name in data.direction.values]
    done = [name for name in ways if bool((data.sel(direction=name).replicas_done > 0).any())]
    for name in set(ways) - set(done):
        notes.omit(f"direction = {name}: not computed yet")
    if not done:
        raise Skip("no replica of the classes it would show is done yet")
    return done


def _orient(axis, direction, times):
    """Time runs to the right as the process does."""
    margin = 0.02 * (times[-1] - times[0])
    axis.set_xlim(times[0] - margin, times[-1] + margin)
    if direction == "reverse":
        axis.invert_xaxis()


def _curves(axis, here, name, k, unit=1.0, most=24):
    """A rate over time: the closed form at all times, markers at about `most`, so that they do not hide each other."""
    notes.curve(axis, here.t.values, here, f"{name}_continuum", unit=unit, color=style.COLORS[k], ls=style.LINES[k])
    notes.measured(axis, here.t.values, here, name, k, unit=unit, take=notes.some(here, "t", most))


def _speciation(axis, here):
    if np.isfinite(here.t_s_potential):
        axis.axvline(float(here.t_s_potential), color="0.45", lw=0.7, ls=(0, (4, 2)), zorder=0)


def _title(here, direction):
    return f"{direction}, {style.equals(mu=here.mu, sigma2=here.sigma2, d=here.d)}"


def _over_time(data, draw, ylabel):
    """A panel for each direction, in one dimension, in which `draw(axis, part)` draws rates; and the directions."""
    part = notes.at(_classes(data), d=1)
    directions = _directions(part)
    figure, axes = style.panels(len(directions), height=2.7)
    for axis, direction in zip(axes[0], directions):
        here = part.sel(direction=direction)
        draw(axis, here)
        axis.axhline(0, color="0.45", lw=0.6, zorder=0)
        _orient(axis, direction, here.t.values)
        axis.set(xlabel="diffusion time $t$", title=_title(here, direction))
    axes[0, 0].set_ylabel(ylabel)
    style.letter(axes)
    return figure, directions


def rates(data):
    """Entropy production rate, flux and rate of the system's entropy over time, forward and in reverse."""
    require(data, *RATES)

    def draw(axis, here):
        for k, name in enumerate(RATES):
            _curves(axis, here, name, k)
        _speciation(axis, here)

    figure, directions = _over_time(data, draw, "rate of entropy (nats per unit of $t$)")
    handles = [style.key(k, f"{name} {' or '.join(dict.fromkeys(LETTERS[way][k] for way in directions))}")
               for k, name in enumerate(NAMES)]
    handles.append(Line2D([], [], color="0.45", lw=0.7, ls=(0, (4, 2)),
                          label=f"${style.SYMBOLS['t_s']}$ of the potential"))
    style.legend(figure, handles)
    return figure


def paths(data):
    """Entropy given to the environment and gained by the system along the paths themselves, window by window."""
    require(data, *PATH_RATES)

    def draw(axis, here):
        t = here.t.values
        half = 0.5 * np.diff(np.concatenate([[0], t]))
        for k, name in enumerate(PATH_RATES):
            notes.curve(axis, t, here, f"{RATES[k]}_continuum", color=style.COLORS[k], ls=style.LINES[k])
            notes.measured(axis, t - half, here, name, k, capsize=0)

    figure, _ = _over_time(data, draw, "mean rate in a window (nats per unit of $t$)")
    notes.remark("points: means over the windows between neighbouring $t$")
    labels = ("total along the paths", "heat to the environment", r"$-\ln p_t$ of the system")
    style.legend(figure, [style.key(k, label) for k, label in enumerate(labels)])
    return figure


def dimension(data):
    """Rates of the reverse process per dimension, over time."""
    require(data, *RATES)
    part = _classes(data)
    if part.sizes["d"] < 2 or "reverse" not in part.direction.values:
        raise Skip("it needs several values of d, and the reverse process")
    part = notes.at(part, direction="reverse")
    chosen = notes.some(part, "d", of=RATES[0])
    figure, axes = style.panels(3, height=2.5)
    for axis, name, letter in zip(axes[0], RATES, LETTERS["reverse"]):
        for k, i in enumerate(chosen):
            here = part.isel(d=i)
            _curves(axis, here, name, k, float(here.d), 21)
        axis.axhline(0, color="0.45", lw=0.6, zorder=0)
        axis.set_ylabel(f"{letter}$/d$")
        axis.set_xlabel("diffusion time $t$")
        _orient(axis, "reverse", part.t.values)
    axes[0, 0].set_yscale("log")
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(d=part.d[i])) for k, i in enumerate(chosen)])
    return figure


def bias(data):
    """Error of the entropies of the reverse process against the step, and what is left of it when extrapolated to 0."""
    quantities = {"total_entropy": "total entropy of paths",
                  "integrated_production": r"$\int\pi\,\mathrm{d}t$ from the states", "heat": "heat of paths"}
    require(data, *quantities)
    if data.sizes["dt"] < 2 or "reverse" not in data.direction.values:
        raise Skip("it needs several values of dt, and the reverse process")
    part = notes.at(data, mu=1, sigma2=0.4, direction="reverse").sortby("dt")
    chosen = notes.some(part, "d", of="total_entropy")
    dt = part.dt.values
    figure, axes = style.panels(3, height=2.5)
    for axis, (name, label) in zip(axes[0], quantities.items()):
        for k, i in enumerate(chosen):
            here = part.isel(d=i)
            theory, d = float(here[f"{name}_continuum"].isel(dt=0)), float(here.d)
            shift = k * 0.014 * dt[-1]  # to the right, so that the limit stands at or beside 0
            notes.curve(axis, dt + shift, here, f"{name}_theory", theory, d, color=style.COLORS[k], ls=style.LINES[k])
            notes.measured(axis, dt + shift, here, name, k, theory, d)
            if f"{name}_limit" in here:
                notes.measured(axis, shift, here, f"{name}_limit", k, theory, d, mfc=style.COLORS[k])
        axis.axhline(0, color="k", lw=0.8, zorder=0)
        axis.set_xlim(-0.03 * dt[-1], 1.09 * dt[-1])
        axis.locator_params(axis="x", nbins=4)
        axis.set(xlabel=rf"step ${style.SYMBOLS['dt']}$", title=label)
    axes[0, 0].set_ylabel("(value − continuum)$/d$ (nats)")
    style.letter(axes)
    handles = [style.key(k, style.equals(d=part.d[i])) for k, i in enumerate(chosen)]
    handles.append(Line2D([], [], color="0.3", marker="o", ls="",
                          label=rf"extrapolated to ${style.SYMBOLS['dt']} = 0$"))
    if len(chosen) > 1:
        notes.remark("series of one step stand side by side")
    style.legend(figure, handles)
    return figure


def times(data):
    """Where the flux of the reverse process and the rate of the system's entropy change sign, against dimension."""
    require(data, "t_flux", "t_extremum")
    part = _classes(data)
    if part.sizes["d"] < 2 or "reverse" not in part.direction.values:
        raise Skip("it needs several values of d, and the reverse process")
    part = notes.at(part, direction="reverse")
    d = part.d.values
    figure, axes = style.panels(2, height=2.5)
    for axis, zero in zip(axes[0], (0.0, part.t_s_potential.values)):
        notes.curve(axis, d, part, "t_s_potential", zero, color="k", lw=0.9)
        for k, name in enumerate(("t_flux", "t_extremum")):
            notes.curve(axis, d, part, f"{name}_continuum", zero, color=style.COLORS[k], ls=style.LINES[k])
            notes.measured(axis, d, part, name, k, zero)
        axis.set_xscale("log")
        axis.set_xlabel(style.label(part.d))
    axes[0, 0].set_ylabel("diffusion time $t$")
    axes[0, 1].set_ylabel(rf"$t-{style.SYMBOLS['t_s']}$")
    style.letter(axes)
    style.legend(figure, [style.key(0, r"flux changes sign, $\phi^*=0$"),
                          style.key(1, r"entropy has its extremum, $\dot S=0$"),
                          Line2D([], [], color="k", lw=0.9, label=f"${style.SYMBOLS['t_s']}$ of the potential")])
    return figure


FIGURES = {
    "entropy_rate": rates,
    "entropy_rate_paths": paths,
    "entropy_rate_dimension": dimension,
    "entropy_rate_bias": bias,
    "entropy_rate_times": times,
}
