"""Figures of the experiment signal_propagation: the critical line at each width, scaling with layer/width, resnets.

Markers are measured; coloured lines are of first order in 1/width or of the limiting diffusion, black ones of infinite width."""
import numpy as np

from gdmsweep import reduced, style
from gdmsweep.plots import Skip, notes, require

GRID = ("activation", "architecture", "width", "sb2", ("sw2", "distance"))

#: Means of rho are drawn up to this layer/width: later ones are made by networks so rare that no sample has them.
LATEST_MEAN = 5


def weights(data):
    """The axis of the variance of the weights: sw2, or the scaled distance from the critical line."""
    return "distance" if "distance" in data.dims else "sw2"


def phases(data):
    """The measured boundary of order and chaos at each width, and extrapolated, over the line of infinite width."""
    require(data, "sw2_boundary")
    data = notes.at(data, architecture="mlp")
    kinds = notes.some(data, "activation", 3, of="sw2_boundary")
    widths = notes.some(data, "width", len(style.COLORS) - 1, of="sw2_boundary")
    figure, axes = style.panels(len(kinds), rows=2, height=4.4)
    for column, kind in enumerate(kinds):
        upper, lower = axes[:, column]
        here = data.isel(activation=kind)
        line = here.sw2_boundary_limit_theory if "sw2_boundary_limit_theory" in here else None
        for series, place in enumerate(widths):
            part = here.isel(width=place)
            there = np.isfinite(part.sw2_boundary.values)
            if there.any():
                upper.errorbar(part.sw2_boundary.values[there], part.sb2.values[there],
                               xerr=np.nan_to_num(reduced.error(part, "sw2_boundary")[there]), **style.points(series))
            if line is not None:
                notes.measured(lower, here.sb2.values, part, "sw2_boundary", series, zero=line.values, unit=line.values)
        if line is not None:
            upper.plot(line.values, here.sb2.values, color="k", lw=0.9, zorder=1)
            notes.measured(lower, here.sb2.values, here, "sw2_boundary_limit", len(widths), zero=line.values, unit=line.values)
            lower.axhline(0, color="k", lw=0.9, zorder=1)
        upper.set(xlabel=r"$\sigma_w^2$", ylabel=r"$\sigma_b^2$", yscale="log", title=str(here.activation.values))
        lower.set(xlabel=r"$\sigma_b^2$", ylabel="boundary/line − 1", xscale="log")
    style.letter(axes)
    keys = [style.key(series, style.equals(width=data.width[place]), line=False) for series, place in enumerate(widths)]
    style.legend(figure, [*keys, style.key(len(widths), r"width $\to\infty$", line=False)])
    notes.remark("ordered to the left of the line, chaotic to the right")
    return figure


def exponents(data):
    """The Lyapunov exponent over the variance of the weights, with 1/2 ln chi and its correction of order 1/width."""
    require(data, "lyapunov")
    axis_name = weights(data)
    data = notes.at(data, architecture="mlp", activation="tanh", sb2=0.1)
    figure, axes = style.panels(1, height=2.6)
    axis = axes[0, 0]
    widths = notes.some(data, "width", len(style.COLORS), of="lyapunov")
    for series, place in enumerate(widths):
        part = data.isel(width=place)
        notes.measured(axis, part[axis_name].values, part, "lyapunov", series)
        notes.curve(axis, part[axis_name].values, part, "lyapunov_first_order", color=style.COLORS[series], lw=0.9)
    if axis_name == "sw2":
        notes.curve(axis, data.sw2.values, data.isel(width=widths[0]), "lyapunov_limit", color="k", lw=0.9, zorder=1)
    axis.axhline(0, color="0.6", lw=0.6, zorder=0)
    axis.set(xlabel=style.label(data[axis_name]), ylabel=r"Lyapunov exponent $\lambda$")
    style.legend(figure, [style.key(series, style.equals(width=data.width[place])) for series, place in enumerate(widths)])
    return figure


def scaling(data):
    """width rho against layer/width, mean and typical, with the diffusion of wide networks."""
    require(data, "scaled_rho")
    name = weights(data)
    data = notes.at(data, architecture="mlp", activation="tanh", sb2=0.1)
    places = notes.some(data, name, 3, of="scaled_rho")
    widths = notes.some(data, "width", len(style.COLORS), of="scaled_rho")
    figure, axes = style.panels(len(places), rows=2, height=4.4, sharex=True)
    for column, place in enumerate(places):
        here = data.isel({name: place})
        for series, number in enumerate(widths):
            part = here.isel(width=number)
            time = data.layer.values / float(data.width[number])
            part = part.assign(scaled_typical=part.log_rho + np.log(float(data.width[number])),
                               scaled_typical_stderr=part.log_rho_stderr)
            notes.measured(axes[0, column], time, part, "scaled_rho", series, take=time <= LATEST_MEAN)
            notes.measured(axes[1, column], time, part, "scaled_typical", series)
            early = time <= LATEST_MEAN
            axes[0, column].plot(time[early], part.scaled_rho_diffusion.values[early], color="k", lw=0.8, zorder=1)
            axes[1, column].plot(time, part.log_rho_diffusion + np.log(float(data.width[number])), color="k", lw=0.8, zorder=1)
        axes[0, column].set(xscale="log", yscale="log", title=style.equals(**{name: data[name][place]}))
        axes[1, column].set(xlabel="layer/width")
    axes[0, 0].set_ylabel(r"width $\langle\rho\rangle$")
    axes[1, 0].set_ylabel(r"$\langle\ln$ width $\rho\rangle$")
    style.letter(axes)
    style.legend(figure, [style.key(series, style.equals(width=data.width[number]), line=False)
                          for series, number in enumerate(widths)])
    notes.remark("lines: diffusion, the limit of large widths")
    notes.remark(f"means up to layer/width = {LATEST_MEAN}: later ones are made by rare networks")
    return figure


def resnets(data):
    """Lengths, correlations and growth of perturbations in resnets, with the maps of infinite width."""
    require(data, "length")
    if "resnet" not in np.atleast_1d(data.architecture.values):
        raise Skip("it needs architecture = resnet")
    data = notes.at(data, architecture="resnet", activation="erf", width=np.inf, sw2=1)
    figure, axes = style.panels(3, height=2.4)
    places = notes.some(data, "sb2", len(style.COLORS), of="length")
    layers = data.layer.values
    for series, place in enumerate(places):
        part = data.isel(sb2=place)
        look = {"color": style.COLORS[series], "lw": 0.9}
        for axis, name, unit in ((axes[0, 0], "length", layers), (axes[0, 1], "rho", 1.0), (axes[0, 2], "log_growth", layers**0.5)):
            notes.measured(axis, layers, part, name, series, unit=unit)
            axis.plot(layers, part[f"{name}_limit"] / unit, **look)
    for axis, label in zip(axes[0], ("length/layer", r"$\rho=1-c$", r"$\ln|Jv|^2/\sqrt{\mathrm{layer}}$")):
        axis.set(xscale="log", xlabel="layer", ylabel=label)
    style.letter(axes)
    style.legend(figure, [style.key(series, style.equals(sb2=data.sb2[place])) for series, place in enumerate(places)])
    return figure


FIGURES = {
    "signal_propagation": phases,
    "signal_propagation_exponents": exponents,
    "signal_propagation_scaling": scaling,
    "signal_propagation_resnet": resnets,
}
