"""Figures of the experiment xy: observables against temperature, the jump of the helicity modulus, chains."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import reduced, style
from gdmsweep.plots import notes, require, spins

GRID = spins.GRID


def observables(data):
    """Energy, heat capacity, helicity modulus with the line 2T/pi of its jump, and density of vortices."""
    temperature = spins.axis_of(data)

    def finish(axis, name):
        if name == "helicity_modulus":
            x = np.sort(data[temperature].values)
            axis.plot(x, 2 / np.pi * (x if temperature == "T" else 1 / x), color="k", lw=0.8, ls="--", zorder=0)
            axis.set_ylim(-0.05, 1.05)
        if name == "vortex_density":
            axis.set_yscale("log")
            least = data[name].values[data[name].values > 0]
            if least.size:  # a bar that reaches 0 would reach down without end
                axis.set_ylim(least.min() / 3, 1)

    notes.remark("dashed: 2T/π, which the helicity modulus of infinite L passes in its jump to 0")
    return spins.against_temperature(data, ("energy", "heat_capacity", "helicity_modulus", "vortex_density"),
                                     ("energy per site", "heat capacity", r"helicity modulus $\Upsilon$",
                                      "vortices per site"), finish)


def transition(data):
    """The excess of the helicity modulus, the same for all L at T_BKT; and where it passes 2T/pi, against 1/(ln L)^2."""
    require(data, "helicity_excess", "bkt_temperature")
    temperature = spins.axis_of(data)
    figure, (axes,) = style.panels(2, height=2.6)
    chosen = spins.sizes(data, "helicity_excess")
    for k, part in chosen:
        x = part[temperature].values
        notes.measured(axes[0], x, part, "helicity_excess", k)
        axes[0].plot(x, part.helicity_excess.values, color=style.COLORS[k], lw=0.6)
    value, error = float(data.bkt_temperature), float(reduced.error(data, "bkt_temperature"))
    for span in (axes[0].axvspan, axes[1].axhspan):
        span(value - error, value + error, color="k", alpha=0.15, lw=0, zorder=-1)
    axes[0].set_ylim(-0.1, None)  # beyond it falls fast, and carries nothing
    axes[0].set(xlabel=style.label(data[temperature]), ylabel=r"$\pi\Upsilon/2T-1$, carried to $L=4096$")
    notes.measured(axes[1], np.log(data.L.values) ** -2.0, data, "helicity_jump", 1)
    axes[1].axhline(float(data.bkt_temperature_theory), color="k", lw=0.8)
    axes[1].set(xlim=(0, None), xlabel=r"$1/(\ln L)^2$", ylabel=r"$T$ where $\Upsilon=2T/\pi$")
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(L=part.L), line=False) for k, part in chosen]
                 + [Line2D([], [], color="k", lw=0.8, label="0.8929 (Hasenbusch 2005)")])
    notes.remark(f"band: T_BKT = {value:.4f} ± {error:.4f}")
    return figure


FIGURES = {
    "xy": observables,
    "xy_transition": transition,
    "xy_chains": spins.chains,
    "xy_histogram": spins.histogram,
}
