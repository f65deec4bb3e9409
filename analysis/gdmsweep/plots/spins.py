"""What the figures of experiments on spins share: curves against temperature, one series for each size; chains; histograms."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = (("T", "beta"), "L")


def axis_of(data):
    """T, or beta where the job used it."""
    return "T" if "T" in data.dims else "beta"


def sizes(data, of):
    """(series, data) of at most as many sizes as there are colours."""
    return [(k, data.isel(L=place)) for k, place in enumerate(notes.some(data, "L", len(style.COLORS), of=of))]


def against_temperature(data, names, labels, finish=lambda axis, name: None, infinite=True):
    """One panel for each quantity, measured points of all sizes over exact curves; black: L to infinity."""
    require(data, *names)
    temperature = axis_of(data)
    if data.sizes[temperature] < 2:
        raise Skip(f"it needs several values of {temperature}")
    chosen = sizes(data, names[0])
    figure, axes = style.panels(2, rows=len(names) // 2, height=2.3 * (len(names) // 2))
    for axis, name, label in zip(np.ravel(axes), names, labels):
        for k, part in chosen:
            x = part[temperature].values
            notes.measured(axis, x, part, name, k)
            notes.curve(axis, x, part, f"{name}_theory", color=style.COLORS[k], lw=0.9, zorder=1)
        notes.curve(axis, data[temperature].values, chosen[0][1], f"{name}_limit", color="k", lw=0.9, zorder=1)
        axis.set(xlabel=style.label(data[temperature]), ylabel=label)
        finish(axis, name)
    style.letter(axes)
    keys = [style.key(k, style.equals(L=part.L), ls="-", lw=0.9) for k, part in chosen]
    if infinite and f"{names[0]}_limit" in data and data[f"{names[0]}_limit"].notnull().any():
        keys.append(Line2D([], [], color="k", lw=0.9, label=r"$L\to\infty$"))
    style.legend(figure, keys)
    return figure


def difference(data, names, labels):
    """What is measured minus what is exact."""
    require(data, *names, *(f"{name}_theory" for name in names))
    temperature = axis_of(data)
    figure, axes = style.panels(len(names))
    chosen = sizes(data, names[0])
    for axis, name, label in zip(axes[0], names, labels):
        for k, part in chosen:
            notes.measured(axis, part[temperature].values, part, name, k, zero=part[f"{name}_theory"].values)
        axis.axhline(0, color="k", lw=0.7, zorder=0)
        axis.set(xlabel=style.label(data[temperature]), ylabel=label)
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(L=part.L), line=False) for k, part in chosen])
    return figure


def chains(data):
    """Autocorrelation times of energy and m^2, and the steps before measuring, on logarithmic scales."""
    names = ("energy_tau", "magnetisation_squared_tau", "thermalisation_steps")
    require(data, *names)
    temperature = axis_of(data)
    figure, axes = style.panels(3, height=2.4)
    chosen = sizes(data, names[0])
    for axis, name, label in zip(axes[0], names, (r"$\tau$ of the energy", r"$\tau$ of $m^2$", "steps before measuring")):
        for k, part in chosen:
            notes.measured(axis, part[temperature].values, part, name, k)
        axis.set(yscale="log", xlabel=style.label(data[temperature]), ylabel=label)
    notes.remark(f"τ in measurements, one every {data.attrs.get('interval', '1')} steps; independent values have τ = ½")
    style.letter(axes)
    style.legend(figure, [style.key(k, style.equals(L=part.L), line=False) for k, part in chosen])
    return figure


def histogram(data):
    """Density of the energy per site at the largest size, at a few temperatures."""
    require(data, "energy_histogram")
    temperature = axis_of(data)
    data = notes.at(data, L=np.inf)
    require(data, "energy_histogram")
    figure, axes = style.panels(1, height=2.5)
    places = notes.some(data, temperature, len(style.COLORS), of="energy_histogram")
    for k, place in enumerate(places):
        part = data.isel({temperature: place})
        notes.measured(axes[0, 0], part.e.values, part, "energy_histogram", k, ms=2)
    axes[0, 0].set(xlabel="energy per site", ylabel="density")
    style.legend(figure, [style.key(k, style.equals(**{temperature: data[temperature][place]}), line=False)
                          for k, place in enumerate(places)])
    return figure
