"""Figures of the experiment spin_glass: equilibrium over Monte Carlo time, and order over temperature.

Bars are the spread of realisations of the couplings. Quantities of copies that start with independent spins come from one
side, those of copies that start equal from the other.
"""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("couplings", "lattice", "L", "exchange", "update")


def one(data, *kept):
    """The part at the last value of every other grid dimension, the largest size among them."""
    others = [name for name in data.replicas_done.dims if name not in kept]
    return notes.at(data, **{name: data[name].values[-1] if data[name].dtype.kind in "OUS" else np.inf for name in others})


def cold(data):
    """The part at the lowest temperature."""
    place = int(np.argmin(data["T"].values))
    notes.remark(f"at T = {style.number(float(data['T'][place]))} over steps")
    return data.isel(T=place)


def thermalisation(data):
    """Energy and squared overlap in doubling windows of steps, with and without exchanges, and what is left of the starts."""
    require(data, "window_energy", "window_overlap_squared")
    data = one(data, "exchange")
    words = [str(word) for word in np.atleast_1d(data.exchange.values)] if "exchange" in data.coords else ["on"]
    figure, ((energy, overlap, starts),) = style.panels(3, height=2.5)
    for series, word in enumerate(words):
        here = data.isel(exchange=series) if "exchange" in data.dims else data
        coldest = cold(here)
        steps = coldest.window.values
        shown = steps >= 8
        notes.measured(energy, steps, coldest, "window_energy", series, take=shown)
        from_links = coldest.window_energy_from_links if "window_energy_from_links" in coldest else None
        if from_links is not None and from_links.notnull().any():
            notes.measured(energy, steps, coldest, "window_energy_from_links", series, take=shown, mfc=style.COLORS[series])
        notes.measured(overlap, steps, coldest, "window_overlap_squared", series, take=shown)
        notes.measured(overlap, steps, coldest, "window_overlap_squared_from_one", series, take=shown,
                       mfc=style.COLORS[series])
        notes.measured(starts, here["T"].values, here, "overlap_squared", series)
    energy.set(xscale="log", xlabel="steps", ylabel="energy per spin (J)")
    overlap.set(xscale="log", xlabel="steps", ylabel=r"$[\langle q^2\rangle]$", ylim=(0, None))
    starts.set(xlabel=style.label(data["T"]), ylabel=r"$[\langle q^2\rangle]$, last half", ylim=(0, None))
    style.letter((energy, overlap, starts))
    entries = [style.key(i, f"exchange {word}", line=False) for i, word in enumerate(words)]
    filled = "started equal (b)" if data.window_energy_from_links.isnull().all() else "from the links (a), started equal (b)"
    style.legend(figure, [*entries, Line2D([], [], color="0.3", marker="o", mfc="0.3", ls="", label=filled)])
    return figure


def order(data):
    """Binder ratio and squared overlap over T for each size, P(q) at the lowest T, and the energy."""
    require(data, "binder", "overlap_distribution")
    if "exchange" in data.dims and "on" in data.exchange.values:
        data = notes.at(data, exchange="on")
    data = one(data, "L")
    sizes = notes.some(data, "L", 5, of="binder") if "L" in data.dims else [None]
    figure, axes = style.panels(2, rows=2, height=4.4)
    (binder, squared), (density, energy) = axes
    for series, place in enumerate(sizes):
        here = data if place is None else data.isel(L=place)
        temperatures = here["T"].values
        notes.measured(binder, temperatures, here, "binder", series, ls=style.LINES[series], lw=0.6)
        notes.measured(squared, temperatures, here, "overlap_squared", series, ls=style.LINES[series], lw=0.6)
        coldest = here.isel(T=int(np.argmin(temperatures)))
        notes.measured(density, coldest.q.values, coldest, "overlap_distribution", series, ls=style.LINES[series], lw=0.6)
        notes.measured(energy, temperatures, here, "energy", series)
        if "energy_from_links" in here and here.energy_from_links.notnull().any():
            energy.plot(temperatures, here.energy_from_links.values, color=style.COLORS[series], lw=0.8)
            notes.remark("lines in (d): the energy that the link overlap has in equilibrium")
    coldest = float(data["T"].min())
    binder.set(ylabel=r"$\frac{1}{2}(3-[\langle q^4\rangle]/[\langle q^2\rangle]^2)$", xlabel=style.label(data["T"]))
    squared.set(ylabel=r"$[\langle q^2\rangle]$", xlabel=style.label(data["T"]), yscale="log")
    density.set(ylabel=f"$P(q)$ at T = {style.number(coldest)}", xlabel="$q$", ylim=(0, None))
    energy.set(ylabel="energy per spin (J)", xlabel=style.label(data["T"]))
    style.letter(axes)
    style.legend(figure, [style.key(i, style.equals(L=data.L[place] if place is not None else data.L))
                          for i, place in enumerate(sizes)])
    return figure


FIGURES = {"spin_glass": thermalisation, "spin_glass_order": order}
