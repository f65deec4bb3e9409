"""Figures of the experiment convolutional_propagation: decay of a difference with depth beside directed percolation, its spread
between networks, where it goes in space and depth, and the transition of the Lyapunov exponent."""
import numpy as np
from matplotlib.lines import Line2D

from gdmsweep import style
from gdmsweep.plots import Skip, notes, require

GRID = ("shared_weights", "channels", "L", "sw2")
#: Exponents of decay: many channels; noise in space and depth that multiplies (bounded KPZ); noise in depth alone, by which the
#: probability not to be dead yet falls as that of a walk; directed percolation.
GUIDES = {1: "mean field", 1.26: "multiplicative\nnoise", 0.5: "noise in depth\nalone", 0.159464: "directed\npercolation"}
#: δ z and z of directed percolation.
DECAY, Z = 0.252074, 1.580745
WEIGHTS = {0: "independent weights", 1: "shared weights"}


def name_of(shared):
    return WEIGHTS[int(shared)]


def critical(part):
    """The place along sw2 where the Lyapunov exponent is nearest to 0 (None where it is not known)."""
    size = np.abs(part.lyapunov.values)
    return None if np.isnan(size).all() else int(np.nanargmin(size))


def cases(data):
    """(weights, part at its sw2 nearest to the transition) for shared and independent weights."""
    for shared in data.shared_weights.values:
        part = data.sel(shared_weights=shared)
        place = critical(part)
        if place is not None:
            notes.show("sw2", part.sw2.values[place])
            yield shared, part.isel(sw2=place)


def one_network(data):
    return notes.at(data, channels=np.inf, L=np.inf)


def decay(data):
    """Difference of two signals against depth at the transition, mean and typical, and effective exponents with guides."""
    require(data, "rho", "lyapunov")
    data = one_network(data)
    figure, axes = style.panels(1, rows=2, height=4.8, sharex=True)
    fall, slope = axes[:, 0]
    handles, series = [], 0
    for shared, part in cases(data):
        label = f"{name_of(shared)}, {style.equals(sw2=part.sw2)}"
        for name, exponent, what in (("rho", "exponent", r"$\langle\rho\rangle$"),
                                     ("typical_rho", "typical_exponent", r"$\exp\langle\ln\rho\rangle$")):
            visible = part[name].where(part[name] > 1e-6)
            notes.measured(fall, data.layer.values, part.assign({name: visible}), name, series)
            notes.measured(slope, data.layer.values, part, exponent, series)
            handles.append(style.key(series, f"{what}, {label}", line=False))
            series += 1
    if "reference_density" in data and data.reference_density.notnull().any():
        part = next(part for _, part in cases(data))
        notes.measured(fall, data.layer.values, part, "reference_density", series)
        notes.measured(slope, data.layer.values, part, "reference_exponent", series)
        handles.append(style.key(series, "bond directed percolation, simulated", line=False))
    guides(slope)
    fall.set(xscale="log", yscale="log", ylabel="difference of the signals")
    slope.set(xscale="log", ylim=(-0.2, 2.2), xlabel=style.label(data.layer), ylabel="effective exponent")
    style.letter(axes)
    style.legend(figure, handles)
    return figure


def guides(axis):
    """Exponents of other kinds of decay, each with its name at the right."""
    for value, name in GUIDES.items():
        axis.axhline(value, color="0.6", lw=0.7, ls=":", zorder=0)
        axis.annotate(f"{value:.3g} {name}", (1.01, value), xycoords=("axes fraction", "data"), va="center", fontsize=6,
                      color="0.4", annotation_clip=False)


def spread(data):
    """Standard deviation of rho between networks against the size, at the last layer: does a large network stand for all?"""
    require(data, "rho_spread", "lyapunov")
    if data.sizes["L"] < 2:
        raise Skip("one size alone says nothing of how the spread falls")
    data = notes.at(data, channels=np.inf)
    figure, axes = style.panels(1)
    axis, handles = axes[0, 0], []
    largest = data.isel(L=-1)
    for series, (shared, part) in enumerate(cases(largest)):
        here = data.sel(shared_weights=shared, sw2=float(part.sw2))
        layer = notes.at(here, layer=np.inf) if here.rho_spread.isel(L=-1, layer=-1) > 0 else here.isel(layer=0)
        relative = layer.assign(rho_spread=layer.rho_spread / layer.rho,
                                rho_spread_stderr=layer.rho_spread_stderr / layer.rho)
        notes.measured(axis, data.L.values, relative, "rho_spread", series)
        handles.append(style.key(series, f"{name_of(shared)}, {style.equals(sw2=part.sw2)}", line=False))
        first = float(relative.rho_spread.isel(L=0))
        if first > 0:
            axis.plot(data.L, first * (data.L / data.L[0]) ** -0.5, color=style.COLORS[series], lw=0.8, ls=":")
    axis.set(xscale="log", yscale="log", xlabel=style.label(data.L), ylabel=r"spread between networks over $\langle\rho\rangle$")
    handles.append(Line2D([], [], color="0.4", lw=0.8, ls=":", label=r"$\propto L^{-1/2}$: self-averaging"))
    style.legend(figure, handles)
    return figure


def space(data):
    """Space-depth picture of one network: ln |h - h~| over sites and layers, beside others of the same sw2."""
    require(data, "log_difference", "lyapunov")
    data = one_network(data)
    chosen = list(cases(data))
    figure, axes = style.panels(len(chosen), height=3.4)
    for axis, (shared, part) in zip(axes[0], chosen):
        value = part.log_difference.transpose("layer", "block_of_sites").values
        image = axis.pcolormesh(style.edges(data.block_of_sites.values), depth_edges(data.layer.values), value, cmap="viridis",
                                vmin=max(np.nanmin(value), -12), vmax=1, rasterized=True)
        axis.set(title=f"{name_of(shared)}, {style.equals(sw2=part.sw2)}", yscale="log", xlabel="place on the ring / L")
        axis.invert_yaxis()
        figure.colorbar(image, ax=axis, label=r"$\ln|h-\tilde h|$")
    axes[0, 0].set_ylabel(style.label(data.layer))
    style.letter(axes)
    return figure


def depth_edges(layers):
    """Edges of cells around layers, halfway in the logarithm."""
    return np.exp(style.edges(np.log(np.asarray(layers, float))))


def collapse(data):
    """The collapse that directed percolation would give: rho L^0.252 against layer/L^1.581 for all sizes."""
    require(data, "rho", "lyapunov")
    if data.sizes["L"] < 2:
        raise Skip("a collapse takes two sizes or more")
    data = notes.at(data, channels=np.inf)
    chosen = list(cases(data.isel(L=-1)))
    names = [*((f"{name_of(shared).split()[0]}, {style.number(float(part.sw2))}", data.sel(shared_weights=shared, sw2=float(part.sw2)), "rho")
               for shared, part in chosen)]
    if "reference_density" in data and data.reference_density.notnull().any() and chosen:
        shared, part = chosen[0]
        names.append(("bond percolation", data.sel(shared_weights=shared, sw2=float(part.sw2)), "reference_density"))
    figure, axes = style.panels(len(names), height=3.0)
    sizes = notes.some(data, "L", len(style.COLORS))
    for axis, (title, part, name) in zip(axes[0], names):
        for series, place in enumerate(sizes):
            here = part.isel(L=place)
            size = float(here.L)
            seen = here.assign({name: here[name].where(here[name] > 1e-4)})
            notes.measured(axis, data.layer.values / size**Z, seen, name, series, unit=size**-DECAY)
        axis.set(title=title, xscale="log", yscale="log", xlabel=r"layer$/L^{1.581}$")
    axes[0, 0].set_ylabel(r"$\rho\,L^{0.252}$")
    style.letter(axes)
    style.legend(figure, [style.key(series, style.equals(L=data.L[place]), line=False) for series, place in enumerate(sizes)])
    return figure


def transition(data):
    """Lyapunov exponent of a tangent against sw2, beside infinitely many channels: where it changes sign."""
    require(data, "lyapunov")
    data = notes.at(data, L=np.inf)
    shown = list(data.shared_weights.values)
    figure, axes = style.panels(len(shown), height=2.8, sharey=True)
    places = notes.some(data, "channels", len(style.COLORS), of="lyapunov")
    for axis, shared in zip(axes[0], shown):
        for series, place in enumerate(places):
            here = data.sel(shared_weights=shared).isel(channels=place)
            notes.measured(axis, data.sw2.values, here, "lyapunov", series)
            notes.curve(axis, data.sw2.values, here, "lyapunov_uniform", color=style.COLORS[series], lw=0.9)
        notes.curve(axis, data.sw2.values, here, "lyapunov_mean_field", color="k", lw=0.9, zorder=1)
        axis.axhline(0, color="0.6", lw=0.7, zorder=0)
        axis.set(title=name_of(shared), xlabel=style.label(data.sw2))
    axes[0, 0].set_ylabel("Lyapunov exponent per layer")
    style.letter(axes)
    handles = [style.key(series, style.equals(channels=data.channels[place]), line=False)
               for series, place in enumerate(places)]
    style.legend(figure, [*handles, Line2D([], [], color="k", lw=0.9, label="infinitely many channels")])
    return figure


FIGURES = {
    "convolutional_propagation": decay,
    "convolutional_propagation_spread": spread,
    "convolutional_propagation_collapse": collapse,
    "convolutional_propagation_space": space,
    "convolutional_propagation_transition": transition,
}
