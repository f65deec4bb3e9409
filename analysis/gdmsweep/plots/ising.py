"""Figures of the experiment ising: observables against temperature beside exact curves, crossings and their drift, chains.

Markers are measured; coloured lines are exact at that L (Kaufman; Curie and Weiss), black ones L to infinity (Onsager, Yang).
Crossings with the curves that they are made of, and collapses, are in the figure of results along T.
"""
import numpy as np

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require, spins

GRID = spins.GRID


def observables(data):
    """Energy, heat capacity, |m| and susceptibility."""
    def finish(axis, name):
        if name == "susceptibility_abs":
            axis.set_yscale("log")
            known = data[name].values[data[name].values > 2 * data[f"{name}_stderr"].values]
            if known.size:  # a bar that reaches 0 would reach down without end
                axis.set_ylim(known.min() / 3, known.max() * 3)

    return spins.against_temperature(
        data, ("energy", "heat_capacity", "abs_magnetisation", "susceptibility_abs"),
        ("energy per site", "heat capacity", r"$\langle|m|\rangle$", r"$\beta N(\langle m^2\rangle-\langle|m|\rangle^2)$"),
        finish)


def exact(data):
    """Energy and heat capacity minus the exact ones of that L."""
    return spins.difference(data, ("energy", "heat_capacity"), ("energy − exact", "heat capacity − exact"))


def scaling(data):
    """Binder cumulant and correlation length over L, whose curves cross near T_c."""
    require(data, "binder", "scaled_correlation_length")
    temperature = spins.axis_of(data)
    figure, axes = style.panels(2, height=2.6)
    chosen = spins.sizes(data, "binder")
    for axis, name, label in zip(axes[0], ("binder", "scaled_correlation_length"), (r"Binder cumulant $U_4$", r"$\xi/L$")):
        for k, part in chosen:
            notes.measured(axis, part[temperature].values, part, name, k)
            notes.curve(axis, part[temperature].values, part, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        axis.set(xlabel=style.label(data[temperature]), ylabel=label)
    axes[0, 1].set_yscale("log")
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(L=part.L), line=False) for k, part in chosen])
    return figure


def drift(data):
    """Where the curves of L and the next size cross, against the power of L that its drift follows."""
    require(data, "binder_crossing_pairs", "xi_crossing_pairs")
    if data.sizes["L"] < 3:
        raise Skip("it needs three sizes or more")
    figure, axes = style.panels(1, height=2.5)
    axis = axes[0, 0]
    power = float(data.binder_crossing.attrs["drift"])
    x = data.L.values ** -power
    for k, name in enumerate(("binder_crossing", "xi_crossing")):
        notes.measured(axis, x, data, f"{name}_pairs", k)
        notes.measured(axis, [0.0], data, name, k, mfc=style.COLORS[k])
    axis.axhline(float(data.binder_crossing_theory), color="k", lw=0.8)
    axis.set(xlabel=f"$L^{{-{power:g}}}$", ylabel=r"temperature of the crossing")
    style.legend(figure, [style.key(0, r"$U_4$", line=False), style.key(1, r"$\xi/L$", line=False)])
    notes.remark("filled: extrapolated to L → ∞; line: exact")
    return figure


FIGURES = {
    "ising": observables,
    "ising_exact": exact,
    "ising_scaling": scaling,
    "ising_drift": drift,
    "ising_chains": spins.chains,
    "ising_histogram": spins.histogram,
}
